"""What dashboards are made of: a panel is a graph of one query."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph of one query.

    Attributes:
        unit: as Grafana names it: s, bytes, percentunit, reqps, short.
        legend: of each series, with `{{label}}`.
    """

    title: str
    query: str
    unit: str = "short"
    legend: str = ""
    kind: str = "timeseries"


Row = tuple[Panel, ...]
RATE = "[$__rate_interval]"
"""The window of rates, which Grafana fits to what is shown."""


def p95(metric: str, labels: str, matchers: str = "") -> str:
    """Return the query of the time that 95 of 100 stay below.

    Args:
        metric: a histogram, without `_bucket`.
        labels: by which it is parted, as `handler, app_name`.
        matchers: of the series.
    """
    by = f"le, {labels}" if labels else "le"
    return f"histogram_quantile(0.95, sum by ({by}) (rate({metric}_bucket{{{matchers}}}{RATE})))"
