"""Three hosts at one PostgreSQL do the same things at the same moment, and the books and limits hold."""

import asyncio
import itertools
import random
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from bot.core.blocks import Ban, BlockKind
from bot.core.model import Cap, Charge, CommunityId, JobId, ListPrice, State
from bot.core.store import Change, Grant, Lost, NotEnough, OverLimit
from providers.contract import Pace
from storage import admission
from storage.database import open_database
from storage.learning import MOST
from storage.store import SqlStore
from tests.contracts.store_scene import ANN, BEN, GUILD, PACE, Scene

REFUSALS = (NotEnough, OverLimit, Lost)


@pytest.fixture
async def hosts(postgres_url, clock):
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(open_database(postgres_url)) for _ in range(3)]
        yield [SqlStore(database=database, clock=clock) for database in databases]


@pytest.fixture
def scene(hosts, clock):
    return Scene(hosts[0], clock)


async def at_once(*works):
    """What came of each, in order: its result or its refusal. Anything else falls out of here."""

    async def outcome(work):
        try:
            return await work
        except REFUSALS as refusal:
            return refusal

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = [group.create_task(outcome(work)) for work in works]
    return [one.result() for one in running]


def round_robin(hosts, count):
    return itertools.islice(itertools.cycle(hosts), count)


def done(outcomes):
    return [outcome for outcome in outcomes if not isinstance(outcome, REFUSALS)]


async def test_fifty_wishes_on_credits_for_five_sell_five(hosts, scene):
    await scene.rich(credits=25)
    outcomes = await at_once(*(host.open_job(scene.draft()) for host in round_robin(hosts, 50)))

    assert len(done(outcomes)) == 5
    assert {type(outcome) for outcome in outcomes} == {tuple, NotEnough}
    assert await scene.wallet() == (0, 25)
    assert await hosts[1].verify() == []


async def test_fifty_wishes_on_a_limit_for_five_open_five(hosts, scene, clock):
    await scene.rich(credits=1000)
    caps = (Cap("member_running", "run:ann", 1, 5, None), Cap("server_daily", "day:77", 5, 100, clock.now()))
    outcomes = await at_once(*(host.open_job(scene.draft(caps=caps)) for host in round_robin(hosts, 50)))

    assert len(done(outcomes)) == 5
    assert await hosts[2].used(["run:ann", "day:77"]) == {"run:ann": 5, "day:77": 25}
    assert await scene.wallet() == (975, 25)
    assert await hosts[1].verify() == []


async def test_one_message_opens_one_job_wherever_it_arrives(hosts, scene):
    await scene.rich()
    drafts = [scene.draft(key="the same") for _ in range(30)]
    outcomes = await at_once(
        *(host.open_job(draft) for host, draft in zip(round_robin(hosts, 30), drafts, strict=True))
    )

    assert sum(opened for _, opened in outcomes) == 1
    assert len({job.id for job, _ in outcomes}) == 1
    assert await scene.wallet() == (95, 5)


async def test_one_grant_a_key_and_one_refill_a_day(hosts, scene):
    who = str(ANN.id)
    await hosts[0].grant(who, Grant("first", 3, "op", ""))
    await at_once(
        *(host.grant(who, Grant("gift", 10, "op", "")) for host in round_robin(hosts, 15)),
        *(host.grant(who, Grant("day:1", 20, "reelbot", "", up_to=True)) for host in round_robin(hosts, 15)),
        *(host.take(who, Grant("toll", 2, "op", "")) for host in round_robin(hosts, 15)),
    )

    lines = {line.key: line.balance_change for line in await hosts[0].receipts(who, 10)}
    assert set(lines) == {"first", "gift", "day:1", "toll"}
    assert (await hosts[1].wallet(who)).balance == sum(lines.values())
    assert await hosts[1].verify() == []


