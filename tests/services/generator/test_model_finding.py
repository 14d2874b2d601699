"""A model's server that is away, or does not let its key in, is found to be; so is that it is back."""

import pytest

from services.generator.models.finding import model_finding
from tests.support.model_server import config, head
from tests.support.scripted_server import RESET, Script, ScriptedServer


@pytest.mark.parametrize(
    ("script", "reason"), [([head("401 Unauthorized")], "status 401"), ([RESET], "RemoteProtocolError")]
)
async def test_what_is_wrong_with_a_server_is_told_until_it_answers(script: Script, reason: str) -> None:
    async with ScriptedServer(script, [head()]).running() as server:
        backend = config(server.address, api_key="s3cret")
        wrong = await model_finding(backend)
        assert wrong is not None
        assert wrong.params["reason"] == reason
        assert await model_finding(backend) is None
    away = await model_finding(backend)
    assert away is not None
    assert away.params["reason"] == "ConnectError"
