"""`vigie token`: a token of the local issuer."""

from typing import Annotated

import typer

from services.standalone.cli.running import DEFAULT_DATA, DataOption
from services.standalone.cli.texts import text
from services.standalone.identity import LocalIssuer, Person
from shared.access import Role, is_scope


def register(app: typer.Typer) -> None:
    app.command("token", help=text("cli.help.token"))(token)


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
