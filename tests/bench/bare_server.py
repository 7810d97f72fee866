"""The floor of an acknowledgement: reads the same form and answers as much: `python -m tests.bench.bare_server`."""

import asyncio

from aiohttp import web

from tests.bench.children import say, until_left_alone


async def answer(request: web.Request) -> web.Response:
    form = await request.post()
    entry = {"id": 1, "kind": "reply", "at": "2026-11-21T09:00:00+00:00", "key": form["key"], "text": form["text"]}
    return web.json_response({"entry": entry, "job": "a" * 10, "accepted": True, "compose": None, "paper": None})


async def main() -> None:
    app = web.Application()
    app.add_routes([web.post("/chat/messages", answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    say(f"serves http://127.0.0.1:{runner.addresses[0][1]}")
    await until_left_alone()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
