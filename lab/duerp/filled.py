"""A DUERP of many lines in a gateway of this process, to measure requests on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import CollectorRegistry

from services.gateway.app import create_http
from services.gateway.database.schema import migrate
from services.gateway.drafts.service import DraftService
from services.gateway.http.dependencies import provide
from services.gateway.settings import GatewaySettings
from services.gateway.status import Readiness
from services.gateway.wiring.build import build
from services.gateway.wiring.gateway import Gateway
from services.ingest.duerp_files import DuerpFileService
from services.ingest.duerp_preview import PreviewRequest, preview_file
from services.ingest.reading_turns import ReadingTurns
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER, LocalIssuer, Person
from shared.access import GrantSigner, GrantVerifier, Principal, Role
from shared.contracts.base import Event
from shared.contracts.duerp_files import DuerpFileRead, DuerpFileSubmitted
from shared.disk.reserve import UNWATCHED
from shared.duerp.families import family_labels
from shared.http_api.duerp.lines import LineEvidence
from shared.sealing.unsealed import UNSEALED
from shared.storage.folder import FolderStore
from shared.storage.ports import ListedStore
from shared.storage.sealed import SealedStore
from shared.worker.health import Health

UNIT = "UMR9999"
DELEGATION = "DR99"
YEAR = 2026
WORK_UNITS = 12
Json = dict[str, Any]

_SITUATION = "Situation {n} : transvasement sous sorbonne, avec ce qu'il faut de mots pour une ligne de tableau."
_ARTICLES = ("R4412-6", "R4412-16", "L4121-2", "R4541-5", "R4452-7", "R4222-20")
_PEOPLE = [{"status": "permanent", "women": 6, "men": 7}, {"status": "doctoral", "women": 2, "men": 5}]


class _Events:
    """Keeps what is published (port: shared.kafka.ports.EventPublisher)."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, event: Event) -> None:
        self.events.append(event)


class _Previewer:
    """Reads files in this process (port: services.ingest.duerp_files.Previewer)."""

    async def preview(self, request: PreviewRequest, source: bytes) -> str:
        return preview_file(request, source)


class _NoEvidence:
    """Finds nothing, at once, since no chain stands behind (port: services.gateway.drafts.ports.EvidenceFinder)."""

    async def find(self, principal: Principal, text: str, articles: Sequence[str]) -> Sequence[LineEvidence]:
        del principal, text, articles
        return ()


@dataclass(frozen=True, slots=True)
class FilledGateway:
    """A gateway with its client, and the entries that were added by their paths."""

    http: httpx.AsyncClient
    gateway: Gateway
    entries: dict[str, list[Json]]
    store: ListedStore
    verifier: GrantVerifier

    async def read_files(self) -> None:
        """Read the files that wait, as ingest does."""
        for each in await self.gateway.outbox.due(10):
            if isinstance(each.event, DuerpFileSubmitted):
                events = _Events()
                reader = DuerpFileService(
                    publisher=events,
                    verifier=self.verifier,
                    objects=self.store,
                    previewer=_Previewer(),
                    turns=ReadingTurns(1),
                    room=UNWATCHED,
                )
                await reader.read(each.event)
                (report,) = events.events
                assert isinstance(report, DuerpFileRead)
                await self.gateway.imports.read(report)

    async def add(self, path: str, body: Json) -> Json:
        """Add an entry."""
        response = await self.http.post(f"/v1/duerp/{UNIT}/{path}", json=body)
        if response.is_error:
            raise RuntimeError(f"{path}: {response.text}")
        self.entries.setdefault(path, []).append(found := response.json())
        return dict(found)


@asynccontextmanager
async def filled_gateway(folder: Path, lines: int, database: str | None = None) -> AsyncIterator[FilledGateway]:
    """Open a gateway on an empty database, SQLite in the folder unless another one is named, and fill a DUERP."""
    url = database or f"sqlite+aiosqlite:///{folder}/vigie.db"
    await asyncio.to_thread(migrate, url)
    issuer = LocalIssuer(folder / "keys")
    issuer.prepare()
    bare = GatewaySettings(issuer=ISSUER, audience=AUDIENCE, clients=(CLIENT,), algorithms=("ES256",))
    settings = bare.model_copy(
        update={
            "database": bare.database.model_copy(update={"url": url}),
            "jwks": bare.jwks.model_copy(update={"file": issuer.jwks_file}),
            "limits": bare.limits.model_copy(
                update={"person_requests_s": 0, "unit_requests_s": 0, "person_exports": 0}
            ),
        }
    )
    store, events, registry = SealedStore(FolderStore(folder / "objects"), UNSEALED), _Events(), CollectorRegistry()
    signer, verifier = _grant_keys()
    gateway = build(settings, events=events, registry=registry, store=store, signer=signer)
    app = create_http(
        gateway,
        readiness=Readiness(lambda: True, Health("gateway", registry)),
        registry=registry,
        max_upload_bytes=10**8,
    )
    provide(app, DraftService(_NoEvidence(), gateway.vectors))
    roles = (Role.PREVENTION_ASSISTANT, Role.PREVENTION_ADVISOR)
    token = issuer.token(Person("bench", units=(UNIT,), delegations=(DELEGATION,), roles=roles))
    headers = {"authorization": f"Bearer {token}", "accept-language": "fr"}
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(transport=transport, base_url="http://vigie", headers=headers, timeout=120)
    async with gateway.opened(), client as http:
        filled = FilledGateway(http, gateway, {}, store, verifier)
        await _fill(filled, lines)
        yield filled


