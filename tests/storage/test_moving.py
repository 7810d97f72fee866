"""An installation goes from one database to another with everything that is in it, or not at all."""

import asyncio
import resource
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest
from sqlalchemy import select, text

from bot.core.blocks import Ban, BlockKind, Report
from bot.core.model import Cap, Charge, Health, ListPrice, Reason, State
from bot.core.store import Change, Grant, StoreTrouble
from storage import moving
from storage.database import UnknownDatabase, open_database
from storage.lock import AlreadyRunning, only_one
from storage.moving import NotMoved, move
from storage.store import SqlStore
from storage.tables import metadata
from tests.contracts.store_scene import ANN, BEN, GUILD, Scene
from tests.storage.filled import statements


@pytest.fixture
def target(postgres_url):
    return postgres_url


async def live(store, scene, clock):
    """Put something into every table, and things that databases like to change."""
    await scene.rich(credits=1000)
    await scene.rich(BEN)
    await store.welcome(BEN, [Grant("odd", 1, "op", "ünï©öde \\ \u2028 \t 'quoted' \"and\" 💩")])
    caps = (Cap("member_running", "run:ann", 1, 5, None), Cap("server_daily", "day:77", 5, 100, clock.now()))
    await scene.queued(community=GUILD, caps=caps)
    await scene.rendering()
    await scene.delivering()
    await store.told(await scene.delivered(), "handle")
    await store.open_job(scene.draft(ask_first=True))
    await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))
    refused = Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.CONTENT)
    failed = await store.move(await scene.rendering(), refused)
    await store.change_limits(GUILD, lambda limits: replace(limits, per_video=7, models=frozenset({"b", "a"})), "op")
    await store.learn("a/b", 0.1 + 0.2)
    await store.learn("a/b", 1e-9)
    await store.write_health(Health("preview", None, "", "trouble", clock.now(), None, ""))
    await store.set_list_price(ListPrice("a/b", "768P", 6, Decimal("0.30")), "op")
    await store.block(Ban(GUILD, BlockKind.WORD, "x"), "op", "")
    await store.report(Report(failed.id, BEN.id, GUILD, "no"))
    await store.pause_provider("preview", clock.now() + timedelta(days=1), actor="op")
    await store.put("discord", "1", "body")
    await store.keep("discord", "cursor", "7")
    await store.watch([ANN.id], clock.now() + timedelta(seconds=40))
    for number in range(5):
        await store.add(ANN.id, "text", f"hello {number}")
    note = await store.put_note(ANN.id, failed.id, "gone")
    await store.remove(ANN.id, failed.id)
    return note


async def everything(address):
    async with open_database(address) as database:
        return await database.read(
            lambda c: {
                table.name: c.execute(select(table).order_by(*table.primary_key)).all()
                for table in metadata.sorted_tables
            }
        )


async def test_everything_is_carried_over_and_goes_on_there(address, target, store, scene, clock):
    note = await live(store, scene, clock)
    before = await everything(address)
    heard = {}

    moved = await move(address, target, told=heard.__setitem__)

    assert [name for name, rows in before.items() if not rows] == []
    assert await everything(target) == before == await everything(address)
    assert moved.rows == heard == {name: len(rows) for name, rows in before.items()}
    assert (moved.living, moved.drifts) == (sum(row.alive for row in before["jobs"]), 0)
    async with open_database(target) as database:
        there = SqlStore(database=database, clock=clock)
        queue = await database.read(lambda c: c.execute(text("SELECT count(*) FROM pgqueuer")).scalar_one())
        assert queue == moved.living
        assert await there.enqueue_missing() == []
        assert await there.verify() == []
        # Numbers go on behind the highest that was ever given out, even if it was deleted.
        assert (await there.add(ANN.id, "text", "more")).id == note.id + 1
        assert (await there.wallet("somebody:new")).id == max(row.id for row in before["wallets"]) + 1
        again = Scene(there, clock)
        await again.rich(credits=10)
        await there.open_job(again.draft(id="other", key="other"))


async def test_there_and_back_again_is_the_same(address, target, store, scene, clock, tmp_path):
    note = await live(store, scene, clock)
    back = f"sqlite:///{tmp_path}/back/reelbot.db"
    await move(address, target)
    await move(target, back)

    assert await everything(back) == await everything(address)
    async with open_database(back) as database:
        there = SqlStore(database=database, clock=clock)
        assert (await there.add(ANN.id, "text", "more")).id == note.id + 1


async def test_one_file_can_be_carried_to_another(address, store, scene, clock, tmp_path):
    await live(store, scene, clock)
    await move(address, f"sqlite:///{tmp_path}/other.db")
    assert await everything(f"sqlite:///{tmp_path}/other.db") == await everything(address)


async def test_an_empty_one_can_be_carried_over(address, target):
    moved = await move(address, target)
    assert not any(moved.rows.values())
    assert moved.living == 0


