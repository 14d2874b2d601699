"""What the tables' columns have in common: times, and the table behind a row's class."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect, Table, TypeDecorator
from sqlmodel import Column, Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, aware in UTC on every database: SQLite stores it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_time(**options: Any) -> Any:
    """Return the field of a time that is always there."""
    return Field(sa_column=Column(UtcDateTime, nullable=False, **options))


def table_of(row: type[SQLModel]) -> Table:
    """Return the table that keeps rows of a class."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]  # SQLModel does not tell
