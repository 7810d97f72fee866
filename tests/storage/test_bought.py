"""Which clips were bought, and from how many pictures, is known of old jobs and of those that are under way."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from bot.core.model import Bill, Charge, FileName, Reason, State
from bot.core.store import Change
from storage import calls
from storage.database import open_database
from storage.store import SqlStore
from tests.storage.test_query_plans import plan_of
from tests.storage.test_schema import make_old

TWO_PICTURES = {"first_frame": FileName("a.jpg"), "last_frame": FileName("b.jpg")}


async def clips(store):
    return [(bill.frames, bill.clips) for bill in await store.bills()]


@pytest.mark.parametrize(
    ("changes", "bought"),
    [
        ("state = 'rendering'", []),
        ("state = 'failed', result_url = 'https://x/y'", [(0, 1)]),
        ("state = 'delivered', first_frame = 'a.jpg'", [(1, 1)]),
        ("state = 'fetching', first_frame = 'a.jpg', last_frame = 'b.jpg'", [(2, 1)]),
        ("state = 'delivered', ticket = NULL", []),
    ],
)
async def test_what_an_older_version_bought_is_still_counted(tmp_path, clock, changes, bought):
    path = tmp_path / "old.db"
    await asyncio.to_thread(make_old, path, "0001")
    await asyncio.to_thread(change, path, changes)
    async with open_database(f"sqlite:///{path}") as database:
        assert await clips(SqlStore(database=database, clock=clock)) == bought


def change(path, changes):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE jobs SET {changes}")
        connection.commit()


async def test_a_clip_counts_from_the_moment_it_is_made_and_whatever_becomes_of_it(store, scene):
    await scene.rich()
    job = await scene.rendering(request=replace(scene.draft().request, **TWO_PICTURES))
    assert await clips(store) == []
    job = await store.move(job, Change(State.FETCHING, result_url="https://x/y", cost_micros=700))
    assert await store.bills() == (Bill("preview/card", "768P", 6, 2, 1, 1, 700),)
    await store.move(job, Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.PROVIDER))
    assert await clips(store) == [(2, 1)]
    await store.forget(job.user)
    assert await clips(store) == [(2, 1)]


async def test_no_row_of_a_job_is_read_for_the_bills(database):
    (step, *others) = await plan_of(database, calls.BILLS)
    assert "USING COVERING INDEX ix_jobs_bought" in step
    assert others == []
