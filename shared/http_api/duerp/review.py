"""Models of the review of a DUERP: what rules find in it, and findings that somebody has closed with a reason."""

from uuid import UUID

from pydantic import BaseModel, Field, StrictInt

from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.fields import Content, Key, Text
from shared.http_api.duerp.versions import ArticleText


class Dismissal(Content):
    """A finding of the review that somebody closes; archived, the finding is open again.

    It holds as long as the entry that it is about stays as it was: `revision` names what it said then.
    """

    rule: Key
    about: UUID = Field(description="the entry that the finding is about")
    revision: StrictInt | None = Field(
        default=None, ge=1, le=2**31 - 1, description="of that entry; null: whatever it says"
    )
    reason: Text


class Dismissed(BaseModel):
    """Who closed a finding and why, and the entry that says so: archive it to open the finding again."""

    dismissal: UUID
    url: str
    by: str
    reason: str


class ReviewFinding(BaseModel):
    """Something that a rule points out. It hinders nothing.

    To close it, add a `Dismissal` of its `rule`, `about` and `revision`.
    """

    rule: str
    sentence: str = Field(description="what is pointed out, in the caller's language")
    about: UUID = Field(description="the entry to open")
    kind: EntryKind
    revision: int
    name: str = Field(description="what the entry is called")
    url: str
    families: list[str]
    articles: list[str] = Field(description="of the Code du travail that want it")
    dismissed: Dismissed | None


class ArticleChange(BaseModel):
    """An article as the last version was frozen with it, and as the corpus has it now; null: it has it no more."""

    before: ArticleText
    after: ArticleText | None


class Review(BaseModel):
    """What the rules find in a unit's DUERP as it is now, in the order of the rules."""

    unit: str
    open: int
    findings: list[ReviewFinding]
    since: int | None = Field(default=None, description="sequence of the frozen version that today is compared with")
    law: list[ArticleChange] = Field(default=[], description="articles of that version whose text is another one now")
