"""Models of people and groups: oneself, and for admins everybody."""

from pydantic import BaseModel, Field


class PersonView(BaseModel):
    """A person; `groups` are full paths, `scopes` what these let the person read beside what is public."""

    subject: str
    name: str
    full_name: str | None = None
    enabled: bool = True
    groups: list[str]
    scopes: list[str]
    roles: list[str]


class OwnScope(BaseModel):
    """A scope that one reads, with what one may do there."""

    scope: str
    may_write: bool = Field(description="send, change and withdraw its documents")
    may_keep_duerp: bool = Field(description="write in the DUERP of the unit")


class MeView(BaseModel):
    """Who one is for the gateway, by one's token alone."""

    subject: str
    roles: list[str]
    scopes: list[OwnScope] = Field(description="what one reads: what is public first, then the others by name")
    may_administer: bool = Field(description="look after the platform; an admin writes to every scope, unread")


class GroupView(BaseModel):
    """A group that is a scope."""

    path: str
    scope: str


class PeopleView(BaseModel):
    people: list[PersonView]


class GroupsView(BaseModel):
    groups: list[GroupView]
