"""Write a rule: a new one, or another wording of one that stands. The condition is checked before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from giao.core.agreement.alarms.names import condition_of
from giao.core.agreement.document.agreement import Agreement
from giao.core.agreement.errors import AgreementError
from giao.core.report.words.told import tell
from giao.core.rules import RuleError
from giao.kernel.engagements.access import Place, check_may
from giao.kernel.engagements.models import Engagement
from giao.kernel.parties.models import Membership, Role, User
from giao.steps.run.alarms.access import may_write_rules, own_organisations
from giao.steps.run.alarms.actions.acting import audit
from giao.steps.run.alarms.errors import BadRule, ChangedMeanwhile
from giao.steps.run.alarms.models import AlarmRule, AlarmStep, Kind, Severity
from giao.ui.templatetags.giao import language

MOST_LETTERS = 2_000
MOST_STEPS = 5


@dataclass(frozen=True)
class Wording:
    """What a person typed. `steps`: (business minutes, role) in order of time; `owner`: None for everybody with the role."""

    name: str
    kind: str
    condition: str
    severity: str
    owner_role: str
    owner: User | None = None
    steps: tuple[tuple[int, str], ...] = ()
    active: bool = True


def check_condition(kind: str, text: str, agreement: Agreement | None) -> None:
    """Raises BadRule with the sentence, the line and a mark below the place."""
    if len(text) > MOST_LETTERS:
        raise BadRule(_("A condition has at most %(n)s letters.") % {"n": MOST_LETTERS})
    try:
        condition_of(kind, text, agreement)
    except RuleError as error:
        line = text.splitlines()[error.line] if text.strip() else ""
        said = tell(language(), error.message)
        raise BadRule(f"{said}\n{line}\n{' ' * error.column}^" if line else str(said)) from error
    except AgreementError as error:
        raise BadRule(str(tell(language(), str(error)))) from error


def save_rule(
    engagement: Engagement,
    organisation: UUID,
    place: Place,
    actor: User,
    wording: Wording,
    agreement: Agreement | None,
    *,
    rule: AlarmRule | None = None,
    seen: int = 0,
) -> AlarmRule:
    """`rule`: the one to change, at the revision `seen`. Raises NotAllowed, BadRule and ChangedMeanwhile."""
    check_may(may_write_rules(place), _("write alarm rules"))
    check_may(organisation in own_organisations(engagement, place), _("write alarm rules"))
    _check(wording, organisation, agreement)
    now = timezone.now()
    fields = {
        "names": _names(rule, wording.name.strip()),
        "kind": wording.kind,
        "condition": wording.condition.strip(),
        "severity": wording.severity,
        "owner": wording.owner,
        "owner_role": wording.owner_role,
        "active": wording.active,
        "updated": now,
        "updated_by": actor,
    }
    with transaction.atomic():
        if rule is None:
            saved = AlarmRule.objects.create(
                engagement=engagement, organisation_id=organisation, created=now, **fields
            )
        else:
            done = AlarmRule.objects.filter(pk=rule.pk, revision=seen).update(**fields, revision=seen + 1)
            if not done:
                raise ChangedMeanwhile(
                    _("Somebody changed this rule while you were writing. Load it again, then change it.")
                )
            saved = AlarmRule.objects.get(pk=rule.pk)
        _keep_steps(saved, wording.steps)
        audit(saved, actor, "save_alarm_rule", condition=saved.condition)
        look_again(saved)
    return saved


def look_again(rule: AlarmRule) -> None:
    """A changed rule is judged at once."""
    from giao.steps.run.alarms.jobs import FOLLOWER, watch_alarms

    watch_alarms.using(engagement=rule.engagement_id, key=FOLLOWER).enqueue(str(rule.engagement_id))


def _names(rule: AlarmRule | None, typed: str) -> dict[str, str]:
    """Unchanged in the writer's language, a first rule keeps its words in the other one."""
    lang = language()
    if rule is not None and rule.names.get(lang) == typed:
        return dict(rule.names)
    return {"vi": typed, "en": typed}


def _check(wording: Wording, organisation: UUID, agreement: Agreement | None) -> None:
    if not wording.name.strip():
        raise BadRule(_("Give the rule a name: the alarm is called by it."))
    if len(wording.name) > 200:
        raise BadRule(_("A name has at most 200 letters."))
    if wording.kind not in Kind.values or wording.severity not in Severity.values:
        raise BadRule(_("Choose a kind and a severity of the lists."))
    if not wording.condition.strip():
        raise BadRule(_("Write the condition: the alarm opens where it is true."))
    check_condition(wording.kind, wording.condition, agreement)
    for role in (wording.owner_role, *(role for _minutes, role in wording.steps)):
        if role not in Role.values:
            raise BadRule(_("Choose who is told from the list of roles."))
    members = Membership.objects.filter(organisation=organisation, user=wording.owner)
    if wording.owner is not None and not members.exists():
        raise BadRule(_("The owner has to be a person of your organisation."))
    times = [minutes for minutes, _role in wording.steps]
    if len(times) > MOST_STEPS or any(not 1 <= minutes <= 60_000 for minutes in times):
        raise BadRule(_("Up to 5 steps of escalation, each after 1 to 60,000 business minutes."))
    if times != sorted(set(times)):
        raise BadRule(_("Each step of escalation comes later than the one before."))


def _keep_steps(rule: AlarmRule, steps: Sequence[tuple[int, str]]) -> None:
    AlarmStep.objects.filter(rule=rule).delete()
    AlarmStep.objects.bulk_create(steps_of(rule, steps))


def steps_of(rule: AlarmRule, steps: Sequence[tuple[int, str]]) -> list[AlarmStep]:
    """Rows, not yet stored, of steps as (minutes, role)."""
    return [
        AlarmStep(
            organisation_id=rule.organisation_id,
            rule=rule,
            position=position,
            after_minutes=minutes,
            role=role,
        )
        for position, (minutes, role) in enumerate(steps)
    ]
