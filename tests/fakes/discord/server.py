"""The loopback Discord as one thing to open in a test: REST, gateway, file store, people, and what goes wrong."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord.application_api import ApplicationApi
from tests.fakes.discord.bodies import Body, read_body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.channels_api import ChannelsApi
from tests.fakes.discord.file_store import FileStore
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions_api import InteractionsApi
from tests.fakes.discord.messages import Message
from tests.fakes.discord.people import Person
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.trouble import PAGE, Trouble, Troubles
from tests.fakes.discord.world import Guild, World
from tests.fakes.door import Door, Housed

TOKEN = "MTA1.loopback.0123456789"
BASE = "/api/v10"
WITHOUT_TOKEN = {call for call in Call if "_token}" in call.value} | {Call.DOWNLOAD, Call.GATEWAY}
Check = Callable[[Call, Body], list[str]]


@dataclass
class Exchange:
    """One request that arrived, and how it ended."""

    call: Call
    path: str
    query: dict[str, str]
    body: Body = field(default_factory=Body)
    status: int | None = None
    """None: the connection was cut, or nobody has answered yet."""
    code: int = 0
    took_effect: bool = False
    answer: Any = None


class FakeDiscord(Housed):
    """Use `async with FakeDiscord().serve() as discord`; *check* looks at every request and returns complaints."""

    def __init__(self, *, token: str = TOKEN, clock: Callable[[], float] = time.time, check: Check | None = None):
        self.token = token
        self.world = World(clock=clock)
        self.gateway = Gateway(self.world)
        self.interactions = InteractionsApi(self.world)
        self.channels = ChannelsApi(self.world)
        self.application = ApplicationApi(self.world)
        self.files = FileStore(self.world)
        self.troubles = Troubles()
        self.exchanges: list[Exchange] = []
        """Every request that arrived, oldest first."""
        self.wrong_requests: list[str] = []
        """What a strict reader of the API's description would complain about; a test looks here."""
        self.watch: Callable[[Exchange], None] = lambda _exchange: None
        """Called when a request arrives, and again when its effect is there but not yet its answer."""
        self.origin = ""
        self._check = check
        self._calls = {
            **self.interactions.calls(), **self.channels.calls(), **self.application.calls(), **self.files.calls(),
        }  # fmt: skip

    # ------------------------------------------------------------------------------------------- where it is

    @property
    def api_base(self) -> str:
        return f"{self.origin}{BASE}"

    @property
    def gateway_url(self) -> str:
        return f"{self.origin.replace('http', 'ws')}/"

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["FakeDiscord"]:
        app = web.Application(client_max_size=2**30)
        app.router.add_get("/", self.gateway.connect)
        app.router.add_get("/{kind:attachments|ephemeral-attachments}/{channel_id}/{file_id}/{name}", self._answer)
        for call in [call for call in Call if call is not Call.DOWNLOAD]:
            app.router.add_route(call.verb, BASE + call.path, self._answer)
        app.router.add_route("*", "/{anything:.*}", self._unknown)
        self._door = Door(app, handler_cancellation=True)
        self.rename(await self._door.open())
        self.gateway.token = self.token
        try:
            yield self
        finally:
            self.gateway.drop()
            await self._door.remove()

    def rename(self, origin: str) -> None:
        """Give *origin* as the address from now on, wherever one is given."""
        self.origin = self.files.origin = origin
        self.gateway.url = self.application.gateway_url = self.gateway_url

    # ------------------------------------------------------------------------------------------- who and what is there

    def guild(self, name: str = "cats", **fields) -> Guild:
        """A server; the bot is in it unless `installed=False`."""
        return self.world.guild(name, **fields)

    def person(self, name: str, *guilds: Guild, **fields) -> Person:
        """Somebody, who is in these servers."""
        user = self.world.user(name, **fields)
        for guild in guilds:
            guild.join(user)
        return Person(user=user, world=self.world, api=self.interactions, app=self.application, gateway=self.gateway)

    def revoke_token(self) -> None:
        """Somebody resets the bot's token in the portal."""
        self.token = self.gateway.token = "revoked"
        self.gateway.drop(code=4004)

    def ask_for_shards(self, count: int) -> None:
        """From now on a bot must open so many connections."""
        self.application.shards = self.gateway.shards = count

    # ------------------------------------------------------------------------------------------- what a test looks at

    def exchanges_of(self, *calls: Call) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.call in calls]

    def posts(self) -> list[Message]:
        """Everything that the bot ever posted for everybody to see, in all channels, deleted messages included."""
        return [post for channel in self.world.channels.values() for post in channel.posts]

    async def eventually(self, condition: Callable[[], Any], *, seconds: float = 10.0) -> Any:
        """Wait until *condition* gives something true, and return it."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):  # noqa: ASYNC110 any condition may be asked for
                await asyncio.sleep(0.01)
            return found

    async def eventually_ask(self, question: Callable[[], Awaitable[Any]], *, seconds: float = 10.0) -> Any:
        """The same for a *question* that has to be awaited."""
        async with asyncio.timeout(seconds):
            while not (found := await question()):  # noqa: ASYNC110 as above
                await asyncio.sleep(0.01)
            return found

    async def online(self, *, sessions: int = 1) -> None:
        """Wait until a bot listens."""
        await self.eventually(lambda: len(self.gateway.listeners) >= sessions)

    # ------------------------------------------------------------------------------------------- one request

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.wrong_requests.append(f"no such call: {request.method} {request.path}")
        return _json(404, {"message": "404: Not Found", "code": 0})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = _call(request)
        exchange = Exchange(call, request.path.removeprefix(BASE), dict(request.query))
        self.exchanges.append(exchange)
        self.watch(exchange)
        trouble = self.troubles.take(call, uploads=request.content_type.startswith("multipart/"))
        if trouble is not None:
            return await self._go_wrong(request, exchange, trouble)
        return await self._do(request, exchange)

    async def _go_wrong(self, request: web.Request, exchange: Exchange, trouble: Trouble) -> web.StreamResponse:
        if trouble.read_only is not None:
            await request.content.read(trouble.read_only)
            return _cut(request)
        done = await self._do(request, exchange) if trouble.took_effect else None
        await asyncio.sleep(trouble.late_seconds)
        if trouble.refusal is None and not trouble.cut:
            return done or await self._do(request, exchange)
        exchange.status = None
        if trouble.cut or trouble.refusal is None:
            return _cut(request)
        await request.read()
        exchange.status, exchange.code = trouble.refusal.status, trouble.refusal.code
        return _refusal(trouble.refusal, dict(trouble.headers), page=trouble.page)

    async def _do(self, request: web.Request, exchange: Exchange) -> web.StreamResponse:
        try:
            exchange.body = await read_body(request)
            self._look_at(exchange)
            if exchange.call not in WITHOUT_TOKEN and request.headers.get("Authorization") != f"Bot {self.token}":
                raise Refusal.of(0)
            answer = self._calls[exchange.call](request, exchange.body)
        except Refusal as refusal:
            exchange.status, exchange.code = refusal.status, refusal.code
            return _refusal(refusal, {}, page=False)
        except (KeyError, ValueError, TypeError) as wrong:
            self.wrong_requests.append(f"{exchange.call}: {wrong!r} while reading it")
            exchange.status = 400
            return _refusal(Refusal.of(50035), {}, page=False)
        exchange.took_effect, exchange.answer = True, answer
        response = answer if isinstance(answer, web.Response) else _json(200 if answer is not None else 204, answer)
        exchange.status = response.status
        self.watch(exchange)
        return response

    def _look_at(self, exchange: Exchange) -> None:
        if self._check is not None and exchange.call is not Call.DOWNLOAD:
            self.wrong_requests += [f"{exchange.call}: {words}" for words in self._check(exchange.call, exchange.body)]


def _call(request: web.Request) -> Call:
    resource = request.match_info.route.resource
    assert resource is not None
    return Call(f"{request.method} {resource.canonical.removeprefix(BASE)}")


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """The content type is said without a charset, as Discord does; the library reads no other as JSON."""
    free = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999", "X-RateLimit-Reset-After": "1.0"}
    if status == 204:
        return web.Response(status=204, headers=free)
    type_line = {"Content-Type": "application/json"}
    return web.Response(status=status, body=json.dumps(body).encode(), headers=free | type_line | (headers or {}))


def _refusal(refusal: Refusal, headers: dict[str, str], *, page: bool) -> web.Response:
    if page:
        return web.Response(status=refusal.status, text=PAGE, content_type="text/html", headers=headers)
    return _json(refusal.status, refusal.to_body(), headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
