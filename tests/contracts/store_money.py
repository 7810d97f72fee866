"""What must hold of wallets, grants and the ledger."""

import asyncio

import pytest

from bot.core.model import Charge, State
from bot.core.store import Change, Grant, NotEnough
from tests.contracts.store_scene import ANN, BEN, CLIP


class MoneyContract:
    async def test_a_wallet_is_opened_empty_and_only_once(self, store):
        first = await store.wallet("discord:1")
        again = await store.wallet("discord:1")

        assert (first.balance, first.held) == (0, 0)
        assert first == again

    async def test_somebody_new_is_welcomed_with_what_the_platform_says_and_the_grants(self, store):
        account = await store.welcome(ANN, [Grant("start:ann", 30, "reelbot", "start")])

        assert (account.user, account.name, account.language) == (ANN.id, "Ann", "en")
        assert (account.wallet.balance, account.wallet.held) == (30, 0)

    async def test_the_same_grant_never_gives_twice_however_often_one_is_welcomed(self, store):
        grant = Grant("start:ann", 30, "reelbot", "start")
        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(store.welcome(ANN, [grant]))

        assert (await store.welcome(ANN, [grant])).wallet.balance == 30
        assert len(await store.receipts(str(ANN.id), 10)) == 1

    async def test_a_person_keeps_the_language_they_chose_and_takes_a_new_name(self, store):
        await store.welcome(ANN, [])
        await store.set_language(ANN.id, "fr")
        renamed = type(ANN)(ANN.id, "Anna", "en")

        account = await store.welcome(renamed, [])

        assert (account.name, account.language) == ("Anna", "fr")

    async def test_a_language_can_be_chosen_before_the_first_welcome(self, store):
        await store.set_language(BEN.id, "fr")

        assert (await store.welcome(BEN, [])).language == "fr"

    async def test_a_refill_gives_only_what_is_missing_and_counts_its_day_even_when_nothing_is(self, store):
        await store.grant("a:1", Grant("gift", 7, "op", "gift"))
        refilled = await store.grant("a:1", Grant("refill:1", 10, "reelbot", "daily", up_to=True))
        full = await store.grant("a:1", Grant("refill:2", 10, "reelbot", "daily", up_to=True))
        await store.take("a:1", Grant("toll", 4, "op", "toll"))
        same_day = await store.grant("a:1", Grant("refill:2", 10, "reelbot", "daily", up_to=True))

        assert [refilled.balance, full.balance, same_day.balance] == [10, 10, 6]

    async def test_taking_more_than_there_is_writes_nothing_and_may_be_tried_again(self, store):
        await store.grant("a:1", Grant("gift", 5, "op", "gift"))

        with pytest.raises(NotEnough) as refusal:
            await store.take("a:1", Grant("toll", 6, "op", "toll"))

        assert (refusal.value.price, refusal.value.balance) == (6, 5)
        assert [line.key for line in await store.receipts("a:1", 10)] == ["gift"]
        await store.grant("a:1", Grant("more", 1, "op", "gift"))
        assert (await store.take("a:1", Grant("toll", 6, "op", "toll"))).balance == 0

    async def test_the_same_toll_is_taken_once(self, store):
        await store.grant("a:1", Grant("gift", 5, "op", "gift"))
        await store.take("a:1", Grant("toll", 2, "op", "toll"))

        assert (await store.take("a:1", Grant("toll", 2, "op", "toll"))).balance == 3

    async def test_a_delivered_job_leaves_a_hold_and_a_spend_in_the_books(self, store, scene):
        await scene.rich(credits=20)
        scene.clock.advance(milliseconds=1)
        job = await scene.delivered(price=5)

        lines = await store.receipts(str(ANN.id), 10)
        assert [(line.key, line.kind, line.balance_change, line.held_change) for line in lines[:2]] == [
            (f"end:{job.id}:1", "spend", 0, -5),
            (f"hold:{job.id}:1", "hold", -5, 5),
        ]
        assert {line.job for line in lines[:2]} == {job.id}
        assert await scene.wallet() == (15, 0)
        assert await store.verify() == []

    async def test_no_line_of_a_job_names_the_person(self, store, scene):
        await scene.rich()
        await scene.delivered()

        lines = [line for line in await store.receipts(str(ANN.id), 10) if line.job]
        assert not [line for line in lines if "ann" in f"{line.key}{line.actor}{line.reason}"]

    async def test_a_failed_job_gives_its_price_back_once(self, store, scene):
        await scene.rich(credits=20)
        job = await scene.rendering(price=5)
        job = await store.move(job, Change(State.OVERDUE, charge=Charge.RELEASED))
        job = await store.move(job, Change(State.FAILED, charge=Charge.RELEASED))

        assert await scene.wallet() == (20, 0)
        assert job.charge is Charge.RELEASED
        assert await store.verify() == []

    async def test_a_job_that_became_free_stays_free_when_its_clip_comes_after_all(self, store, scene):
        await scene.rich(credits=20)
        job = await scene.rendering(price=5)
        job = await store.move(job, Change(State.OVERDUE, charge=Charge.RELEASED))
        job = await store.move(job, Change(State.FETCHING))
        job = await store.move(job, Change(State.DELIVERING, clip=CLIP))
        job = await store.move(job, Change(State.DELIVERED, charge=Charge.SPENT))

        assert (job.state, job.charge) == (State.DELIVERED, Charge.RELEASED)
        assert await scene.wallet() == (20, 0)
        assert await store.verify() == []

    async def test_what_was_spent_is_not_given_back_by_a_later_change(self, store, scene):
        await scene.rich(credits=20)
        job = await scene.delivered(price=5)

        after = await store.settle(job.id, Change(State.FAILED, charge=Charge.RELEASED), was=State.DELIVERED)

        assert after.charge is Charge.SPENT
        assert await scene.wallet() == (15, 0)

    async def test_a_job_for_nothing_moves_through_its_charges_all_the_same(self, store, scene):
        await scene.rich(credits=1)
        job = await scene.delivered(price=0)

        assert job.charge is Charge.SPENT
        assert await scene.wallet() == (1, 0)
        assert await store.verify() == []

    async def test_fifty_at_once_on_credits_for_five_sell_five(self, store, scene):
        await scene.rich(credits=25)
        sold, refused = [], []

        async def buy():
            try:
                sold.append(await store.open_job(scene.draft(price=5)))
            except NotEnough as error:
                refused.append(error)

        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(buy())

        assert (len(sold), len(refused)) == (5, 45)
        assert {(error.price, error.balance) for error in refused} == {(5, 0)}
        assert await scene.wallet() == (0, 25)
        assert len(await store.jobs(state=None, most=100)) == 5
        assert await store.verify() == []
