"""A backup made in the middle of everything is whole."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.core.ports import Grant
from storage import backup
from storage.backup import BadBackup, back_up
from storage.database import UnknownDatabase, open_database
from storage.store import SqlStore


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

    def unsound(copy):
        raise BadBackup("page 3 is never used")

    monkeypatch.setattr(backup, "_check", unsound)
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
            copy.execute("PRAGMA ignore_check_constraints = OFF")
            backup._check(copy)

    with pytest.raises(BadBackup):
        await asyncio.to_thread(damaged)


async def test_other_databases_bring_their_own_tools(tmp_path):
    with pytest.raises(UnknownDatabase, match="pg_dump"):
        await back_up("postgresql://host/name", tmp_path / "copy.db")
