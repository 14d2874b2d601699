"""`vigie login`, `vigie logout` and `vigie whoami`: a person at a gateway elsewhere."""

from typing import Annotated, Any

import httpx
import typer

from services.cli.command import command
from services.cli.context import JsonOption, UrlOption, err, out
from services.cli.device_flow import (
    SignInError,
    check_address,
    discover,
    http_client,
    issuer_of,
    revoke,
    start,
    wait_for_tokens,
)
from services.cli.output import Output
from services.cli.texts import text
from services.cli.token_store import SignIn, TokenStore
from shared.language.names import one_line

IssuerOption = Annotated[
    str | None, typer.Option("--issuer", metavar="URL", help=text("cli.help.issuer"), envvar="VIGIE_ISSUER")
]


@command
async def login(url: UrlOption = None, issuer: IssuerOption = None) -> None:
    gateway = _gateway(url)
    with http_client() as http:
        endpoints = discover(http, issuer or issuer_of(http, gateway))
        device = start(http, endpoints)
        out.print(text("sign-in.go-to"))
        out.print(f"  {one_line(device.whole_address or device.address)}", style="bold cyan", soft_wrap=True)
        out.print(text("sign-in.code", code=device.code))
        tokens = await wait_for_tokens(http, endpoints, device)
    sign_in = SignIn(endpoints, tokens)
    TokenStore().put(gateway, sign_in)
    out.print(text("sign-in.done", name=_name(sign_in.claims()), address=gateway))


@command
async def logout(url: UrlOption = None) -> None:
    gateway = _gateway(url)
    store = TokenStore()
    sign_in = store.get(gateway)
    store.forget(gateway)
    try:
        with http_client() as http:
            revoked = revoke(http, sign_in.endpoints, sign_in.tokens)
    except httpx.TransportError:
        revoked = False
    out.print(text("sign-in.gone", address=gateway))
    if not revoked:
        err.print(text("sign-in.not-revoked", address=sign_in.endpoints.issuer), style="yellow")


@command
async def whoami(as_json: JsonOption = False, url: UrlOption = None) -> None:
    gateway = _gateway(url)
    store = TokenStore()
    await store.token(gateway)
    sign_in = store.get(gateway)
    claims = sign_in.claims()
    found = {
        "name": _name(claims),
        "url": gateway,
        "issuer": sign_in.endpoints.issuer,
        "groups": claims.get("groups", []),
        "roles": (claims.get("realm_access") or {}).get("roles", []),
    }
    if Output(as_json).print_json(found):
        return
    out.print(text("sign-in.who", name=found["name"], address=gateway))
    for kind in ("groups", "roles"):
        out.print(text(f"sign-in.{kind}", names=", ".join(found[kind]) or "-"))


def _gateway(url: str | None) -> str:
    if url is None:
        raise typer.BadParameter(text("sign-in.which"), param_hint="--url")
    try:
        return check_address(url)
    except SignInError as error:
        raise typer.BadParameter(text(f"sign-in.{error.reason}", **error.params), param_hint="--url") from error


def _name(claims: dict[str, Any]) -> str:
    return str(claims.get("preferred_username") or claims.get("sub", "?"))
