"""Grafana's dashboards, made of rows of panels: the chain, the answers, operations.

python -m lab.dashboards       # part of `make docs`; a test fails while what is committed differs

Source of the form: Grafana's documentation, "Dashboard JSON model". The data source is chosen on the page (`$source`).
"""

import json
from dataclasses import dataclass
from typing import Any

from lab.reference import ROOT

FOLDER = ROOT / "deploy" / "grafana" / "dashboards"
_WIDTH, _HEIGHT = 24, 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}


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
_RATE = "[$__rate_interval]"
_ENDED = f"rate(vigie_questions_ended_total{_RATE})"
_SECONDS = f'rate(vigie_question_seconds_bucket{{step=~"STEP"}}{_RATE})'


def _share(end: str) -> str:
    return f'sum(rate(vigie_questions_ended_total{{end="{end}"}}{_RATE})) / sum({_ENDED})'


def _quantile(quantile: float, step: str) -> str:
    return f"histogram_quantile({quantile}, sum by (le, step) ({_SECONDS.replace('STEP', step)}))"


CHAIN: tuple[Row, ...] = (
    (
        Panel("Behind, by group", "sum by (group) (vigie_consumer_lag)", legend="{{group}}"),
        Panel(
            "Handled, by service and topic",
            f"sum by (app_name, handler) (rate(vigie_received_processed_messages_total{_RATE}))",
            "reqps",
            "{{app_name}} {{handler}}",
        ),
    ),
    (
        Panel(
            "Time of handlers (95 of 100)",
            "histogram_quantile(0.95, sum by (le, handler) "
            f"(rate(vigie_received_processed_messages_duration_seconds_bucket{_RATE})))",
            "s",
            "{{handler}}",
        ),
        Panel(
            "Time to Kafka's acknowledgement (95 of 100)",
            "histogram_quantile(0.95, sum by (le, destination) "
            f"(rate(vigie_published_messages_duration_seconds_bucket{_RATE})))",
            "s",
            "{{destination}}",
        ),
    ),
    (
        Panel(
            "Errors of handlers",
            f"sum by (app_name, exception_type) (rate(vigie_received_processed_messages_exceptions_total{_RATE}))",
            "reqps",
            "{{app_name}} {{exception_type}}",
        ),
        Panel(
            "Dead letters",
            f'sum by (destination) (increase(vigie_published_messages_total{{destination=~".+[.]dlq"}}{_RATE}))',
            legend="{{destination}}",
        ),
        Panel(
            "In hand (above 0 for long: it waits for something)",
            "sum by (app_name, handler) (vigie_received_messages_in_process)",
            legend="{{app_name}} {{handler}}",
        ),
    ),
)
ANSWERS: tuple[Row, ...] = (
    (
        Panel("Answered", _share("answered"), "percentunit", kind="stat"),
        Panel("No answer found", _share("abstained"), "percentunit", kind="stat"),
        Panel("Failed", _share("failed"), "percentunit", kind="stat"),
        Panel("First sentence (95 of 100)", _quantile(0.95, "first-sentence"), "s", kind="stat"),
    ),
    (
        Panel("Questions, by how they ended", f"sum by (end) ({_ENDED})", "reqps", "{{end}}"),
        Panel("Failures, by their reason",
              f'sum by (reason) (rate(vigie_questions_ended_total{{end="failed"}}{_RATE}))', "reqps", "{{reason}}"),
    ),
    (
        Panel("Time of each step (median)", _quantile(0.5, ".+"), "s", "{{step}}"),
        Panel("Time of each step (95 of 100)", _quantile(0.95, ".+"), "s", "{{step}}"),
    ),
    (
        Panel("Sentences that failed their checks", f"sum(rate(vigie_sentences_removed_total{_RATE}))", "reqps"),
        Panel("Written by a model, of what was answered",
              f'sum(rate(vigie_questions_ended_total{{end="answered",mode="generated"}}{_RATE}))'
              f' / sum(rate(vigie_questions_ended_total{{end="answered"}}{_RATE}))', "percentunit"),
    ),
    (
        Panel("Answers of models, by how they ended", f"sum by (backend, end) (rate(vigie_model_answers_total{_RATE}))",
              "reqps", "{{backend}} {{end}}"),
        Panel("Waiting for a model", "sum by (backend) (vigie_model_queue)", legend="{{backend}}"),
        Panel("Left alone", "max by (backend) (vigie_model_circuit_open)", legend="{{backend}}"),
    ),
)  # fmt: skip
OPERATIONS: tuple[Row, ...] = (
    (
        Panel("Alerts", 'sum by (alertname, alertstate) (ALERTS{alertname=~"Vigie.+"})', legend="{{alertname}}"),
        Panel("Refused, by kind", f"sum by (status, kind) (rate(vigie_requests_refused_total{_RATE}))", "reqps",
              "{{status}} {{kind}}"),
    ),
    (
        Panel("Free on local disks", "min by (instance, part) (vigie_disk_free_bytes)", "bytes",
              "{{instance}} {{part}}"),
        Panel("Lacking on local disks", "max by (instance, part) (vigie_disk_lacking_bytes)", "bytes",
              "{{instance}} {{part}}"),
    ),
    (
        Panel("Records refused (somebody else writes, or a key differs)",
              f"sum by (topic, reason) (increase(vigie_events_refused_total{_RATE}))", legend="{{topic}} {{reason}}"),
        Panel("Records without a MAC that were accepted",
              f"sum by (topic) (increase(vigie_events_unsigned_total{_RATE}))", legend="{{topic}}"),
        Panel("Consumers replaced", f"sum by (group) (increase(vigie_consumer_restarts_total{_RATE}))",
              legend="{{group}}"),
    ),
    (
        Panel("Since each chore last ended well", "time() - max by (chore) (vigie_chore_done_seconds)", "s",
              "{{chore}}"),
        Panel("Answers that models write now", "sum by (backend) (vigie_model_slots_taken)", legend="{{backend}}"),
    ),
)  # fmt: skip
DASHBOARDS: dict[str, tuple[str, tuple[Row, ...]]] = {
    "vigie-chain": ("Vigie: the chain", CHAIN),
    "vigie-answers": ("Vigie: answers", ANSWERS),
    "vigie-operations": ("Vigie: operations", OPERATIONS),
}
"""By uid: title and rows."""


def dashboard(uid: str) -> dict[str, Any]:
    """Return a dashboard in Grafana's form."""
    title, rows = DASHBOARDS[uid]
    panels = [
        _panel(panel, row, place, len(panels)) for row, panels in enumerate(rows) for place, panel in enumerate(panels)
    ]
    return {
        "uid": uid,
        "title": title,
        "tags": ["vigie"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": [panel | {"id": number} for number, panel in enumerate(panels, 1)],
    }


def _panel(panel: Panel, row: int, place: int, count: int) -> dict[str, Any]:
    width = _WIDTH // count
    return {
        "title": panel.title,
        "type": panel.kind,
        "datasource": _SOURCE,
        "gridPos": {"x": place * width, "y": row * _HEIGHT, "w": width, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": _SOURCE, "expr": panel.query, "legendFormat": panel.legend or "all"}],
    }


def files() -> dict[str, str]:
    """Return the dashboards' files by their names."""
    return {f"{uid}.json": json.dumps(dashboard(uid), indent=1) + "\n" for uid in DASHBOARDS}


def main() -> None:
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"{(FOLDER / name).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
