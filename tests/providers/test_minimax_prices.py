"""MiniMax's list prices are said once, whoever takes them over."""

from decimal import Decimal

import pytest

from providers import aimlapi, minimax, openai_hk, relay, replicate, vtrix
from providers.contract import Format, Mode
from providers.minimax_prices import H3, H3_MAX, HAILUO, Size, cells


def test_a_size_is_sold_in_every_mode_at_its_price():
    sizes = (Size("768P", 6, Decimal("0.28")), Size("1080P", 6, Decimal("0.49")))
    assert cells(sizes, Mode.TEXT, Mode.IMAGE) == (
        Format(Mode.TEXT, "768P", 6, Decimal("0.28")),
        Format(Mode.TEXT, "1080P", 6, Decimal("0.49")),
        Format(Mode.IMAGE, "768P", 6, Decimal("0.28")),
        Format(Mode.IMAGE, "1080P", 6, Decimal("0.49")),
    )


def test_a_markup_is_taken_on_every_price():
    assert {cell.price_usd for cell in cells(HAILUO, Mode.TEXT, times=Decimal(2))} == {
        Decimal("0.56"),
        Decimal("1.12"),
        Decimal("0.98"),
    }


@pytest.mark.parametrize(
    ("tariff", "size", "lengths", "usd"),
    [(H3, "2K", 12, "0.78"), (H3, "768P", 12, "0.48"), (H3_MAX, "480P", 11, "0.30")],
)
def test_a_tariff_by_the_second_sells_six_seconds_first(tariff, size, lengths, usd):
    sizes = tariff.sizes(size)
    assert (sizes[0], len(sizes)) == (Size(size, 6, Decimal(usd)), lengths)
    assert {one.price_usd / one.seconds for one in sizes} == {tariff.second[size]}


def test_resellers_without_prices_of_their_own_cost_what_minimax_costs():
    listed = {
        (offer.model, shape.resolution, shape.seconds): shape.price_usd
        for offer in minimax.OFFERS
        for shape in offer.formats
    }
    for offer in (*openai_hk.OFFERS, *vtrix.OFFERS, *relay.OFFERS, *replicate.OFFERS, *aimlapi.OFFERS):
        markup = aimlapi.MARKUP if offer.provider == aimlapi.NAME else 1
        for shape in offer.formats:
            known = listed.get((offer.model, shape.resolution, shape.seconds))
            assert known is None or shape.price_usd == known * markup