async def test_letters_that_postgresql_cannot_hold_are_left_out(address, target, store):
    await store.put("discord", "1", "a\0b")
    await move(address, target)

    async with open_database(target) as database:
        there = SqlStore(database=database, clock=store._clock)
        assert [letter.body for letter in await there.waiting("discord")] == ["ab"]
        assert not await there.put("discord", "1\0", "again")


async def test_nothing_is_carried_into_a_database_that_holds_something(address, target, store):
    await store.put("discord", "1", "body")
    await move(address, target)
    with pytest.raises(NotMoved, match="there are rows in its table letters"):
        await move(address, target)

    assert len((await everything(target))["letters"]) == 1


async def test_nothing_is_carried_while_a_bot_runs_on_the_source(address, target, store, tmp_path):
    with only_one(tmp_path), pytest.raises(AlreadyRunning):
        await move(address, target)
    other = tmp_path / "data"
    other.mkdir()
    with only_one(other), pytest.raises(AlreadyRunning):
        await move(address, target, folders=[other])


async def test_nothing_is_carried_while_somebody_is_connected_to_the_server(address, target):
    async with open_database(target) as running:
        await running.tx(lambda c: c.execute(text("SELECT 1")).scalar_one())
        with pytest.raises(NotMoved, match=r"reelbot (writer|reader).* is connected to postgresql://.*stop the bot"):
            await move(address, target)


async def test_whatever_writes_to_the_source_meanwhile_waits(target, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("storage.on_sqlite.BUSY_MILLISECONDS", 20)
    address, loop, refusals = f"sqlite:///{tmp_path}/reelbot.db", asyncio.get_running_loop(), []
    async with open_database(address) as database:
        store = SqlStore(database=database, clock=clock)
        await store.put("discord", "1", "body")

        def told(name, _rows):
            if name == "letters":
                late = asyncio.run_coroutine_threadsafe(store.put("discord", "2", "late"), loop)
                refusals.append(late.exception())

        await move(address, target, told=told)

    assert [(type(refusal), str(refusal)) for refusal in refusals] == [(StoreTrouble, "database is locked")]
    assert len((await everything(target))["letters"]) == 1


async def test_a_row_that_reads_otherwise_in_the_target_stops_it_all(address, target, store, monkeypatch):
    await store.put("discord", "1", "body")

    def bent(table, connection, rows=moving._rows):
        for some in rows(table, connection):
            bad = table.name == "letters" and connection.dialect.name == "postgresql"
            yield [tuple(row)[:-1] for row in some] if bad else some

    monkeypatch.setattr(moving, "_rows", bent)
    with pytest.raises(NotMoved, match="rows of letters do not read"):
        await move(address, target)
    monkeypatch.undo()
    assert not any((await everything(target)).values())


async def test_books_that_did_not_balance_are_carried_over_as_they_are_and_it_is_said(address, target, store, database):
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    await database.tx(lambda c: c.execute(text("UPDATE wallets SET balance = 6")) and None)

    assert (await move(address, target)).drifts == 1
    assert (await everything(target))["wallets"][0].balance == 6


async def test_books_that_balance_otherwise_there_stop_it_all(address, target, store, monkeypatch):
    await store.grant("a:1", Grant("gift", 5, "op", "gift"))
    monkeypatch.setattr(moving.audit, "verify", lambda connection: [connection.dialect.name])
    with pytest.raises(NotMoved, match="do not balance"):
        await move(address, target)
    assert not any((await everything(target)).values())


async def test_a_database_is_not_carried_to_itself(address, target, tmp_path):
    for one in (address, target):
        with pytest.raises(NotMoved, match="the same database"):
            await move(one, one)
    with pytest.raises(NotMoved, match="the same database"):
        await move(address, f"sqlite:///{tmp_path}/../{tmp_path.name}/reelbot.db")


async def test_a_file_that_is_not_there_is_not_made(target, tmp_path):
    with pytest.raises(NotMoved, match="no database at"):
        await move(f"sqlite:///{tmp_path}/nowhere.db", target)
    assert not (tmp_path / "nowhere.db").exists()


async def test_a_server_that_is_not_there_is_told_in_a_sentence(address):
    with pytest.raises(StoreTrouble, match="cannot be used"):
        await move(address, "postgresql://a:b@127.0.0.1:1/x")
    with pytest.raises(UnknownDatabase):
        await move(address, "mysql://a/b")


async def test_many_rows_pass_through_little_memory(target, postgres, prepared, tmp_path):
    jobs = 2_500
    name = await asyncio.to_thread(postgres.fresh, prepared)
    connection = await asyncpg.connect(postgres.address(name))
    for statement in statements(jobs=jobs, now=10**12):
        await connection.execute(statement)
    await connection.close()
    here = f"sqlite:///{tmp_path}/many.db"
    await move(postgres.address(name), here)

    sizes = []

    def watch(*_):
        sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    moved = await move(here, target, told=watch)

    assert moved.rows["jobs"] == jobs
    assert moved.living == 200
    assert max(sizes) - before < 40_000
