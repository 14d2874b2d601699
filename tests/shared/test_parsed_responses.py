"""Long responses are read once for all clients of a process, short ones each time; not more are kept than is told."""

import httpx
import pytest
from pydantic import BaseModel, ConfigDict

from shared.client import UnexpectedResponse
from shared.client.parsed_responses import ParsedResponses
from shared.client.routes import parsed


class Listed(BaseModel):
    words: str


class Counted:
    """Reads responses, and counts how often it had to."""

    def __init__(self, most_bytes: int = 100_000) -> None:
        self.known, self.read = ParsedResponses(most_bytes), 0

    def of(self, words: str, model: type[BaseModel] = Listed) -> BaseModel:
        data = Listed(words=words).model_dump_json().encode()

        def parse() -> BaseModel:
            self.read += 1
            return model.model_validate_json(data)

        return self.known.read(model, data, parse)


def test_equal_bytes_are_read_once_for_each_model() -> None:
    class Other(Listed):
        pass

    counted, long = Counted(), "a" * 5_000
    assert counted.of(long) is counted.of(long)
    assert isinstance(counted.of(long, Other), Other)
    assert counted.of("b" * 5_000) == Listed(words="b" * 5_000)
    assert counted.read == 3


def test_a_short_response_is_read_each_time() -> None:
    counted = Counted()
    assert counted.of("a") == counted.of("a")
    assert counted.read == 2


def test_the_oldest_are_let_go() -> None:
    counted = Counted(most_bytes=12_000)
    for words in ("a", "b", "a", "c", "a", "b"):
        counted.of(words * 5_000)
    assert counted.read == 4, "b was let go for c, since a had been wanted again"


class Strict(BaseModel):
    """What a request may not add to."""

    model_config = ConfigDict(extra="forbid")

    hazard: str


class Entries(BaseModel):
    items: list[Strict]


def test_a_client_reads_what_a_newer_gateway_says_more_of_an_entry() -> None:
    said = '{"items": [{"hazard": "Bruit", "model": "newer"}], "total": 1}'
    response = httpx.Response(200, text=said, request=httpx.Request("GET", "http://vigie"))
    assert parsed(Entries, said, response) == Entries(items=[Strict(hazard="Bruit")])
    with pytest.raises(UnexpectedResponse):
        parsed(Entries, '{"items": [{"model": "newer"}]}', response)
