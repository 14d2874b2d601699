"""What forms of a DUERP say of its entries, and what tables and pictures show of them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.web.duerp.figures import matrix_of
from services.web.duerp.forms import (
    DESCRIPTION,
    FORMS,
    REFERENCES,
    Form,
    Slug,
    content_of,
    sent,
    typed,
)
from services.web.duerp.ratings import RESIDUAL, HalfRated, asked_ratings, rated
from services.web.duerp.table import Grouping, Order, grouped, matching
from services.web.duerp.views import LineRow
from services.web.http.rendering import Templates
from shared.http_api.duerp.entries import Entry, EntryKind
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine
from shared.http_api.duerp.programme import Action, Closing
from shared.http_api.duerp.scales import Product, Quotient, Rating, Scale, Table, WeightedSum
from shared.http_api.duerp.unit import WorkUnit
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.services.web.conftest import Site

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ALL_FORMS: list[Form] = [*FORMS.values(), DESCRIPTION]


def entry(content: Any, kind: EntryKind, identity: UUID | None = None) -> Entry[Any]:
    made: Entry[Any] = cast("type[Entry[Any]]", Entry.__class_getitem__(type(content)))(
        id=identity or uuid4(), unit="UMR5219", kind=kind, revision=3, content=content, decided=None, remarks=[],
        created_by="a", created_at=NOW, updated_by="a", updated_at=NOW, archived_at=None, url="/v1/x",
    )  # fmt: skip
    return made


@pytest.mark.parametrize("form", ALL_FORMS)
def test_every_field_is_one_of_its_kind_and_has_its_words(form: Form) -> None:
    assert {each.name for each in form.fields} <= set(form.content.model_fields)
    assert set(form.columns) <= {each.name for each in form.fields}
    for language in LANGUAGES:
        for field in form.fields:
            assert Catalogue().text(language, f"web.fields.{field.name}")
            assert all(Catalogue().text(language, f"{field.words}.{each}") for each in field.choices)


async def test_every_kind_has_its_words(site: Site) -> None:
    translated = site.app.state.parts[Templates].translator
    for slug in Slug:
        for key in (slug.value, f"{slug.value}-lead", f"{slug.value}-new"):
            assert translated("de")(f"kinds.{key}")


def test_what_a_form_does_not_ask_stays_as_it_was() -> None:
    former = Action(
        what="Former", closed=Closing(on=NOW.date(), reason="r"), as_written={"due": "soon"}, cost=Decimal(3)
    )
    fields = sent(
        FORMS[Slug.ACTIONS], FormData([("what", " Ventiler\r\nla salle "), ("status", "started"), ("cost", "1 200,5")])
    )
    content = content_of(FORMS[Slug.ACTIONS], fields, former)
    assert isinstance(content, Action)
    assert (content.what, content.status.value, content.cost) == ("Ventiler\nla salle", "started", Decimal("1200.5"))
    assert (content.closed, content.as_written) == (former.closed, former.as_written)
    assert content.due is None


@pytest.mark.parametrize("form", ALL_FORMS)
def test_what_is_shown_and_sent_unchanged_is_the_same(form: Form) -> None:
    required: dict[Slug | None, dict[str, Any]] = {
        Slug.ELEMENTS: {"kind": "premises", "name": "A"}, Slug.WORK_UNITS: {"name": "A"}, Slug.ACTIONS: {"what": "A"},
        Slug.EVENTS: {"type": "accident", "on": "2026-01-01", "what": "A"}, Slug.CONSULTATIONS: {"body": "A"},
        Slug.TRANSMISSIONS: {"to": "A", "sent_on": "2026-01-01"}, Slug.SHARED_LINES: {}, None: {"name": "A"},
    }  # fmt: skip
    slug = next((each for each in Slug if FORMS[each] is form), None)
    former: Content = form.content.model_validate(required[slug])
    shown = typed(form, former)
    pairs = [(name, each) for name, value in shown.items() for each in (value if isinstance(value, list) else [value])]
    again = sent(form, FormData(pairs))
    assert again == shown
    assert content_of(form, again, former) == former
    assert again == shown


def test_a_field_that_must_be_there_is_named() -> None:
    form = FORMS[Slug.EVENTS]
    with pytest.raises(ValidationError) as refused:
        content_of(form, sent(form, FormData([("on", "32/13/2026"), ("what", "x")])), None)
    assert {each["loc"][0] for each in refused.value.errors()} == {"type", "on"}


def test_a_shared_line_without_ticked_units_holds_for_all() -> None:
    form = FORMS[Slug.SHARED_LINES]
    content = content_of(form, sent(form, FormData([("hazard", "Bruit")])), None)
    assert isinstance(content, SharedLine)
    assert content.work_units is None
    assert {field.name for field in form.fields if field.shape in REFERENCES} == {"work_units"}


def scale_of(formula: Any) -> Entry[Scale]:
    axes = [
        {"key": key, "name": key.upper(), "direction": "higher_is_worse",
         "values": [{"name": "faible", "weight": "1"}, {"name": "fort", "weight": "4"}]}
        for key in ("a", "b", "c", "d")
    ]  # fmt: skip
    content = Scale.model_validate(
        {"name": "S", "axes": axes, "residual": {"formula": formula.model_dump(mode="json")}}
    )
    return entry(content, EntryKind.SCALE)


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        (Product(axes=["b", "a"]), "ab"),
        (Quotient(over=["a", "c"], under=["d"]), "acd"),
        (WeightedSum.model_validate({"terms": [{"axis": "a", "factor": "2"}], "times": ["d"]}), "ad"),
        (Table.model_validate({"axes": ["c"], "results": ["1", None]}), "c"),
    ],
)
def test_a_rating_asks_what_its_formula_needs_and_has_no_default(formula: Any, asked: str) -> None:
    scale = scale_of(formula)
    (shown,) = asked_ratings(scale, {})
    assert "".join(axis.field.removeprefix("residual.") for axis in shown.axes) == asked
    assert {axis.chosen for axis in shown.axes} == {""}
    assert rated(scale, RESIDUAL, {}, None) is None
    given = rated(scale, RESIDUAL, dict.fromkeys((axis.field for axis in shown.axes), "fort"), None)
    assert given == Rating(scale=scale.id, version=3, values=dict.fromkeys(asked, "fort"))


def test_half_a_rating_is_told_and_an_unchanged_one_stays_on_its_scale() -> None:
    scale = scale_of(Product(axes=["a", "b"]))
    with pytest.raises(HalfRated):
        rated(scale, RESIDUAL, {"residual.a": "fort", "residual.b": ""}, None)
    former = Rating(scale=uuid4(), version=1, values={"a": "fort", "b": "faible"}, level="Moyen")
    same = {"residual.a": "fort", "residual.b": "faible"}
    assert rated(scale, RESIDUAL, same, former) is former
    changed = rated(scale, RESIDUAL, same | {"residual.b": "fort"}, former)
    assert changed is not None
    assert (changed.scale, changed.level) == (scale.id, None)
    assert rated(scale, RESIDUAL, {"residual.a": "", "residual.b": ""}, former) is None


def a_row(**fields: Any) -> LineRow:
    told: dict[str, Any] = {
        "id": "x", "slug": "lines", "revision": 1, "work_unit": "Atelier", "family": "Bruit", "title": "Scie",
        "hazard": "Scie", "situation": "", "level": "", "values": "", "score": None, "state": "proposed",
        "remarks": [], "measures": 0,
    }  # fmt: skip
    return LineRow(**(told | fields))


def test_a_table_has_what_nobody_rated_first_then_the_worst() -> None:
    rows = [a_row(id="low", score=1.0), a_row(id="none"), a_row(id="high", score=16.0)]
    (group,) = grouped(rows, Order.LEVEL, Grouping.NONE)
    assert [each.id for each in group.rows] == ["none", "high", "low"]
    by_unit = grouped(
        [a_row(work_unit="B"), a_row(work_unit="a"), a_row(work_unit="B")], Order.WORK_UNIT, Grouping.WORK_UNIT
    )
    assert [(each.name, len(each.rows)) for each in by_unit] == [("a", 1), ("B", 2)]
    assert grouped([], Order.LEVEL, Grouping.NONE) == []


def test_words_are_searched_over_columns_and_case() -> None:
    rows = [a_row(id="1", situation="Découpe"), a_row(id="2", remarks=["?"])]
    assert [each.id for each in matching(rows, "atelier DÉCOUPE", to_complete=False)] == ["1"]
    assert [each.id for each in matching(rows, "", to_complete=True)] == ["2"]


def test_a_picture_counts_each_line_once_and_the_unrated_ones_last() -> None:
    unit, other = (entry(WorkUnit(name=name), EntryKind.WORK_UNIT) for name in ("Atelier", "Bureau"))
    rating = Rating(scale=uuid4(), version=1, values={"a": "x"}, level="Fort", colour="#aa0000")
    lines = [
        Line(work_unit=unit.id, residual=rating),
        Line(work_unit=unit.id, residual=rating),
        Line(work_unit=other.id),
    ]
    matrix = matrix_of([entry(each, EntryKind.LINE) for each in lines], [unit, other], None)
    assert [each.name for each in matrix.columns] == ["Fort", ""]
    assert matrix.rows == [("Atelier", [2, 0]), ("Bureau", [0, 1])]
    assert matrix.totals == [2, 1]
    assert (matrix.opacity(0), matrix.opacity(2)) == (0.0, 1.0)
