"""On PostgreSQL a job is in the queue as long as it is alive, from the very transaction that brings it to life."""

import pytest
from sqlalchemy import text

from bot.core.model import Charge, State
from bot.core.store import Change, NotEnough
from storage import queueing
from storage.queueing import ENTRYPOINT, job_of
from tests.contracts.store_scene import ANN


async def entries(database):
    """Whose entries are in the queue, oldest first."""
    rows = await database.read(lambda c: c.execute(text("SELECT * FROM pgqueuer ORDER BY id")).all())
    assert {row.entrypoint for row in rows} <= {ENTRYPOINT}
    return [job_of(row.payload) for row in rows]


async def take_out(database):
    """What PgQueuer does with entries whose work is done."""
    await database.tx(lambda c: c.execute(text("DELETE FROM pgqueuer")) and None)


class TestPostgres:
    @pytest.fixture
    def address(self, postgres_url):
        return postgres_url

    async def test_an_opened_job_is_in_the_queue_once(self, database, store, scene):
        await scene.rich()
        draft = scene.draft()
        await store.open_job(draft)
        await store.open_job(draft)
        asking, _ = await store.open_job(scene.draft(ask_first=True))

        assert await entries(database) == [draft.id, asking.id]

    async def test_a_job_that_cannot_be_paid_is_in_no_queue(self, database, store, scene):
        await scene.rich(credits=3)
        with pytest.raises(NotEnough):
            await store.open_job(scene.draft())

        assert await entries(database) == []

    async def test_a_job_that_comes_to_life_again_is_in_the_queue_again(self, database, store, scene):
        await scene.rich()
        job = await store.told(await scene.delivered(), None)
        assert not job.alive
        await take_out(database)

        await store.redeliver(job.id)

        assert await entries(database) == [job.id]

    async def test_it_is_so_although_the_entry_of_its_earlier_life_is_not_gone_yet(self, database, store, scene):
        await scene.rich()
        job = await store.told(await scene.delivered(), None)

        await store.redeliver(job.id)

        assert await entries(database) == [job.id, job.id]

    async def test_whatever_happens_to_a_living_job_makes_no_second_entry(self, database, store, scene):
        await scene.rich()
        job = await scene.delivering()
        await store.ask_cancel(job.id)
        assert await entries(database) == [job.id]

    async def test_a_settled_job_that_must_be_told_of_is_in_the_queue_again(self, database, store, scene):
        await scene.rich()
        job = await store.told(await scene.delivered(), None)
        await take_out(database)

        await store.settle(job.id, Change(State.UNSURE, charge=Charge.RELEASED), was=State.DELIVERED)

        assert await entries(database) == [job.id]

    async def test_living_jobs_without_an_entry_are_given_one_and_others_none(self, database, store, scene):
        await scene.rich()
        with_entry = await scene.queued()
        lost = await scene.queued()
        ended = await store.told(await scene.delivered(), None)
        await database.tx(lambda c: c.execute(text("DELETE FROM pgqueuer WHERE payload <> convert_to(:id, 'UTF8')"),
                                              {"id": with_entry.id}) and None)  # fmt: skip

        assert await store.enqueue_missing() == [lost.id]
        assert await store.enqueue_missing() == []
        assert await entries(database) == [with_entry.id, lost.id]
        assert not ended.alive

    async def test_an_entry_that_fell_is_no_entry(self, database, store, scene):
        await scene.rich()
        job = await scene.queued()
        await database.tx(lambda c: c.execute(text("UPDATE pgqueuer SET status = 'failed'")) and None)

        assert await store.enqueue_missing() == [job.id]

    async def test_a_sweep_takes_the_oldest_first_and_not_too_many_at_once(self, database, store, scene, monkeypatch):
        monkeypatch.setattr(queueing, "MOST_AT_ONCE", 2)
        await scene.rich()
        jobs = [await scene.queued() for _ in range(3)]
        await take_out(database)

        assert [len(await store.enqueue_missing()) for _ in range(3)] == [2, 1, 0]
        assert sorted(await entries(database)) == sorted(job.id for job in jobs)

    async def test_entries_carry_nothing_of_the_person(self, database, scene):
        await scene.rich()
        await scene.queued()
        rows = await database.read(lambda c: c.execute(text("SELECT * FROM pgqueuer")).all())
        assert str(ANN.id) not in str(rows)


async def test_sqlite_has_no_queue(store, scene):
    await scene.rich()
    await scene.queued()

    assert await store.enqueue_missing() == []
