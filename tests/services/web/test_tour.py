"""The tour: four steps with addresses, for who is new, until they have seen or skipped it."""

from tests.services.web.conftest import Site


async def test_the_tour_greets_who_is_new_and_is_gone_once_it_is_skipped(site: Site) -> None:
    await site.sign_in()
    first = (await site.http.get("/")).text
    assert "Tour, step 1 of 4" in first
    assert "Skip the tour" in first
    assert "/?tour=2#tour" in first
    last = (await site.http.get("/?tour=4")).text
    assert "End the tour" in last
    assert "tour=5" not in last
    skipped = await site.http.post("/tour")
    assert (skipped.status_code, skipped.headers["location"]) == (303, "/")
    assert 'id="tour"' not in (await site.http.get("/")).text
    assert "Tour, step 3 of 4" in (await site.http.get("/?tour=3")).text, "and comes again for who asks"
    assert (await site.http.get("/?tour=5")).status_code == 422
