"""Who waits at this replica for the end of a question, and for its sentences until then."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from services.gateway.questions.model import QuestionRecord
from services.gateway.questions.recent_frames import RecentFrames
from shared.contracts.questions import AnswerStreamed, Sentence


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
        expires: the timer that drops the reservation if the client never subscribes.
    """

    heard: asyncio.Queue[AnswerStreamed | End] = field(default_factory=asyncio.Queue)
    accepted: QuestionRecord | None = None
    taken: bool = False
    expires: asyncio.TimerHandle | None = None


class Listeners:
    """The listeners of this replica, by question id.

    Args:
        frames_live_s: seconds for which the frames of a question are kept for those who come in the middle.
    """

    def __init__(self, frames_live_s: float) -> None:
        self._of: dict[UUID, list[Listener]] = {}
        self._frames = RecentFrames(frames_live_s)

    def reserve(self, accepted: QuestionRecord, seconds: float) -> None:
        """Listen for the client that asks before the question leaves: the answer may be quicker than they subscribe.

        Args:
            seconds: after which the reservation is dropped; a client that hangs up at once never takes it.
        """
        place = Listener(accepted=accepted)
        place.expires = asyncio.get_running_loop().call_later(seconds, self.unsubscribe, accepted.question_id, place)
        self._of[accepted.question_id] = [place]

    def subscribe(self, question_id: UUID) -> Listener:
        """Take the reservation of the client that asked, or listen beside it, from the first sentence on."""
        listening = self._of.setdefault(question_id, [])
        listener = next((each for each in listening if not each.taken), None)
        if listener is None:
            listener = Listener()
            listening.append(listener)
            for frame in self._frames.of(question_id):
                listener.heard.put_nowait(frame)
        listener.taken = True
        if listener.expires is not None:
            listener.expires.cancel()
        return listener

    def unsubscribe(self, question_id: UUID, listener: Listener) -> None:
        others = [each for each in self._of.get(question_id, []) if each is not listener]
        if others:
            self._of[question_id] = others
        else:
            self._of.pop(question_id, None)

    def accepted(self, question_id: UUID) -> QuestionRecord | None:
        """The question as it was accepted, while the client that asked it here still listens."""
        return next((each.accepted for each in self._of.get(question_id, ()) if each.accepted), None)

    def said(self, question_id: UUID) -> list[Sentence]:
        """Return the sentences of an answer under way that this replica has heard."""
        return [frame.sentence for frame in self._frames.of(question_id) if frame.sentence is not None]

    def tell(self, question_id: UUID, what: AnswerStreamed | End) -> None:
        """Tell whoever listens now, and of a frame whoever will while the answer is under way."""
        if isinstance(what, End):
            self._frames.forget(question_id)
        else:
            self._frames.keep(what)
        for each in self._of.get(question_id, ()):
            each.heard.put_nowait(what)

    def __contains__(self, question_id: UUID) -> bool:
        return question_id in self._of
