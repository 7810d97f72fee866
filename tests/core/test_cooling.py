from datetime import UTC, datetime, timedelta

import pytest

from bot.core.cooling import FORGIVEN_AFTER, LONGEST_WAIT, cooled_until

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def at(*minutes):
    return [NOON + timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("refusals", "until"),
    [
        ((), None),
        ((0, 1), None),
        ((0, 30, 61), None),
        ((0, 30, 59), 59 + 15),
        ((0, 1, 2, 3, 4), 2 + 15),
        ((0, 1, 2, 17), 17 + 30),
        ((0, 1, 2, 17, 47), 47 + 60),
        ((0, 1, 2, 17, 47, 107), 47 + 60),
        ((0, 1, 2, 200, 201, 202), 202 + 30),
    ],
)
def test_every_third_refusal_within_an_hour_makes_the_next_wait_twice_as_long(refusals, until):
    assert cooled_until(at(*refusals)) == (None if until is None else at(until)[0])


def test_no_wait_is_longer_than_a_day_and_a_quiet_day_makes_it_a_first_one_again():
    moments, until = [], NOON
    for _ in range(12):
        moments += [until, until, until]
        until = cooled_until(moments)
    assert until - moments[-1] == LONGEST_WAIT
    later = until + FORGIVEN_AFTER

    assert cooled_until([*moments, later, later, later]) - later == timedelta(minutes=15)
