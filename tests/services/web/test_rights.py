"""What a person may do is asked once for each of their tokens, and never told of another's."""

from services.web.sign_in.rights import Rights
from shared.http_api.directory import MeView
from tests.services.web.conftest import Site
from tests.services.web.test_documents import ME, listing


async def test_who_one_is_is_asked_once_and_again_after_signing_in(site: Site) -> None:
    site.gateway.on("GET", "/v1/me", ME)
    listing(site)
    await site.sign_in()
    for _ in range(3):
        await site.http.get("/documents")
    assert [each.url.path for each in site.gateway.requests].count("/v1/me") == 1
    site.gateway.on("GET", "/v1/me", ME | {"scopes": []})
    await site.sign_in()
    assert "multipart/form-data" not in (await site.http.get("/documents")).text


def test_rights_are_of_one_token_and_the_token_is_not_kept() -> None:
    rights = Rights()
    rights.keep("token-a", MeView.model_validate(ME))
    assert rights.get("token-b") is None
    assert rights.get("token-a") is not None
    assert "token-a" not in repr(rights.__dict__)
