"""`reelbot providers --costs`: what clips should have cost by their list prices, and what providers say they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.app import open_books
from bot.console.opening import open_providers
from bot.console.printing import print_json, print_table
from bot.console.shapes import FROM, dollars
from bot.core.model import Bill, ListPrice
from bot.settings import Settings
from providers.contract import Mode, Offer

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


async def show_costs(settings: Settings, *, as_json: bool) -> None:
    """Show what was bought, offer by offer and format by format."""
    async with open_books(settings) as books, open_providers(settings) as providers:
        bills, own = await books.store.bills(), await books.store.list_prices()
        prices = _prices([offer for provider in providers for offer in provider.offers], own)
    costs = [_cost(bill, prices) for bill in bills]
    if as_json:
        print_json(costs)
        return
    columns = ("offer", "length", "size", "from", "clips", "list USD", "reported USD", "drift")
    rows = [
        (
            cost.offer, f"{cost.seconds} s", cost.resolution, cost.source, cost.clips,
            "not offered" if cost.list_usd is None else dollars(cost.list_usd), _reported(cost), _drift(cost),
        )
        for cost in costs
    ]  # fmt: skip
    print_table(columns, rows, empty="Nothing has been bought yet.", wrap=("offer", "from", "reported USD"))


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


def _reported(cost: Cost) -> str:
    if cost.reported_usd is None:
        return "not reported"
    for_how_many = "" if cost.billed == cost.clips else f" for {cost.billed}"
    return f"{dollars(cost.reported_usd)}{for_how_many}"


def _drift(cost: Cost) -> str:
    return "" if cost.drift_percent is None else f"{cost.drift_percent:+} %"
