"""What the gateway does by the clock; a new chore is a line here."""

from collections.abc import Sequence
from datetime import timedelta

from services.gateway.database.engine import Database
from services.gateway.dead_letters.ports import DeadLetterRepository
from services.gateway.documents.held_withdrawals import HeldWithdrawals
from services.gateway.documents.sweep import Sweep
from services.gateway.embedding_models.replays import Replays
from services.gateway.outbox.age import OutboxAge
from services.gateway.outbox.ports import Idempotency, Outbox
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.quotes_sql import SqlQuotes
from services.gateway.wiring.chores import Chore
from shared.clock import utc_now

_SECOND_S = 1.0
_MINUTE_S = 60.0
_QUOTES_S = 5.0
_HELD_S = 5.0
_AGE_S = 10.0
_DAY_S = 24 * 3600.0
_LOOKS_A_STALL = 60
_IDEMPOTENCY_KEYS_LIVE = timedelta(days=2)
_DEAD_LETTERS_LIVE = timedelta(days=30)


def moving_chores(
    ends: QuestionEnds, outbox: Outbox, age: OutboxAge, replays: Replays, idempotency: Idempotency, stall: timedelta
) -> Sequence[Chore]:
    """Return what ends, repeats, forgets or measures what nobody asks for again."""

    async def retry_stalled() -> None:
        await outbox.retry_stalled(utc_now() - stall)

    async def forget_keys() -> None:
        await idempotency.forget(utc_now() - _IDEMPOTENCY_KEYS_LIVE)

    return (
        Chore("end-overdue-questions", _SECOND_S, ends.expire_overdue),
        Chore("retry-stalled-jobs", stall.total_seconds() / _LOOKS_A_STALL, retry_stalled),
        Chore("measure-outbox", _AGE_S, age.measure, at_loss=age.forget),
        Chore("send-replays", _SECOND_S, replays.send_due, at_term=replays.restart),
        Chore("forget-idempotency-keys", _DAY_S, forget_keys),
    )


def forgetting_letters(letters: DeadLetterRepository) -> Chore:
    """Return what deletes dead letters that are as old as their topics keep them."""

    async def forget() -> None:
        await letters.forget(utc_now() - _DEAD_LETTERS_LIVE)

    return Chore("forget-dead-letters", _DAY_S, forget)


def erasing_chores(
    sweep: Sweep, held: HeldWithdrawals, quotes: SqlQuotes, database: Database, period_s: float
) -> Sequence[Chore]:
    """Return what makes what is withdrawn or forgotten be gone."""

    async def blank_quotes() -> None:
        await quotes.blank()

    sweeps = (
        Chore("repeat-withdrawals", min(period_s, _MINUTE_S), sweep.repeat_withdrawals),
        Chore("sweep-store", period_s, sweep.sweep_store),
    )
    return (
        Chore("withdraw-what-is-due", _HELD_S, held.withdraw_due),
        Chore("blank-quotes", _QUOTES_S, blank_quotes),
        Chore("truncate-log", _SECOND_S, database.truncate_log),
        *(sweeps if period_s else ()),
    )
