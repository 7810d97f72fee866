"""The revisions make exactly the tables that the code believes in, on both kinds of database."""

import asyncio
import importlib
import io
import pkgutil

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Executable, create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError

import storage
from bot.core.store import Grant
from storage.database import open_database
from storage.dialects import Upsert
from storage.postgres_tables import OTHERWISE_ORDERED
from storage.schema import REVISIONS, newest_revision
from storage.store import SqlStore
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


@pytest.mark.parametrize("revision", ["nothing", "0001"])
async def test_an_older_database_is_brought_up_to_date_with_all_that_is_in_it(tmp_path, clock, revision):
    path = tmp_path / "old.db"
    await asyncio.to_thread(make_old, path, revision)

    async with open_database(f"sqlite:///{path}") as database:
        store = SqlStore(database=database, clock=clock)
        assert await database.read(lambda c: compare_metadata(MigrationContext.configure(c), metadata)) == []
        assert [job.ticket for job in await store.jobs(state=None, most=2)] == ["t-1"] * (revision == "0001")
        assert (await store.healths(), await store.list_prices()) == ({}, ())
        assert await store.verify() == []


def make_old(path, revision):
    """A database as an earlier version has left it: one rendering job, where there are jobs already."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        if revision == "nothing":
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        else:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
            command.upgrade(config, revision)
            for statement in OF_0001:
                connection.execute(text(statement))
    engine.dispose()


OF_0001 = (
    "INSERT INTO wallets (id, owner, balance, held) VALUES (1, 'web:ann', 0, 5)",
    """INSERT INTO ledger (key, wallet, kind, balance_change, held_change, at, job, actor, reason) VALUES
       ('gift', 1, 'grant', 5, 0, 1, NULL, 'op', ''),
       ('hold:job0000001:1', 1, 'hold', -5, 5, 1, 'job0000001', '', '')""",
    """INSERT INTO jobs (id, key, user_id, crowd, place_platform, place_address, place_channel, language, model, prompt,
       seconds, resolution, offer, provider, price, payer, charge, state, version, owner, created_at, changed_at,
       deadline, attempt, admitted_at, submitted_at, ticket, cancel_asked, cancel_refused, untold, posts, charges,
       counts, alive, has_files) VALUES ('job0000001', 'message', 'web:ann', 'web:ann', 'web', 'room', '', 'en',
       'preview', 'a cat', 6, '768P', 'preview/preview', 'preview', 5, 1, 'held', 'rendering', 3, 1, 1, 1, 1, 1, 1, 1,
       't-1', 0, 0, 0, 0, 1, '[]', 1, 0)""",
    """INSERT INTO attempts (job, n, offer, provider, begun_at, outcome, ticket) VALUES
       ('job0000001', 1, 'preview/preview', 'preview', 1, 'rendering', 't-1')""",
)


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
        for path in sorted((REVISIONS / "versions").glob("0*.py")):
            importlib.import_module(f"storage.migrations.versions.{path.stem}").upgrade()

    assert "CREATE TRIGGER ledger_keeps_lines" in script.getvalue()
    assert "WHERE alive;" in script.getvalue()
    assert "CREATE TABLE list_prices" in script.getvalue()


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


async def test_the_revisions_make_the_tables_of_the_code_on_postgresql_too(postgres_url):
    def differences(connection):
        options = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    async with open_database(postgres_url) as database:
        assert await database.read(differences) == []


async def test_every_text_of_postgresql_is_ordered_by_its_bytes_except_names(postgres_url):
    async with open_database(postgres_url) as database:
        found = await database.read(lambda c: c.execute(OTHERWISE_ORDERED).all())
    assert [tuple(row) for row in found if row.table_name in metadata.tables] == [("users", "name")]


async def test_the_ledger_of_postgresql_refuses_to_be_rewritten(postgres_url, clock):
    async with open_database(postgres_url) as database:
        store = SqlStore(database=database, clock=clock)
        await store.grant("a:1", Grant("gift", 5, "op", "gift"))
        for statement in ("UPDATE ledger SET balance_change = 9", "DELETE FROM ledger", "TRUNCATE ledger"):
            with pytest.raises(DBAPIError, match="append-only"):
                await database.tx(lambda c, statement=statement: c.execute(text(statement)))
        for column in ("balance", "held"):
            with pytest.raises(IntegrityError):
                await database.tx(lambda c, column=column: c.execute(text(f"UPDATE wallets SET {column} = -1")))

        assert [line.balance_change for line in await store.receipts("a:1", 5)] == [5]


async def test_an_upgrade_of_pgqueuer_is_made_at_the_start(postgres, prepared):
    name = await asyncio.to_thread(postgres.fresh, prepared)
    await asyncio.to_thread(postgres.run, "DROP INDEX pgqueuer_unique_dedupe_key", name)

    async with open_database(postgres.address(name)) as database:
        assert await database.read(
            lambda c: c.execute(text("SELECT to_regclass('pgqueuer_unique_dedupe_key')::text")).scalar_one()
        )
