"""What evaluating the KPIs gives: results, and the cases behind each number, built when somebody opens it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from giao.core.agreement.errors import AgreementError
from giao.core.agreement.kpis.ground import Ground, Meters
from giao.core.agreement.kpis.measurement import Measurement
from giao.core.agreement.results import KpiResult
from giao.core.told import told


@dataclass(frozen=True)
class KpiOutcome:
    """`measured` holds one measurement a KPI, in the document's order."""

    ground: Ground
    measured: Mapping[str, Measurement]
    meters: Meters = field(default_factory=Meters, repr=False)
    """What measured them, which earlier readings look at again."""

    @cached_property
    def results(self) -> list[KpiResult]:
        """One result a KPI and window, by KPI as the document orders them, then by window."""
        return [result for measurement in self.measured.values() for result in measurement.results]

    def of(self, kpi: str) -> list[KpiResult]:
        """The results of one KPI, in order of its windows."""
        return list(self._measurement(kpi).results)

    def result(self, kpi: str, window: str) -> KpiResult:
        """One result. Raises AgreementError for a KPI or window that is not there, naming those that are."""
        found = self._measurement(kpi).result(window)
        if found is None:
            known = ", ".join(result.window.id for result in self.of(kpi)) or "none"
            raise AgreementError(
                told(
                    "agreement.no_window",
                    "KPI {kpi!r} has no window {window!r}; windows: {known}",
                    kpi=kpi,
                    window=window,
                    known=known,
                )
            )
        return found

    def members(self, kpi: str, window: str | None = None) -> pl.DataFrame:
        """The cases behind one number, or behind every window of a KPI; columns `roles.MEMBERS`.

        Of each window n = rows met, missed or counted; misses = rows missed; excluded, carried and open overdue ones
        are there too, with the reason. Raises AgreementError for a KPI that does not exist.
        """
        if window is not None:
            self.result(kpi, window)
        return self._measurement(kpi).members(window)

    def _measurement(self, kpi: str) -> Measurement:
        if kpi not in self.measured:
            raise AgreementError(
                told(
                    "agreement.no_kpi",
                    "KPI {kpi!r} does not exist; KPIs: {known}",
                    kpi=kpi,
                    known=", ".join(self.measured) or "none",
                )
            )
        return self.measured[kpi]
