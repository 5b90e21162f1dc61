"""The pages of alarms: list, one alarm with its acts, rules, maintenance; the other side sees nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.steps.run.alarms.conftest import NOW, Desk


@pytest.fixture
def rung(desk: Desk) -> Desk:
    """One case is near its breach; the vendor's lead and manager are there."""
    for number in range(3):
        desk.opened(f"C{number}", NOW - timedelta(hours=2 * number))
    desk.bring()
    desk.watch(NOW + timedelta(hours=4))
    desk.only(["breach_near"])
    return desk


def page(client: Any, desk: Desk, address: str, status: int = 200, **data: Any) -> str:
    path = f"/e/{desk.engagement.slug}/{address}"
    answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code == status, (answer.status_code, getattr(answer, "content", b"")[:1500])
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(raw.decode()).replace("\xa0", " ")


def test_an_alarm_is_listed_explained_acknowledged_and_settled(rung: Desk, client: Any) -> None:
    lead = rung.person("vendor", "team_lead")
    client.force_login(lead)
    text = page(client, rung, "alarms")
    assert "Breach predicted within 4 business hours" in text
    alarm = rung.alarm()
    text = page(client, rung, f"alarms/{alarm.pk}")
    assert "remaining &lt;= duration(&quot;PT4H&quot;)" in text
    assert f"/e/{rung.engagement.slug}/cases/C0" in text
    assert "4 h left" in text
    page(client, rung, f"alarms/{alarm.pk}", 302, act="acknowledge", seen=alarm.revision, text="I call them")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.owner) == ("acknowledged", lead)
    assert "I call them" in page(client, rung, f"alarms/{alarm.pk}")
    refused = page(client, rung, f"alarms/{alarm.pk}", 400, act="settle", seen=alarm.revision, text="")
    assert "Write what was done" in refused
    page(client, rung, f"alarms/{alarm.pk}", 302, act="settle", seen=alarm.revision, text="Done at noon")
    assert "Breach predicted" in page(client, rung, "alarms?state=settled")
    assert "Nothing waits for you." in page(client, rung, "alarms")


def test_the_other_side_and_strangers_see_nothing(rung: Desk, client: Any) -> None:
    from tests.kernel.ground import person

    alarm, rule = rung.alarm(), rung.rule()
    client.force_login(rung.person("client", "client_manager"))
    for address in (f"alarms/{alarm.pk}", f"alarms/rules/{rule.pk}"):
        page(client, rung, address, 404)
    assert str(alarm.pk) not in page(client, rung, "alarms")
    assert str(rule.pk) not in page(client, rung, "alarms/rules")
    page(client, rung, f"alarms/{alarm.pk}", 404, act="settle", seen=alarm.revision, text="x")
    client.force_login(person("Stranger"))
    for address in ("alarms", f"alarms/{alarm.pk}", "alarms/rules", "alarms/maintenance"):
        page(client, rung, address, 404)


@pytest.mark.parametrize("role", ["analyst", "auditor", "administrator"])
def test_who_may_only_look_sees_no_buttons_and_is_refused(rung: Desk, client: Any, role: str) -> None:
    alarm = rung.alarm()
    client.force_login(rung.person("vendor", role))
    assert 'value="acknowledge"' not in page(client, rung, f"alarms/{alarm.pk}")
    for act in ("acknowledge", "settle", "take", "snooze"):
        page(
            client,
            rung,
            f"alarms/{alarm.pk}",
            403,
            act=act,
            seen=alarm.revision,
            text="x",
            until="2016-03-19T10:00",
        )
    page(client, rung, "alarms/rules", 403, rule=str(rung.rule().pk), on="no")
    page(client, rung, "alarms/rules/new", 403)
    page(client, rung, "alarms/maintenance", 403, ends="2016-03-19T10:00", reason="x")
    alarm.refresh_from_db()
    assert alarm.state == "open"


def test_a_rule_is_tried_refused_with_its_column_and_kept(rung: Desk, client: Any) -> None:
    client.force_login(rung.person("vendor", "vendor_manager"))
    rule = rung.rule()
    form = {
        "name": "Close to the limit", "kind": "case", "severity": "critical", "owner_role": "team_lead",
        "condition": 'remaining <= duration("PT2H")', "seen": rule.revision,
        "step_minutes": ["30", "", ""], "step_role": ["vendor_manager"] * 3,
    }  # fmt: skip
    address = f"alarms/rules/{rule.pk}"
    assert "Told at first" in page(client, rung, address)
    wrong = page(client, rung, address, 400, **{**form, "act": "save", "condition": "remaning < 4"})
    assert "Did you mean remaining?" in wrong, wrong[wrong.find("notice-bad") :][:400]
    assert "remaning &lt; 4\n^" in wrong
    assert "are clear" in page(client, rung, address, 200, **{**form, "act": "try"})
    page(client, rung, address, 302, **{**form, "act": "save"})
    rule.refresh_from_db()
    assert (rule.condition, rule.names["en"], rule.steps.get().after_minutes) == (
        form["condition"],
        form["name"],
        30,
    )
    assert rung.alarms(settled=False) == [], "the new condition was judged at once"
    late = page(client, rung, address, 409, **{**form, "act": "save"})
    assert "Somebody changed this rule" in late


