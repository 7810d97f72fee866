"""The console put together: every page of `/admin`, over one room."""

from aiohttp import web

from bot.core.signing import Signer
from bot.web.admin.blocks import BlockLists
from bot.web.admin.forms import Forms
from bot.web.admin.frame import Frame, files
from bot.web.admin.jobs import Jobs
from bot.web.admin.log import Log
from bot.web.admin.overview import Overview
from bot.web.admin.people import People
from bot.web.admin.providers import Providers
from bot.web.admin.room import Room
from bot.web.admin.usage import UsagePictures


class Console:
    """Answers everything below `/admin`; the log-in stands before it.

    Args:
        room: What the pages show, and who acts on them.
        signer: Signs forms and remarks.
    """

    def __init__(self, *, room: Room, signer: Signer) -> None:
        frame = Frame(forms=Forms(signer=signer, clock=room.clock))
        pictures = UsagePictures(room=room)
        self._parts = (
            Overview(room=room, frame=frame, pictures=pictures),
            Jobs(room=room, frame=frame),
            People(room=room, frame=frame, pictures=pictures),
            BlockLists(room=room, frame=frame),
            Providers(room=room, frame=frame),
            Log(room=room, frame=frame),
            pictures,
        )

    def routes(self) -> list[web.RouteDef]:
        return [*files(), *(route for part in self._parts for route in part.routes())]
