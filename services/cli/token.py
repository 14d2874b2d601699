"""`vigie token`: a token of the local issuer."""

from datetime import timedelta
from typing import Annotated

import typer

from services.cli.command import command
from services.cli.context import DEFAULT_DATA, DataOption
from services.cli.texts import text
from shared.access import Role, is_scope

_MOST_HOURS = 366 * 24


@command
async def token(
    user: Annotated[str, typer.Option("--user", metavar="U", help=text("cli.help.user"))],
    units: Annotated[list[str] | None, typer.Option("--unit", metavar="CODE", help=text("cli.help.unit"))] = None,
    delegations: Annotated[
        list[str] | None, typer.Option("--delegation", metavar="CODE", help=text("cli.help.delegation"))
    ] = None,
    roles: Annotated[list[Role] | None, typer.Option("--role", help=text("cli.help.role"))] = None,
    hours: Annotated[
        int, typer.Option("--hours", metavar="N", min=1, max=_MOST_HOURS, help=text("cli.help.token-hours"))
    ] = 12,
    data: DataOption = DEFAULT_DATA,
) -> None:
    for kind, codes in (("unit", units or []), ("delegation", delegations or [])):
        for code in codes:
            if not is_scope(f"{kind}:{code}"):
                raise typer.BadParameter(text("cli.bad-code", code=code))
    from services.standalone.local_issuer import LocalIssuer, Person

    issuer = LocalIssuer(data / "keys")
    issuer.prepare()
    person = Person(user, tuple(units or ()), tuple(delegations or ()), tuple(roles or [Role.READER]))
    issuer.remember(person)
    typer.echo(issuer.token(person, lifetime=timedelta(hours=hours)))
