"""The review as its page shows it: findings by severity and rule, each with the page of its entry. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.review import ReviewFinding
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text

_catalogue = Catalogue()

SEVERITIES = ("first", "then", "later")
"""What endangers or is late, and what the law wants written; what is missing; what could be better."""

SEVERITY: Mapping[str, str] = MappingProxyType(
    {
        "families_unsaid": "then",
        "work_unit_without_line": "then",
        "equipment_without_line": "later",
        "line_without_measure": "first",
        "instructions_alone": "then",
        "worst_uncontrolled": "first",
        "measures_unchecked": "later",
        "check_overdue": "first",
        "action_late": "first",
        "action_incomplete": "later",
        "event_open": "first",
        "never_sent": "then",
        "never_consulted": "then",
        "article_changed": "first",
        "article_gone": "then",
        "rating_improved": "then",
        "equipment_gone": "later",
        "document_replaced": "then",
        "people_changed": "then",
    }
)
"""Of the rules that are told by their names; all others are of the law's text."""

_PAGES: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.LINE: "lines/{id}",
        EntryKind.SHARED_LINE: "shared-lines/{id}",
        EntryKind.WORK_UNIT: "work-units/{id}",
        EntryKind.ELEMENT: "elements/{id}",
        EntryKind.ACTION: "actions/{id}",
        EntryKind.EVENT: "events/{id}",
        EntryKind.CONSULTATION: "consultations/{id}",
        EntryKind.TRANSMISSION: "transmissions/{id}",
        EntryKind.UNIT: "description",
        EntryKind.SCALE: "scale",
    }
)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding. `address` is the page of its entry; `closed` is who closed it and why, `dismissal` what says so."""

    rule: str
    about: str
    revision: int
    name: str
    sentence: str
    address: str
    closed: str
    dismissal: str

    @property
    def id(self) -> str:
        return f"{self.rule}-{self.about}"


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """What one rule finds."""

    rule: str
    title: str
    findings: Sequence[FindingRow]


def row_of_finding(finding: ReviewFinding, unit: str) -> FindingRow:
    """Return a finding as the page shows it."""
    closed = finding.dismissed
    return FindingRow(
        rule=finding.rule,
        about=str(finding.about),
        revision=finding.revision,
        name=one_line(finding.name),
        sentence=one_line(finding.sentence),
        address=_address(finding, unit),
        closed=f"{one_line(closed.by)} · {shown_text(closed.reason)}" if closed else "",
        dismissal=str(closed.dismissal) if closed else "",
    )


def by_severity(
    findings: Iterable[ReviewFinding], unit: str, language: str
) -> list[tuple[str, int, Sequence[RuleGroup]]]:
    """Return the open findings: for each severity that has some, how many and the rules, in the order of the review."""
    rules: dict[str, list[ReviewFinding]] = {}
    for each in findings:
        if each.dismissed is None:
            rules.setdefault(each.rule, []).append(each)
    found: list[tuple[str, int, Sequence[RuleGroup]]] = []
    for severity in SEVERITIES:
        groups = [
            RuleGroup(rule, _title(of_rule[0], language), [row_of_finding(each, unit) for each in of_rule])
            for rule, of_rule in rules.items()
            if SEVERITY.get(rule, "first") == severity
        ]
        if groups:
            found.append((severity, sum(len(each.findings) for each in groups), groups))
    return found


def closed_findings(findings: Iterable[ReviewFinding], unit: str) -> list[FindingRow]:
    """Return the findings that somebody has closed."""
    return [row_of_finding(each, unit) for each in findings if each.dismissed is not None]


def _title(finding: ReviewFinding, language: str) -> str:
    key = f"web.review.rules.{finding.rule.replace('_', '-')}"
    if _catalogue.has(key):
        return _catalogue.text(language, key)
    return _catalogue.text(language, "web.review.wanted", articles=", ".join(map(one_line, finding.articles)))


def _address(finding: ReviewFinding, unit: str) -> str:
    page = _PAGES.get(finding.kind, "").format(id=finding.about)
    if finding.rule == "families_unsaid":
        page += "/families"
    return f"/duerp/{unit}/{page}" if page else f"/duerp/{unit}"
