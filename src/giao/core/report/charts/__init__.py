"""Charts as SVG: a service level over windows, bars, the time axis of a case's clocks. They take words, not models."""

from giao.core.report.charts.axis import Lane, LaneSpan, clock_axis
from giao.core.report.charts.band import BandPoint, band_chart, sparkline
from giao.core.report.charts.bars import Bar, bar_chart

__all__ = ["BandPoint", "Bar", "Lane", "LaneSpan", "band_chart", "bar_chart", "clock_axis", "sparkline"]
