"""`vigie status` and `vigie reindex`."""

from typing import Any

from services.cli.command import command
from services.cli.context import out
from services.cli.corpora import resend
from services.cli.gateway import Gateway
from services.cli.output import Output
from services.cli.texts import text
from shared.http_api.documents import DocumentState

_MEGA = 1_000_000


@command
async def status(gateway: Gateway, output: Output) -> None:
    async with gateway.client() as client:
        counts = (await client.status()).model_dump()
        failed = [d async for d in client.documents() if d.state is DocumentState.FAILED]
    address = gateway.url or gateway.address
    if output.print_json({"url": address, **counts}):
        return
    out.print(text("cli.running-at", url=address) if address else text("cli.not-running"))
    out.print(text("cli.passages", count=counts["passages"]))
    for kind in ("documents", "questions"):
        states = ", ".join(_counted(name, count) for name, count in sorted(counts[kind].items()))
        out.print(text("cli.counts", kind=text(f"cli.{kind}"), states=states or 0))
    for quota in counts["quotas"]:
        out.print(text("cli.quota", **_shown(quota)), markup=False)
    for document in failed:
        reason = (document.failure or {}).get("detail", "")
        out.print(text("cli.not-indexed", name=document.file_name, reason=reason), markup=False)


def _shown(quota: dict[str, Any]) -> dict[str, str | int]:
    most = quota["max_bytes"]
    return {
        "scope": quota["scope"],
        "documents": quota["documents"],
        "max_documents": quota["max_documents"] or "∞",
        "mb": quota["bytes"] // _MEGA,
        "max_mb": most // _MEGA if most else "∞",
    }


def _counted(state: str, count: int) -> str:
    return f"{count} {text(f'state.{state}' if count == 1 else f'states.{state}')}"


@command
async def reindex(gateway: Gateway) -> int:
    async with gateway.client() as client:
        documents = [d async for d in client.documents() if d.state is not DocumentState.WITHDRAWN]
        return await resend(client, documents)
