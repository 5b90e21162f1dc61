"""A service level tells how it came about, why a case is in it or not, and what its ratchet proposes."""

from __future__ import annotations

from types import SimpleNamespace

from tests.steps.run.monitor.conftest import Desk


def test_every_step_of_a_number_is_told_when_asked(desk: Desk) -> None:
    plain = desk.get("/levels/resolved?window=2024-02")
    assert "Show every step" in plain
    page = desk.get("/levels/resolved?window=2024-02&how=yes")
    assert "Window Feb 2024" in page
    assert "counted," in page
    assert "Show every step" not in page


def test_a_case_that_is_in_and_one_that_is_not_say_why(desk: Desk) -> None:
    inside = desk.rows("/cases?kpi=resolved&window=2024-02&role=met")[0]["Case"].removeprefix("'")
    page = desk.get(f"/levels/resolved?window=2024-02&why={inside}")
    assert "Counts as met." in page
    other = next(
        row["Case"]
        for row in desk.rows("/cases?kpi=resolved&window=2024-03&role=met")
        if not row["Case"].startswith("'")
    )
    page = desk.get(f"/levels/resolved?window=2024-02&why={other}")
    assert "Counts as met." not in page
    assert "March 2024" in page or "Mar 2024" in page
    assert "the log has no case" in desk.get("/levels/resolved?window=2024-02&why=no-such-case")


def test_the_ratchet_proposes_from_the_stored_figures(db: None) -> None:
    from giao.core.agreement.document.kpi import Ratchet
    from giao.steps.run.monitor.explained import ratchet_of

    spec = SimpleNamespace(ratchet=Ratchet(windows=2), direction="higher")
    ground = SimpleNamespace(agreement=SimpleNamespace(kpis={"k": spec}))

    def figure(window: str, value: float | None, provisional: bool = False) -> SimpleNamespace:
        return SimpleNamespace(
            window=window, value=value, expected=0.9, provisional=provisional, unit="share"
        )

    newest_first = [figure("2024-03", 0.5, True), figure("2024-02", 0.96), figure("2024-01", 0.94)]
    found = ratchet_of(ground, "k", newest_first, spec)  # type: ignore[arg-type]
    assert found is not None
    assert found.proposed == "92.5%"
    assert "95.0% on average" in found.reason
    assert "2 final windows in a row" in found.rule
    calm = ratchet_of(ground, "k", [figure("2024-02", 0.9), figure("2024-01", 0.95)], spec)  # type: ignore[arg-type]
    assert calm is not None
    assert calm.proposed == ""
    assert ratchet_of(ground, "k", newest_first, SimpleNamespace(ratchet=None)) is None  # type: ignore[arg-type]


def test_the_pictures_can_be_taken_home(desk: Desk) -> None:
    page = desk.source("/levels/resolved?over=all")
    for name in ("level-windows", "level-heat", "by"):
        assert f'data-picture-save="{name}" data-format="csv"' in page, name
    assert 'id="level-windows-numbers"' in page
    assert 'data-picture-save="level-heat" data-format="png"' in page
    case = desk.source("/cases/C-0100")
    assert 'data-picture-save="case-clocks" data-format="svg"' in case
