"""What the pages of questions ask the gateway for: conversations, the questions of one, answers and feedback."""

import asyncio
from contextlib import aclosing
from uuid import UUID

from services.web.ask.conversations import Conversation, Day, conversations_of, days_of
from services.web.ask.views import Turn, turn_of
from shared.client import Problem, UnexpectedResponse, VigieClient
from shared.clock import utc_now
from shared.http_api.feedback import FeedbackView
from shared.http_api.questions import QuestionQuery, QuestionView
from shared.language.names import one_line

_PAGE = 100
_MOST_LOOKED_AT = 300
MOST_TURNS = 30
_NOT_FOUND = 404


async def conversations(client: VigieClient, search: str = "") -> list[Conversation]:
    """Return one's latest conversations, newest first; `search`: those with these words in a question."""
    return conversations_of(await _questions(client, QuestionQuery(search=search, limit=_PAGE), _MOST_LOOKED_AT))


async def recent(client: VigieClient, search: str = "") -> list[Day]:
    """Return one's latest conversations by day."""
    return days_of(await conversations(client, search), utc_now().astimezone().date())


async def is_bare(client: VigieClient) -> bool:
    """Return whether there is no passage that somebody's questions could find; no, where the gateway does not tell."""
    try:
        return (await client.status()).passages == 0
    except (Problem, UnexpectedResponse):
        return False


async def asked_in(client: VigieClient, conversation: UUID) -> list[QuestionView]:
    """Return the latest questions of a conversation, first one first."""
    query = QuestionQuery(conversation=conversation, limit=MOST_TURNS)
    return (await _questions(client, query, MOST_TURNS))[::-1]


async def turns_of(client: VigieClient, conversation: UUID, language: str) -> tuple[str, list[Turn]]:
    """Return what a person calls a conversation, nothing where they do not, and its turns, first one first."""
    asked = await asked_in(client, conversation)
    title = next((one_line(each.title) for each in asked if each.title), "")
    return title, list(await asyncio.gather(*(turn(client, each.id, language) for each in asked)))


async def turn(client: VigieClient, question: UUID, language: str) -> Turn:
    """Return a question with its answer, and what one thinks of it."""
    answer, feedback = await asyncio.gather(client.question(question), _feedback(client, question))
    return turn_of(answer, language, feedback)


async def _feedback(client: VigieClient, question: UUID) -> FeedbackView | None:
    try:
        return await client.feedback(question)
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return None


async def _questions(client: VigieClient, query: QuestionQuery, most: int) -> list[QuestionView]:
    found: list[QuestionView] = []
    async with aclosing(client.questions(query)) as questions:
        async for each in questions:
            found.append(each)
            if len(found) == most:
                break
    return found
