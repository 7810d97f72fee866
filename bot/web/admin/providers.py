"""Providers in the console: how they are doing, pausing them, list prices, and costs against bills."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from aiohttp import web

from bot.core.costs import FROM, costs, dollars, read_usd
from bot.core.credits import Tariff
from bot.core.model import ListPrice
from bot.web.admin.forms import Unfit, reason_in
from bot.web.admin.frame import Frame
from bot.web.admin.overview import standings
from bot.web.admin.room import ACTOR, Room
from providers.contract import Offer

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Price:
    """What one clip costs, whatever it is made from."""

    resolution: str
    seconds: int
    sources: str
    usd: Decimal
    credits: int
    own: bool
    """The operator has set it."""

    @property
    def clip(self) -> str:
        """The clip as a form names it."""
        return f"{self.resolution}/{self.seconds}"


class Providers:
    """The pages about providers and their prices."""

    def __init__(self, *, room: Room, frame: Frame) -> None:
        self._room = room
        self._frame = frame

    def routes(self) -> list[web.RouteDef]:
        saying = self._frame.saying
        return [
            web.get("/admin/providers", self._show),
            web.get("/admin/costs", self._costs),
            web.post("/admin/providers/price", saying(_page, self._set_price)),
            web.post("/admin/providers/{name}/pause", saying(_page, self._pause)),
            web.post("/admin/providers/{name}/resume", saying(_page, self._resume)),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        room, now = self._room, self._room.clock.now()
        own = await room.books.list_prices()
        catalog = room.catalog.repriced(own)
        calls = await room.books.calls_since(now - A_DAY)
        names = [provider.name for provider in room.providers]
        set_by_us = frozenset((price.offer, price.resolution, price.seconds) for price in own)
        return await self._frame.draw(
            request,
            "providers",
            standings=standings(names, await room.books.healths(), calls, now),
            paces={provider.name: provider.pace for provider in room.providers},
            offers=[(offer, _prices(offer, set_by_us, catalog.tariff)) for offer in catalog.offers],
        )

    async def _costs(self, request: web.Request) -> web.Response:
        room = self._room
        offers = [offer for provider in room.providers for offer in provider.offers]
        found = costs(await room.books.bills(), offers, await room.books.list_prices())
        return await self._frame.draw(request, "costs", costs=found)

    async def _set_price(self, request: web.Request) -> str:
        form = await self._frame.forms.read(request)
        clip = self._clip(form.get("offer", ""), form.get("clip", ""))
        named = f"{clip.offer}, {clip.seconds} s {clip.resolution},"
        if form.get("act") == "drop":
            dropped = await self._room.books.drop_list_price(clip.offer, clip.resolution, clip.seconds, ACTOR)
            return f"{named} is listed at the provider's own price {'again' if dropped else 'already'}."
        try:
            usd = read_usd(form.get("usd", ""))
        except ValueError:
            raise Unfit(f"“{form.get('usd', '')}” is no price in US dollars, such as 0.28.") from None
        await self._room.books.set_list_price(ListPrice(clip.offer, clip.resolution, clip.seconds, usd), ACTOR)
        return f"{named} is now listed at {dollars(usd)} USD."

    def _clip(self, key: str, chosen: str) -> ListPrice:
        """The clip that a form names, at its provider's own price."""
        resolution, _, seconds = chosen.partition("/")
        for offer in self._room.catalog.offers:
            for shape in offer.formats:
                if (offer.key, shape.resolution, str(shape.seconds)) == (key, resolution, seconds):
                    return ListPrice(offer.key, shape.resolution, shape.seconds, shape.price_usd)
        raise Unfit("Nobody makes that clip any more: load the page again.")

    async def _pause(self, request: web.Request) -> str:
        name, reason = await self._named(request)
        done = await self._room.switch.pause(name, ACTOR, reason)
        return f"{name} is paused{'' if done else ' already'}: it is given nothing new."

    async def _resume(self, request: web.Request) -> str:
        name, reason = await self._named(request)
        done = await self._room.switch.resume(name, ACTOR, reason)
        return f"{name} is given new videos again." if done else f"{name} was not paused."

    async def _named(self, request: web.Request) -> tuple[str, str]:
        """The provider that a form is about, and why."""
        reason = reason_in(await self._frame.forms.read(request), needed=False)
        name = request.match_info["name"]
        if name not in {provider.name for provider in self._room.providers}:
            raise web.HTTPNotFound
        return name, reason


def _prices(offer: Offer, own: frozenset[tuple[str, str, int]], tariff: Tariff) -> list[Price]:
    """An offer's clips, those that differ in nothing but what they are made from together."""
    sources: dict[tuple[str, int, Decimal], list[str]] = {}
    for shape in offer.formats:
        sources.setdefault((shape.resolution, shape.seconds, shape.price_usd), []).append(FROM[shape.mode])
    return [
        Price(
            resolution=resolution,
            seconds=seconds,
            sources=", ".join(dict.fromkeys(found)),
            usd=usd,
            credits=tariff.price(usd),
            own=(offer.key, resolution, seconds) in own,
        )
        for (resolution, seconds, usd), found in sources.items()
    ]


def _page(_request: web.Request) -> str:
    return "/admin/providers"
