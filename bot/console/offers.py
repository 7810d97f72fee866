"""`reelbot providers`: who can make what, for how much."""

from bot.app import make_catalog, make_providers
from bot.console.printing import print_json, print_table
from bot.media.workshop import Workshop
from bot.settings import Settings


def show_providers(settings: Settings, *, as_json: bool) -> None:
    """Show every offer of every provider that is turned on."""
    catalog = make_catalog(settings, make_providers(settings, Workshop()))
    if as_json:
        print_json(catalog.offers)
        return
    rows = [
        (
            offer.provider,
            offer.model,
            shape.mode,
            f"{shape.seconds} s",
            shape.resolution,
            shape.price_usd,
            catalog.tariff.price(shape.price_usd),
        )
        for offer in catalog.offers
        for shape in offer.formats
    ]
    columns = ("provider", "model", "from", "length", "resolution", "USD", "credits")
    print_table(columns, rows, empty="No provider is turned on: set a key, or PREVIEW=on.")
