import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.estimate import Estimate, Estimates
from providers.contract import Pace

LEARNED = Estimate.of([100, 110, 95, 120, 105, 98, 102, 115, 108, 104])


def asks_and_lag(estimate, ready):
    """Follow the schedule of one task: how often it asks, and how long after *ready* it hears of it."""
    at, asks = 0.0, 0
    while at < ready:
        at += estimate.next_ask(at)
        asks += 1
    return asks, at - ready


def test_nothing_learned_means_steady_questions_and_no_promise():
    estimate = Estimate.of([100, 120])

    assert (estimate.next_ask(0), estimate.next_ask(500)) == (10.0, 10.0)
    assert Estimate.of([], least=0.5).next_ask(0) == 1.0
    assert Estimate.of([], least=30.0).next_ask(0) == 30.0
    assert (estimate.typical(), estimate.remaining(5), estimate.percent(5)) == (None, None, None)


def test_a_place_in_the_queue_is_told_by_the_minute_or_by_the_places_whichever_takes_longer():
    by_rate, by_places = Pace(submits_per_minute=1, at_once=100), Pace(submits_per_minute=600, at_once=2)
    assert LEARNED.from_queue(1, by_rate) == LEARNED.typical()
    assert LEARNED.from_queue(4, by_rate) == 180 + LEARNED.typical()
    assert LEARNED.from_queue(5, by_places) == 3 * LEARNED.typical()
    assert Estimate.of([]).from_queue(4, by_rate) is None


def test_no_question_is_asked_while_the_clip_cannot_be_ready():
    assert LEARNED.next_ask(0) == 60.0
    assert LEARNED.next_ask(60) == pytest.approx(95 * 0.95 - 60)


def test_questions_come_often_when_it_is_about_to_be_ready_and_rarely_when_it_is_far_too_late():
    assert LEARNED.next_ask(104) < 10
    assert 45 < LEARNED.next_ask(300) < 55
    assert LEARNED.next_ask(10_000) == 60.0


def test_only_an_old_job_spreads_its_first_question_for_thousands_are_picked_up_together():
    assert LEARNED.first_ask(0, 0.2) == LEARNED.next_ask(0)
    assert LEARNED.first_ask(60, 0.0) == pytest.approx(0.3 * LEARNED.next_ask(60))
    assert LEARNED.first_ask(60, 1.0) == LEARNED.next_ask(60)


@pytest.mark.parametrize(("typical", "most"), [(5, 12), (40, 12), (150, 17), (400, 42)])
def test_a_clip_is_asked_about_as_often_as_every_ten_seconds_and_a_short_one_at_most_a_dozen_times(typical, most):
    chance = random.Random(3)
    known = [chance.gauss(typical, typical / 10) for _ in range(200)]
    asks = [asks_and_lag(Estimate.of(known, least=0.1), ready)[0] for ready in known]

    assert most * 0.6 < sum(asks) / len(asks) <= most


SHAPES = {
    "lognormal": lambda chance: chance.lognormvariate(4.6, 0.25),
    "two humps": lambda chance: chance.gauss(60, 4) if chance.random() < 0.5 else chance.gauss(180, 10),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_schedule_hears_twice_as_soon_than_a_fixed_interval_with_as_many_questions(shape):
    chance = random.Random(7)
    known = [SHAPES[shape](chance) for _ in range(200)]
    later = [SHAPES[shape](chance) for _ in range(2000)]
    learned = [asks_and_lag(Estimate.of(known, least=1.0), ready) for ready in later]
    asks = sum(count for count, _ in learned) / len(learned)
    fixed_interval = sum(later) / len(later) / (asks - 0.5)

    lag = sorted(lag for _, lag in learned)[len(learned) // 2]

    assert lag <= fixed_interval / 2 / 2, (asks, lag, fixed_interval)
    assert fixed_interval > 8


def test_what_remains_is_the_middle_of_those_that_took_longer():
    assert LEARNED.remaining(0) == 105
    assert LEARNED.remaining(106) == pytest.approx(115 - 106)
    assert LEARNED.remaining(500) is None


def test_progress_starts_at_nothing_and_never_promises_the_end():
    assert LEARNED.percent(0) == 0.0
    assert LEARNED.percent(52.5) == pytest.approx(50)
    assert LEARNED.percent(119.9) == 97.0


async def test_what_a_clock_says_that_was_set_back_meanwhile_is_not_learned():
    store = Durations([-3445.0, 100, 110, 95, 120, 105])
    estimates = Estimates(store=store)
    await estimates.learn("relay/one", -10_162.0)
    estimate = await estimates.of("relay/one", least=5.0)
    assert store.learned == []
    assert estimate.known == (95, 100, 105, 110, 120)
    assert estimate.next_ask(100) == 5.0


class Durations:
    """A store that has learned of one offer."""

    def __init__(self, before):
        self._before = before
        self.learned = []

    async def learn(self, _offer, seconds):
        self.learned.append(seconds)

    async def durations(self, _offer):
        return tuple(self._before)


@given(
    st.lists(st.floats(-10_000, 30_000), min_size=5, max_size=60),
    st.floats(-10_000, 10_000),
    st.sampled_from([1.0, 5.0, 30.0]),
)
def test_every_interval_is_polite_and_bounded(durations, elapsed, least):
    assert least <= Estimate.of(durations, least=least).next_ask(elapsed) <= 60.0
