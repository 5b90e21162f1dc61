"""Tenancy: an unscoped query raises, a scoped one shows one tenant, and PostgreSQL holds the same rule by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src" / "giao"


def test_every_model_of_a_tenant_is_scoped(django_ready: None) -> None:
    """A model with a foreign key to an engagement or an organisation has a manager of `scoping`."""
    from django.apps import apps

    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import _ScopedManager
    from giao.kernel.parties.models import Organisation

    bare = [
        model._meta.label
        for model in apps.get_models()
        if any(field.related_model in (Engagement, Organisation) for field in model._meta.concrete_fields)
        and not isinstance(model._default_manager, _ScopedManager)
    ]
    assert bare == [], "give each `objects = EngagementManager()` (see kernel/engagements/scoping.py)"


def test_what_hangs_on_a_row_of_a_tenant_is_scoped_too(django_ready: None) -> None:
    """A thread of a dispute shows as much as the dispute: it names its engagement itself."""
    from django.apps import apps

    from giao.kernel.engagements.scoping import _ScopedManager

    scoped = {model for model in apps.get_models() if isinstance(model._default_manager, _ScopedManager)}
    bare = [
        model._meta.label
        for model in apps.get_models()
        if model not in scoped
        and any(field.related_model in scoped and not field.null for field in model._meta.concrete_fields)
    ]
    assert bare == [], "give each a column `engagement` and `objects = EngagementManager()`"


def scoped_models() -> Iterator[Any]:
    from django.apps import apps

    from giao.kernel.engagements.scoping import _ScopedManager

    for model in apps.get_models():
        if isinstance(model._default_manager, _ScopedManager):
            yield model


def test_an_unscoped_query_raises_whatever_it_asks(db: None) -> None:
    from django_scopes.exceptions import ScopeError

    from giao.kernel.engagements.scoping import nowhere

    ways = [
        lambda rows: list(rows.all()),
        lambda rows: rows.filter(pk=None),
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.get(pk=None),
        lambda rows: rows.update(),
        lambda rows: rows.values_list("pk"),
        lambda rows: rows.exclude(pk=None),
        lambda rows: rows.order_by("pk"),
        lambda rows: rows.aggregate(),
        lambda rows: rows.in_bulk(),
        lambda rows: rows.defer("pk"),
        lambda rows: rows.select_related(),
        lambda rows: rows.prefetch_related(),
        lambda rows: rows.distinct(),
        lambda rows: rows.alias(),
    ]
    with nowhere():
        for model in scoped_models():
            for way in ways:
                with pytest.raises(ScopeError):
                    way(model.objects)


def test_inside_a_scope_only_its_rows_are_found_changed_and_deleted(db: None) -> None:
    from tests.kernel.ground import world

    from giao.kernel.audit.models import Act
    from giao.kernel.engagements.models import Engagement
    from giao.kernel.engagements.scoping import working_in

    here, elsewhere = world(), world()
    with working_in(here.engagement):
        assert list(Engagement.objects.all()) == [here.engagement]
        assert {act.engagement_id for act in Act.objects.all()} == {here.engagement.pk}
        assert Act.objects.filter(engagement=elsewhere.engagement).count() == 0
        assert Act.objects.filter(engagement=elsewhere.engagement).update(about="changed") == 0
        assert Act.objects.filter(engagement=elsewhere.engagement).delete()[0] == 0
    assert Act.objects.filter(engagement=elsewhere.engagement, about="Service desk").count() == 1


def test_postgresql_shows_one_tenant_even_to_a_query_that_forgot(db: None) -> None:
    """Raw SQL knows no manager: on PostgreSQL the policy holds, on SQLite the manager is the only wall."""
    from django.db import DatabaseError, connection, transaction
    from tests.kernel.ground import world

    from giao.kernel.engagements.scoping import nowhere, working_in

    if connection.vendor != "postgresql":
        return
    here, elsewhere = world(), world()

    def seen() -> set[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT engagement_id FROM kernel_act")
            return {row[0] for row in cursor.fetchall()}

    with working_in(here.engagement):
        assert seen() == {here.engagement.pk}
        with working_in(elsewhere.engagement):
            assert seen() == {elsewhere.engagement.pk}
        assert seen() == {here.engagement.pk}
        _look_and_roll_back(elsewhere.engagement, seen)
        assert seen() == {here.engagement.pk}, "a savepoint that rolled back takes its setting along"
        with connection.cursor() as cursor:
            theirs, ours = elsewhere.engagement.pk, here.engagement.pk
            cursor.execute("UPDATE kernel_act SET about = 'x' WHERE engagement_id = %s", [theirs])
            assert cursor.rowcount == 0
            give_away = "UPDATE kernel_act SET engagement_id = %s WHERE engagement_id = %s"
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute(give_away, [theirs, ours])
    with nowhere():
        assert seen() == set()
    assert {here.engagement.pk, elsewhere.engagement.pk} <= seen()


def _look_and_roll_back(engagement: Any, seen: Any) -> None:
    from django.db import transaction

    from giao.kernel.engagements.scoping import working_in

    with transaction.atomic(), working_in(engagement):
        assert seen() == {engagement.pk}
        transaction.set_rollback(True)


def test_every_scoped_table_of_postgresql_has_its_policy_without_an_or(db: None) -> None:
    from django.db import connection

    from giao.kernel.tenancy.policies import scoped_tables

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, qual FROM pg_policies WHERE policyname = 'tenancy'")
        policies = dict(cursor.fetchall())
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        secured = {row[0] for row in cursor.fetchall()}
    tables = {table: column for table, column, _setting in scoped_tables()}
    assert set(tables) == set(policies) == secured
    for table, column in tables.items():
        assert policies[table].startswith(f"({column} = ANY (")
        assert " OR " not in policies[table].upper()


def test_a_statement_outside_a_transaction_is_kept_in_sight_too(test_database: None) -> None:
    """Autocommit: setting and query are one transaction, and nothing is left behind on the connection."""
    from django.db import connection
    from django_scopes import scope

    if connection.vendor != "postgresql":
        return
    assert not connection.in_atomic_block
    with scope(engagement=["00000000-0000-7000-8000-000000000000"]), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('giao.engagements')")
        assert cursor.fetchone() == ("giao_tenant", "{00000000-0000-7000-8000-000000000000}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user <> 'giao_tenant', coalesce(current_setting('giao.engagements', true), '')"
        )
        assert cursor.fetchone() == (True, "")


REASONS = {
    "to which side of the engagement these people belong": 1,
    "who of the other side has this case in hand": 1,
    "who can answer for the other side": 1,
    "an operator at the command line looks at all jobs": 1,
    "how many jobs there are": 1,
    "the jobs of an organisation are in no engagement's scope": 1,
    "the worker completes its job": 5,
    "the worker keeps its lease": 2,
    "the worker keeps the table in order": 1,
    "the worker makes recurring jobs": 2,
    "what is over is purged for all tenants": 1,
    "the worker says what a server does by itself": 1,
    "the worker takes over what died": 2,
    "the worker takes whatever is due": 3,
    "the demonstration spans two organisations": 2,
    "a new engagement is in nobody's sight yet, and addresses are everybody's": 1,
    "whose request this is": 1,
    "whose token this is": 1,
    "a token's own engagements": 1,
    "whether the engagement is the token's": 1,
    "in which organisations a person is": 1,
    "the audit of every organisation of the person": 1,
    "whose invitation this is": 1,
    "removing engagements whose grace is over": 1,
    "a deletion is told to both organisations": 1,
    "events that a dead process left without a position": 1,
    "the administrator looks after every ledger of this server": 1,
    "files for any engagement of this server": 1,
    "a person is told in any engagement that is theirs": 1,
    "a backup holds the whole installation": 1,
    "a restored installation is checked as a whole": 1,
    "what was stored in an older form is made again": 1,
}


def test_every_look_at_all_tenants_is_known_here_by_its_reason() -> None:
    found: dict[str, int] = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", "")
            assert name != "scopes_disabled" or path.name == "scoping.py", path
            if name == "everywhere" and "core" not in path.relative_to(SOURCE).parts:
                argument = node.args[0]
                assert isinstance(argument, ast.Constant), f"{path}: the reason is written out"
                found[str(argument.value)] = found.get(str(argument.value), 0) + 1
    assert found == REASONS


def test_a_job_and_a_reading_find_their_scope_themselves(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker does it: nothing is set before."""
    from tests.kernel.ground import AS_OF, world

    from giao.kernel.engagements.scoping import nowhere
    from giao.kernel.jobs.claiming import claim
    from giao.kernel.jobs.running import run
    from giao.kernel.readings import jobs
    from giao.kernel.readings.models import Reading

    here = world()
    reading = Reading.objects.create(
        engagement=here.engagement, agreement_hash="a" * 64, log_hash="b" * 64, as_of=AS_OF
    )
    monkeypatch.setattr("django.conf.settings.GIAO_JOBS", "worker")
    jobs.start(reading)
    with nowhere():
        (job,) = claim("one", 5)
        run(job, "one")
    reading.refresh_from_db()
    assert reading.state == "failed"
    assert "no log" in reading.error
