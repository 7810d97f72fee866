"""A website that is no API at all, whatever is asked of it."""

from contextlib import asynccontextmanager
from enum import Enum

from aiohttp import web

from tests.fakes.apis.server import HTML
from tests.fakes.serving import serving


class Nonsense(Enum):
    """What it answers to everything: a status, and a body."""

    PAGE = 200, HTML
    EMPTY = 200, "{}"
    LIST = 200, "[]"
    MISSING_PAGE = 404, HTML
    WRONG_METHOD = 405, HTML
    BROKEN = 500, HTML
    BUSY = 429, HTML
    MOVED = 301, ""


@asynccontextmanager
async def website(nonsense: Nonsense):
    """Its address, for as long as the block runs."""
    status, body = nonsense.value

    async def answer(request):
        headers = {"Location": "/elsewhere"} if status == 301 else {}
        kind = "application/json" if body[:1] in "{[" and body else "text/html"
        return web.Response(status=status, text=body, content_type=kind, headers=headers)

    async with serving(web.route("*", "/{path:.*}", answer)) as url:
        yield url