async def test_refills_at_the_same_moment_fill_up_once(hosts):
    who = str(ANN.id)
    await hosts[0].grant(who, Grant("first", 3, "op", ""))
    refills = [Grant(f"refill:{number}", 20, "reelbot", "", up_to=True) for number in range(15)]
    await at_once(*(host.grant(who, refill) for host, refill in zip(round_robin(hosts, 15), refills, strict=True)))

    assert (await hosts[1].wallet(who)).balance == 20


async def test_everybody_is_welcomed_at_once_and_given_their_gifts_once(hosts):
    gift = Grant(f"welcome:{ANN.id}", 100, "reelbot", "welcome")
    accounts = await at_once(*(host.welcome(ANN, [gift]) for host in round_robin(hosts, 30)))

    assert {(account.name, account.wallet.balance) for account in accounts} == {("Ann", 100)}


async def test_holds_and_settlements_of_three_hosts_on_shared_wallets_and_counters_add_up(hosts, scene, clock):
    for user in (ANN, BEN):
        await scene.rich(user, credits=5000)

    async def live(number, host):
        user = (ANN, BEN)[number % 2]
        caps = tuple(
            Cap(limit, f"{limit}:{number % modulus}", amount, 10**6, resets)
            for limit, modulus, amount, resets in (
                ("member_running", 2, 1, None), ("server_daily", 3, 5, clock.now()), ("everywhere", 1, 5, clock.now()),
            )
        )  # fmt: skip
        opened, _ = await host.open_job(scene.draft(user, caps=caps))
        job = await host.seize(opened.id)
        how = (
            Change(State.CANCELLED, charge=Charge.RELEASED),
            Change(State.FAILED, charge=Charge.RELEASED),
            Change(State.UNDELIVERED, charge=Charge.SPENT),
        )[number % 3]
        return await host.move(job, how)

    before = await deadlocks(hosts[0])
    jobs = await at_once(*(live(number, host) for number, host in enumerate(round_robin(hosts, 240))))

    assert await hosts[0].verify() == []
    assert await scene.wallet(ANN) == (5000 - 40 * 5, 0)
    assert await scene.wallet(BEN) == (5000 - 40 * 5, 0)
    assert await hosts[0].used(["member_running:0", "everywhere:0"]) == {"member_running:0": 0, "everywhere:0": 80 * 5}
    assert len(jobs) == 240
    # Now and then two batches wait for each other; most of the time they do not.
    assert await deadlocks(hosts[0]) - before <= 5


async def deadlocks(host):
    return await host._db.read(
        lambda c: c.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    )


async def test_admission_is_exact_however_many_hosts_admit(hosts, scene, clock):
    await scene.rich(credits=1000)
    await scene.rich(BEN, credits=1000)
    for number in range(40):
        await scene.queued((ANN, BEN)[number % 2])
    pace = Pace(submits_per_minute=12, at_once=7)

    admitted = set()
    for _ in range(3):
        for group in await at_once(*(host.admit({"preview": pace}) for host in round_robin(hosts, 12))):
            assert not admitted & set(group)
            admitted |= set(group)

    assert len(admitted) == 7
    jobs = [await hosts[0].seize(job) for job in sorted(admitted)]
    submitting = await at_once(*(hosts[0].move(job, Change(State.SUBMITTING, begins_attempt=True)) for job in jobs))
    rendering = [await hosts[1].move(job, Change(State.RENDERING, ticket=f"t-{job.id}")) for job in submitting]
    for job in rendering[:4]:
        await hosts[2].move(job, Change(State.FETCHING, result_url="https://x/y"))

    more = await at_once(*(host.admit({"preview": pace}) for host in round_robin(hosts, 12)))
    assert sum(map(len, more)) == 4
    clock.advance(seconds=2)
    for group in more:
        for name in group:
            job = await hosts[0].move(await hosts[0].seize(name), Change(State.SUBMITTING, begins_attempt=True))
            await hosts[0].move(job, Change(State.FAILED, charge=Charge.RELEASED))
    # Four places are free, and one submit of the minute is left.
    more = await at_once(*(host.admit({"preview": pace}) for host in round_robin(hosts, 12)))
    assert sum(map(len, more)) == 1


