from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.credits import NO_LIMIT, Tariff, caps, day_end, member_daily, month_end
from bot.core.model import EVERYWHERE, CommunityId, LimitSet, UserId

ANA = UserId("web", "ana")
SERVER = CommunityId("discord", "1")
NOW = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def tariff(**changes):
    standard = {
        "credit_usd": Decimal("0.01"),
        "margin": Decimal(1),
        "starting_credits": 0,
        "daily_credits": 0,
        "confirm_above": 100,
    }
    return Tariff(**(standard | changes))


@pytest.mark.parametrize(
    ("usd", "margin", "credits"), [("0.28", "1", 28), ("0.281", "1", 29), ("0.28", "1.5", 42), ("0", "1", 0)]
)
def test_a_price_is_list_price_times_margin_rounded_up(usd, margin, credits):
    assert tariff(margin=Decimal(margin)).price(Decimal(usd)) == credits


@given(st.decimals("0", "100", places=6), st.decimals("0.001", "1", places=3), st.decimals("0.1", "10", places=2))
def test_a_price_never_falls_below_its_cost_nor_exceeds_it_by_a_credit(usd, credit, margin):
    price = tariff(credit_usd=credit, margin=margin).price(usd)

    assert 0 <= price * credit - usd * margin < credit


def test_starting_credits_and_the_daily_refill_are_grants_with_a_key_per_person_and_day():
    first, daily = tariff(starting_credits=100, daily_credits=20).grants(ANA, NOW)

    assert (first.key, first.amount, first.up_to) == ("starting:web:ana", 100, False)
    assert (daily.key, daily.amount, daily.up_to) == ("daily:web:ana:2026-12-31", 20, True)


def test_nothing_is_granted_where_nothing_is_to_be_given():
    assert tariff().grants(ANA, NOW) == ()


def test_limits_start_afresh_at_midnight_utc_and_on_the_first():
    assert day_end(NOW) == datetime(2027, 1, 1, tzinfo=UTC)
    assert month_end(NOW) == datetime(2027, 1, 1, tzinfo=UTC)
    assert month_end(datetime(2026, 2, 1, tzinfo=UTC)) == datetime(2026, 3, 1, tzinfo=UTC)


def test_every_limit_that_is_on_becomes_a_counter_of_its_period():
    limits = LimitSet(member_daily=50, server_daily=200, server_monthly=1000, member_running=2, per_video=30)

    rows = caps(limits, SERVER, ANA, 28, NOW)

    assert [(cap.limit, cap.amount, cap.most) for cap in rows] == [
        ("per_video", 28, 30),
        ("member_running", 1, 2),
        ("member_daily", 28, 50),
        ("server_daily", 28, 200),
        ("server_monthly", 28, 1000),
    ]
    assert rows[2].counter == "member_daily:discord:1:web:ana:2026-12-31"
    assert rows[4].counter == "server_monthly:discord:1:2026-12"


def test_a_limit_that_is_off_counts_all_the_same_for_the_day_somebody_sets_it():
    rows = caps(LimitSet(member_running=None), SERVER, ANA, 28, NOW)

    assert [cap.limit for cap in rows] == ["member_running", "member_daily", "server_daily", "server_monthly"]
    assert {cap.most for cap in rows} == {NO_LIMIT}


def test_a_private_chat_has_no_counters_and_the_whole_bot_only_those_of_its_limits():
    assert caps(LimitSet(per_video=1), None, ANA, 28, NOW) == ()
    assert caps(LimitSet.at_first(EVERYWHERE), EVERYWHERE, ANA, 28, NOW) == ()
    (cap,) = caps(LimitSet(member_running=None, server_daily=9), EVERYWHERE, ANA, 28, NOW)
    assert (cap.counter, cap.most, cap.everywhere) == ("server_daily:bot:everywhere:2026-12-31", 9, True)


@pytest.mark.parametrize(
    ("members", "roles", "most"),
    [
        ({}, {}, 50),
        ({}, {"low": 60, "high": 70}, 70),
        ({}, {"low": 60}, 60),
        ({}, {"other": 60}, 50),
        ({"ana": 5}, {"high": 70}, 5),
        ({"ben": 5}, {}, 50),
        ({"ana": None}, {"high": 70}, None),
    ],
)
def test_a_members_own_limit_goes_before_that_of_the_highest_role_and_both_before_everybodys(members, roles, most):
    limits = LimitSet(member_daily=50, members=members, roles=roles)

    assert member_daily(limits, SERVER, ANA, ("high", "low")) == most


def test_in_the_whole_bot_a_person_is_named_with_their_platform():
    limits = LimitSet(member_daily=50, members={"ana": 1, "web:ana": 2})

    assert member_daily(limits, EVERYWHERE, ANA, ()) == 2
