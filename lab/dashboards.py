"""Grafana's dashboards, made of rows of panels: the chain, the answers, operations, and one for each service.

python -m lab.dashboards       # part of `make docs`; a test fails while what is committed differs

Source of the form: Grafana's documentation, "Dashboard JSON model". The data source is chosen on the page (`$source`).
"""

import json
from typing import Any

from lab.panels import RATE, Panel, Row, p95
from lab.reference import ROOT
from lab.service_panels import SERVICES, rows_of

FOLDER = ROOT / "deploy" / "grafana" / "dashboards"
_WIDTH, _HEIGHT = 24, 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}
_ENDED = f"rate(vigie_questions_ended_total{RATE})"
_SECONDS = f'rate(vigie_question_seconds_bucket{{step=~"STEP"}}{RATE})'


def _share(end: str) -> str:
    return f'sum(rate(vigie_questions_ended_total{{end="{end}"}}{RATE})) / sum({_ENDED})'


def _quantile(quantile: float, step: str) -> str:
    return f"histogram_quantile({quantile}, sum by (le, step) ({_SECONDS.replace('STEP', step)}))"


CHAIN: tuple[Row, ...] = (
    (
        Panel("Behind, by group", "sum by (group) (vigie_consumer_lag)", legend="{{group}}"),
        Panel(
            "Handled, by service and topic",
            f"sum by (app_name, handler) (rate(vigie_received_processed_messages_total{RATE}))",
            "reqps",
            "{{app_name}} {{handler}}",
        ),
    ),
    (
        Panel(
            "Time of handlers (95 of 100)",
            p95("vigie_received_processed_messages_duration_seconds", "handler"),
            "s",
            "{{handler}}",
        ),
        Panel(
            "Time to Kafka's acknowledgement (95 of 100)",
            p95("vigie_published_messages_duration_seconds", "destination"),
            "s",
            "{{destination}}",
        ),
    ),
    (
        Panel(
            "Errors of handlers",
            f"sum by (app_name, exception_type) (rate(vigie_received_processed_messages_exceptions_total{RATE}))",
            "reqps",
            "{{app_name}} {{exception_type}}",
        ),
        Panel(
            "Dead letters",
            f'sum by (destination) (increase(vigie_published_messages_total{{destination=~".+[.]dlq"}}{RATE}))',
            legend="{{destination}}",
        ),
        Panel(
            "In hand (above 0 for long: it waits for something)",
            "sum by (app_name, handler) (vigie_received_messages_in_process)",
            legend="{{app_name}} {{handler}}",
        ),
    ),
    (
        Panel("Documents, by how they ended", f"sum by (end, reason) (rate(vigie_documents_ended_total{RATE}))",
              "reqps", "{{end}} {{reason}}"),
        Panel("Time until a document is found (95 of 100)", p95("vigie_document_seconds", ""), "s"),
        Panel("Passages that were made findable", f"sum(rate(vigie_passages_indexed_total{RATE}))", "reqps"),
        Panel("Oldest event of the outbox, by stage", "time() - min by (stage) (vigie_outbox_oldest_seconds)", "s",
              "{{stage}}"),
    ),
)  # fmt: skip
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
              f'sum by (reason) (rate(vigie_questions_ended_total{{end="failed"}}{RATE}))', "reqps", "{{reason}}"),
    ),
    (
        Panel("Time of each step (median)", _quantile(0.5, ".+"), "s", "{{step}}"),
        Panel("Time of each step (95 of 100)", _quantile(0.95, ".+"), "s", "{{step}}"),
    ),
    (
        Panel("Sentences that failed their checks", f"sum(rate(vigie_sentences_removed_total{RATE}))", "reqps"),
        Panel("Written by a model, of what was answered",
              f'sum(rate(vigie_questions_ended_total{{end="answered",mode="generated"}}{RATE}))'
              f' / sum(rate(vigie_questions_ended_total{{end="answered"}}{RATE}))', "percentunit"),
        Panel("Verdicts of people", f"sum by (verdict, reason) (increase(vigie_feedback_total{RATE}))",
              legend="{{verdict}} {{reason}}"),
    ),
    (
        Panel("Answers of models, by how they ended", f"sum by (backend, end) (rate(vigie_model_answers_total{RATE}))",
              "reqps", "{{backend}} {{end}}"),
        Panel("Waiting for a model", "sum by (backend) (vigie_model_queue)", legend="{{backend}}"),
        Panel("Until a model writes (95 of 100)", p95("vigie_model_first_text_seconds", "backend"), "s",
              "{{backend}}"),
        Panel("Left alone", "max by (backend) (vigie_model_circuit_open)", legend="{{backend}}"),
    ),
)  # fmt: skip
OPERATIONS: tuple[Row, ...] = (
    (
        Panel("Alerts", 'sum by (alertname, alertstate) (ALERTS{alertname=~"Vigie.+"})', legend="{{alertname}}"),
        Panel("Refused, by kind", f"sum by (status, kind) (rate(vigie_requests_refused_total{RATE}))", "reqps",
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
              f"sum by (topic, reason) (increase(vigie_events_refused_total{RATE}))", legend="{{topic}} {{reason}}"),
        Panel("Records without a MAC that were accepted",
              f"sum by (topic) (increase(vigie_events_unsigned_total{RATE}))", legend="{{topic}}"),
        Panel("Consumers replaced", f"sum by (group) (increase(vigie_consumer_restarts_total{RATE}))",
              legend="{{group}}"),
    ),
    (
        Panel("Waited for, or done without", "max by (service, part, code) (vigie_waits)",
              legend="{{service}} {{part}} {{code}}"),
        Panel("Since each chore last ended well", "time() - max by (chore) (vigie_chore_done_seconds)", "s",
              "{{chore}}"),
        Panel("Answers that models write now", "sum by (backend) (vigie_model_slots_taken)", legend="{{backend}}"),
    ),
)  # fmt: skip
DASHBOARDS: dict[str, tuple[str, tuple[Row, ...]]] = {
    "vigie-chain": ("Vigie: the chain", CHAIN),
    "vigie-answers": ("Vigie: answers", ANSWERS),
    "vigie-operations": ("Vigie: operations", OPERATIONS),
    **{f"vigie-{service}": (f"Vigie: {service}", rows_of(service)) for service in SERVICES},
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
        "targets": [
            {
                "refId": "A",
                "datasource": _SOURCE,
                "expr": panel.query,
                "legendFormat": panel.legend or "all",
                "exemplar": panel.query.startswith("histogram_quantile"),
            }
        ],
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
