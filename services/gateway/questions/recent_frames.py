"""What has been said of answers under way, for whoever comes in the middle: a page loaded again, a second one."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from shared.contracts.questions import AnswerStreamed


class RecentFrames:
    """Frames by question, in memory alone: until the question ends, and not longer than one may take.

    Args:
        live_s: seconds from a question's first frame after which its frames are forgotten. Of a question that another
            replica ends nobody tells this one.
    """

    def __init__(self, live_s: float) -> None:
        self._live_s = live_s
        self._of: dict[UUID, dict[int, AnswerStreamed]] = {}
        self._expiry: dict[UUID, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._of)

    def keep(self, frame: AnswerStreamed) -> None:
        """Keep a frame; one that is delivered again is kept once."""
        question_id = frame.question_id
        if question_id not in self._of:
            self._of[question_id] = {}
            self._expiry[question_id] = asyncio.get_running_loop().call_later(self._live_s, self.forget, question_id)
        self._of[question_id].setdefault(frame.frame, frame)

    def of(self, question_id: UUID) -> Sequence[AnswerStreamed]:
        """Return the frames of a question, first to last."""
        frames = self._of.get(question_id, {})
        return [frames[number] for number in sorted(frames)]

    def forget(self, question_id: UUID) -> None:
        """Forget the frames of a question."""
        self._of.pop(question_id, None)
        if (timer := self._expiry.pop(question_id, None)) is not None:
            timer.cancel()
