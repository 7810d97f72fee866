"""Usage in the console: the same figures as in the chats, as a picture and as a table."""

import zlib
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.core.charts import Look, NotDrawn
from bot.core.statistics import Scope, Usage
from bot.core.usage import usage_chart
from bot.web.admin.forms import Unfit, community_of, user_of
from bot.web.admin.frame import days_of, nothing_here
from bot.web.admin.room import Room
from bot.web.refusals import refuse

FRESH_FOR = timedelta(seconds=15)
"""Counting a hundred thousand jobs takes a tenth of a second: everybody who looks shares it for this long."""
REMEMBERED = 20
_LOOKS = {
    f"{'wide' if wide else 'narrow'}-{'dark' if dark else 'light'}": Look(dark=dark, wide=wide, picture="svg")
    for wide in (True, False)
    for dark in (True, False)
}


class UsagePictures:
    """Counts usage, and serves its picture."""

    def __init__(self, *, room: Room) -> None:
        self._room = room
        self._counted: OrderedDict[tuple[Scope, int], tuple[datetime, Usage]] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/admin/usage.svg", self._picture)]

    async def usage(self, scope: Scope, days: int) -> Usage:
        """What was made and spent, at most `FRESH_FOR` old."""
        now = self._room.clock.now()
        counted = self._counted.pop((scope, days), None)
        if counted is None or now - counted[0] > FRESH_FOR:
            counted = now, await self._room.books.usage(scope, days)
        self._counted[scope, days] = counted
        if len(self._counted) > REMEMBERED:
            self._counted.popitem(last=False)
        return counted[1]

    async def _picture(self, request: web.Request) -> web.Response:
        look = _LOOKS.get(request.query.get("look", ""))
        try:
            scope = _scope_in(request)
        except Unfit:
            look = None
        if look is None:
            return nothing_here(request)
        usage = await self.usage(scope, days_of(request))
        try:
            # The page says the title and the sum itself.
            chart = replace(usage_chart(usage, "en"), title="", subtitle="")
            picture = await self._room.charts.draw(chart, look)
        except NotDrawn:
            return refuse(request, 503, "refused_chart")
        headers = {"Cache-Control": "private, max-age=60"}
        return web.Response(body=picture, content_type="image/svg+xml", headers=headers)


def picture_address(usage: Usage) -> str:
    """Where the picture of *usage* is, another one for other figures; the look is still to be added."""
    owner = {"server": usage.scope.community, "person": usage.scope.user}
    asked = {name: str(who) for name, who in owner.items() if who is not None}
    version = zlib.crc32(repr(usage).encode())
    return f"/admin/usage.svg?{urlencode(asked | {'days': len(usage.days), 'v': version})}"


def _scope_in(request: web.Request) -> Scope:
    server, person = request.query.get("server"), request.query.get("person")
    return Scope(community_of(server) if server else None, user_of(person) if person else None)
