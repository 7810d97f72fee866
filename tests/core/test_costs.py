"""Costs beside list prices."""

from decimal import Decimal

import pytest

from bot.core.costs import Cost, costs, dollars, read_usd
from bot.core.model import Bill, ListPrice
from providers.contract import Format, Mode, Offer

OFFER = Offer("acme", "hailuo", "one", (Format(Mode.TEXT, "768P", 6, Decimal("0.28")),))


def bill(offer="acme/one", clips=2, billed=1, micros=300_000, frames=0):
    return Bill(offer, "768P", 6, frames, clips, billed, micros)


def test_a_bill_stands_beside_the_list_price_of_the_same_clips():
    assert costs([bill()], [OFFER], []) == [
        Cost("acme/one", "768P", 6, "text", 2, 1, Decimal("0.56"), Decimal("0.3"), Decimal("7.1"))
    ]


def test_the_operators_own_price_goes_before_the_providers():
    (cost,) = costs([bill()], [OFFER], [ListPrice("acme/one", "768P", 6, Decimal("0.30"))])
    assert (cost.list_usd, cost.drift_percent) == (Decimal("0.60"), Decimal("0.0"))


def test_a_provider_that_bills_nothing_has_no_drift():
    (cost,) = costs([bill(billed=0, micros=0)], [OFFER], [])
    assert (cost.reported_usd, cost.drift_percent) == (None, None)


def test_a_clip_that_nobody_offers_any_more_has_no_list_price():
    (cost,) = costs([bill("gone/old", frames=2)], [OFFER], [])
    assert (cost.list_usd, cost.drift_percent, cost.source) == (None, None, "two pictures")


@pytest.mark.parametrize(("typed", "usd"), [("0.28", "0.28"), ("-0", "0"), ("10000", "10000"), ("1e-6", "0.000001")])
def test_a_price_is_read_as_it_is_typed(typed, usd):
    assert read_usd(typed) == Decimal(usd)


@pytest.mark.parametrize("typed", ["", "free", "NaN", "Infinity", "-0.01", "10001", "0.0000001"])
def test_what_is_no_price_is_refused(typed):
    with pytest.raises(ValueError, match=f"^{typed}$"):
        read_usd(typed)


@pytest.mark.parametrize(("usd", "words"), [("0.3", "0.30"), ("0.305", "0.305"), ("2", "2.00")])
def test_dollars_have_cents_and_more_where_needed(usd, words):
    assert dollars(Decimal(usd)) == words
