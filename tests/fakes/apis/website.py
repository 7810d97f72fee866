"""A website that is no API at all, whatever is asked of it."""

from contextlib import asynccontextmanager
from enum import Enum

from aiohttp import web

from tests.fakes.apis.server import HTML


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

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
