"""`reelbot providers price`: the operator's own list prices, instead of those that the providers come with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.console.opening import open_providers
from bot.console.owners import actor
from bot.console.printing import Refusal, print_json, sentence
from bot.console.shapes import formats_in_words
from bot.core.costs import dollars, read_usd
from bot.core.model import ListPrice
from bot.ground import open_books
from bot.settings import Settings
from providers.contract import Offer
from storage.store import SqlStore


@dataclass(frozen=True, slots=True)
class Pricing:
    """The price of one clip, as the operator orders it."""

    offer: str
    """The offer's key, or `provider/model` where that names one offer alone."""
    resolution: str
    seconds: int
    usd: str
    """US dollars, or off."""


async def set_price(settings: Settings, wish: Pricing, *, as_json: bool) -> None:
    """Set a list price of the operator's own, or take it away again; a running bot goes by it at once.

    Raises:
        Refusal: There is no such clip, or this is no price.
    """
    usd = None if wish.usd == "off" else _dollars(wish.usd)
    async with open_providers(settings) as providers:
        offers = [offer for provider in providers for offer in provider.offers]
    # What cannot be meant is refused before a database is opened.
    clip = None if usd is None else replace(_clip(wish, offers), usd=usd)
    async with open_books(settings) as books:
        said = await (_drop(books.store, wish, offers) if clip is None else _set(books.store, clip))
        prices = await books.store.list_prices()
    if as_json:
        print_json(prices)
    else:
        sentence(said)


async def _set(store: SqlStore, price: ListPrice) -> str:
    await store.set_list_price(price, actor())
    return f"{_named(price)} is now listed at {dollars(price.usd)} USD."


async def _drop(store: SqlStore, wish: Pricing, offers: Sequence[Offer]) -> str:
    """A price that was set for what nobody offers any more can be taken away too."""
    set_before = [price for price in await store.list_prices() if _is_meant(price, wish)]
    clip = set_before[0] if set_before else _clip(wish, offers)
    if await store.drop_list_price(clip.offer, clip.resolution, clip.seconds, actor()):
        return f"{_named(clip)} is listed at the provider's own price again."
    return f"{_named(clip)} is listed at the provider's own price already."


def _is_meant(price: ListPrice, wish: Pricing) -> bool:
    return (price.offer, price.resolution, price.seconds) == (wish.offer, wish.resolution.upper(), wish.seconds)


def _clip(wish: Pricing, offers: Sequence[Offer]) -> ListPrice:
    """The clip that is meant, at the price that its provider lists.

    Raises:
        Refusal: Nobody makes it.
    """
    offer, resolution = _offer(wish.offer, offers), wish.resolution.upper()
    for shape in offer.formats:
        if (shape.resolution.upper(), shape.seconds) == (resolution, wish.seconds):
            return ListPrice(offer.key, shape.resolution, shape.seconds, shape.price_usd)
    there = formats_in_words(offer.formats)
    raise Refusal(f"{offer.key} makes no {wish.seconds} s {wish.resolution}. There is: {there}.")


def _offer(named: str, offers: Sequence[Offer]) -> Offer:
    exact = [offer for offer in offers if offer.key == named]
    found = exact or [offer for offer in offers if f"{offer.provider}/{offer.model}" == named]
    if len(found) == 1:
        return found[0]
    near = [offer for offer in offers if named.startswith(f"{offer.provider}/")]
    keys = ", ".join(offer.key for offer in found or near or offers) or "nothing"
    trouble = "names more than one offer" if found else "is no offer"
    raise Refusal(f"“{named}” {trouble}. There is: {keys}.")


def _dollars(text: str) -> Decimal:
    try:
        return read_usd(text)
    except ValueError:
        raise Refusal(f"“{text}” is neither off nor a price in US dollars, such as 0.28.") from None


def _named(clip: ListPrice) -> str:
    return f"{clip.offer}, {clip.seconds} s {clip.resolution},"
