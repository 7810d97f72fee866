"""What `SqlStore` does beyond its ports, and when its own books were bent."""

import pytest
from sqlalchemy import text

from bot.core.model import Charge, State
from bot.core.ports import Change
from storage.money import BooksBroken


async def test_jobs_are_counted_by_state(store, scene):
    assert await store.count_jobs() == {}
    await scene.rich()
    await scene.queued()
    await scene.queued()
    await scene.delivered()

    assert await store.count_jobs() == {State.QUEUED: 2, State.DELIVERED: 1}


async def test_a_wallet_that_holds_too_little_stops_the_settlement_instead_of_hiding_it(database, store, scene):
    await scene.rich()
    job = await scene.rendering()
    await database.tx(lambda c: c.execute(text("UPDATE wallets SET held = 0")))

    with pytest.raises(BooksBroken, match=job.id):
        await store.move(job, Change(State.FAILED, charge=Charge.RELEASED))

    assert await store.job(job.id) == job
