"""The annex of R4121-1-1: collective data by exposure factor, with the thresholds of D4163-2."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.formats import written
from services.gateway.duerp.exports.report import Section
from shared.duerp.exposure_factors import factors_of, threshold_of
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import Employer, Headcount, PeopleStatus, Regime, Unit
from tests.services.gateway.duerp.exports.clean_room import clean_room


def annex(duerp: Duerp, language: str = "en") -> Section | None:
    found = [each for each in compose(duerp, language).sections if "R4121-1-1" in each.title]
    return found[0] if found else None


def with_line(family: str, hazard: str, *, regime: Regime = Regime.PUBLIC, exposed: int = 0) -> Duerp:
    """Return the clean room with one line alone, of one employer."""
    duerp = clean_room()
    line = next(each for each in duerp.entries if isinstance(each.content, Line))
    people = [Headcount(status=PeopleStatus.PERMANENT, women=exposed)] if exposed else []
    told = {"family": family, "hazard": hazard, "situation": "", "harm": "", "comment": "", "exposed": people}
    unit = Unit(name="Labo", employers=[Employer(name="A", regime=regime)])
    lines = [line.model_copy(update={"content": line.content.model_copy(update=told)})]
    others = [
        each.model_copy(update={"content": unit}) if isinstance(each.content, Unit) else each
        for each in duerp.entries
        if not hasattr(each.content, "hazard")
    ]
    return replace(duerp, entries=[*others, *lines])


def test_a_factor_has_its_work_units_situations_people_and_threshold() -> None:
    section = annex(with_line("noise", "Compressor", regime=Regime.PRIVATE, exposed=7))
    assert section is not None
    assert section.table is not None
    ((factor, units, situations, exposed, threshold, share),) = [each.cells for each in section.table.rows]
    assert (factor, bool(units), situations) == ("noise", True, "\N{EN DASH} Compressor")
    assert "7" in exposed
    assert "81 dB(A)" in threshold
    assert share == "to be told by the employer"


def test_fewer_than_five_are_no_number_and_public_law_has_no_share() -> None:
    section = annex(with_line("noise", "Compressor", exposed=2))
    assert section is not None
    assert section.table is not None
    cells = section.table.rows[0].cells
    assert "fewer than 5" in cells[3]
    assert cells[5] == "not applicable (public law)"


def test_there_is_no_annex_where_no_factor_is() -> None:
    assert annex(with_line("screens", "Screens")) is None


@pytest.mark.parametrize(
    ("family", "text", "factors"),
    [
        ("work_organisation_time", "Manips de nuit", ["night_work"]),
        ("work_organisation_time", "Travail posté en 3x8", ["alternating_shifts"]),
        ("work_organisation_time", "Réunions tardives", []),
        ("manual_handling_msd", "Port de bidons", ["manual_handling"]),
        ("manual_handling_msd", "Pipetage répétitif", ["repetitive_work"]),
        ("manual_handling_msd", "Postures penchées et gestes répétitifs", ["awkward_postures", "repetitive_work"]),
        ("noise", "Compresseur", ["noise"]),
        ("screens", "Écran la nuit", []),
    ],
)
def test_words_tell_which_factor_of_a_family_a_risk_is_about(family: str, text: str, factors: list[str]) -> None:
    assert factors_of([(family, text)]) == factors


def test_six_of_the_ten_factors_have_a_threshold() -> None:
    told = {each for each in factors_of_all() if threshold_of(each, "fr")}
    assert told == {
        "hyperbaric_work", "extreme_temperatures", "noise", "night_work", "alternating_shifts", "repetitive_work",
    }  # fmt: skip
    assert all(threshold_of(each, language) for each in told for language in ("en", "de"))


def factors_of_all() -> list[str]:
    risks = [("noise", ""), ("vibrations", ""), ("chemical_cmr", ""), ("hyperbaric_diving", ""), ("heat_cold", "")]
    words = [
        ("work_organisation_time", "nuit en 3x8"),
        ("manual_handling_msd", "posture répétitive"),
        ("manual_handling_msd", ""),
    ]
    found = factors_of([*risks, *words])
    assert len(found) == 10
    return found


def test_the_workbook_has_a_sheet_of_exposures() -> None:
    book = openpyxl.load_workbook(BytesIO(written(with_line("noise", "Compressor"), ExportFormat.XLSX, "fr")))
    assert "Expositions" in book.sheetnames