async def test_places_counted_before_another_host_took_them_are_not_given_twice(hosts, scene, monkeypatch):
    await scene.rich(credits=1000)
    for _ in range(40):
        await scene.queued()

    def slowly(connection, paces, now, loads=admission.loads):
        counted = loads(connection, paces, now)
        # Another host has all the time it needs to admit between our counting and our choosing.
        await_only(asyncio.sleep(random.uniform(0, 0.05)))
        return counted

    monkeypatch.setattr(admission, "loads", slowly)
    groups = await at_once(*(host.admit({"preview": Pace(100, 7)}) for host in round_robin(hosts, 12)))

    assert sum(map(len, groups)) == 7


async def test_jobs_that_are_cancelled_while_others_are_admitted_take_no_place(hosts, scene):
    await scene.rich(credits=1000)
    jobs = [await scene.queued() for _ in range(30)]

    async def cancel(host, job):
        return await host.move(job, Change(State.CANCELLED, charge=Charge.RELEASED))

    outcomes = await at_once(
        *(cancel(host, job) for host, job in zip(round_robin(hosts, 30), jobs, strict=True)),
        *(host.admit({"preview": PACE}) for host in round_robin(hosts, 9)),
    )
    admitted = [name for group in outcomes[30:] for name in group]

    assert len(done(outcomes[:30])) == 30
    assert len(set(admitted)) == len(admitted)
    assert await hosts[0].verify() == []


async def test_of_three_carriers_one_makes_the_move_and_one_owns_the_job(hosts, scene):
    await scene.rich()
    job = await scene.queued()
    outcomes = await at_once(
        *(host.move(job, Change(State.CANCELLED, charge=Charge.RELEASED)) for host in round_robin(hosts, 12))
    )
    assert len(done(outcomes)) == 1

    job = await scene.queued()
    seized = await at_once(*(host.seize(job.id) for host in round_robin(hosts, 12)))
    assert sorted(one.owner for one in seized) == list(range(job.owner + 1, job.owner + 13))
    last = max(seized, key=lambda one: one.owner)
    assert done(await at_once(*(hosts[0].still_mine(one, posting=True) for one in seized))) == [
        replace(last, version=last.version + 1, posts=1)
    ]


async def test_a_yes_counts_once_and_a_clip_is_sent_again_once(hosts, scene):
    await scene.rich()
    asking, _ = await hosts[0].open_job(scene.draft(ask_first=True))
    await at_once(*(host.answer(asking.id, yes=True, caps=()) for host in round_robin(hosts, 12)))
    assert await scene.wallet() == (95, 5)

    job = await hosts[0].move(await scene.delivering(), Change(State.UNDELIVERED, charge=Charge.RELEASED))
    again = await at_once(*(host.redeliver(job.id) for host in round_robin(hosts, 12)))
    assert len(done(again)) == 1
    assert await scene.wallet() == (90, 10)
    assert await hosts[0].verify() == []


async def test_a_ticket_is_adopted_by_one_job(hosts, scene):
    await scene.rich(credits=1000)
    unsure = [
        await hosts[0].move(await scene.submitting(), Change(State.UNSURE, charge=Charge.RELEASED)) for _ in range(9)
    ]
    adopted = await at_once(
        *(host.adopt(job.id, "t-7") for host, job in zip(round_robin(hosts, 9), unsure, strict=True))
    )

    assert [job.ticket for job in adopted if job is not None] == ["t-7"]


async def test_people_are_forgotten_while_they_are_welcomed_and_wish(hosts, scene):
    for number in range(8):
        await scene.rich(credits=100)
        await at_once(
            hosts[0].welcome(ANN, [Grant(f"again:{number}", 5, "test", "")]),
            hosts[1].forget(ANN.id),
            hosts[2].open_job(scene.draft()),
            hosts[0].set_language(ANN.id, "de"),
            hosts[2].forget(ANN.id),
        )
        assert await hosts[0].verify() == []


