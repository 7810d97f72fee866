"""The log in the console: who decided what by hand, and when."""

from urllib.parse import urlencode

from aiohttp import web

from bot.web.admin.forms import read_mark, write_mark
from bot.web.admin.frame import ON_A_PAGE, Frame
from bot.web.admin.room import Room


class Log:
    """The page of deeds."""

    def __init__(self, *, room: Room, frame: Frame) -> None:
        self._room = room
        self._frame = frame

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/admin/log", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        mark = read_mark(request.query.get("after"))
        found = await self._room.books.deeds(mark.at if mark else None, ON_A_PAGE)
        more = urlencode({"after": write_mark(found[-1].at, "log")}) if len(found) >= ON_A_PAGE else None
        return await self._frame.draw(request, "log", deeds=found, next=more and f"/admin/log?{more}")
