"""What `SqlStore` does beyond its ports, and when its own books were bent."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.core.model import Charge, ListPrice, State
from bot.core.store import Change
from storage.money import BooksBroken
from tests.contracts.store_scene import ANN


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


async def test_every_change_of_a_price_is_logged_with_who_and_when(database, store, clock):
    price = ListPrice("a/b", "768P", 6, Decimal("0.30"))
    await store.set_list_price(price, "one")
    clock.advance(seconds=1)
    await store.set_list_price(price, "nobody: it is the same")
    await store.set_list_price(ListPrice("a/b", "768P", 6, Decimal("0.4")), "two")
    clock.advance(seconds=1)
    await store.drop_list_price("a/b", "768P", 6, "three")
    await store.drop_list_price("a/b", "768P", 6, "nobody: it is gone")

    first = await price_changes(database)
    began = first[0].at
    assert [(row.at - began, row.actor, row.old_usd, row.new_usd) for row in first] == [
        (0, "one", None, "0.30"),
        (1000, "two", "0.30", "0.4"),
        (2000, "three", "0.4", None),
    ]
    assert {(row.offer, row.resolution, row.seconds) for row in first} == {("a/b", "768P", 6)}


async def test_a_forgotten_operator_is_nobody_in_the_log_of_prices(database, store, scene):
    await scene.rich()
    await store.set_list_price(ListPrice("a/b", "768P", 6, Decimal("0.30")), str(ANN.id))

    await store.forget(ANN.id)

    assert [row.actor.partition(":")[0] for row in await price_changes(database)] == ["forgotten"]


async def price_changes(database):
    return await database.read(lambda c: c.execute(text("SELECT * FROM price_changes ORDER BY id")).all())
