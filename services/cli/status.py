"""`vigie status` and `vigie reindex`."""

import json

import typer

from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, connected, out, run
from services.cli.corpora import resend
from services.cli.texts import text
from services.standalone.data_folder import DataFolder
from shared.http_api.documents import DocumentState


def register(app: typer.Typer) -> None:
    app.command("status", help=text("cli.help.status"))(status)
    app.command("reindex", help=text("cli.help.reindex"))(reindex)


def status(as_json: JsonOption = False, data: DataOption = DEFAULT_DATA, url: UrlOption = None) -> None:
    async def work() -> int:
        served = DataFolder(data).announced() if url is None else url
        async with connected(data, url=url) as (current, client):
            counts = {"url": None if current.own_stack else served, **(await client.status()).model_dump()}
            failed = [d async for d in client.documents() if d.state is DocumentState.FAILED]
        if as_json:
            typer.echo(json.dumps(counts, ensure_ascii=False))
            return 0
        out.print(text("cli.running-at", url=counts["url"]) if counts["url"] else text("cli.not-running"))
        out.print(text("cli.passages", count=counts["passages"]))
        for kind in ("documents", "questions"):
            states = ", ".join(_counted(name, count) for name, count in sorted(counts[kind].items()))
            out.print(text("cli.counts", kind=text(f"cli.{kind}"), states=states or 0))
        for document in failed:
            out.print(
                text("cli.not-indexed", name=document.file_name, reason=(document.failure or {}).get("detail", "")),
                markup=False,
            )
        return 0

    run(work())


def _counted(state: str, count: int) -> str:
    return f"{count} {text(f'state.{state}' if count == 1 else f'states.{state}')}"


def reindex(data: DataOption = DEFAULT_DATA, url: UrlOption = None) -> None:
    async def work() -> int:
        async with connected(data, url=url) as (_, client):
            documents = [d async for d in client.documents() if d.state is not DocumentState.WITHDRAWN]
            return await resend(client, documents)

    run(work())
