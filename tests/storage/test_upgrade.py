"""An upgrade keeps the meaning of every row, whichever version wrote it, and the bot goes on with what it finds."""

import asyncio
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError

from bot.core.blocks import BlockKind
from bot.core.model import Charge, CommunityId, JobId, State, UserId
from storage.database import open_database
from storage.schema import newest_revision
from storage.store import SqlStore
from storage.tables import metadata
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider
from tests.storage.old_database import (
    CHARGES,
    DAY_COUNTER,
    RUNNING,
    RUNNING_COUNTER,
    WITH_CLIP,
    WITH_TICKET,
    clip_name,
    job_id,
    make_old,
    make_old_postgres,
)
from tests.story.house import open_house

ANA = UserId("web", "ana")
CLUB = CommunityId("web", "club")
OURS = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
REVISIONS = [f"{number:04}" for number in range(1, int(newest_revision()))]
EVERY = [("sqlite", revision) for revision in REVISIONS] + [
    ("postgres", one) for one in ("0001", "0006", REVISIONS[-1])
]
"""A revision takes seconds on PostgreSQL if the machine is busy: those between say the same there."""


@pytest.fixture(params=EVERY, ids="-".join)
def left(request) -> tuple[str, str]:
    """On what, and by which revision."""
    return request.param


@pytest.fixture
def revision(left) -> str:
    return left[1]


@pytest.fixture
def address(request, tmp_path, left):
    """Of the database of an earlier version."""
    where, revision = left
    if where == "sqlite":
        make_old(tmp_path / "reelbot.db", revision)
        return f"sqlite:///{tmp_path}/reelbot.db"
    make_old_postgres(address := request.getfixturevalue("bare_postgres_url"), revision)
    return address


@pytest.fixture
async def old(address):
    """It, opened by this version."""
    async with open_database(address) as database:
        yield database


@pytest.fixture
def store(old):
    return SqlStore(database=old, clock=FakeClock())


async def test_the_books_balance_and_everybody_has_what_they_had(old, store):
    assert await old.read(lambda c: compare_metadata(MigrationContext.configure(c, opts=OURS), metadata)) == []
    assert await store.verify() == []
    wallet = await store.wallet("web:ana")
    assert (wallet.balance, wallet.held) == (200 - 5 * len(RUNNING) - 5, 5 * len(RUNNING))
    assert len(await store.receipts("web:ana", 100)) == 1 + 11 + 6
    used = await store.used([RUNNING_COUNTER, DAY_COUNTER])
    assert used == {RUNNING_COUNTER: len(RUNNING), DAY_COUNTER: 5 * (len(RUNNING) + 1)}


async def test_every_video_is_where_it_was(store, revision):
    jobs = {job.state: job for job in await store.jobs(state=None, most=100)}

    assert jobs.keys() == set(State)
    for state, job in jobs.items():
        assert (job.id, job.charge) == (job_id(state), CHARGES[state])
        assert (job.user, job.community, job.request.prompt) == (ANA, CLUB, f"a cat that is {state}")
        assert job.ticket == (f"task-{state.value}" if state in WITH_TICKET else None)
        assert (job.clip and job.clip.file) == (clip_name(state) if state in WITH_CLIP else None)
        assert job.pooled == (revision >= "0004" and state is State.QUEUED)
        assert job.request.spoiler == (revision >= "0008" and state is State.RENDERING)
        assert [line.state for line in await store.story(job.id)] == [State.QUEUED, state]
    (bill,) = await store.bills()
    assert (bill.clips, bill.billed, bill.cost_micros) == (4, 4, 4 * 280_000)


async def test_limits_messages_and_all_the_rest_are_as_they_were(store, revision):
    limits = await store.limits_of(CLUB)
    assert (limits.member_daily, limits.server_monthly, limits.member_running) == (50, 900, 9)
    assert limits.channels == {"general"}
    later = ({"ana": 99}, {"mod": None}, True) if revision >= "0004" else ({}, {}, False)
    assert (limits.members, limits.roles, limits.pool) == later
    (change,) = await store.limit_changes(CLUB, 5)
    assert (change.actor, change.old, change.new.member_daily) == ("web:ana", None, 50)
    assert [message.body for message in await store.recent(ANA, 5)] == ['{"text": "a cat"}']
    assert await store.durations("acme/Acme-1") == (42.5,)
    assert [health.why for health in (await store.healths()).values()] == ["key"] * (revision >= "0002")
    assert [price.usd for price in await store.list_prices()] == [Decimal("0.35")] * (revision >= "0002")
    assert [letter.key for letter in await store.waiting("telegram")] == ["1"] * (revision >= "0003")
    assert await store.kept("telegram", "moved:-1") == ("-2" if revision >= "0003" else None)
    blocks = [(block.ban.kind, block.ban.what, block.reason) for block in await store.blocks(CLUB)]
    assert blocks == [(BlockKind.WORD, "dog", "no dogs")] * (revision >= "0006")


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-1]])
async def test_what_was_under_way_goes_on_and_is_paid_once(tmp_path, revision):
    await asyncio.to_thread(make_old, tmp_path / "reelbot.db", revision)
    await asyncio.to_thread(leave_files, tmp_path)
    acme = FakeProvider()
    async with open_house(tmp_path, providers=[acme]) as house:
        carried = {state: JobId(job_id(state)) for state in RUNNING}

        async def states():
            return {state: (await house.store.job(job)).state for state, job in carried.items()}

        expected = dict.fromkeys(carried, State.DELIVERED) | {State.SUBMITTING: State.UNSURE}
        while await states() != expected:
            await house.clock.step()

        assert len(acme.submits) == 1
        assert (await house.store.job(carried[State.SUBMITTING])).charge is Charge.RELEASED
        assert await house.books_balance()
        assert (await house.balance())[1] == 0
        assert (await house.store.used([RUNNING_COUNTER]))[RUNNING_COUNTER] == 0
        again = await house.say(f"/job {job_id(State.DELIVERED)}")
        assert again.text == "Sending the clip again."
        assert (await house.say(f"/again {job_id(State.FAILED)}")).accepted


def leave_files(folder):
    for name in ("clips", "images"):
        (folder / name).mkdir()
    (folder / "images" / "p.jpg").write_bytes(b"picture")
    for state in WITH_CLIP:
        (folder / "clips" / clip_name(state)).write_bytes(b"clip")


async def test_a_database_of_a_newer_version_is_refused_in_a_sentence_and_left_as_it_is(tmp_path):
    path = tmp_path / "reelbot.db"
    await asyncio.to_thread(make_old, path, newest_revision())

    def contents():
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())

    def become_newer():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.execute("CREATE TABLE of_the_future (n INTEGER)")
            connection.commit()
        return contents()

    before = await asyncio.to_thread(become_newer)
    with pytest.raises(CommandError, match=r"it is at revision 9999 and this one knows 0.* at the most; run the newer"):
        async with open_database(f"sqlite:///{path}"):
            pytest.fail("it was opened")

    assert await asyncio.to_thread(contents) == before
