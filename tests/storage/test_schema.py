"""The revisions make exactly the tables that the code believes in, on both kinds of database."""

import asyncio
import importlib
import io
import pkgutil
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Executable, create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

import storage
from bot.core.ports import Grant
from storage.database import open_database
from storage.dialects import Upsert
from storage.schema import REVISIONS, newest_revision
from storage.tables import metadata


async def test_the_revisions_make_the_tables_of_the_code(database):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await database.read(differences) == []


async def test_the_revisions_make_the_partial_indexes_of_the_code(database, tmp_path):
    def indexes(connection):
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        return sorted((row.name, " ".join(row.sql.split())) for row in found)

    def from_code():
        engine = create_engine(f"sqlite:///{tmp_path}/code.db")
        with engine.begin() as connection:
            metadata.create_all(connection)
            made = indexes(connection)
        engine.dispose()
        return made

    assert await database.read(indexes) == await asyncio.to_thread(from_code)


async def test_an_up_to_date_database_is_opened_again_as_it_is(address, store):
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))

    async with open_database(address) as again:
        assert await again.read(lambda c: c.execute(text("SELECT balance FROM wallets")).scalar_one()) == 5


def test_the_newest_revision_is_told_by_the_names_of_the_files():
    # What decides whether Alembic is needed at all has to agree with what Alembic itself would say.
    assert newest_revision() == ScriptDirectory(str(REVISIONS)).get_current_head()


async def test_an_older_database_is_brought_up_to_date(address, tmp_path):
    def age():
        with closing(sqlite3.connect(tmp_path / "reelbot.db")) as connection, connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                if not name.startswith("sqlite_"):
                    connection.execute(f"DROP TABLE {name}")
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")

    await asyncio.to_thread(age)

    async with open_database(address) as again:
        assert await again.read(lambda c: c.execute(text("SELECT count(*) FROM jobs")).scalar_one()) == 0


def test_a_folder_that_is_not_there_yet_is_made(tmp_path):
    async def open_deep():
        async with open_database(f"sqlite:///{tmp_path}/a/b/reelbot.db"):
            pass

    asyncio.run(open_deep())

    assert (tmp_path / "a/b/reelbot.db").exists()


@pytest.mark.parametrize("statement", ["UPDATE ledger SET balance_change = 9", "DELETE FROM ledger"])
async def test_the_ledger_refuses_to_be_rewritten(database, store, statement):
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))

    with pytest.raises(IntegrityError, match="append-only"):
        await database.tx(lambda c: c.execute(text(statement)))

    assert [line.balance_change for line in await store.receipts("a:1", 5)] == [5]


@pytest.mark.parametrize("column", ["balance", "held"])
async def test_no_wallet_goes_below_nought_even_by_hand(database, store, column):
    await store.wallet("a:1")

    with pytest.raises(IntegrityError):
        await database.tx(lambda c: c.execute(text(f"UPDATE wallets SET {column} = -1")))


def test_the_revisions_can_be_written_for_postgresql():
    script = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": script})
    with Operations.context(context):
        importlib.import_module("storage.migrations.versions.0001_everything").upgrade()

    assert "CREATE TRIGGER ledger_keeps_lines" in script.getvalue()
    assert "WHERE alive;" in script.getvalue()


def statements():
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        if module.name == "storage.migrations":
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Upsert):
                yield pytest.param(value._built["postgresql"], id=f"{module.name}.{name}")
            elif isinstance(value, Executable) and name.isupper():
                yield pytest.param(value, id=f"{module.name}.{name}")
            elif isinstance(value, dict) and name == "RULES":
                yield from (pytest.param(question, id=rule) for rule, question in value.items())


@pytest.mark.parametrize("statement", list(statements()))
def test_every_statement_can_be_said_to_postgresql(statement):
    assert str(statement.compile(dialect=postgresql.dialect()))
