"""`vigie duerp review` on a stack: the code is replaced by one where a cited article has a newer version."""

from pathlib import Path

import pytest

from services.standalone.local_issuer import Person
from shared.access import PUBLIC, Role
from shared.client import VigieClient
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import FreezeBody
from tests.fakes.ingest import article, code, milliseconds, section
from tests.support.up import Up

pytestmark = pytest.mark.processes

UNIT = "UMR5219"
ALIX = Person("alix", units=(UNIT,), roles=(Role.PREVENTION_ASSISTANT,))
LEGI = "application/vnd.vigie.legi-data+json"
NAMES_A_GONE_ONE = article("R4121-1-1", "<p>Un accord ou un référentiel mentionnés à l'article L. 4161-2.</p>")


async def the_law(operator: VigieClient, version: str, since: str, nights: int) -> None:
    """Ingest the code in which D4163-2 has so many nights."""
    text = f"<p>Travail de nuit : une heure entre 24 heures et 5 heures, {nights} nuits par an.</p>"
    threshold = article("D4163-2", text, id=version, dateDebut=milliseconds(since))
    content = code(section("Quatrième partie", NAMES_A_GONE_ONE, threshold))
    begun = await operator.submit("code.json", content, scope=PUBLIC, key="code-du-travail", media_type=LEGI)
    assert (await operator.ended(begun.id)).state is DocumentState.INDEXED


async def test_an_article_that_has_changed_since_the_version_is_shown_with_both_texts(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    up.start()
    try:
        up.issuer.remember(ALIX)
        async with up.client() as operator, up.client(ALIX) as client:
            await the_law(operator, "LEGIARTI000036410046", "2019-01-01", 120)
            duerp = client.duerp(UNIT)
            place = await duerp.add(WorkUnit(name="Plateforme"))
            await duerp.add(Line(work_unit=place.id, hazard="Nuits", articles=["D4163-2", "R4121-1-1"]))
            await duerp.freeze(FreezeBody(title="2023"))
            assert "nuits par an" not in up.run("duerp", "review", UNIT, "--as", "alix").stdout
            await the_law(operator, "LEGIARTI000047962458", "2023-09-01", 100)
        told = " ".join(up.run("duerp", "review", UNIT, "--as", "alix").stdout.split())
    finally:
        up.kill()
    assert "Since version 1, the text of D4163-2 has changed" in told
    assert "in force since 2019-01-01" in told
    assert "120 nuits par an" in told
    assert "in force since 2023-09-01" in told
    assert "100 nuits par an" in told
    assert "no longer in force" not in told  # L4161-2 is gone, and R4121-1-1 alone names it
