"""What is counted, looked up and remembered for operators."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.core.blocks import Ban, BlockKind
from bot.core.model import EVERYWHERE, Charge, CommunityId, LimitSet, ListPrice, Reason, State, User, UserId
from bot.core.oversight import Attempt, CommunityLine, Deed, JobSearch, Mark, PersonLine
from bot.core.statistics import Calls, Ends, Figures, OfferTimes, Scope, Spender, Tally, Usage
from bot.core.store import Change, Grant
from storage import deeds, searching, statistics
from tests.contracts.store_scene import ANN, BEN, GUILD
from tests.storage.test_query_plans import plan_of

TODAY = date(2026, 11, 21)
NOTHING = Tally()


async def fail(store, job, reason=Reason.CONTENT):
    return await store.move(job, Change(State.FAILED, charge=Charge.RELEASED, reason=reason))


class TestUsage:
    async def test_nothing_made_is_a_row_of_empty_days(self, store):
        assert await store.usage(Scope(), 3) == Usage(
            Scope(), tuple((TODAY - timedelta(days=age), NOTHING) for age in (2, 1, 0)), (), ()
        )

    async def test_videos_failures_and_credits_are_counted_by_day_model_and_person(self, store, scene):
        await scene.rich(ANN)
        await scene.rich(BEN)
        await scene.delivered(ANN, price=5)
        scene.clock.advance(days=1)
        await scene.delivered(ANN, price=7)
        await scene.delivered(BEN, price=20, request=replace(scene.draft().request, model="seedance"))
        await fail(store, await scene.rendering(ANN, price=9))

        usage = await store.usage(Scope(), 2)

        assert usage.days == ((TODAY, Tally(1, 0, 5)), (TODAY + timedelta(days=1), Tally(2, 1, 27)))
        assert usage.models == (("hailuo", Tally(2, 1, 12)), ("seedance", Tally(1, 0, 20)))
        assert usage.spenders == (Spender(BEN.id, "Ben", 1, 20), Spender(ANN.id, "Ann", 2, 12))
        assert usage.total == Tally(3, 1, 32)

    async def test_what_ended_before_the_first_day_is_not_counted(self, store, scene):
        await scene.rich()
        await scene.delivered()
        scene.clock.advance(days=1)
        assert (await store.usage(Scope(), 1)).total == NOTHING

    async def test_a_job_counts_on_the_day_on_which_it_ended(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        scene.clock.advance(days=1, hours=15)
        await fail(store, job, Reason.NEVER_CAME)
        assert dict((await store.usage(Scope(), 2)).days) == {
            TODAY + timedelta(days=1): NOTHING,
            TODAY + timedelta(days=2): Tally(0, 1, 0),
        }

    async def test_a_cancelled_job_is_no_failure(self, store, scene):
        await scene.rich()
        job = await scene.queued()
        await store.move(job, Change(State.CANCELLED, charge=Charge.RELEASED, reason=Reason.BY_PERSON))
        usage = await store.usage(Scope(), 1)
        assert (usage.total, usage.models) == (NOTHING, ())

    async def test_a_person_and_a_server_see_their_own(self, store, scene):
        await scene.rich(ANN)
        await scene.rich(BEN)
        await scene.delivered(ANN, price=5, community=GUILD)
        await scene.delivered(ANN, price=6)
        await scene.delivered(BEN, price=7, community=GUILD)

        assert (await store.usage(Scope(user=ANN.id), 1)).total == Tally(2, 0, 11)
        assert (await store.usage(Scope(community=GUILD), 1)).total == Tally(2, 0, 12)
        assert (await store.usage(Scope(community=GUILD, user=BEN.id), 1)).total == Tally(1, 0, 7)
        assert (await store.usage(Scope(community=CommunityId("discord", "other")), 1)).spenders == ()

    async def test_a_free_video_is_a_video_and_spends_nothing(self, store, scene):
        await scene.rich()
        job = await scene.submitting(price=5)
        job = await store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))
        await store.adopt(job.id, "t-9")
        job = await store.seize(job.id)
        job = await store.move(job, Change(State.FETCHING, result_url="https://x/y"))
        job = await store.move(job, Change(State.DELIVERING))
        await store.move(job, Change(State.DELIVERED))
        usage = await store.usage(Scope(), 1)
        assert (usage.total, usage.spenders) == (Tally(1, 0, 0), ())

    async def test_a_forgotten_person_spent_without_a_name(self, store, scene):
        await scene.rich()
        await scene.delivered()
        await store.forget(ANN.id)
        (spender,) = (await store.usage(Scope(), 1)).spenders
        assert (spender.name, spender.user.platform, spender.credits) == ("", "forgotten", 5)


class TestFigures:
    async def test_empty_books_count_nothing(self, store):
        assert await store.figures() == Figures({}, None, {}, 0, 0, (), ())

    async def test_everything_is_counted(self, store, scene):
        await scene.rich(ANN, 100)
        await scene.delivered(ANN, price=10)
        await fail(store, await scene.rendering(ANN, price=20))
        first = scene.clock.now()
        await scene.queued(ANN, price=30)
        scene.clock.advance(minutes=1)
        await scene.queued(ANN, price=1)
        await store.take(str(ANN.id), Grant("fine", 4, "op", "why not"))

        figures = await store.figures()

        assert figures == Figures(
            jobs={State.DELIVERED: 1, State.FAILED: 1, State.QUEUED: 2},
            oldest_queued=first,
            moved={"grant": 100, "take": 4, "hold": 61, "spend": 10, "release": 20},
            balance=55,
            held=31,
            calls=(Calls("preview", State.RENDERING, 2),),
            ends=(Ends(State.DELIVERED, None, 1), Ends(State.FAILED, Reason.CONTENT, 1)),
        )
        assert await store.oldest_queued() == first

    async def test_calls_are_counted_from_a_moment_on_and_by_what_they_came_to(self, store, scene):
        await scene.rich()
        await scene.rendering()
        scene.clock.advance(hours=2)
        now = scene.clock.now()
        await scene.submitting(offer="acme/one")
        await store.move(await scene.submitting(offer="acme/one"), Change(State.UNSURE, charge=Charge.RELEASED))

        found = await store.calls_since(now)

        assert set(found) == {Calls("acme", None, 1), Calls("acme", State.UNSURE, 1)}

    async def test_times_are_the_nearest_ranks_of_what_was_learned(self, store):
        for seconds in range(1, 101):
            await store.learn("a/one", float(seconds))
        await store.learn("b/two", 7.0)
        assert await store.offer_times() == (OfferTimes("a/one", 100, 50.0, 95.0), OfferTimes("b/two", 1, 7.0, 7.0))


class TestSearching:
    async def test_jobs_are_found_by_state_person_community_and_provider(self, store, scene):
        await scene.rich(ANN)
        await scene.rich(BEN)
        first = await scene.queued(ANN, community=GUILD)
        scene.clock.advance(seconds=1)
        second = await scene.queued(BEN, offer="acme/one")
        scene.clock.advance(seconds=1)
        third = await fail(store, await scene.rendering(ANN, community=GUILD))

        async def found(**search):
            return [job.id for job in await store.find_jobs(JobSearch(**search), 10)]

        assert await found() == [third.id, second.id, first.id]
        assert await found(state=State.QUEUED) == [second.id, first.id]
        assert await found(user=ANN.id) == [third.id, first.id]
        assert await found(user=ANN.id, state=State.FAILED) == [third.id]
        assert await found(community=GUILD, provider="preview", state=State.QUEUED) == [first.id]
        assert await found(provider="acme") == [second.id]
        assert await found(provider="nobody") == []

    async def test_a_list_goes_on_where_the_page_before_ended_even_within_one_moment(self, store, scene):
        await scene.rich()
        jobs = [await scene.queued() for _ in range(5)]
        seen, after = [], None
        while page := await store.find_jobs(JobSearch(user=ANN.id, after=after), 2):
            seen += [job.id for job in page]
            after = Mark(page[-1].created_at, page[-1].id)
        assert seen == sorted((job.id for job in jobs), reverse=True)

    async def test_people_are_found_by_name_and_id_newest_first(self, store, scene):
        await scene.rich(ANN, 10)
        since = scene.clock.now()
        scene.clock.advance(days=1)
        await scene.rich(BEN, 20)
        percent = User(UserId("telegram", "50%"), "100_%", "en")
        scene.clock.advance(days=1)
        await store.welcome(percent, [])

        assert [line.user for line in await store.find_people("", None, 2)] == [percent.id, BEN.id]
        assert await store.find_people("aNN", None, 9) == [PersonLine(ANN.id, "Ann", "en", since, 10, 0)]
        assert [line.user for line in await store.find_people("%", None, 9)] == [percent.id]
        assert await store.find_people("nobody", None, 9) == []
        after = Mark(since + timedelta(days=1), str(BEN.id))
        assert [line.user for line in await store.find_people("", after, 9)] == [ANN.id]

    async def test_communities_are_those_that_made_a_video_or_have_limits(self, store, scene):
        await scene.rich()
        await scene.queued(community=GUILD)
        await scene.queued(community=GUILD)
        await store.grant(str(GUILD), Grant("gift", 50, "op", ""))
        group = CommunityId("telegram", "-100")
        await store.set_limits(group, LimitSet(per_video=5), "op")

        guild = CommunityLine(GUILD, 2, 50, 0, limited=False)
        assert await store.find_communities("", "", 9) == [guild, CommunityLine(group, 0, 0, 0, limited=True)]
        assert await store.find_communities("77", "", 9) == [guild]
        assert [line.community for line in await store.find_communities("", str(GUILD), 9)] == [group]

    async def test_a_wallet_is_not_opened_by_looking(self, store, scene):
        assert await store.known_wallet("web:ann") is None
        assert await scene.rich() == await store.known_wallet("web:ann")

    async def test_a_job_tells_of_its_calls_and_of_its_money(self, store, scene):
        await scene.rich()
        begun = scene.clock.now()
        job = await fail(store, await scene.rendering(price=5))

        assert await store.attempts_of(job.id) == [Attempt(1, "preview/card", begun, State.RENDERING, "t-1")]
        lines = await store.money_of(job)
        assert [(line.kind, line.balance_change, line.held_change) for line in lines] == [
            ("hold", -5, 5),
            ("release", 5, -5),
        ]

    async def test_a_job_that_was_charged_again_tells_of_both(self, store, scene):
        await scene.rich()
        job = await scene.delivering(price=5)
        job = await store.move(job, Change(State.UNDELIVERED, charge=Charge.RELEASED, reason=Reason.PLACE_GONE))
        job = await store.redeliver(job.id)
        assert [line.kind for line in await store.money_of(job)] == ["hold", "release", "hold"]


class TestDeeds:
    async def test_what_was_done_by_hand_is_told_newest_first(self, store, scene):
        start = scene.clock.now()
        await store.welcome(ANN, [Grant("starting:web:ann", 100, "reelbot", "welcome")])
        await store.grant("web:ann", Grant("prize", 1500, "console", "won a contest"))
        scene.clock.advance(minutes=1)
        await store.take("web:ann", Grant("fine", 5, "console", ""))
        scene.clock.advance(minutes=1)
        await store.set_limits(GUILD, LimitSet(per_video=5), "discord:1")
        scene.clock.advance(minutes=1)
        changed = LimitSet(per_video=30, models=frozenset({"b", "a"}), pool=True, roles={"9": 5, "8": None})
        await store.set_limits(GUILD, changed, "discord:1")
        scene.clock.advance(minutes=1)
        await store.set_list_price(ListPrice("a/one", "768P", 6, Decimal("0.30")), "console")
        scene.clock.advance(minutes=1)
        await store.drop_list_price("a/one", "768P", 6, "console")

        found = await store.deeds(None, 50)

        def at(minute):
            return start + timedelta(minutes=minute)

        assert found[:2] == [
            Deed(at(5), "console", "price", "a/one, 6 s 768P", "0.30 USD → the provider's own"),
            Deed(at(4), "console", "price", "a/one, 6 s 768P", "the provider's own → 0.30 USD"),
        ]
        assert found[2] == Deed(
            at(3),
            "discord:1",
            "limits",
            "discord:77",
            "per_video 5 → 30, models off → a/b, pool off → on, roles none → 9: 5/8: off",
        )
        assert found[3] == Deed(at(2), "discord:1", "limits", "discord:77", "per_video off → 5")
        assert found[4:] == [
            Deed(at(1), "console", "take", "web:ann", "-5 credits"),
            Deed(at(0), "console", "grant", "web:ann", "+1,500 credits: won a contest"),
        ]

    async def test_pauses_blocks_and_what_was_done_to_single_jobs_are_told_with_their_reasons(self, store, scene):
        await scene.rich()
        sound, lost, stopped = await scene.delivered(), await scene.submitting(), await scene.queued()
        await store.move(lost, Change(State.UNSURE, charge=Charge.RELEASED))
        word = Ban(EVERYWHERE, BlockKind.WORD, "gore")
        for act in (
            store.pause_provider("acme", scene.clock.now(), actor="console", reason="new key"),
            store.pause_provider("acme", scene.clock.now(), actor="console", reason="not told twice"),
            store.resume_provider("acme", actor="discord:1"),
            store.block(Ban(GUILD, BlockKind.PERSON, "web:ben"), "console", "spam"),
            store.block(word, "console", ""),
            store.unblock(word, "web:op", "a mistake"),
            store.ask_cancel(stopped.id, by="console"),
            store.redeliver(sound.id, by="console"),
            store.adopt(lost.id, "t-9", by="console"),
            store.adopt(lost.id, "t-9", by="console"),
            store.settle(stopped.id, Change(State.CANCELLED, charge=Charge.RELEASED), was=State.QUEUED, by="web:op"),
        ):
            scene.clock.advance(minutes=1)
            await act

        found = await store.deeds(None, 50)

        assert [(deed.actor, deed.act, deed.about, deed.words) for deed in found[:-1]] == [
            ("web:op", "settle", stopped.id, "queued → cancelled"),
            ("console", "settle", lost.id, "goes on with task t-9"),
            ("console", "redeliver", sound.id, ""),
            ("console", "cancel", stopped.id, ""),
            ("web:op", "unblock", "gore", "word, everywhere: a mistake"),
            ("console", "block", "gore", "word, everywhere"),
            ("console", "block", "web:ben", "person, in discord:77: spam"),
            ("discord:1", "resume", "acme", ""),
            ("console", "pause", "acme", "new key"),
        ]
        assert (await store.story(lost.id))[-1].detail == "found by console"

    async def test_an_operator_who_is_forgotten_is_nobody_in_the_log(self, store, scene):
        await scene.rich(BEN)
        scene.clock.advance(minutes=1)
        await store.pause_provider("acme", scene.clock.now(), actor=str(BEN.id), reason="new key")
        await store.forget(BEN.id)
        (pause, _) = await store.deeds(None, 50)
        assert pause.actor.startswith("forgotten:")

    async def test_a_person_who_stops_a_job_is_nobody_in_the_log(self, store, scene):
        await scene.rich()
        job = await scene.queued()
        await store.ask_cancel(job.id)
        assert [deed.act for deed in await store.deeds(None, 50)] == ["grant"]

    async def test_pages_neither_repeat_nor_leave_out_and_never_tear_a_moment_apart(self, store, scene):
        for number in range(3):
            for twin in "ab":
                await store.grant("web:ann", Grant(f"{number}{twin}", number + 1, "console", twin))
            scene.clock.advance(minutes=1)
        seen, before = [], None
        while page := await store.deeds(before, 1):
            assert len(page) == 2
            seen += [deed.words for deed in page]
            before = page[-1].at
        assert sorted(seen) == sorted(f"+{n} credits: {twin}" for n in (1, 2, 3) for twin in "ab")


SEARCHES = {
    "of a person": JobSearch(user=ANN.id, state=State.UNSURE),
    "of a community": JobSearch(community=GUILD, provider="x"),
    "in a state": JobSearch(state=State.UNSURE, provider="x"),
    "at a provider": JobSearch(provider="x"),
    "all": JobSearch(),
}


class TestPlans:
    """With a million finished jobs a page still reads the few rows it shows, and counting reads indexes alone."""

    @pytest.mark.parametrize("search", SEARCHES)
    async def test_a_search_reads_one_index_in_its_order(self, database, search):
        (step, *others) = await plan_of(database, searching.found(SEARCHES[search]))
        assert "USING INDEX ix_jobs_" in step
        assert [other for other in others if "FOR ORDER BY" in other] == []

    @pytest.mark.parametrize(
        "question", [statistics.TALLIES, statistics.SPENT, statistics.ENDS, statistics.MOVED, statistics.CALLS]
    )
    async def test_counting_reads_no_row_of_a_job_or_of_the_ledger(self, database, question):
        (step, *_) = await plan_of(database, question)
        assert "USING COVERING INDEX" in step

    async def test_deeds_are_read_by_their_indexes(self, database):
        steps = await plan_of(database, deeds.MOVED)
        assert "ix_ledger_by_hand" in steps[0]
