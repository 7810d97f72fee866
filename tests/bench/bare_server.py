"""The floor of what the bot's server does: reads the same form and answers as much, or asks and fetches when called.

`python -m tests.bench.bare_server [address of the video API]`
"""

import asyncio
import sys
from collections.abc import Sequence

import aiohttp
from aiohttp import web

from tests.bench.children import say, until_left_alone
from tests.fakes.serving import serving


async def answer(request: web.Request) -> web.Response:
    form = await request.post()
    entry = {"id": 1, "kind": "reply", "at": "2026-11-21T09:00:00+00:00", "key": form["key"], "text": form["text"]}
    return web.json_response({"entry": entry, "job": "a" * 10, "accepted": True, "compose": None, "paper": None})


def called(session: aiohttp.ClientSession, api: str):
    async def fetch(request: web.Request) -> web.Response:
        await request.read()
        task = request.match_info["task"]
        async with session.get(f"{api}/poll/{task}") as progress:
            await progress.json()
        async with session.get(f"{api}/clip/{task}") as clip:
            await clip.read()
        return web.Response(status=204)

    return fetch


async def main(api: str) -> None:
    async with aiohttp.ClientSession() as session:
        await serve([web.post("/chat/messages", answer), web.post("/callbacks/{task}", called(session, api))])


async def serve(routes: Sequence[web.RouteDef]) -> None:
    async with serving(*routes) as url:
        say(f"serves {url}")
        await until_left_alone()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:] or ["nowhere"]))
