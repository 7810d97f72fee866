"""What must hold of a community's limits and of the counters that jobs take from."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import EVERYWHERE, AgeRule, Cap, Charge, Count, LimitChange, LimitSet, Payer, State
from bot.core.store import Change, Grant, OverLimit
from tests.contracts.store_scene import BEN, GUILD


class LimitsContract:
    async def test_a_community_begins_with_the_limits_that_hold_for_all(self, store):
        assert await store.limits_of(GUILD) == LimitSet()

    async def test_the_whole_bot_begins_without_any(self, store):
        assert await store.limits_of(EVERYWHERE) == LimitSet(member_running=None)

    async def test_limits_come_back_as_they_were_set(self, store):
        models = frozenset({"hailuo", "veo"})
        own = {"members": {"12": 5, "13": None}, "roles": {"7": None}}
        rules = {"age_restricted": AgeRule.ONLY, "spoiler": True}
        wanted = LimitSet(100, 200, 300, None, 50, models, frozenset(), pool=True, **own, **rules)
        await store.set_limits(GUILD, LimitSet(), "discord:1")
        await store.set_limits(GUILD, wanted, "discord:2")

        assert await store.limits_of(GUILD) == wanted

    async def test_who_changed_limits_from_what_to_what_and_when_is_kept_newest_first(self, store, scene):
        began = scene.clock.now()
        await store.set_limits(GUILD, LimitSet(per_video=5), "discord:1")
        scene.clock.advance(minutes=1)
        done = await store.change_limits(GUILD, lambda limits: replace(limits, pool=True), "discord:2")
        await store.change_limits(GUILD, lambda limits: limits, "discord:3")

        assert done == LimitChange(
            scene.clock.now(), "discord:2", LimitSet(per_video=5), LimitSet(per_video=5, pool=True)
        )
        assert await store.limit_changes(GUILD, 5) == [
            done,
            LimitChange(began, "discord:1", LimitSet(), LimitSet(per_video=5)),
        ]
        assert await store.limit_changes(GUILD, 1) == [done]
        assert await store.limit_changes(EVERYWHERE, 5) == []

    async def test_fifty_changes_at_once_lose_none(self, store):
        def allow(who):
            return lambda limits: replace(limits, members={**limits.members, who: 1})

        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(store.change_limits(GUILD, allow(str(number)), "discord:1"))

        assert len((await store.limits_of(GUILD)).members) == 50
        assert len(await store.limit_changes(GUILD, 100)) == 50

    async def test_counters_are_read_as_far_as_they_stand(self, store, scene):
        await scene.rich()
        await scene.queued(caps=(self.running(), self.daily(scene)))

        assert await store.used(["daily:ann", "running:ann", "nobody"]) == {
            "daily:ann": 5,
            "running:ann": 1,
            "nobody": 0,
        }
        assert await store.used([]) == {}

    async def test_a_job_that_asks_can_be_paid_by_another_wallet_when_it_is_agreed_to(self, store, scene):
        await scene.rich()
        pool = await store.grant(str(GUILD), Grant("fill", 50, "op", "for all"))
        asked, _ = await store.open_job(scene.draft(community=GUILD, ask_first=True))
        agreed = await store.answer(asked.id, yes=True, caps=(), payer=Payer(pool.id, pooled=True))

        assert (agreed.payer, agreed.pooled) == (pool.id, True)
        assert await store.job(agreed.id) == agreed
        assert (await store.wallet(str(GUILD))).held == 5
        assert await scene.wallet() == (100, 0)
        assert await store.verify() == []

    async def test_what_was_paid_is_not_paid_by_another_wallet_when_it_is_sent_again(self, store, scene):
        await scene.rich()
        pool = await store.grant(str(GUILD), Grant("fill", 50, "op", "for all"))
        spent = await store.move(await scene.delivering(community=GUILD), Change(State.CANCELLED, charge=Charge.SPENT))
        again = await store.redeliver(spent.id, Payer(pool.id, pooled=True))

        assert (again.payer, again.pooled, again.charge) == (spent.payer, False, Charge.SPENT)
        assert (await store.wallet(str(GUILD))).balance == 50

    async def test_a_price_above_the_cap_per_video_is_refused_though_nothing_is_counted(self, store, scene):
        await scene.rich()
        cap = Cap("per_video", "", 5, 4, None)

        with pytest.raises(OverLimit) as refusal:
            await store.open_job(scene.draft(caps=(cap,)))

        assert (refusal.value.cap, refusal.value.used) == (cap, 0)
        assert await store.jobs(state=None, most=10) == []
        assert await scene.wallet() == (100, 0)

    async def test_a_first_amount_above_the_limit_is_refused_too(self, store, scene):
        await scene.rich()

        with pytest.raises(OverLimit):
            await store.open_job(scene.draft(caps=(self.daily(scene, amount=5, most=4),)))

    async def test_a_refusal_says_how_much_was_used_and_takes_from_no_other_counter(self, store, scene):
        await scene.rich()
        await scene.queued(caps=(self.daily(scene, most=9),))
        running = Cap("member_running", "a-running:ann", 1, 2, None)

        with pytest.raises(OverLimit) as refusal:
            await store.open_job(scene.draft(caps=(running, self.daily(scene, most=9))))

        assert refusal.value.used == 5
        assert (await scene.queued(caps=(running,))).counts == (Count("a-running:ann", 1, until_end=True),)
        await scene.queued(caps=(running,))
        assert await scene.wallet() == (85, 15)
        assert await store.verify() == []

    async def test_fifty_at_once_on_a_limit_for_five_open_five(self, store, scene):
        await scene.rich(credits=1000)
        opened, refused = [], []

        async def ask():
            try:
                opened.append(await store.open_job(scene.draft(caps=(self.daily(scene, most=25),))))
            except OverLimit as error:
                refused.append(error.used)

        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(ask())

        assert (len(opened), set(refused)) == (5, {25})
        assert await scene.wallet() == (975, 25)

    async def test_a_running_place_is_given_back_at_the_end_and_the_spending_is_kept(self, store, scene):
        await scene.rich()
        caps = (self.running(), self.daily(scene))
        job = await scene.delivered(caps=caps)

        assert [count.name for count in job.counts] == ["daily:ann"]
        await scene.queued(caps=caps)
        with pytest.raises(OverLimit) as refusal:
            await store.open_job(scene.draft(caps=caps))
        assert refusal.value.cap.limit == "member_daily"
        assert await store.verify() == []

    async def test_a_job_that_costs_nothing_gives_every_counter_back(self, store, scene):
        await scene.rich()
        caps = (self.running(), self.daily(scene))
        job = await scene.queued(caps=caps)
        job = await store.move(job, Change(State.CANCELLED, charge=Charge.RELEASED))

        assert job.counts == ()
        await scene.queued(caps=caps)
        await scene.queued(caps=caps)
        assert await store.verify() == []

    @pytest.mark.parametrize("state", [State.UNSURE, State.OVERDUE])
    async def test_a_job_nobody_can_wait_for_gives_its_place_back_once(self, store, scene, state):
        await scene.rich()
        caps = (self.running(most=1), self.daily(scene, most=5))
        job = await scene.submitting(caps=caps)
        job = await store.move(job, Change(state, charge=Charge.RELEASED))
        assert job.counts == ()
        await scene.queued(caps=caps)

        await store.move(job, Change(State.FAILED))

        with pytest.raises(OverLimit):
            await store.open_job(scene.draft(caps=(self.running(most=1),)))
        assert await store.verify() == []

    async def test_a_community_pays_for_its_members_together(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        caps = (Cap("server_daily", "server:77", 5, 9, scene.clock.now() + timedelta(hours=9)),)
        await scene.queued(community=GUILD, caps=caps)

        with pytest.raises(OverLimit):
            await store.open_job(scene.draft(BEN, community=GUILD, caps=caps))

    def daily(self, scene, *, amount=5, most=10):
        return Cap("member_daily", "daily:ann", amount, most, scene.clock.now() + timedelta(hours=9))

    def running(self, *, most=2):
        return Cap("member_running", "running:ann", 1, most, None)
