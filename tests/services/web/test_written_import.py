"""An import that was written still tells what of the file is to be looked at: the page says that there is a list."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, NOW
from tests.services.web.test_duerp import UNIT

IMPORT = str(uuid4())
ADDRESS = f"{UNIT}/imports/{IMPORT}"


@pytest.fixture
async def desk(site: Site) -> Site:
    await site.sign_in()
    site.gateway.on("GET", "/v1/me", ME)
    told: dict[str, Any] = {
        "id": IMPORT, "unit": "UMR5219", "state": "written", "revision": 2, "file_name": "a.xlsx", "size": 1,
        "reading": 1, "said": {}, "counts": {}, "failure": None, "error": None, "created_by": "alice",
        "created_at": NOW, "updated_by": "alice", "updated_at": NOW, "url": ADDRESS, "summary": None, "offered": None,
        "written": {"lines": 2},
    }  # fmt: skip
    site.gateway.on("GET", ADDRESS, told)
    return site


async def test_what_is_to_be_looked_at_is_listed_after_writing_too(desk: Site) -> None:
    finding = {"sheet": "A", "row": 2, "column": None, "code": "unknown_family", "params": {}, "message": "Tour <b>"}
    desk.gateway.on("GET", f"{ADDRESS}/report", {"report": [finding], "next": None})
    page = (await desk.http.get(f"/duerp/UMR5219/imports/{IMPORT}")).text
    assert "Tour &lt;b&gt;" in page
    assert "(1)" in page


async def test_where_nothing_is_kept_of_the_file_any_more_the_page_goes_without(desk: Site) -> None:
    page = await desk.http.get(f"/duerp/UMR5219/imports/{IMPORT}")
    assert page.status_code == 200
    assert "<details open>" not in page.text
    refusal = {"type": "urn:vigie:problem:forbidden", "title": "?", "status": 403, "detail": "Not yours."}
    desk.gateway.on("GET", f"{ADDRESS}/report", refusal, status=403)
    assert (await desk.http.get(f"/duerp/UMR5219/imports/{IMPORT}")).status_code == 403
