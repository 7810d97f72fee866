"""A backup made in the middle of everything is whole."""

import asyncio
import shutil
import sqlite3
from contextlib import closing

import pytest

from bot.core.store import Grant
from storage.backup import BadBackup, Occupied, back_up, restore
from storage.database import UnknownDatabase, open_database
from storage.store import SqlStore
from tests.fakes.clock import FakeClock


async def test_a_backup_made_while_people_pay_is_whole_and_balances(address, store, scene, clock, tmp_path):
    await scene.rich(credits=100_000)
    done = asyncio.Event()

    async def pay():
        while not done.is_set():
            await scene.delivered()

    target = tmp_path / "backups" / "copy.db"
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(pay())
        await asyncio.sleep(0.1)
        await back_up(address, target)
        done.set()

    assert [path.name for path in await asyncio.to_thread(lambda: list(target.parent.iterdir()))] == ["copy.db"]
    async with open_database(f"sqlite:///{target}") as copy:
        copied = SqlStore(database=copy, clock=clock)
        assert await copied.verify() == []
        assert len(await copied.jobs(state=None, most=1)) == 1


async def test_a_backup_replaces_an_older_one_only_when_it_is_sound(address, store, tmp_path, monkeypatch):
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    target = tmp_path / "copy.db"
    await asyncio.to_thread(target.write_bytes, b"older")

    async def unsound(copy):
        raise BadBackup("page 3 is never used")

    monkeypatch.setattr("storage.backup._check", unsound)
    with pytest.raises(BadBackup):
        await back_up(address, target)
    assert await asyncio.to_thread(target.read_bytes) == b"older"

    monkeypatch.undo()
    await back_up(address, target)

    def balance():
        with closing(sqlite3.connect(target)) as copy:
            return copy.execute("SELECT balance FROM wallets").fetchone()

    assert await asyncio.to_thread(balance) == (5,)


async def test_a_damaged_copy_is_noticed(tmp_path):
    def damaged():
        with closing(sqlite3.connect(tmp_path / "x.db")) as copy:
            copy.execute("CREATE TABLE t (n INTEGER, CHECK (n > 0))")
            copy.execute("PRAGMA ignore_check_constraints = ON")
            copy.execute("INSERT INTO t VALUES (-1)")
            copy.commit()

    await asyncio.to_thread(damaged)
    with pytest.raises(BadBackup):
        await back_up(f"sqlite:///{tmp_path}/x.db", tmp_path / "copy.db")
    assert not await asyncio.to_thread((tmp_path / "copy.db").exists)


async def test_other_databases_bring_their_own_tools(tmp_path):
    with pytest.raises(UnknownDatabase, match="pg_dump"):
        await back_up("postgresql://host/name", tmp_path / "copy.db")


# ---------------------------------------------------------------------------------------------- the way back


async def balance(path, owner="a:1"):
    async with open_database(f"sqlite:///{path}") as database:
        return (await SqlStore(database=database, clock=FakeClock()).wallet(owner)).balance


def names(folder):
    return sorted(path.name for path in folder.iterdir())


async def test_a_backup_comes_back_and_what_was_there_is_kept_beside_it(address, store, scene, tmp_path):
    await scene.rich()
    await scene.rendering()
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    copy, folder = tmp_path / "copy.db", tmp_path / "new"
    await back_up(address, copy)
    await asyncio.to_thread(folder.mkdir)
    target = folder / "reelbot.db"

    assert await restore(copy, f"sqlite:///{target}", aside=None) == 1
    assert await balance(target) == 5
    with pytest.raises(Occupied):
        await restore(copy, f"sqlite:///{target}", aside=None)
    await restore(copy, f"sqlite:///{target}", aside=FakeClock().now())

    assert await asyncio.to_thread(names, folder) == ["before-20261121T090000-reelbot.db", "reelbot.db"]
    assert await balance(folder / "before-20261121T090000-reelbot.db") == 5


async def test_the_log_of_a_killed_process_is_not_played_into_what_is_restored(address, store, tmp_path):
    copy, folder = tmp_path / "copy.db", tmp_path / "killed"
    await back_up(address, copy)
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    await asyncio.to_thread(folder.mkdir)
    for end in ("", "-wal"):
        # As a kill leaves it: what was committed last stands in the log alone.
        await asyncio.to_thread(shutil.copy, f"{tmp_path}/reelbot.db{end}", f"{folder}/reelbot.db{end}")

    await restore(copy, f"sqlite:///{folder}/reelbot.db", aside=FakeClock().now())

    assert await balance(folder / "reelbot.db") == 0
    assert await balance(folder / "before-20261121T090000-reelbot.db") == 5


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "a newer version of Reelbot made it .revision 9999."),
        ("DROP TABLE alembic_version", "this is no database of Reelbot"),
    ],
)
async def test_what_is_no_backup_of_this_version_changes_nothing(address, store, tmp_path, damage, why):
    copy = tmp_path / "copy.db"
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    await back_up(address, copy)

    def spoil():
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute(damage)
            connection.commit()

    await asyncio.to_thread(spoil)
    before = await asyncio.to_thread(names, tmp_path)
    with pytest.raises(BadBackup, match=why):
        await restore(copy, address, aside=FakeClock().now())

    assert await asyncio.to_thread(names, tmp_path) == before
    assert (await store.wallet("a:1")).balance == 5


async def test_other_databases_are_restored_by_their_own_tools(tmp_path):
    with pytest.raises(UnknownDatabase, match="pg_restore"):
        await restore(tmp_path / "copy.db", "postgresql://host/name", aside=None)
