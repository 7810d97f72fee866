"""What must hold of a provider's health, the operator's list prices, and of whose a ticket is."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.core.model import Bill, Charge, Health, ListPrice, Neighbours, Reason, Request, State
from bot.core.store import Change
from tests.contracts.store_scene import BEN, CLIP

NOBODY = Neighbours(frozenset(), 0)
AROUND = timedelta(minutes=10)


class HealthContract:
    async def test_nothing_is_known_of_a_provider_that_was_never_used(self, store):
        assert await store.healths() == {}

    async def test_a_health_is_read_as_it_was_written_last(self, store, scene):
        scene.clock.advance(microseconds=4321)
        now = scene.clock.now()
        closed = Health("acme", now + timedelta(minutes=10), "balance", "402: top up", now, None, "balance")
        other = Health("preview", None, "", "", None, now, "")
        for health in (replace(closed, why="key"), other, closed):
            await store.write_health(health)

        found = await store.healths()

        assert found.keys() == {"acme", "preview"}
        cut = now.replace(microsecond=4000)
        assert found["acme"] == replace(closed, closed_until=cut + timedelta(minutes=10), trouble_at=cut)
        assert found["preview"] == replace(other, worked_at=cut)

    async def test_a_provider_opens_again_and_forgets_the_cause(self, store, scene):
        now = scene.clock.now()
        await store.write_health(Health("acme", now, "busy", "429", now, None, ""))
        sound = Health("acme", None, "", "", None, now, "")
        await store.write_health(sound)

        assert await store.healths() == {"acme": sound}

    async def test_an_endless_error_is_kept_in_part(self, store):
        await store.write_health(Health("acme", None, "", "x" * 5000, None, None, ""))

        assert (await store.healths())["acme"].trouble == "x" * 300


class ListPriceContract:
    async def test_prices_are_read_to_the_last_digit_and_in_order(self, store):
        prices = [
            ListPrice("b/one", "768P", 6, Decimal("0.30")),
            ListPrice("a/two", "768P", 10, Decimal("0.123456789")),
            ListPrice("a/two", "1080P", 6, Decimal(2)),
        ]
        for price in prices:
            await store.set_list_price(price, "op")

        found = await store.list_prices()

        assert found == (prices[2], prices[1], prices[0])
        assert [str(price.usd) for price in found] == ["2", "0.123456789", "0.30"]

    async def test_a_new_price_takes_the_place_of_the_earlier_one(self, store):
        await store.set_list_price(ListPrice("a/b", "768P", 6, Decimal("0.30")), "op")
        dearer = ListPrice("a/b", "768P", 6, Decimal("0.35"))
        await store.set_list_price(dearer, "op")

        assert await store.list_prices() == (dearer,)

    async def test_a_price_is_dropped_once_and_alone(self, store):
        kept = ListPrice("a/b", "768P", 10, Decimal("0.56"))
        await store.set_list_price(ListPrice("a/b", "768P", 6, Decimal("0.30")), "op")
        await store.set_list_price(kept, "op")

        assert await store.drop_list_price("a/b", "768P", 6, "op") is True
        assert await store.drop_list_price("a/b", "768P", 6, "op") is False
        assert await store.list_prices() == (kept,)


class BillContract:
    async def test_what_was_never_made_is_on_no_bill(self, store, scene):
        await scene.rich()
        await scene.queued()
        await scene.submitting()
        await scene.rendering()
        await store.move(await scene.rendering(), Change(State.FAILED, charge=Charge.RELEASED, cost_micros=5))

        assert await store.bills() == ()

    async def test_every_kind_of_clip_has_its_own_line(self, store, scene):
        await scene.rich()
        framed = Request("hailuo", "a cat", 10, "1080P", "a.png")
        both = replace(framed, last_frame="b.png")
        await scene.delivered()
        await scene.delivered()
        for request in (framed, both, both):
            await scene.delivering(request=request)

        assert await store.bills() == (
            Bill("preview/card", "1080P", 10, 1, clips=1, billed=1, cost_micros=700),
            Bill("preview/card", "1080P", 10, 2, clips=2, billed=2, cost_micros=1400),
            Bill("preview/card", "768P", 6, 0, clips=2, billed=2, cost_micros=1400),
        )

    async def test_a_clip_whose_cost_nobody_told_is_bought_all_the_same(self, store, scene):
        await scene.rich()
        await scene.delivered()
        await store.move(await scene.rendering(), Change(State.FETCHING, result_url="https://x/y"))

        assert await store.bills() == (Bill("preview/card", "768P", 6, 0, clips=2, billed=1, cost_micros=700),)

    async def test_a_clip_that_was_made_and_could_not_be_fetched_was_bought(self, store, scene):
        await scene.rich()
        job = await store.move(await scene.rendering(), Change(State.FETCHING, result_url="https://x/y"))
        await store.move(job, Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.NEVER_CAME))
        job = await store.move(await scene.delivering(), Change(State.DELIVERING, clip=CLIP))
        await store.move(job, Change(State.UNDELIVERED, charge=Charge.RELEASED))

        assert [(bill.clips, bill.billed) for bill in await store.bills()] == [(2, 1)]


class CallsContract:
    async def test_a_job_that_was_never_submitted_has_no_neighbours(self, store, scene):
        await scene.rich()
        await scene.submitting()

        assert await store.neighbours(await scene.queued(), AROUND) == NOBODY

    async def test_a_job_is_no_neighbour_of_itself(self, store, scene):
        await scene.rich()
        job = await store.move(await scene.submitting(), Change(State.QUEUED))
        job = await store.move(job, Change(State.SUBMITTING, begins_attempt=True))

        assert await store.neighbours(job, AROUND) == NOBODY

    async def test_neighbours_are_those_at_the_same_provider_at_about_the_same_time(self, store, scene):
        await scene.rich()
        tickets = iter(("long-before", "just-before", "just-after", "long-after"))
        for pause in (1, 600):
            await self.rendering(store, scene, next(tickets))
            scene.clock.advance(seconds=pause)
        job = await scene.submitting()
        for pause in (600, 1):
            scene.clock.advance(seconds=pause)
            await self.rendering(store, scene, next(tickets))
        await self.rendering(store, scene, "elsewhere", offer="other/model")

        assert await store.neighbours(job, AROUND) == Neighbours(frozenset({"just-before", "just-after"}), 0)

    async def test_a_call_of_which_nobody_knows_what_it_made_is_a_rival(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        await scene.submitting()
        unsure = await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))

        assert (await store.neighbours(job, AROUND)).rivals == 2
        await store.move(unsure, Change(State.RENDERING, ticket="found"))
        assert await store.neighbours(job, AROUND) == Neighbours(frozenset({"found"}), 1)

    async def test_a_call_that_verifiably_made_nothing_is_no_rival(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        await store.move(await scene.submitting(), Change(State.QUEUED, detail="busy"))
        await store.move(await scene.submitting(), Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.CONTENT))
        unsure = await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))
        await store.move(unsure, Change(State.QUEUED, detail="verifiably never accepted"))

        assert await store.neighbours(job, AROUND) == NOBODY

    async def test_an_unsure_job_that_was_given_up_is_a_rival_still(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        for end in (State.CANCELLED, State.FAILED):
            unsure = await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))
            await store.move(unsure, Change(end))

        assert (await store.neighbours(job, AROUND)).rivals == 2

    async def test_a_ticket_that_only_a_callback_has_named_is_a_neighbours_ticket_and_it_no_rival(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        other = await scene.submitting()
        await store.adopt(other.id, "early")

        assert await store.neighbours(job, AROUND) == Neighbours(frozenset({"early"}), 0)
        await store.move(await store.job(other.id), Change(State.UNSURE, charge=Charge.RELEASED))
        assert await store.neighbours(job, AROUND) == Neighbours(frozenset({"early"}), 0)

    async def rendering(self, store, scene, ticket, **changes):
        return await store.move(await scene.submitting(**changes), Change(State.RENDERING, ticket=ticket))


class AdoptingContract:
    async def test_a_callback_before_the_answer_leaves_its_ticket_and_the_job_where_it_is(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        scene.clock.advance(seconds=5)
        since = scene.clock.now()

        adopted = await store.adopt(job.id, "early")

        assert adopted == replace(job, version=job.version + 1, ticket="early")
        assert await store.job(job.id) == adopted
        assert await store.nudged(since) == [job.id]
        line = (await store.story(job.id))[-1]
        assert (line.at, line.state, line.detail) == (
            since, State.SUBMITTING, "its callback came before the answer",
        )  # fmt: skip
        assert await scene.wallet() == (95, 5)
        assert await store.verify() == []

    async def test_the_same_callback_again_changes_nothing(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        adopted = await store.adopt(job.id, "early")

        assert await store.adopt(job.id, "early") == adopted
        assert await store.job(job.id) == adopted

    async def test_the_ticket_of_the_answer_goes_before_that_of_the_callback(self, store, scene):
        await scene.rich()
        job = await store.adopt((await scene.submitting()).id, "early")

        job = await store.move(job, Change(State.RENDERING, ticket="answered"))

        assert job.ticket == "answered"
        assert await store.adopt(job.id, "early") is None

    async def test_a_job_whose_answer_never_came_goes_on_with_the_ticket_of_its_callback(self, store, scene):
        await scene.rich()
        job = await store.adopt((await scene.submitting()).id, "early")

        assert (await store.move(job, Change(State.RENDERING))).ticket == "early"

    async def test_an_unsure_job_adopts_the_ticket_that_it_remembers(self, store, scene):
        await scene.rich()
        job = await store.adopt((await scene.submitting()).id, "early")
        await store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))

        adopted = await store.adopt(job.id, "early")

        assert (adopted.state, adopted.ticket) == (State.RENDERING, "early")

    async def test_a_job_that_goes_back_to_the_queue_forgets_the_ticket_and_does_not_take_it_again(self, store, scene):
        await scene.rich()
        job = await store.adopt((await scene.submitting()).id, "early")
        job = await store.move(job, Change(State.QUEUED))
        assert job.ticket is None

        job = await store.move(job, Change(State.SUBMITTING, begins_attempt=True))
        assert await store.adopt(job.id, "early") is None
        assert await store.job(job.id) == job

    async def test_another_jobs_ticket_is_refused(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        await store.adopt((await scene.submitting(BEN)).id, "named")
        answered = await scene.rendering(BEN)
        submitting = await scene.submitting()
        unsure = await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))

        for job in (submitting, unsure):
            for ticket in ("named", answered.ticket):
                assert await store.adopt(job.id, ticket) is None
            assert await store.job(job.id) == job

    async def test_a_ticket_of_a_call_that_another_job_made_before_is_refused(self, store, scene):
        await scene.rich()
        other = await store.adopt((await scene.submitting()).id, "early")
        await store.move(other, Change(State.QUEUED))
        job = await scene.submitting()

        assert await store.adopt(job.id, "early") is None

    async def test_providers_count_their_tickets_each_for_itself(self, store, scene):
        await scene.rich()
        other = await scene.rendering()
        job = await scene.submitting(offer="other/model")

        assert (await store.adopt(job.id, other.ticket)).ticket == other.ticket

    async def test_a_job_that_waits_for_no_ticket_takes_none(self, store, scene):
        await scene.rich()
        for job in (await scene.delivered(), await scene.rendering(), await scene.queued()):
            assert await store.adopt(job.id, "late") is None
            assert await store.job(job.id) == job
