"""What must hold of one job: opened once, changed by its carrier alone, and changed from outside without it losing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import Cap, Charge, JobId, Place, Reason, Request, State
from bot.core.store import Change, Grant, Lost, NotEnough, OverLimit
from tests.contracts.store_scene import ANN, BEN, CLIP, GUILD


class OpeningContract:
    async def test_an_opened_job_is_queued_with_its_price_held(self, store, scene):
        await scene.rich()
        draft = scene.draft(community=GUILD, request=Request("hailuo", "a cat", 10, "1080P", "a.png", "b.png"))

        job, opened = await store.open_job(draft)

        assert opened
        assert (job.state, job.charge, job.untold) == (State.QUEUED, Charge.HELD, False)
        assert (job.request, job.community, job.place) == (draft.request, GUILD, draft.place)
        assert await store.job(job.id) == job
        assert await scene.wallet() == (95, 5)

    async def test_a_job_knows_that_its_clip_is_to_be_covered_and_whether_its_channel_is_for_adults(self, store, scene):
        await scene.rich()
        for adults in (True, False, None):
            request = Request("hailuo", "a cat", 10, "1080P", spoiler=True)
            draft = scene.draft(request=request, place=Place("web", "room", "films", adults))
            job, _ = await store.open_job(draft)

            assert (await store.job(job.id)).place == draft.place
            assert (await store.job(job.id)).request == request

    async def test_the_same_message_opens_one_job_and_holds_one_price(self, store, scene):
        await scene.rich()
        draft = scene.draft()
        first, opened = await store.open_job(draft)
        second, again = await store.open_job(replace(draft, id=JobId("another000")))

        assert (opened, again) == (True, False)
        assert second == first
        assert await scene.wallet() == (95, 5)

    async def test_a_job_that_cannot_be_paid_leaves_no_trace(self, store, scene):
        await scene.rich(credits=4)
        draft = scene.draft()

        with pytest.raises(NotEnough) as refusal:
            await store.open_job(draft)

        assert (refusal.value.price, refusal.value.balance) == (5, 4)
        assert await store.job(draft.id) is None
        await store.grant(str(ANN.id), Grant("more", 1, "op", "gift"))
        assert (await store.open_job(draft))[1]

    async def test_an_unknown_job_is_none(self, store):
        assert await store.job(JobId("nobody0000")) is None
        assert await store.seize(JobId("nobody0000")) is None

    async def test_jobs_are_listed_newest_first(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        ids = []
        for user in (ANN, BEN, ANN):
            scene.clock.advance(seconds=1)
            ids.append((await scene.queued(user)).id)

        assert [job.id for job in await store.jobs_of(ANN.id, 5)] == [ids[2], ids[0]]
        assert [job.id for job in await store.jobs(state=None, most=2)] == [ids[2], ids[1]]
        assert [job.id for job in await store.jobs(state=State.QUEUED, most=5)] == ids[::-1]
        assert await store.jobs(state=State.FAILED, most=5) == []


class AskingContract:
    async def test_a_dear_job_asks_first_and_holds_and_counts_nothing(self, store, scene):
        await scene.rich(credits=5)
        job, _ = await store.open_job(scene.draft(ask_first=True, caps=(self.cap(),)))

        assert (job.state, job.charge, job.untold, job.counts) == (State.ASKING, Charge.NONE, True, ())
        assert await scene.wallet() == (5, 0)
        await scene.queued(caps=(self.cap(),))
        assert await store.verify() == []

    async def test_yes_holds_the_price_takes_the_counters_and_queues_with_full_time(self, store, scene):
        await scene.rich()
        job, _ = await store.open_job(scene.draft(ask_first=True))
        scene.clock.advance(minutes=50)

        job = await store.answer(job.id, yes=True, caps=(self.cap(),))

        assert (job.state, job.charge, job.untold) == (State.QUEUED, Charge.HELD, False)
        assert job.deadline == scene.clock.now() + timedelta(hours=1)
        assert [count.name for count in job.counts] == ["running:ann"]
        assert await scene.wallet() == (95, 5)
        assert await store.job(job.id) == job
        assert await store.verify() == []

    async def test_no_ends_it_for_nothing(self, store, scene):
        await scene.rich()
        job, _ = await store.open_job(scene.draft(ask_first=True))

        job = await store.answer(job.id, yes=False, caps=())

        assert (job.state, job.reason, job.charge) == (State.CANCELLED, Reason.DECLINED, Charge.NONE)
        assert job.ended_at == scene.clock.now()
        assert await store.verify() == []

    async def test_a_second_answer_changes_nothing(self, store, scene):
        await scene.rich()
        job, _ = await store.open_job(scene.draft(ask_first=True))
        queued = await store.answer(job.id, yes=True, caps=())

        assert await store.answer(job.id, yes=True, caps=()) == queued
        assert await store.answer(job.id, yes=False, caps=()) == queued

    async def test_a_yes_that_cannot_be_paid_goes_on_asking(self, store, scene):
        await scene.rich(credits=4)
        job, _ = await store.open_job(scene.draft(ask_first=True))

        with pytest.raises(NotEnough):
            await store.answer(job.id, yes=True, caps=())

        assert await store.job(job.id) == job

    async def test_a_yes_over_a_limit_goes_on_asking(self, store, scene):
        await scene.rich()
        await scene.queued(caps=(self.cap(),))
        job, _ = await store.open_job(scene.draft(ask_first=True))

        with pytest.raises(OverLimit):
            await store.answer(job.id, yes=True, caps=(self.cap(),))

        assert await store.job(job.id) == job
        assert await scene.wallet() == (95, 5)

    async def test_nobody_can_answer_for_a_job_that_is_not_there(self, store):
        with pytest.raises(Lost):
            await store.answer(JobId("nobody0000"), yes=True, caps=())

    def cap(self):
        return Cap("member_running", "running:ann", 1, 1, None)


class CarryingContract:
    async def test_seizing_makes_every_earlier_carrier_lose(self, store, scene):
        await scene.rich()
        old = await scene.queued()
        new = await store.seize(old.id)

        for write in (
            store.move(old, Change(State.CANCELLED)),
            store.still_mine(old),
            store.told(old, None),
            store.cancel_refused(old),
        ):
            with pytest.raises(Lost):
                await write
        assert await store.job(old.id) == new
        assert new.owner == old.owner + 1

    async def test_a_lost_move_moves_no_money(self, store, scene):
        await scene.rich()
        old = await scene.queued()
        await store.seize(old.id)

        with pytest.raises(Lost):
            await store.move(old, Change(State.CANCELLED, charge=Charge.RELEASED))

        assert await scene.wallet() == (95, 5)
        assert await store.verify() == []

    async def test_the_same_move_cannot_be_made_twice(self, store, scene):
        await scene.rich()
        job = await scene.queued()
        await store.move(job, Change(State.SUBMITTING, begins_attempt=True))

        with pytest.raises(Lost):
            await store.move(job, Change(State.SUBMITTING, begins_attempt=True))

    async def test_what_a_method_returns_is_what_the_database_has(self, store, scene):
        await scene.rich()
        scene.clock.advance(microseconds=1234)
        job = await scene.delivering(caps=(Cap("member_running", "r", 1, 1, None),))
        job = await store.still_mine(job, posting=True)
        job = await store.cancel_refused(job)
        job = await store.told(job, "note-7")

        assert await store.job(job.id) == job
        assert (job.posts, job.cancel_refused, job.handle, job.clip) == (1, True, "note-7", CLIP)
        assert (job.ticket, job.result_url, job.cost_micros, job.attempt) == ("t-1", "https://x/y", 700, 1)

    async def test_a_fence_without_posting_counts_no_post(self, store, scene):
        await scene.rich()
        job = await scene.queued()

        assert (await store.still_mine(job)).posts == 0

    async def test_a_note_keeps_its_handle_when_none_is_new(self, store, scene):
        await scene.rich()
        job = await store.told(await scene.queued(), "note-7")

        assert (await store.told(job, None)).handle == "note-7"

    async def test_states_that_must_be_told_are_untold_until_they_are(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        job = await store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))
        assert job.untold
        job = await store.told(job, None)
        assert not job.untold
        job = await store.move(job, Change(State.FAILED, reason=Reason.NEVER_CAME))
        assert job.untold
        assert (await store.seize(job.id)).alive
        job = await store.told(await store.seize(job.id), None)
        assert not job.alive
        assert await store.seize(job.id) is None

    async def test_going_back_to_the_queue_forgets_the_earlier_try_and_waits_to_be_admitted_again(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        later = scene.clock.now() + timedelta(seconds=30)

        job = await store.move(job, Change(State.QUEUED, offer="other/model", not_before=later, detail="busy"))

        assert (job.admitted_at, job.ticket, job.submitted_at) == (None, None, None)
        assert (job.provider, job.not_before, job.attempt) == ("other", later, 1)
        assert await store.job(job.id) == job

    async def test_a_queued_job_that_changes_its_offer_after_being_admitted_waits_again(self, store, scene):
        await scene.rich()
        read_before = await scene.queued()
        await scene.admit(read_before)

        job = await store.move(read_before, Change(State.QUEUED, offer="other/model"))

        assert job.admitted_at is None
        assert await store.job(job.id) == job

    async def test_a_reason_goes_with_the_state_it_came_with(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        job = await store.move(job, Change(State.OVERDUE, charge=Charge.RELEASED, reason=Reason.WAITED_TOO_LONG))
        assert job.reason is Reason.WAITED_TOO_LONG

        assert (await store.move(job, Change(State.FETCHING))).reason is None

    async def test_a_change_within_a_state_keeps_when_it_was_entered(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        scene.clock.advance(seconds=9)

        same = await store.move(job, Change(State.RENDERING, cost_micros=5))

        assert (same.changed_at, same.cost_micros, same.ticket) == (job.changed_at, 5, "t-1")

    async def test_every_transition_is_a_line_of_the_story(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        scene.clock.advance(seconds=3)
        await store.move(job, Change(State.FAILED, charge=Charge.RELEASED, detail="the provider gave up"))

        story = await store.story(job.id)
        assert [line.state for line in story] == [State.QUEUED, State.SUBMITTING, State.RENDERING, State.FAILED]
        assert (story[-1].at, story[-1].detail) == (scene.clock.now(), "the provider gave up")

    async def test_every_living_job_is_seized_at_once(self, store, scene):
        await scene.rich()
        living = [await scene.queued(), await scene.rendering(), await scene.delivering()]
        ended = await scene.delivered()
        untold = await store.move(await scene.queued(), Change(State.CANCELLED, charge=Charge.RELEASED))

        seized = {job.id: job for job in await store.seize_all()}

        assert seized.keys() == {job.id for job in [*living, untold]}
        assert all(seized[job.id].owner == job.owner + 1 for job in living)
        assert await store.job(ended.id) == ended
        assert await store.job(untold.id) == seized[untold.id]

    async def test_of_several_jobs_those_that_live_are_seized_together(self, store, scene):
        await scene.rich()
        living = [await scene.queued(), await scene.rendering(), await scene.delivering()]
        ended, other = await scene.delivered(), await scene.queued()

        seized = {job.id: job for job in await store.seize_these([*(job.id for job in living), ended.id, "nobody"])}

        assert seized.keys() == {job.id for job in living}
        assert [seized[job.id].owner for job in living] == [job.owner + 1 for job in living]
        assert [await store.job(job.id) for job in living] == [seized[job.id] for job in living]
        assert [await store.job(job.id) for job in (ended, other)] == [ended, other]
        assert await store.seize_these([]) == []


class OutsideContract:
    async def test_a_word_from_outside_makes_the_carrier_read_again_and_leaves_the_job_with_it(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        scene.clock.advance(seconds=5)
        since = scene.clock.now()
        assert await store.nudged(since) == []

        asked = await store.ask_cancel(job.id)

        assert asked.cancel_asked
        assert asked.owner == job.owner
        assert await store.nudged(since) == [job.id]
        with pytest.raises(Lost):
            await store.move(job, Change(State.FETCHING))
        await store.move(await store.job(job.id), Change(State.FETCHING))
        scene.clock.advance(seconds=1)
        assert await store.nudged(scene.clock.now()) == []

    async def test_a_job_that_another_process_opened_is_seen_until_somebody_carries_it(self, store, scene):
        await scene.rich()
        since = scene.clock.now()
        job, _ = await store.open_job(scene.draft())
        assert await store.nudged(since) == [job.id]

        await store.seize(job.id)

        assert await store.nudged(since) == []

    async def test_a_nudge_changes_nothing_but_is_seen(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        scene.clock.advance(seconds=5)
        since = scene.clock.now()

        await store.nudge(job.id)

        assert await store.nudged(since) == [job.id]
        assert await store.job(job.id) == job

    async def test_asking_to_cancel_twice_or_too_late_changes_nothing(self, store, scene):
        await scene.rich()
        job = await store.ask_cancel((await scene.queued()).id)
        ended = await scene.delivered()

        assert await store.ask_cancel(job.id) == job
        assert await store.ask_cancel(ended.id) == ended
        with pytest.raises(Lost):
            await store.ask_cancel(JobId("nobody0000"))

    async def test_an_unsure_job_adopts_the_ticket_of_its_callback_and_stays_free(self, store, scene):
        await scene.rich()
        job = await store.move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED))
        scene.clock.advance(hours=3)

        adopted = await store.adopt(job.id, "t-9")

        assert (adopted.state, adopted.ticket, adopted.charge) == (State.RENDERING, "t-9", Charge.RELEASED)
        assert adopted.deadline == scene.clock.now() + timedelta(hours=1)
        assert adopted.owner == job.owner
        assert await store.adopt(job.id, "t-10") is None
        assert await store.verify() == []

    async def test_a_delivered_clip_is_sent_again_for_nothing(self, store, scene):
        await scene.rich()
        job = await scene.delivered()

        again = await store.redeliver(job.id)

        assert (again.state, again.charge, again.ended_at, again.posts) == (State.DELIVERING, Charge.SPENT, None, 0)
        again = await store.move(await store.seize(job.id), Change(State.DELIVERED, charge=Charge.SPENT))
        assert await scene.wallet() == (95, 0)
        assert await store.verify() == []

    async def test_a_late_clip_that_was_free_is_sent_again_for_nothing_too(self, store, scene):
        await scene.rich()
        job = await store.move(await scene.rendering(), Change(State.OVERDUE, charge=Charge.RELEASED))
        job = await store.move(job, Change(State.DELIVERING, clip=CLIP))
        await store.move(job, Change(State.DELIVERED, charge=Charge.SPENT))

        assert (await store.redeliver(job.id)).charge is Charge.RELEASED
        assert await scene.wallet() == (100, 0)

    async def test_an_undelivered_clip_whose_credits_were_given_back_costs_its_price_again(self, store, scene):
        await scene.rich(credits=5)
        job = await self.undelivered(store, scene)
        assert await scene.wallet() == (5, 0)

        again = await store.redeliver(job.id)

        assert (again.charge, again.charges, again.cancel_asked) == (Charge.HELD, 2, False)
        assert await scene.wallet() == (0, 5)
        await store.move(await store.seize(job.id), Change(State.DELIVERED, charge=Charge.SPENT))
        assert await scene.wallet() == (0, 0)
        assert await store.verify() == []

    async def test_an_undelivered_clip_is_not_sent_to_somebody_who_cannot_pay_it(self, store, scene):
        await scene.rich(credits=5)
        job = await self.undelivered(store, scene)
        await store.take(str(ANN.id), Grant("toll", 1, "op", "toll"))

        with pytest.raises(NotEnough):
            await store.redeliver(job.id)

        assert await store.job(job.id) == job

    async def test_what_has_no_clip_or_has_not_ended_cannot_be_sent_again(self, store, scene):
        await scene.rich()
        failed = await store.move(await scene.queued(), Change(State.FAILED, charge=Charge.RELEASED))
        running = await scene.delivering()

        for name in (failed.id, running.id, JobId("nobody0000")):
            with pytest.raises(Lost):
                await store.redeliver(name)

    async def test_an_operator_settles_a_job_only_in_the_state_they_saw(self, store, scene):
        await scene.rich()
        job = await scene.rendering()

        with pytest.raises(Lost):
            await store.settle(job.id, Change(State.FAILED, charge=Charge.RELEASED), was=State.UNSURE)
        settled = await store.settle(
            job.id, Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.BY_OPERATOR), was=State.RENDERING
        )

        assert (settled.state, settled.reason, settled.owner) == (State.FAILED, Reason.BY_OPERATOR, job.owner)
        assert await scene.wallet() == (100, 0)

    async def undelivered(self, store, scene):
        job = await scene.delivering()
        await store.ask_cancel(job.id)
        job = await store.job(job.id)
        return await store.move(job, Change(State.UNDELIVERED, charge=Charge.RELEASED, reason=Reason.PLACE_GONE))