async def test_limits_are_changed_while_their_community_gets_a_new_id(hosts, scene):
    places = [CommunityId("telegram", str(number)) for number in range(9)]
    for old, new in itertools.pairwise(places):
        await at_once(
            *(host.relocate(old, new) for host in hosts),
            *(host.change_limits(old, lambda limits: replace(limits, per_video=7), "op") for host in hosts),
            *(host.change_limits(new, lambda limits: replace(limits, pool=True), "op") for host in hosts),
            *(host.wallet(str(new)) for host in hosts),
            *(host.block(Ban(old, BlockKind.WORD, "x"), "op", "") for host in hosts),
            *(host.block(Ban(new, BlockKind.WORD, "x"), "op", "") for host in hosts),
        )
        assert (await hosts[0].limits_of(new)).pool


async def test_no_change_of_limits_is_lost_and_each_names_the_one_before(hosts):
    def dearer(limits):
        return replace(limits, per_video=(limits.per_video or 0) + 1)

    await at_once(*(host.change_limits(GUILD, dearer, "op") for host in round_robin(hosts, 30)))

    assert (await hosts[0].limits_of(GUILD)).per_video == 30
    changes = await hosts[0].limit_changes(GUILD, 50)
    assert sorted((change.old.per_video or 0, change.new.per_video) for change in changes) == [
        (n, n + 1) for n in range(30)
    ]


async def test_every_price_names_the_one_before(hosts):
    await at_once(
        *(
            host.set_list_price(ListPrice("a/b", "768P", 6, Decimal(number)), "op")
            for number, host in enumerate(round_robin(hosts, 20))
        )
    )
    rows = await hosts[0]._db.read(lambda c: c.execute(text("SELECT * FROM price_changes ORDER BY id")).all())

    assert [row.old_usd for row in rows] == [None, *(row.new_usd for row in rows[:-1])]


async def test_what_is_said_once_counts_once(hosts, scene, clock):
    ban = Ban(GUILD, BlockKind.WORD, "x")
    for works in (
        [host.put("discord", "letter", "body") for host in round_robin(hosts, 15)],
        [host.block(ban, "op", "") for host in round_robin(hosts, 15)],
        [host.unblock(ban, "op") for host in round_robin(hosts, 15)],
        [host.pause_provider("p", clock.now() + timedelta(hours=1), actor="op") for host in round_robin(hosts, 15)],
        [host.resume_provider("p", actor="op") for host in round_robin(hosts, 15)],
        [host.add(ANN.id, "text", "hello", key="k") for host in round_robin(hosts, 15)],
    ):
        assert len([one for one in await at_once(*works) if one]) == 1

    notes = await at_once(*(host.put_note(ANN.id, JobId("job"), "…") for host in round_robin(hosts, 15)))
    assert len({note.id for note in notes}) == 1


async def test_durations_stay_few_however_many_learn(hosts):
    await at_once(*(host.learn("a/b", 7.0) for host in round_robin(hosts, MOST + 60)))
    await hosts[0].learn("a/b", 8.0)

    def count(connection):
        return connection.execute(text("SELECT count(*) FROM durations")).scalar_one()

    assert await hosts[0]._db.read(count) == MOST
    assert len(await hosts[1].durations("a/b")) == MOST


async def test_sweeps_of_all_hosts_make_one_entry_a_job(hosts, scene):
    await scene.rich(credits=1000)
    jobs = [await scene.queued() for _ in range(20)]
    await hosts[0]._db.tx(lambda c: c.execute(text("DELETE FROM pgqueuer")) and None)
    await at_once(*(host.enqueue_missing() for host in round_robin(hosts, 6)))

    def count(connection):
        return connection.execute(text("SELECT count(*) FROM pgqueuer")).scalar_one()

    assert await hosts[0]._db.read(count) == len(jobs)
