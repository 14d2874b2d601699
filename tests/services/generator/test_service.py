import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.generator.answering.calibration import Calibrations
from services.generator.answering.choice import Backends
from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.ports import Backend, Truncated
from services.generator.grounding.citations import Claim, DraftSentence
from services.generator.grounding.sources import SourceReader
from services.generator.service import GeneratorService
from shared.access import Grant, GrantSigner, GrantVerifier
from shared.contracts.base import Failure
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.passages import Passage
from shared.contracts.questions import (
    AnswerCompleted,
    AnswerStreamed,
    GenerationPlan,
    GenerationRequested,
    Notice,
    Outcome,
    Plan,
    Timings,
    Writer,
)
from shared.errors import Forbidden, ModelUnavailable, Overloaded
from shared.kafka.cancellations import RecentCancellations
from tests.fakes.generator import (
    CALIBRATION,
    FakeBackend,
    FakePublisher,
    FakeStore,
    FakeTexts,
    SilentBackend,
    evidence,
    passage,
)

KEY = Ed25519PrivateKey.generate()
SIGNER = GrantSigner(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
VERIFIER = GrantVerifier(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
SPADE = passage(0, "La bêche est graissée en mars.")
RAKE = passage(1, "Le râteau se range debout.")


class Rig:
    """A generator on fakes."""

    def __init__(self, *backends: Backend, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.publisher, self.store, self.cancellations = FakePublisher(), FakeStore(), RecentCancellations(now)
        self.store.keep(SPADE, RAKE)
        self.service = GeneratorService(
            publisher=self.publisher,
            verifier=VERIFIER,
            cancellations=self.cancellations,
            reader=SourceReader(self.store),
            backends=Backends(ExtractiveBackend(), backends),
            texts=FakeTexts(),
            calibrations=Calibrations([CALIBRATION]),
            now=now,
        )

    @property
    def frames(self) -> list[AnswerStreamed]:
        return [event for event in self.publisher.events if isinstance(event, AnswerStreamed)]

    @property
    def outcome(self) -> Outcome:
        (completed,) = [event for event in self.publisher.events if isinstance(event, AnswerCompleted)]
        assert completed.sentences == len(self.frames)
        return completed.outcome


def asked(
    text: str = "Quand graisser la bêche ?",
    *found: Passage,
    dense: float = 0.9,
    scopes: frozenset[str] = frozenset({"public"}),
    backend: str = "extractive",
    seconds: float = 30,
    job: UUID | None = None,
    confidentiality: Confidentiality = Confidentiality.CONFIDENTIAL,
) -> GenerationRequested:
    question, deadline = uuid4(), datetime.now(UTC) + timedelta(seconds=seconds)
    return GenerationRequested(
        question_id=question,
        text=text,
        grant=SIGNER.sign(Grant("ada", scopes, "read", job or question), deadline),
        deadline=deadline,
        plan=Plan(generation=GenerationPlan(backend=backend, passages=2, confidentiality=confidentiality)),
        timings=Timings(embed=3.0),
        evidence=[evidence(item, rank=rank, dense=dense) for rank, item in enumerate(found or (SPADE, RAKE), start=1)],
    )


async def test_sentences_stream_in_order_and_the_end_has_it_all() -> None:
    rig = Rig()
    request = asked()
    await rig.service.answer(request)
    assert [frame.frame for frame in rig.frames] == [0, 1]
    assert all(frame.sentence and frame.sentence.citations and not frame.outcome for frame in rig.frames)
    outcome = rig.outcome
    assert outcome.answer == "\n\n".join(frame.sentence.text for frame in rig.frames if frame.sentence)
    assert outcome.mode == "extractive"
    assert {citation.passage for citation in outcome.citations} == {SPADE.id, RAKE.id}
    assert outcome.evidence == request.evidence
    assert outcome.timings.embed == 3.0
    assert outcome.timings.generate is not None


async def test_a_request_delivered_twice_publishes_the_same_events() -> None:
    rig = Rig()
    request = asked()
    await rig.service.answer(request)
    first = [event.id for event in rig.publisher.events]
    await rig.service.answer(request)
    assert [event.id for event in rig.publisher.events] == first * 2


async def test_weak_evidence_ends_in_an_abstention_that_keeps_the_evidence() -> None:
    rig = Rig()
    request = asked(dense=0.5)
    await rig.service.answer(request)
    assert rig.frames == []
    outcome = rig.outcome
    assert outcome.abstained
    said = ["fr answers.abstained [('count', 2)]", "fr answers.words-not-found [('words', 'graisser')]"]
    assert outcome.answer == " ".join(said)
    assert (outcome.citations, outcome.evidence) == ([], request.evidence)


async def test_s23_a_sentence_that_fails_is_counted_and_never_leaves() -> None:
    good = DraftSentence("Elle se graisse en mars [1].", (Claim(SPADE.id, "graissée en mars"),))
    forged = DraftSentence("Elle se graisse en juin [1].", (Claim(SPADE.id, "graissée en juin"),))
    rig = Rig(FakeBackend(forged, good))
    await rig.service.answer(asked(backend="fake"))
    assert rig.outcome.answer == "Elle se graisse en mars [1]."
    assert (rig.outcome.removed, rig.outcome.mode, len(rig.frames)) == (1, "generated", 1)
    assert "juin" not in "".join(event.model_dump_json() for event in rig.publisher.events)


async def test_s23_when_nothing_holds_there_are_quotes_and_it_is_said() -> None:
    rig = Rig(FakeBackend(DraftSentence("Sans source.", (), generated=True)))
    await rig.service.answer(asked(backend="fake"))
    outcome = rig.outcome
    assert (outcome.mode, outcome.backend, outcome.model, outcome.removed) == ("extractive", "extractive", None, 1)
    assert outcome.notice == Notice(code="unsupported", params={"backend": "fake", "removed": 1})
    assert "«" in outcome.answer


async def test_s27_what_a_model_wrote_is_marked_with_who_wrote_it() -> None:
    generated = DraftSentence("La bêche doit être graissée en mars [1].", (Claim(SPADE.id, None),), generated=True)
    rig = Rig(FakeBackend(generated))
    await rig.service.answer(asked(backend="fake"))
    outcome = rig.outcome
    assert (outcome.mode, outcome.backend, outcome.model, outcome.prompt) == ("generated", "fake", "tiny", "answer/0")
    assert (outcome.answer, outcome.notice) == ("La bêche doit être graissée en mars [1].", None)
    assert outcome.citations[0].quote == "La bêche est graissée en mars."
    (said,) = [frame.sentence for frame in rig.frames]
    assert said is not None
    assert said.writer == Writer(backend="fake", model="tiny", prompt="answer/0"), "told while it comes"


async def test_a_sentence_that_its_passage_does_not_support_never_leaves() -> None:
    drafts = [
        DraftSentence(f"{text} [1].", (Claim(SPADE.id, None),), generated=True)
        for text in (
            "La bêche est graissée en juin",
            "La bêche n'est pas graissée en mars",
            "La bêche est graissée en mars",
        )
    ]
    rig = Rig(FakeBackend(*drafts))
    await rig.service.answer(asked(backend="fake"))
    assert (rig.outcome.answer, rig.outcome.removed) == ("«\u00a0La bêche est graissée en mars.\u00a0» [1]", 2)
    assert "juin" not in "".join(event.model_dump_json() for event in rig.publisher.events)


async def test_a_sentence_that_a_model_repeats_is_shown_once_and_as_the_quote_that_it_is() -> None:
    generated = DraftSentence("La bêche est graissée en mars [1].", (Claim(SPADE.id, None),), generated=True)
    rig = Rig(FakeBackend(generated, generated))
    await rig.service.answer(asked(backend="fake"))
    assert (rig.outcome.answer, rig.outcome.removed) == ("«\u00a0La bêche est graissée en mars.\u00a0» [1]", 1)


@pytest.mark.parametrize(("reason", "code"), [("status 503", "backend-down"), ("slow", "backend-slow")])
async def test_14_a_model_that_fails_before_its_first_sentence_leaves_quotes(reason: str, code: str) -> None:
    rig = Rig(FakeBackend(end=ModelUnavailable(backend="fake", reason=reason)))
    await rig.service.answer(asked(backend="fake"))
    outcome = rig.outcome
    assert (outcome.mode, outcome.abstained) == ("extractive", False)
    assert outcome.notice == Notice(code=code, params={"backend": "fake"})
    assert [frame.frame for frame in rig.frames] == list(range(len(rig.frames)))


async def test_what_was_shown_before_a_model_died_stays_and_no_quotes_follow() -> None:
    good = DraftSentence("Elle se graisse en mars [1].", (Claim(SPADE.id, "graissée en mars"),))
    rig = Rig(FakeBackend(good, end=ModelUnavailable(backend="fake", reason="connection lost")))
    await rig.service.answer(asked(backend="fake"))
    outcome = rig.outcome
    assert (outcome.answer, outcome.mode) == ("Elle se graisse en mars [1].", "generated")
    assert outcome.notice == Notice(code="answer-cut", params={"backend": "fake"})


async def test_an_answer_at_its_longest_says_so() -> None:
    good = DraftSentence("Elle se graisse en mars [1].", (Claim(SPADE.id, "graissée en mars"),))
    rig = Rig(FakeBackend(good, Truncated()))
    await rig.service.answer(asked(backend="fake"))
    assert rig.outcome.notice == Notice(code="answer-length")


async def test_15_an_overloaded_backend_fails_the_question_and_not_the_message() -> None:
    rig = Rig(FakeBackend(end=Overloaded(backend="fake", retry_after_s=7)))
    await rig.service.answer(asked(backend="fake"))
    assert rig.outcome.failure == Failure(code="overloaded", params={"backend": "fake", "retry_after_s": 7})
    assert rig.outcome.answer == ""


async def test_a_backend_that_may_not_see_the_class_is_never_called() -> None:
    remote = FakeBackend(classes={Confidentiality.PUBLIC})
    rig = Rig(remote)
    await rig.service.answer(asked(backend="fake"))
    assert remote.requests == []
    assert rig.outcome.mode == "extractive"
    assert rig.outcome.notice == Notice(
        code="backend-not-allowed", params={"backend": "fake", "confidentiality": "confidential"}
    )


async def test_a_units_passage_makes_a_public_question_confidential() -> None:
    good = DraftSentence("Elle se graisse en mars [1].", (Claim(SPADE.id, "graissée en mars"),))
    secret = passage(64, "La bêche de l'unité B est graissée en mars.", scope="unit:B")
    remote = FakeBackend(good, classes={Confidentiality.PUBLIC})
    rig = Rig(remote)
    rig.store.keep(secret)
    public = partial(asked, "Quand graisser la bêche ?", SPADE, backend="fake", confidentiality=Confidentiality.PUBLIC)
    await rig.service.answer(public())
    assert (rig.outcome.mode, rig.outcome.confidentiality) == ("generated", "public")
    rig.publisher.events.clear()
    scopes = frozenset({"public", "unit:B"})
    await rig.service.answer(public(secret, scopes=scopes))
    assert (rig.outcome.mode, rig.outcome.confidentiality) == ("extractive", "confidential")
    assert len(remote.requests) == 1


async def test_16_a_question_cancelled_while_its_model_is_silent_stops_at_once() -> None:
    backend = SilentBackend()
    rig = Rig(backend)
    request = asked(backend="fake")
    answering = asyncio.create_task(rig.service.answer(request))
    await backend.asked.wait()
    rig.cancellations.cancel(request.question_id)
    rig.cancellations.cancel(request.question_id)
    await asyncio.sleep(0)
    rig.cancellations.cancel(request.question_id)  # again while the first one takes effect
    await asyncio.wait_for(answering, 5)
    assert backend.closed
    assert rig.publisher.events == []


async def test_a_model_has_less_time_than_its_question() -> None:
    backend = FakeBackend()
    rig = Rig(backend)
    await rig.service.answer(asked(backend="fake", seconds=30))
    (request,) = backend.requests
    assert 20 < request.seconds < 29
    assert rig.outcome.notice == Notice(code="nothing-written", params={"backend": "fake"})


async def test_s8_a_passage_out_of_the_grants_scopes_leaves_no_trace() -> None:
    secret = passage(64, "La bêche de l'unité B.", scope="unit:B")
    rig = Rig()
    rig.store.keep(secret)
    await rig.service.answer(asked("Quand graisser la bêche ?", secret, SPADE))
    assert secret.id not in "".join(event.model_dump_json() for event in rig.publisher.events)


@pytest.mark.parametrize("purpose", ["write", "read"])
async def test_s8_a_grant_of_something_else_is_refused(purpose: str) -> None:
    rig = Rig()
    request = asked(job=uuid4())
    if purpose == "write":
        grant = SIGNER.sign(Grant("ada", frozenset({"public"}), "write", request.question_id))
        request = request.model_copy(update={"grant": grant})
    with pytest.raises(Forbidden):
        await rig.service.answer(request)
    assert rig.publisher.events == []


async def test_nobody_waits_past_the_deadline_or_once_cancelled() -> None:
    rig = Rig()
    await rig.service.answer(asked(seconds=-1))
    request = asked()
    rig.cancellations.cancel(request.question_id)
    await rig.service.answer(request)
    assert rig.publisher.events == []


async def test_a_question_cancelled_on_the_way_stops_its_backend() -> None:
    request = asked(backend="fake")
    draft = DraftSentence("En mars [1].", (Claim(SPADE.id, "en mars"),))
    backend = FakeBackend(draft, before_each=lambda: rig.cancellations.cancel(request.question_id))
    rig = Rig(backend)
    await rig.service.answer(request)
    assert rig.publisher.events == []
    assert backend.closed


async def test_a_deadline_that_passes_on_the_way_publishes_nothing_more() -> None:
    passed = False

    def pass_the_deadline() -> None:
        nonlocal passed
        passed = True

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(hours=passed)

    draft = DraftSentence("En mars [1].", (Claim(SPADE.id, "en mars"),))
    rig = Rig(FakeBackend(draft, before_each=pass_the_deadline), now=now)
    await rig.service.answer(asked(backend="fake"))
    assert rig.publisher.events == []


async def test_a_backend_that_is_no_longer_there_leaves_quotes() -> None:
    rig = Rig()
    await rig.service.answer(asked(backend="oracle"))
    assert rig.outcome.mode == "extractive"
    assert rig.outcome.notice == Notice(code="backend-unknown", params={"backend": "oracle"})


async def test_every_passage_gone_is_an_abstention() -> None:
    rig = Rig()
    rig.store.objects.clear()
    await rig.service.answer(asked())
    assert rig.outcome.abstained
    assert rig.outcome.evidence == []
