"""Ingest as it is composed: its topics, and a document's way through them."""

from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from faststream.kafka import TestKafkaBroker

from services.ingest.app import create_worker
from shared.access import Grant, GrantSigner
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.object_layout import batch_key, decode_batch
from shared.sealing.unsealed import UNSEALED
from shared.settings import GrantSettings, ObjectStoreSettings, TelemetrySettings
from shared.storage.folder import FolderStore
from shared.storage.sealed import SealedStore
from shared.telemetry.setup import Telemetry
from shared.worker.context import WorkerContext
from tests.support.subscribers import subscribers_of

TEXT = b"Porter des gants."


def keys(folder: Path) -> tuple[GrantSigner, Path]:
    key = Ed25519PrivateKey.generate()
    public = folder / "grant.pub.pem"
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return GrantSigner(pem), public


async def test_a_submitted_document_becomes_passages(tmp_path: Path) -> None:
    signer, public_key = keys(tmp_path)
    store = SealedStore(FolderStore(tmp_path / "objects"), UNSEALED)
    await store.put("sources/upload", TEXT, scope="public")
    platform = WorkerContext(
        objects=ObjectStoreSettings(folder=tmp_path / "objects"),
        grants=GrantSettings(public_key_file=public_key),
        telemetry=Telemetry(TelemetrySettings(), service="test"),
    )
    worker = create_worker(platform=platform)
    document, version = uuid4(), uuid4()
    event = DocumentSubmitted(
        document_id=document,
        version_id=version,
        sequence=1,
        scope="public",
        grant=signer.sign(Grant("someone", frozenset({"public"}), "write", document)),
        source=ObjectRef(key="sources/upload", sha256=sha256(TEXT).hexdigest(), size=len(TEXT)),
        media_type="text/plain",
        title="Consignes",
        file_name="consignes.txt",
    )
    async with worker.parts(), TestKafkaBroker(worker.broker) as broker:
        await broker.publish(event, topic="documents.submitted", key=str(document).encode())
    worker.telemetry.close()
    (passage,) = decode_batch(await store.get(batch_key(version, 0)))
    assert passage.text == TEXT.decode()


async def test_every_replica_hears_every_confirmation(tmp_path: Path) -> None:
    _, public_key = keys(tmp_path)
    telemetry = Telemetry(TelemetrySettings(), service="test")
    worker = create_worker(
        platform=WorkerContext(grants=GrantSettings(public_key_file=public_key), telemetry=telemetry)
    )
    groups = {topic.name: group.group_id for group in subscribers_of(worker.broker) for topic in group.topics}
    assert groups == {
        "documents.submitted": "vigie-ingest.documents.submitted",
        "documents.progressed": None,
        "documents.withdrawn": None,
        "duerp-files.submitted": "vigie-ingest.duerp-files.submitted",
        "pages.requested": "vigie-ingest.pages.requested",
    }
    telemetry.close()
