"""The page of what the law wants of a DUERP."""

from typing import Any

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME
from tests.services.web.test_duerp import UNIT

PAGE = "/duerp/UMR5219/obligations"


def obligation(name: str, subject: str, **told: Any) -> dict[str, Any]:
    return {
        "id": name, "subject": subject, "standing": "applies", "text": f"Of <{name}>.", "doubt": "", "articles": [],
        "source": None, "families": [],
    } | told  # fmt: skip


async def test_what_is_wanted_stands_by_subject_with_its_articles_and_what_is_to_be_checked(site: Site) -> None:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    told = [
        obligation("keep-forty-years", "keep", articles=["R4121-4"]),
        obligation("cmr-results", "written", articles=["R4412-64"], families=["chemical_cmr"]),
        obligation("fixed-term", "assign", standing="to_check", doubt="No text says so."),
        obligation("guide", "pointer", source="guide of 2025 (unverified)"),
    ]
    body = {"unit": "UMR5219", "checked": "2026-11-29", "package": "legi-data 2.513.0", "obligations": told}
    site.gateway.on("GET", f"{UNIT}/obligations", body)
    page = (await site.http.get(PAGE)).text
    heads = [page.index(f'id="subject-{name}"') for name in ("keep", "written", "assign", "pointer")]
    assert heads == sorted(heads)
    assert "Of &lt;cmr-results&gt;." in page
    assert "R4412-64 · Carcinogens" in page or "R4412-64 · " in page
    assert page.count("<strong>to check</strong>") == 1
    assert "No text says so." in page
    assert "1 to check" in page
    assert "guide of 2025 (unverified)" in page
