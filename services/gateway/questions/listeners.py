"""Who waits at this replica for the end of a question, and for its sentences until then."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from services.gateway.questions.ports import QuestionRecord
from shared.contracts.questions import AnswerStreamed


@dataclass(frozen=True, slots=True)
class End:
    """A question's record with its outcome, and how many sentences had left before it."""

    record: QuestionRecord
    sentences: int = 0


@dataclass
class Listener:
    """One client: what it has heard and not taken yet.

    Attributes:
        accepted: the question as it was accepted, for the client that asked it here and misses nothing of its answer.
        given_up: when its place is, if the client that asked never comes to take it.
    """

    heard: asyncio.Queue[AnswerStreamed | End] = field(default_factory=asyncio.Queue)
    accepted: QuestionRecord | None = None
    taken: bool = False
    given_up: asyncio.TimerHandle | None = None


class Listeners:
    """By question."""

    def __init__(self) -> None:
        self._of: dict[UUID, list[Listener]] = {}

    def reserve(self, accepted: QuestionRecord, seconds: float) -> None:
        """Whoever asked listens before the question leaves: the answer may be quicker than they are.

        Args:
            seconds: how long the place waits for them; who hangs up at once never takes it.
        """
        place = Listener(accepted=accepted)
        place.given_up = asyncio.get_running_loop().call_later(seconds, self.leave, accepted.question_id, place)
        self._of[accepted.question_id] = [place]

    def join(self, question_id: UUID) -> Listener:
        """The place that was kept for who asked, or one more beside it."""
        listening = self._of.setdefault(question_id, [])
        listener = next((each for each in listening if not each.taken), None)
        if listener is None:
            listener = Listener()
            listening.append(listener)
        listener.taken = True
        if listener.given_up is not None:
            listener.given_up.cancel()
        return listener

    def leave(self, question_id: UUID, listener: Listener) -> None:
        others = [each for each in self._of.get(question_id, []) if each is not listener]
        if others:
            self._of[question_id] = others
        else:
            self._of.pop(question_id, None)

    def accepted(self, question_id: UUID) -> QuestionRecord | None:
        """The question as it was accepted, where whoever asked it here still listens."""
        return next((each.accepted for each in self._of.get(question_id, ()) if each.accepted), None)

    def tell(self, question_id: UUID, what: AnswerStreamed | End) -> None:
        for each in self._of.get(question_id, ()):
            each.heard.put_nowait(what)

    def __contains__(self, question_id: UUID) -> bool:
        return question_id in self._of
