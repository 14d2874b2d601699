from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.generator.backends import Backends
from services.generator.backends.extractive import ExtractiveBackend
from services.generator.ports import Backend, Claim, DraftSentence
from services.generator.service import GeneratorService
from services.generator.sources import SourceReader
from shared.access import Grant, GrantSigner, GrantVerifier
from shared.cancellations import Cancellations
from shared.errors import Forbidden, InvalidInput
from shared.messages import (
    AnswerCompleted,
    AnswerStreamed,
    GenerationPlan,
    GenerationRequested,
    Outcome,
    Plan,
    Timings,
)
from shared.passages import Passage
from tests.fakes.generator import (
    CALIBRATION,
    FakeBackend,
    FakePublisher,
    FakeStore,
    FakeTexts,
    evidence,
    passage,
)

KEY = Ed25519PrivateKey.generate()
SIGNER = GrantSigner(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
VERIFIER = GrantVerifier(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
SPADE = passage(0, "La bêche est graissée en mars.")
RAKE = passage(1, "Le râteau se range debout.")


class Bench:
    """A generator on fakes."""

    def __init__(self, *backends: Backend, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.publisher, self.store, self.cancellations = FakePublisher(), FakeStore(), Cancellations(now)
        self.store.keep(SPADE, RAKE)
        self.service = GeneratorService(
            publisher=self.publisher,
            verifier=VERIFIER,
            cancellations=self.cancellations,
            reader=SourceReader(self.store),
            backends=Backends(backends or [ExtractiveBackend()]),
            texts=FakeTexts(),
            calibration=CALIBRATION,
            now=now,
        )

    @property
    def frames(self) -> list[AnswerStreamed]:
        return [event for event in self.publisher.events if isinstance(event, AnswerStreamed)]

    @property
    def outcome(self) -> Outcome:
        (completed,) = [event for event in self.publisher.events if isinstance(event, AnswerCompleted)]
        assert self.frames[-1].outcome == completed.outcome
        return completed.outcome


def asked(
    text: str = "Quand graisser la bêche ?",
    *found: Passage,
    dense: float = 0.9,
    scopes: frozenset[str] = frozenset({"public"}),
    backend: str = "extractive",
    seconds: float = 30,
    job: UUID | None = None,
) -> GenerationRequested:
    question, deadline = uuid4(), datetime.now(UTC) + timedelta(seconds=seconds)
    return GenerationRequested(
        question_id=question,
        text=text,
        grant=SIGNER.sign(Grant("ada", scopes, "read", job or question), deadline),
        deadline=deadline,
        plan=Plan(generation=GenerationPlan(backend=backend, passages=2)),
        timings=Timings(embed=3.0),
        evidence=[evidence(item, rank=rank, dense=dense) for rank, item in enumerate(found or (SPADE, RAKE), start=1)],
    )


async def test_sentences_stream_in_order_and_the_last_frame_has_it_all() -> None:
    bench = Bench()
    request = asked()
    await bench.service.answer(request)
    assert [frame.frame for frame in bench.frames] == [0, 1, 2]
    assert all(frame.sentence and frame.sentence.citations and not frame.outcome for frame in bench.frames[:-1])
    outcome = bench.outcome
    assert outcome.answer == "\n\n".join(frame.sentence.text for frame in bench.frames if frame.sentence)
    assert outcome.mode == "extractive"
    assert {citation.passage for citation in outcome.citations} == {SPADE.id, RAKE.id}
    assert outcome.evidence == request.evidence
    assert outcome.timings.embed == 3.0
    assert outcome.timings.generate is not None


async def test_a_request_delivered_twice_publishes_the_same_events() -> None:
    bench = Bench()
    request = asked()
    await bench.service.answer(request)
    first = [event.id for event in bench.publisher.events]
    await bench.service.answer(request)
    assert [event.id for event in bench.publisher.events] == first * 2


async def test_weak_evidence_ends_in_an_abstention_that_keeps_the_evidence() -> None:
    bench = Bench()
    request = asked(dense=0.5)
    await bench.service.answer(request)
    assert [frame.sentence for frame in bench.frames] == [None]
    outcome = bench.outcome
    assert outcome.abstained
    assert outcome.answer == "fr answers.abstained [('count', 2)]"
    assert (outcome.citations, outcome.evidence) == ([], request.evidence)


async def test_s23_a_sentence_that_fails_is_counted_and_never_leaves() -> None:
    good = DraftSentence("Elle se graisse en mars [1].", (Claim(SPADE.id, "graissée en mars"),))
    forged = DraftSentence("Elle se graisse en juin [1].", (Claim(SPADE.id, "graissée en juin"),))
    bench = Bench(FakeBackend(forged, good))
    await bench.service.answer(asked(backend="fake"))
    assert bench.outcome.answer == "Elle se graisse en mars [1]."
    assert (bench.outcome.removed, bench.outcome.mode, len(bench.frames)) == (1, "generated", 2)
    assert "juin" not in "".join(event.model_dump_json() for event in bench.publisher.events)


async def test_s23_nothing_left_is_an_abstention() -> None:
    bench = Bench(FakeBackend(DraftSentence("Sans source.", ())))
    await bench.service.answer(asked(backend="fake"))
    assert (bench.outcome.abstained, bench.outcome.removed) == (True, 1)


async def test_s8_a_passage_out_of_the_grants_scopes_leaves_no_trace() -> None:
    secret = passage(64, "La bêche de l'unité B.", scope="unit:B")
    bench = Bench()
    bench.store.keep(secret)
    await bench.service.answer(asked("Quand graisser la bêche ?", secret, SPADE))
    assert secret.id not in "".join(event.model_dump_json() for event in bench.publisher.events)


@pytest.mark.parametrize("purpose", ["write", "read"])
async def test_s8_a_grant_of_something_else_is_refused(purpose: str) -> None:
    bench = Bench()
    request = asked(job=uuid4())
    if purpose == "write":
        grant = SIGNER.sign(Grant("ada", frozenset({"public"}), "write", request.question_id))
        request = request.model_copy(update={"grant": grant})
    with pytest.raises(Forbidden):
        await bench.service.answer(request)
    assert bench.publisher.events == []


async def test_nobody_waits_past_the_deadline_or_once_cancelled() -> None:
    bench = Bench()
    await bench.service.answer(asked(seconds=-1))
    request = asked()
    bench.cancellations.cancel(request.question_id)
    await bench.service.answer(request)
    assert bench.publisher.events == []


async def test_a_question_cancelled_on_the_way_stops_its_backend() -> None:
    request = asked(backend="fake")
    draft = DraftSentence("En mars [1].", (Claim(SPADE.id, "en mars"),))
    backend = FakeBackend(draft, before_each=lambda: bench.cancellations.cancel(request.question_id))
    bench = Bench(backend)
    await bench.service.answer(request)
    assert bench.publisher.events == []
    assert backend.closed


async def test_a_deadline_that_passes_on_the_way_publishes_nothing_more() -> None:
    passed = False

    def pass_the_deadline() -> None:
        nonlocal passed
        passed = True

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(hours=passed)

    draft = DraftSentence("En mars [1].", (Claim(SPADE.id, "en mars"),))
    bench = Bench(FakeBackend(draft, before_each=pass_the_deadline), now=now)
    await bench.service.answer(asked(backend="fake"))
    assert bench.frames == []


async def test_an_unknown_backend_is_an_invalid_plan() -> None:
    bench = Bench()
    with pytest.raises(InvalidInput):
        await bench.service.answer(asked(backend="oracle"))
    assert bench.publisher.events == []


async def test_every_passage_gone_is_an_abstention() -> None:
    bench = Bench()
    bench.store.objects.clear()
    await bench.service.answer(asked())
    assert bench.outcome.abstained
    assert bench.outcome.evidence == []
