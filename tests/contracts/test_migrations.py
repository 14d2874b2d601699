"""The migrations make the tables that the gateway works with, and what `make migration` writes makes the difference."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, Uuid, create_engine, inspect, text

from lab.migration import TABLES, VERSIONS, differences, newest, write
from services.gateway.database.columns import UtcDateTime
from services.gateway.database.schema import MIGRATIONS


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Connection]:
    with newest(tmp_path) as connection:
        yield connection


def test_the_migrations_make_what_the_tables_say(migrated: Connection) -> None:
    assert differences(migrated) == [], "run `make migration NAME=...`"


def test_each_migration_follows_the_one_before_it_and_is_named_by_its_number() -> None:
    names = sorted(path.name for path in VERSIONS.glob("v*.py"))
    for number, name in enumerate(names, 1):
        code = (VERSIONS / name).read_text(encoding="utf-8")
        assert name.startswith(f"v{number:04}_")
        assert f'revision = "{number:04}"\n' in code
        assert number == 1 or f'down_revision = "{number - 1:04}"\n' in code


def test_a_written_migration_makes_the_difference_and_undoes_it(migrated: Connection, tmp_path: Path) -> None:
    tables = MetaData()
    for table in TABLES.tables.values():
        table.to_metadata(tables)
    Table("written_by_a_test", tables, Column("id", Uuid, primary_key=True), Column("said_at", UtcDateTime, index=True))
    tables.tables["leases"].append_column(Column("set_by_a_test", UtcDateTime, nullable=True))
    before = set(inspect(migrated).get_table_names())
    (tmp_path / "v0041_former.py").touch()
    path = write(migrated, "what_a_test_writes", tmp_path, tables)
    assert path.name == "v0042_what_a_test_writes.py"

    spec = importlib.util.spec_from_file_location("written", path)
    assert spec is not None
    assert spec.loader is not None
    written = importlib.util.module_from_spec(spec)
    with Operations.context(MigrationContext.configure(migrated)):
        spec.loader.exec_module(written)
        assert (written.revision, written.down_revision) == ("0042", "0041")
        written.upgrade()
        assert set(inspect(migrated).get_table_names()) == before | {"written_by_a_test"}
        assert "set_by_a_test" in {column["name"] for column in inspect(migrated).get_columns("leases")}
        assert differences(migrated, tables) == []
        written.downgrade()
    assert set(inspect(migrated).get_table_names()) == before
    assert "set_by_a_test" not in {column["name"] for column in inspect(migrated).get_columns("leases")}


def test_documents_that_waited_before_the_turns_were_kept_have_theirs(tmp_path: Path) -> None:
    """Version 0013: their scope, and whether their file is large, come from their rows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = f"sqlite+aiosqlite:///{tmp_path}/vigie.db"
    config.attributes["connect_args"] = {}
    command.upgrade(config, "0012")
    engine = create_engine(f"sqlite:///{tmp_path}/vigie.db")
    with engine.begin() as connection:
        for name, size in (("small", 10), ("large", 3_000_000)):
            _insert(connection, "documents", id=name, scope=f"unit:{name}", key=name)
            _insert(connection, "document_versions", id=name, document_id=name, size=size)
            _insert(connection, "outbox", id=name, job_id=name, topic="documents.submitted")
        _insert(connection, "outbox", id="question", job_id="question", topic="questions.asked")
    command.upgrade(config, "0013")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, scope, large FROM outbox ORDER BY id")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [
        ("large", "unit:large", 1),
        ("question", None, None),
        ("small", "unit:small", 0),
    ]


def _insert(connection: Connection, table: str, **values: object) -> None:
    """Insert a row; columns that must have a value and are not given have an empty one."""
    found = inspect(connection).get_columns(table)
    row = {each["name"]: "" for each in found if not each["nullable"]} | values
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)
