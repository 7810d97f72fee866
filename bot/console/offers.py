"""`reelbot providers`: who can make what, for how much."""

from bot.app import make_catalog, make_providers
from bot.console.printing import print_json, print_table
from bot.media.workshop import Workshop
from bot.settings import Settings
from providers.contract import Format, Mode

_FROM = {Mode.TEXT: "text", Mode.IMAGE: "picture", Mode.FIRST_LAST: "two pictures"}


def show_providers(settings: Settings, *, as_json: bool) -> None:
    """Show every offer of every provider that is turned on; formats that differ only in their source share a line."""
    catalog = make_catalog(settings, make_providers(settings, Workshop()))
    if as_json:
        print_json(catalog.offers)
        return
    lines: dict[tuple[object, ...], list[str]] = {}
    for offer in catalog.offers:
        for shape in offer.formats:
            price = catalog.tariff.price(shape.price_usd)
            line = (offer.provider, offer.model, f"{shape.seconds} s", shape.resolution, _dollars(shape), price)
            lines.setdefault(line, []).append(_FROM[shape.mode])
    rows = [(*line, ", ".join(sources)) for line, sources in lines.items()]
    columns = ("provider", "model", "length", "size", "USD", "credits", "from")
    print_table(columns, rows, empty="No provider is turned on: set a key, or PREVIEW=on.", wrap=("from",))


def _dollars(shape: Format) -> str:
    """At least cents, and all of it where it is finer."""
    return f"{shape.price_usd.normalize():f}" if shape.price_usd % 1 * 100 % 1 else f"{shape.price_usd:.2f}"