def _grant_keys() -> tuple[GrantSigner, GrantVerifier]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return GrantSigner(private), GrantVerifier(public)


async def _fill(filled: FilledGateway, lines: int) -> None:
    examples = (await filled.http.get("/v1/duerp-scales")).json()["examples"]
    scale = await filled.add("scales", next(each["scale"] for each in examples if each["id"] == "uneven_product"))
    described = {
        "name": "Laboratoire des procédés",
        "director": "Camille Roux",
        "delegation": DELEGATION,
        "scale": scale["id"],
        "people": _PEOPLE,
        "bodies": [{"name": "F3SCT"}, {"name": "CSA"}],
        "employers": [{"name": "Institut", "regime": "public"}, {"name": "Université", "regime": "public"}],
    }
    (await filled.http.put(f"/v1/duerp/{UNIT}", json=described)).raise_for_status()
    units = [await filled.add("work-units", {"name": f"Salle {n}", "people": _PEOPLE}) for n in range(WORK_UNITS)]
    for n in range(WORK_UNITS * 2):
        element = {"kind": "premises", "name": f"Local {n}", "work_units": [units[n % WORK_UNITS]["id"]]}
        await filled.add("elements", element)
    families = list(family_labels("fr"))
    shared = max(1, lines // 60)
    for n in range(lines - shared):
        await filled.add("lines", {"work_unit": units[n % WORK_UNITS]["id"], **_line(n, families, scale)})
    for n in range(shared):
        line = await filled.add("shared-lines", _text(n, families) | {"hazard": f"Risque partagé {n}"})
        for unit in units:
            rating = {"line": line["id"], "work_unit": unit["id"], "gross": _rated(scale, "gross", n)}
            await filled.add("shared-ratings", rating)
    for n in range(max(1, lines // 5)):
        await filled.add("actions", _action(n, filled.entries["lines"][n]["id"]))
    for n in range(WORK_UNITS):
        statement = {"work_unit": units[n]["id"], "family": families[-1], "finding": "no_risk", "reason": "Sans objet"}
        await filled.add("statements", statement)
    await filled.add("events", {"type": "accident", "what": "Chute dans l'escalier", "on": "2026-03-02"})
    await filled.add("consultations", {"body": "F3SCT", "sent_on": "2026-01-05", "expected_on": "2026-02-05"})
    await filled.add("transmissions", {"to": "Médecine de prévention", "sent_on": "2026-02-10"})
    await filled.add("dismissals", {"rule": "measure_unchecked", "about": units[0]["id"], "reason": "Vu en 2026"})
    await filled.add("cycles", {"year": YEAR, "opened_on": f"{YEAR}-01-05"})
    answer = {"line": filled.entries["lines"][0]["id"], "year": YEAR, "revision": 1, "answer": "yes"}
    await filled.add("confirmations", answer)


def _line(n: int, families: list[str], scale: Json) -> Json:
    return {**_text(n, families), "gross": _rated(scale, "gross", n), "residual": _rated(scale, "residual", n + 1)}


def _text(n: int, families: list[str]) -> Json:
    return {
        "family": families[n % len(families)],
        "hazard": f"Danger {n}",
        "situation": _SITUATION.format(n=n),
        "harm": "Brûlure, intoxication",
        "exposed": _PEOPLE,
        "measures": [
            {"what": f"Sorbonne contrôlée chaque année, fiche {n}", "rank": 5, "checked_on": "2026-01-12"},
            {"what": "Gants et lunettes adaptés au produit", "rank": 9},
        ],
        "articles": [_ARTICLES[n % len(_ARTICLES)], _ARTICLES[(n + 1) % len(_ARTICLES)]],
        "comment": "À revoir avec l'équipe" if n % 7 == 0 else "",
    }


def _rated(scale: Json, which: str, n: int) -> Json:
    wanted = scale["content"][which]["formula"]["axes"]
    axes = [axis for axis in scale["content"]["axes"] if axis["key"] in wanted]
    values = {axis["key"]: axis["values"][n % len(axis["values"])]["name"] for axis in axes}
    return {"scale": scale["id"], "version": 1, "values": values}


def _action(n: int, line: str) -> Json:
    return {
        "what": f"Remplacer le produit {n} par un moins dangereux",
        "rank": 6,
        "lines": [line],
        "responsible": "Dominique Petit",
        "due": "2027-03-31",
        "cost": "1200.50",
        "indicator": "Produits remplacés",
    }
