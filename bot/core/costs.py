"""What clips should have cost by their list prices, and what providers say they did cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.core.model import Bill, ListPrice
from providers.contract import Mode, Offer

FROM = {Mode.TEXT: "text", Mode.IMAGE: "picture", Mode.FIRST_LAST: "two pictures"}
"""What a clip is made from, in words."""
MOST_USD = 10_000
"""No clip costs more than that."""
FINEST = Decimal("0.000001")
_MODES = (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST)
"""By the number of pictures."""
_Prices = Mapping[tuple[str, str, int, Mode], Decimal]


@dataclass(frozen=True, slots=True)
class Cost:
    """What all clips of one kind cost, in US dollars."""

    offer: str
    resolution: str
    seconds: int
    source: str
    """What they were made from."""
    clips: int
    billed: int
    """Of how many of them the provider said what it bills."""
    list_usd: Decimal | None
    """All clips at today's list price; None where nobody offers them any more."""
    reported_usd: Decimal | None
    """What the provider said; None if it never did."""
    drift_percent: Decimal | None
    """How far the reported cost is above (or below) the list price of the same clips."""


def costs(bills: Sequence[Bill], offers: Sequence[Offer], own: Sequence[ListPrice]) -> list[Cost]:
    """What every kind of clip cost, beside its list price of today.

    Args:
        bills: What was bought.
        offers: At the prices that their providers list.
        own: The prices that the operator has set instead.
    """
    prices = _prices(offers, own)
    return [_cost(bill, prices) for bill in bills]


def read_usd(text: str) -> Decimal:
    """A list price as somebody typed it.

    Raises:
        ValueError: It is no price in US dollars.
    """
    try:
        usd = Decimal(text)
    except InvalidOperation:
        usd = Decimal("NaN")
    if not (usd.is_finite() and 0 <= usd <= MOST_USD and usd == usd.quantize(FINEST)):
        raise ValueError(text)
    return Decimal(f"{abs(usd):f}")


def dollars(usd: Decimal) -> str:
    """At least cents, and all of it where it is finer."""
    return f"{usd.normalize():f}" if usd * 100 % 1 else f"{usd:.2f}"


def _prices(offers: Sequence[Offer], own: Sequence[ListPrice]) -> _Prices:
    """List prices as they are today."""
    own_usd = {(price.offer, price.resolution, price.seconds): price.usd for price in own}
    return {
        (offer.key, shape.resolution, shape.seconds, shape.mode): own_usd.get(
            (offer.key, shape.resolution, shape.seconds), shape.price_usd
        )
        for offer in offers
        for shape in offer.formats
    }


def _cost(bill: Bill, prices: _Prices) -> Cost:
    mode = _MODES[bill.frames]
    price = prices.get((bill.offer, bill.resolution, bill.seconds, mode))
    reported = Decimal(bill.cost_micros) / 1_000_000 if bill.billed else None
    drift = None
    if reported is not None and price:
        drift = ((reported / (price * bill.billed) - 1) * 100).quantize(Decimal("0.1"))
    return Cost(
        offer=bill.offer,
        resolution=bill.resolution,
        seconds=bill.seconds,
        source=FROM[mode],
        clips=bill.clips,
        billed=bill.billed,
        list_usd=None if price is None else price * bill.clips,
        reported_usd=reported,
        drift_percent=drift,
    )
