"""What a session is, and when it ends. Pure."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict


class Tokens(BaseModel):
    """What an issuer gave for a person.

    Attributes:
        renewal: what a new access token is asked for with; of Keycloak its refresh token.
        identity: of Keycloak the ID token, which a sign-out names.
        session: the issuer's name of the session that they stand on, which it may end.
    """

    model_config = ConfigDict(frozen=True)

    access: str
    access_expires_at: datetime
    renewal: str
    identity: str | None = None
    session: str | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether a new access token is due: a request that is sent now should not find it ended."""
        return now >= self.access_expires_at - timedelta(seconds=20)


class Session(BaseModel):
    """One person in one browser."""

    model_config = ConfigDict(frozen=True)

    person: str
    tokens: Tokens
    signed_in_at: datetime
    seen_at: datetime

    def has_ended(self, now: datetime, lives: timedelta, idle: timedelta) -> bool:
        return now >= min(self.signed_in_at + lives, self.seen_at + idle)