def test_the_shell_counts_open_alarms_of_the_own_side(rung: Desk, client: Any) -> None:
    from giao.steps.run.alarms.models import Alarm

    client.force_login(rung.person("vendor", "agent"))
    waiting = Alarm.objects.filter(organisation=rung.made.vendor, state="open").count()
    assert waiting
    assert f'aria-label="Alarms: {waiting}"' in page(client, rung, "levels")
    rung.alarm().rule.alarms.update(state="acknowledged")
    assert f'aria-label="Alarms: {waiting}"' not in page(client, rung, "levels")


def test_vietnamese_pages_speak_vietnamese(rung: Desk, client: Any) -> None:
    lead = rung.person("vendor", "team_lead")
    lead.language = "vi"
    lead.save()
    client.force_login(lead)
    client.cookies["django_language"] = "vi"
    alarm = rung.alarm()
    assert "Dự báo vi phạm trong vòng 4 giờ làm việc" in page(client, rung, f"alarms/{alarm.pk}")
    for address in ("alarms", "alarms/rules", f"alarms/rules/{rung.rule().pk}", "alarms/maintenance"):
        assert "Cảnh báo" in page(client, rung, address)


def test_trying_a_condition_tells_of_the_clocks_that_ended(rung: Desk) -> None:
    from giao.steps.run.alarms.trying import try_out

    # 4 cases of each of the last 4 weeks ended, each after one of its eight hours; none was near its breach.
    said = try_out(rung.engagement, "case", 'remaining > duration("PT6H")')
    assert "It would fire now for 0; 3 are clear" in said
    assert "Of 16 clocks that ended in the last 30 days it held for 16 when they ended." in said
    assert "it held for 0" in try_out(rung.engagement, "case", 'remaining < duration("PT4H")')
    assert try_out(rung.engagement, "silence", 'silent_for > duration("PT1H")').startswith(
        "It would fire now for 1;"
    )


def test_the_calibration_is_computed_when_asked_and_shown(rung: Desk, client: Any) -> None:
    from giao.steps.run.alarms.calibrating import calibrations_of

    client.force_login(rung.person("vendor", "vendor_manager"))
    address = f"alarms/rules/{rung.rule().pk}"
    assert "Nobody has asked for it yet." in page(client, rung, address)
    page(client, rung, address, 302, act="calibrate", kind="case")
    found = calibrations_of(rung.engagement)
    assert found.clocks is not None
    assert [item.clock for item in found.clocks] == ["resolution"]
    assert "Too few past cases to say anything." in page(client, rung, address)


def test_an_export_needs_its_right_and_holds_the_alarms(rung: Desk, client: Any) -> None:
    client.force_login(rung.person("vendor", "vendor_manager"))
    assert "Breach predicted within 4 business hours" in page(client, rung, "alarms?export=csv")
    assert "C0" in page(client, rung, f"alarms/{rung.alarm().pk}?export=csv")
    client.force_login(rung.person("vendor", "agent"))
    assert "<!doctype html>" in page(client, rung, "alarms?export=csv"), "no file for who may not export"


def test_a_window_is_opened_and_ended_on_its_page(rung: Desk, client: Any) -> None:
    from giao.steps.run.alarms.models import MaintenanceWindow

    client.force_login(rung.person("vendor", "vendor_manager"))
    assert "No maintenance window" in page(client, rung, "alarms/maintenance")
    refused = page(client, rung, "alarms/maintenance", 400, ends="yesterday", reason="Release")
    assert "is not an instant" in refused
    page(client, rung, "alarms/maintenance", 302, ends="2016-03-18T20:00", reason="Release")
    assert "</svg> open now</strong>" in page(client, rung, "alarms/maintenance")
    window = MaintenanceWindow.objects.get()
    rung.hands[0] += timedelta(minutes=5)
    page(client, rung, "alarms/maintenance", 302, act="end", window=str(window.pk))
    assert "</svg> open now</strong>" not in page(client, rung, "alarms/maintenance")
    # The other side neither sees nor ends it.
    client.force_login(rung.person("client", "client_manager"))
    assert "Release" not in page(client, rung, "alarms/maintenance")
    page(client, rung, "alarms/maintenance", 404, act="end", window=str(window.pk))
