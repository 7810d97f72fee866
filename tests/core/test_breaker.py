"""The breaker and the alerts: who is left alone, for how long, and who is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerts import Alerts
from bot.core.breaker import Breaker
from bot.core.model import Health, UserId
from bot.core.ports import NotNow, PlaceGone
from bot.core.store import StoreTrouble
from providers.errors import Misconfigured, MisconfiguredKind
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform

OLA = UserId("web", "ola")
KEY = Misconfigured(MisconfiguredKind.KEY, "401: bad key")


class Books:
    """The healths of all providers, as every process would find them."""

    def __init__(self):
        self.kept = {}
        self.writes = 0
        self.in_trouble = False

    async def healths(self):
        self._look()
        return dict(self.kept)

    async def write_health(self, health):
        self._look()
        self.writes += 1
        self.kept[health.provider] = health

    def _look(self):
        if self.in_trouble:
            raise StoreTrouble("disk full")


class Stage:
    def __init__(self, operators=(OLA,)):
        self.books, self.clock, self.chat = Books(), FakeClock(), FakePlatform()
        self.alerts = Alerts(platforms={"web": self.chat}, operators=operators)
        self.breaker = self.another()

    def another(self):
        """The breaker of another process."""
        return Breaker(store=self.books, clock=self.clock, alerts=self.alerts)


async def test_a_busy_provider_rests_as_long_as_it_asks_and_is_then_open_again():
    stage = Stage()
    until = await stage.breaker.rest("acme", "429", wait=timedelta(seconds=7))
    assert until == stage.clock.now() + timedelta(seconds=7)
    assert stage.breaker.closed() == {"acme"}
    assert stage.breaker.barred() == frozenset()
    assert stage.breaker.reopenings() == (until,)
    stage.clock.advance(seconds=7)
    assert stage.breaker.closed() == frozenset()
    assert stage.breaker.reopenings() == ()


async def test_one_that_does_not_say_rests_ever_longer_but_never_for_ever():
    stage = Stage()
    rests = []
    for _ in range(9):
        until = await stage.breaker.rest("acme", "429", wait=None)
        rests.append((until - stage.clock.now()).total_seconds())
        stage.clock.set(until)
    assert rests[:4] == [10, 20, 40, 80]
    assert rests[-1] == 600
    await stage.breaker.worked("acme", "acme/one")
    assert await stage.breaker.rest("acme", "429", wait=None) == stage.clock.now() + timedelta(seconds=10)


async def test_every_error_is_counted_by_its_kind():
    breaker = Stage().breaker
    for _ in range(2):
        await breaker.rest("acme", "429", wait=None)
    await breaker.bar("acme", KEY)
    await breaker.bar("acme/card", Misconfigured(MisconfiguredKind.PLAN, "403: not in your plan"))
    await breaker.noticed("zenith", "a page")

    assert breaker.errors() == {("acme", "busy"): 2, ("acme", "key"): 1, ("acme", "plan"): 1, ("zenith", "unusable"): 1}


async def test_many_refusals_of_one_moment_count_as_one():
    stage = Stage()
    for _ in range(8):
        until = await stage.breaker.rest("acme", "429", wait=None)
    assert until == stage.clock.now() + timedelta(seconds=10)
    stage.clock.advance(seconds=10)
    assert await stage.breaker.rest("acme", "429", wait=None) == stage.clock.now() + timedelta(seconds=20)


async def test_a_wait_of_nothing_is_none_and_the_provider_is_not_hammered():
    stage = Stage()
    for seconds in (10, 20):
        until = await stage.breaker.rest("acme", "429", wait=timedelta())
        assert until == stage.clock.now() + timedelta(seconds=seconds)
        stage.clock.advance(minutes=1)


async def test_a_shorter_wish_does_not_cut_a_longer_rest():
    stage = Stage()
    longer = await stage.breaker.rest("acme", "429", wait=timedelta(minutes=5))
    assert await stage.breaker.rest("acme", "429", wait=timedelta(seconds=1)) == longer


async def test_a_bad_key_bars_the_provider_and_the_operators_are_told_once():
    stage = Stage()
    await stage.breaker.bar("acme", KEY)
    assert stage.breaker.barred() == {"acme"}
    assert await stage.breaker.look() is None
    stage.clock.advance(minutes=11)
    await stage.breaker.bar("acme", KEY)
    await stage.breaker.look()
    assert len(stage.chat.written) == 1
    user, text = stage.chat.written[0]
    assert user == OLA
    assert "ACME_API_KEY" in text
    assert "401: bad key" in text


@pytest.mark.parametrize("kind", list(MisconfiguredKind))
async def test_every_cause_has_words_for_the_operators(kind):
    stage = Stage()
    await stage.breaker.bar("acme", Misconfigured(kind, "because"))
    await stage.breaker.look()
    assert "because" in stage.chat.written[0][1]


async def test_another_process_tells_nobody_again_and_knows_what_is_closed():
    stage = Stage()
    await stage.breaker.bar("acme", KEY)
    await stage.breaker.look()
    other = stage.another()
    await other.look()
    assert other.barred() == {"acme"}
    assert len(stage.chat.written) == 1


async def test_they_are_told_anew_after_it_has_worked_in_between():
    stage = Stage()
    for _ in range(2):
        await stage.breaker.bar("acme", KEY)
        await stage.breaker.look()
        await stage.breaker.worked("acme", "acme/one")
    assert len(stage.chat.written) == 2
    assert stage.breaker.closed() == frozenset()


async def test_what_the_plan_does_not_have_closes_one_offer_and_no_other():
    stage = Stage()
    plan = Misconfigured(MisconfiguredKind.PLAN, "2061")
    await stage.breaker.bar("acme/one", plan)
    assert stage.breaker.barred() == {"acme/one"}
    await stage.breaker.look()
    assert "acme/one is not in our plan" in stage.chat.written[0][1]
    await stage.breaker.worked("acme", "acme/two")
    assert stage.breaker.barred() == {"acme/one"}
    await stage.breaker.worked("acme", "acme/one")
    assert stage.breaker.barred() == frozenset()


async def test_a_busy_answer_does_not_hide_that_the_key_is_bad():
    stage = Stage()
    await stage.breaker.bar("acme", KEY)
    await stage.breaker.rest("acme", "429", wait=timedelta(hours=1))
    assert stage.breaker.barred() == {"acme"}


async def test_operators_who_cannot_be_told_now_are_tried_again_and_the_others_are_not_bothered():
    second = UserId("web", "olga")
    stage = Stage(operators=(OLA, second, UserId("nowhere", "1")))
    stage.chat.on_write = [None, NotNow(5), None]
    await stage.breaker.bar("acme", KEY)
    assert await stage.breaker.look() == 30.0
    assert await stage.breaker.look() is None
    assert [user for user, _ in stage.chat.written] == [OLA, second]


async def test_an_operator_who_cannot_be_written_to_is_not_tried_for_ever():
    stage = Stage()
    stage.chat.on_write = [PlaceGone("blocked")]
    await stage.breaker.bar("acme", KEY)
    assert await stage.breaker.look() is None
    assert stage.books.kept["acme"].told == "key"


async def test_troubles_and_successes_are_not_written_down_at_every_call():
    stage = Stage()
    for _ in range(50):
        await stage.breaker.noticed("acme", "500")
        await stage.breaker.worked("acme", "acme/one")
    assert stage.books.writes == 2
    stage.clock.advance(seconds=31)
    await stage.breaker.noticed("acme", "502")
    assert stage.books.kept["acme"].trouble == "502"


async def test_what_others_wrote_is_read_every_few_seconds_only():
    stage = Stage()
    await stage.breaker.look()
    until = stage.clock.now() + timedelta(minutes=1)
    stage.books.kept["acme"] = Health("acme", until, "busy", "", None, None, "")
    await stage.breaker.look()
    assert stage.breaker.closed() == frozenset()
    stage.clock.advance(seconds=6)
    await stage.breaker.look()
    assert stage.breaker.closed() == {"acme"}


async def test_a_database_in_trouble_keeps_no_provider_open():
    stage = Stage()
    stage.books.in_trouble = True
    await stage.breaker.bar("acme", KEY)
    await stage.breaker.look()
    assert stage.breaker.barred() == {"acme"}


async def test_a_cause_of_a_newer_version_is_told_to_nobody():
    stage = Stage()
    unknown = Health("acme", None, "moon", "", None, None, "")
    stage.books.kept["acme"] = replace(unknown, closed_until=stage.clock.now() + timedelta(minutes=1))
    assert await stage.breaker.look() is None
    assert stage.chat.written == []


async def test_a_pause_that_could_not_be_read_is_read_the_next_time_one_looks():
    stage = Stage()
    await stage.breaker.bar("acme", KEY)
    again = stage.another()
    stage.books.in_trouble = True
    await again.read()
    stage.books.in_trouble = False
    await again.read()
    assert again.closed() == {"acme"}


async def test_of_many_processes_only_the_one_that_speaks_tells_what_any_of_them_has_met():
    stage = Stage()
    quiet = Breaker(store=stage.books, clock=stage.clock, alerts=stage.alerts, speaks=lambda: False)
    await quiet.bar("acme", KEY)
    assert await quiet.look() is None
    assert stage.chat.written == []
    await stage.breaker.look()
    assert len(stage.chat.written) == 1


async def test_two_looks_at_the_same_time_tell_once():
    stage = Stage()
    await stage.breaker.bar("acme", KEY)
    write = stage.chat.write

    async def slowly(*words):
        await asyncio.sleep(0)
        await write(*words)

    stage.chat.write = slowly
    async with asyncio.TaskGroup() as group:
        group.create_task(stage.breaker.look())
        group.create_task(stage.breaker.look())
    assert len(stage.chat.written) == 1


async def test_what_another_process_met_is_told_within_seconds():
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(stage.breaker.keep_telling())
        await asyncio.sleep(0.01)
        await stage.another().bar("acme", KEY)
        stage.clock.advance(seconds=6)
        for _ in range(100):
            await asyncio.sleep(0)
        telling.cancel()
    assert len(stage.chat.written) == 1
