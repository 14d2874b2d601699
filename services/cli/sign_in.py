"""`vigie login`, `vigie logout` and `vigie whoami`: a person at a gateway elsewhere."""

import json
from typing import Annotated, Any

import httpx
import typer

from services.cli.context import JsonOption, UrlOption, err, out, run
from services.cli.device_flow import SignInError, check_address, discover, http_client, issuer_of, revoke, start, wait
from services.cli.texts import text
from services.cli.token_store import SignedIn, SignIn

IssuerOption = Annotated[
    str | None, typer.Option("--issuer", metavar="URL", help=text("cli.help.issuer"), envvar="VIGIE_ISSUER")
]


def register(app: typer.Typer) -> None:
    app.command("login", help=text("cli.help.login"))(login)
    app.command("logout", help=text("cli.help.logout"))(logout)
    app.command("whoami", help=text("cli.help.whoami"))(whoami)


def login(url: UrlOption = None, issuer: IssuerOption = None) -> None:
    gateway = _gateway(url)

    async def work() -> int:
        with http_client() as http:
            endpoints = discover(http, issuer or issuer_of(http, gateway))
            device = start(http, endpoints)
            out.print(text("sign-in.go-to"))
            out.print(f"  {device.whole_address or device.address}", style="bold cyan", soft_wrap=True)
            out.print(text("sign-in.code", code=device.code))
            tokens = await wait(http, endpoints, device)
        sign_in = SignIn(endpoints, tokens)
        SignedIn().put(gateway, sign_in)
        out.print(text("sign-in.done", name=_name(sign_in.claims()), address=gateway))
        return 0

    run(work())


def logout(url: UrlOption = None) -> None:
    gateway = _gateway(url)

    async def work() -> int:
        kept = SignedIn()
        sign_in = kept.get(gateway)
        kept.forget(gateway)
        try:
            with http_client() as http:
                ended = revoke(http, sign_in.endpoints, sign_in.tokens)
        except httpx.TransportError:
            ended = False
        out.print(text("sign-in.gone", address=gateway))
        if not ended:
            err.print(text("sign-in.not-revoked", address=sign_in.endpoints.issuer), style="yellow")
        return 0

    run(work())


def whoami(as_json: JsonOption = False, url: UrlOption = None) -> None:
    gateway = _gateway(url)

    async def work() -> int:
        kept = SignedIn()
        await kept.token(gateway)
        sign_in = kept.get(gateway)
        claims = sign_in.claims()
        found = {
            "name": _name(claims),
            "url": gateway,
            "issuer": sign_in.endpoints.issuer,
            "groups": claims.get("groups", []),
            "roles": (claims.get("realm_access") or {}).get("roles", []),
        }
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False))
            return 0
        out.print(text("sign-in.who", name=found["name"], address=gateway))
        for kind in ("groups", "roles"):
            out.print(text(f"sign-in.{kind}", names=", ".join(found[kind]) or "-"))
        return 0

    run(work())


def _gateway(url: str | None) -> str:
    if url is None:
        raise typer.BadParameter(text("sign-in.which"), param_hint="--url")
    try:
        return check_address(url)
    except SignInError as error:
        raise typer.BadParameter(text(f"sign-in.{error.reason}", **error.params), param_hint="--url") from error


def _name(claims: dict[str, Any]) -> str:
    return str(claims.get("preferred_username") or claims.get("sub", "?"))
