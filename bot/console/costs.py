"""`reelbot providers --costs`: what clips should have cost by their list prices, and what providers say they did."""

from bot.console.opening import open_providers
from bot.console.printing import print_json, print_table
from bot.core.costs import Cost, costs, dollars
from bot.ground import open_books
from bot.settings import Settings


async def show_costs(settings: Settings, *, as_json: bool) -> None:
    """Show what was bought, offer by offer and format by format."""
    async with open_books(settings) as books, open_providers(settings) as providers:
        bills, own = await books.store.bills(), await books.store.list_prices()
        found = costs(bills, [offer for provider in providers for offer in provider.offers], own)
    if as_json:
        print_json(found)
        return
    columns = ("offer", "length", "size", "from", "clips", "list USD", "reported USD", "drift")
    rows = [
        (
            cost.offer, f"{cost.seconds} s", cost.resolution, cost.source, cost.clips,
            "not offered" if cost.list_usd is None else dollars(cost.list_usd), _reported(cost), _drift(cost),
        )
        for cost in found
    ]  # fmt: skip
    print_table(columns, rows, empty="Nothing has been bought yet.", wrap=("offer", "from", "reported USD"))


def _reported(cost: Cost) -> str:
    if cost.reported_usd is None:
        return "not reported"
    for_how_many = "" if cost.billed == cost.clips else f" for {cost.billed}"
    return f"{dollars(cost.reported_usd)}{for_how_many}"


def _drift(cost: Cost) -> str:
    return "" if cost.drift_percent is None else f"{cost.drift_percent:+} %"
