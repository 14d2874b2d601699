"""Models of people and groups, for admins."""

from pydantic import BaseModel


class PersonView(BaseModel):
    """A person; `groups` are full paths, `scopes` what these let the person read beside what is public."""

    subject: str
    name: str
    full_name: str | None = None
    enabled: bool = True
    groups: list[str]
    scopes: list[str]
    roles: list[str]


class GroupView(BaseModel):
    """A group that is a scope."""

    path: str
    scope: str


class PeopleView(BaseModel):
    people: list[PersonView]


class GroupsView(BaseModel):
    groups: list[GroupView]
