"""`vigie token`: a token of the local issuer; `vigie people`: who there is."""

import json
from typing import Annotated

import typer

from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, connected, run
from services.cli.output import show_people
from services.cli.texts import text
from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role, is_scope


def register(app: typer.Typer) -> None:
    app.command("token", help=text("cli.help.token"))(token)
    app.command("people", help=text("cli.help.people"))(people)


def token(
    user: Annotated[str, typer.Option("--user", metavar="U", help=text("cli.help.user"))],
    units: Annotated[list[str] | None, typer.Option("--unit", metavar="CODE", help=text("cli.help.unit"))] = None,
    delegations: Annotated[
        list[str] | None, typer.Option("--delegation", metavar="CODE", help=text("cli.help.delegation"))
    ] = None,
    roles: Annotated[list[Role] | None, typer.Option("--role", help=text("cli.help.role"))] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    for kind, codes in (("unit", units or []), ("delegation", delegations or [])):
        for code in codes:
            if not is_scope(f"{kind}:{code}"):
                raise typer.BadParameter(text("cli.bad-code", code=code))
    issuer = LocalIssuer(data / "keys")
    issuer.prepare()
    person = Person(user, tuple(units or ()), tuple(delegations or ()), tuple(roles or [Role.READER]))
    issuer.remember(person)
    typer.echo(issuer.token(person))


def people(
    search: Annotated[str, typer.Option("--search", metavar="TEXT", help=text("cli.help.search-people"))] = "",
    as_json: JsonOption = False,
    data: DataOption = DEFAULT_DATA,
    url: UrlOption = None,
) -> None:
    async def work() -> int:
        async with connected(data, url=url) as (_, client):
            found = await client.people(search)
        if as_json:
            typer.echo(json.dumps([person.model_dump() for person in found], ensure_ascii=False))
        else:
            show_people(found)
        return 0

    run(work())
