"""The public names of the client: a name that goes breaks the programs of others, and is a change of version."""

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

import vigie

NAMES = {
    "LIMITS", "TIMEOUT", "Action", "ActionStatus", "AnswerFormat", "AnswerView", "Assessment", "Axis", "AxisValue",
    "BackendView", "Calculation", "ChangeQuery", "ChangeType", "ChangeView", "Chunking", "Citation", "Closing",
    "Comparison", "Condition", "Confidentiality", "Consultation", "ConsultedBody", "Content", "Decided", "Difference",
    "DifferenceType", "Direction", "DiskView", "DocumentEdit", "DocumentList", "DocumentOrder", "DocumentQuery",
    "DocumentState",
    "DocumentView", "Duty", "DutyHeld", "Element", "ElementKind", "EmbeddingModelView", "EmbeddingView", "Employer",
    "Entry", "EntryKind", "EntryQuery", "EntryRemark", "Event", "EventType", "Evidence", "ExistingMeasure",
    "FamilyView", "FaultView", "FeedbackEntry", "FeedbackQuery", "FeedbackView", "FieldDifference", "Finding",
    "FreezeBody", "GroupView", "Headcount", "LateConsultation", "Level", "Line", "LineEvidence", "LineOrigin",
    "LineState", "MeView", "NoticeView", "OpenedPassageView", "Opinion", "Origin", "Overview", "OwnScope",
    "PagePictureView", "PassageList", "PassageView", "PeopleStatus", "PersonView", "PictureMark",
    "Problem", "Product", "QuestionBody", "QuestionQuery", "QuestionState", "QuestionView", "QuotaView", "Quotient",
    "Rating", "Reason", "Regime", "RemarkView", "Retries", "Scale", "ScaleExample", "ScaleExamples", "Sentence",
    "SharedLine", "SharedRating", "Site", "Statement", "StatusView", "Table", "TextRemarks", "Timings", "Token",
    "Transmission", "ComparedLine", "ImportConflict", "OwnExport", "ImportDocument", "ImportMapping",
    "ImportPlan", "ImportQuery",
    "ImportState", "ImportSummary", "ImportView", "ImportedAction", "ReportedFinding",
    "AbsentFamily", "DraftBody", "DraftView", "DraftedLine", "MeasureToTake",
    "Budget", "CommitteeProgress", "Figure", "FigureColumn", "FigureName", "FigureRow", "Figures", "Programme",
    "ProgrammeAction", "ProgrammeItem", "ProgrammeKind", "ProgrammeState", "Statistics", "UnitFigures",
    "DuplicateView", "EntryOutcome", "Named", "Outcome", "SharedView", "Together", "TogetherView", "UnitYear",
    "Asked", "Confirmation", "Cycle", "LineAnswer", "Reminder", "ReminderType", "Reminders", "StillTrue",
    "WorkUnitProgress", "YearQuery", "YearView",
    "ArticleChange", "ArticleText", "Dismissal", "Dismissed", "Review", "ReviewFinding",
    "DeadLetterQuery", "DeadLetterView", "JobKind", "LetterState", "UsageView", "WeekView",
    "UnexpectedResponse", "Unit", "UnitDuerp", "UnitImports", "UnitObligation", "UnitObligations",
    "Verdict", "Verification", "VersionDocument",
    "VersionFault", "VersionQuery", "VersionView", "VigieClient", "WeightedSum", "WeightedTerm", "WorkUnit", "Writer",
}  # fmt: skip


def test_public_names_are_these() -> None:
    assert set(vigie.__all__) == NAMES
    assert {name for name in vars(vigie) if not name.startswith("_")} == NAMES


def classes_of(annotation: Any) -> Iterator[type]:
    """The classes that an annotation names, with those of the fields of models."""
    if not isinstance(annotation, type) or get_args(annotation):
        for each in get_args(annotation):
            yield from classes_of(each)
    elif issubclass(annotation, BaseModel):
        yield annotation
        for each in get_type_hints(annotation).values():
            yield from classes_of(each)
    elif annotation.__module__.partition(".")[0] == "shared" or issubclass(annotation, Enum):
        yield annotation


def test_what_the_client_takes_and_returns_has_a_public_name() -> None:
    methods = inspect.getmembers(vigie.VigieClient, inspect.isfunction)
    hints = [get_type_hints(method) for name, method in methods if not name.startswith("_")]
    found = {each for hint in hints for annotation in hint.values() for each in classes_of(annotation)}
    assert {vigie.AnswerView, vigie.Sentence, vigie.DocumentState, vigie.Evidence} <= found
    assert {each.__name__ for each in found} <= NAMES
