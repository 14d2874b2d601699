"""The dashboard of each service: what it has in hand, what it waits for, and what is its own."""

from collections.abc import Iterable

from lab.panels import RATE, Panel, Row, p95
from shared.contracts.services import Service
from shared.contracts.topics import TOPICS

SERVICES = (*Service, "web")
_PREFIXED = "(.+[.])?"
"""Before names of topics and groups: the deployment's prefix."""


def _any_of(names: Iterable[str]) -> str:
    return _PREFIXED + "(" + "|".join(name.replace(".", "[.]") for name in names) + ")"


def _process(service: str) -> str:
    """Return the matcher of the service's process, which in the embedded stack is that of all."""
    return f'app_name=~"vigie-({service}|standalone)"'


def rows_of(service: str) -> tuple[Row, ...]:
    """Return the rows of a service's dashboard."""
    return _PAGES if service == "web" else (*_chain_rows(service), *_OWN[service])


def _chain_rows(service: str) -> tuple[Row, ...]:
    read = [topic for topic in TOPICS if service in {each.service for each in topic.consumers}]
    handled = f'{_process(service)},handler=~"{_any_of(topic.name for topic in read)}"'
    given_up = f'{_process(service)},destination=~"{_any_of(topic.dead_letters for topic in read)}"'
    return (
        (
            Panel("Behind", f'sum by (group) (vigie_consumer_lag{{group=~"{_PREFIXED}vigie-{service}[.].+"}})',
                  legend="{{group}}"),
            Panel("Handled", f"sum by (handler) (rate(vigie_received_processed_messages_total{{{handled}}}{RATE}))",
                  "reqps", "{{handler}}"),
            Panel("Time of handlers (95 of 100)",
                  p95("vigie_received_processed_messages_duration_seconds", "handler", handled), "s", "{{handler}}"),
        ),
        (
            Panel("In hand", f"sum by (handler) (vigie_received_messages_in_process{{{handled}}})",
                  legend="{{handler}}"),
            Panel("Waited for, or done without", f'max by (part, code) (vigie_waits{{service="{service}"}})',
                  legend="{{part}} {{code}}"),
            Panel("Errors of handlers", "sum by (handler, exception_type) "
                  f"(rate(vigie_received_processed_messages_exceptions_total{{{handled}}}{RATE}))",
                  "reqps", "{{handler}} {{exception_type}}"),
            Panel("Dead letters", "sum by (destination) "
                  f"(increase(vigie_published_messages_total{{{given_up}}}{RATE}))", legend="{{destination}}"),
        ),
    )  # fmt: skip


def _published(title: str, service: str, *topics: str) -> Panel:
    matchers = f'{_process(service)},destination=~"{_any_of(topics)}"'
    return Panel(
        title,
        f"sum by (destination) (rate(vigie_published_messages_total{{{matchers}}}{RATE}))",
        "reqps",
        "{{destination}}",
    )


def _free(part: str) -> Panel:
    return Panel(f"Free on the disk of {part}", f'min by (instance) (vigie_disk_free_bytes{{part="{part}"}})', "bytes",
                 "{{instance}}")  # fmt: skip


_OWN: dict[str, tuple[Row, ...]] = {
    Service.GATEWAY: (
        (
            Panel("Requests, by how they ended", f"sum by (status) (rate(vigie_request_seconds_count{RATE}))", "reqps",
                  "{{status}}"),
            Panel("Time of each route (95 of 100)", p95("vigie_request_seconds", "method, route"), "s",
                  "{{method}} {{route}}"),
            Panel("Defects and outages, by route",
                  f'sum by (method, route) (rate(vigie_request_seconds_count{{status="5xx"}}{RATE}))', "reqps",
                  "{{method}} {{route}}"),
        ),
        (
            Panel("Refused, by kind", f"sum by (status, kind) (rate(vigie_requests_refused_total{RATE}))", "reqps",
                  "{{status}} {{kind}}"),
            Panel("First sentence (95 of 100)", p95("vigie_question_seconds", "", 'step="first-sentence"'), "s"),
            Panel("Oldest event of the outbox, by stage", "time() - min by (stage) (vigie_outbox_oldest_seconds)", "s",
                  "{{stage}}"),
            Panel("Chores, by how they ended", f"sum by (chore, end) (rate(vigie_chore_runs_total{RATE}))", "reqps",
                  "{{chore}} {{end}}"),
        ),
    ),
    Service.INGEST: ((_published("Batches of passages", "ingest", "passages.extracted"), _free("objects")),),
    Service.EMBEDDER: (
        (
            _published("Batches of passages", "embedder", "passages.embedded"),
            _published("Questions", "embedder", "questions.embedded"),
            Panel("Step of a question (95 of 100)", p95("vigie_question_seconds", "", 'step="embed"'), "s"),
        ),
    ),
    Service.RETRIEVER: (
        (
            Panel("Passages that were made findable", f"sum(rate(vigie_passages_indexed_total{RATE}))", "reqps"),
            Panel("Step of a question (95 of 100)", p95("vigie_question_seconds", "", 'step="retrieve"'), "s"),
            _free("index"),
        ),
    ),
    Service.GENERATOR: (
        (
            Panel("Step of a question (95 of 100)", p95("vigie_question_seconds", "", 'step="generate"'), "s"),
            Panel("Answers of models, by how they ended",
                  f"sum by (backend, end) (rate(vigie_model_answers_total{RATE}))", "reqps", "{{backend}} {{end}}"),
            Panel("Until a model writes (95 of 100)", p95("vigie_model_first_text_seconds", "backend"), "s",
                  "{{backend}}"),
            Panel("Waiting for a model", "sum by (backend) (vigie_model_queue)", legend="{{backend}}"),
            Panel("Tokens, where the server tells them",
                  f"sum by (backend, kind) (rate(vigie_model_tokens_total{RATE}))", legend="{{backend}} {{kind}}"),
        ),
    ),
}  # fmt: skip
_PAGES: tuple[Row, ...] = (
    (
        Panel("Pages, by status", f"sum by (status) (rate(vigie_page_duration_seconds_count{RATE}))", "reqps",
              "{{status}}"),
        Panel("Defects, by route",
              f'sum by (route) (rate(vigie_page_duration_seconds_count{{status=~"5.."}}{RATE}))', "reqps", "{{route}}"),
    ),
    (
        Panel("Time of pages (95 of 100)", p95("vigie_page_duration_seconds", ""), "s"),
        Panel("Time of each route (95 of 100)", p95("vigie_page_duration_seconds", "route"), "s", "{{route}}"),
    ),
)  # fmt: skip
