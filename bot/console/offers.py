"""`reelbot providers`: how every provider is doing, and who can make what, for how much."""

from bot.console.healths import print_standings, standings
from bot.console.opening import open_providers
from bot.console.printing import print_json, print_table, sentence
from bot.console.proving import left_out
from bot.console.shapes import OWN, price_rows
from bot.core.catalog import Catalog
from bot.core.model import ListPrice
from bot.ground import open_books
from bot.settings import Settings
from bot.stocking import make_catalog


async def show_providers(settings: Settings, *, as_json: bool) -> None:
    """Show every provider that is turned on with its health, and all its offers at the prices that hold now."""
    async with open_books(settings) as books, open_providers(settings) as providers:
        prices = await books.store.list_prices()
        found = standings(providers, await books.store.healths(), books.clock.now())
        catalog = make_catalog(settings, providers).repriced(prices)
        missing = left_out(settings, providers)
    if as_json:
        offers = {"offers": catalog.offers, "left_out": [offer.key for offer in missing]}
        print_json({"providers": found, **offers, "list_prices": prices})
        return
    if not found:
        sentence("No provider is turned on: set a key, or PREVIEW=on.")
        return
    print_standings(found)
    sentence("")
    _print_prices(catalog, prices)
    if missing:
        sentence(f"Left out for want of PUBLIC_URL: {', '.join(offer.key for offer in missing)}.")


def _print_prices(catalog: Catalog, prices: tuple[ListPrice, ...]) -> None:
    columns = ("provider", "model", "length", "size", "USD", "credits", "from")
    rows = price_rows(catalog, prices)
    print_table(columns, rows, empty="Nothing can be made.", wrap=("from",))
    if any(str(row[columns.index("USD")]).endswith(OWN) for row in rows):
        sentence(f"{OWN.strip()} your own list price, set by `reelbot providers price`.")
