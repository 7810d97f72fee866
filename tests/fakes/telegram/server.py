"""A Bot API on loopback that behaves like the real one, can be told to misbehave, and remembers everything.

```python
telegram = FakeTelegram()
ana = telegram.person("Ana")
async with telegram.serve():
    bot = Bot(TOKEN, base_url=telegram.base_url, base_file_url=telegram.base_file_url)
    ana.send_photo("a cat smiling")
    post = await telegram.until(lambda: ana.seen()[1:])
```

Every request, answer and update is held against the public description of the API, where it is there; when `serve`
ends, `complaints` must be empty.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes.door import Door, Housed
from tests.fakes.telegram import answering, editing, sending
from tests.fakes.telegram.calls import Call, read_call
from tests.fakes.telegram.faults import BAD_GATEWAY, Fault, How
from tests.fakes.telegram.people import People
from tests.fakes.telegram.refusals import Refusal, too_many
from tests.fakes.telegram.spec import find_spec
from tests.fakes.telegram.world import BOT_ID, TelegramWorld

TOKEN = f"{BOT_ID}:AAHloopback_0123456789-abcdefghijklm"
FILES = "file"
"""The name under which faults of downloads are queued."""
_ROOM_FOR_WORDS = 1_000_000
"""Bytes that a request may have beside its file."""


def _methods() -> dict[str, Callable[[TelegramWorld, Call], Any]]:
    """Every public function of the three modules, by the name of its method in lower case."""
    return {
        name.replace("_", ""): function
        for module in (answering, editing, sending)
        for name, function in vars(module).items()
        if callable(function) and name.partition("_")[0] in {"get", "set", "send", "edit", "delete", "answer"}
    }


class FakeTelegram(TelegramWorld, People, Housed):
    """The server. Its state is `TelegramWorld`'s; the persons and groups in it are made by `People`'s verbs."""

    def __init__(self, *, token: str = TOKEN, local_folder: Path | None = None):
        super().__init__(find_spec())
        self.token = token
        self.local_folder = local_folder
        self.address = ""
        self.calls: list[Call] = []
        """Every request that was read whole, in the order of arrival."""
        self.downloads: list[str] = []
        """Paths of the files that were fetched."""
        self.per_minute: int | None = None
        """How many calls a group bears in a minute, edits and actions included; the real one bears about 20."""
        self._methods = _methods()
        self.outage: Fault | None = None
        """What every call meets that no fault of its own waits for."""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._let_go = asyncio.Event()
        self._silence = asyncio.Event()

    # ------------------------------------------------------------------------------------------- for tests

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it: the token is put right behind."""
        return f"{self.address}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.address}/file/bot"

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of *method* go wrong, one each; `*` is any method but getUpdates, `file` a download."""
        self._faults[method.lower()].extend(faults)

    def heal(self) -> None:
        """Forget every fault that has not happened yet."""
        self._faults.clear()
        self.outage = None

    def let_go(self) -> None:
        """Give the answers that are being held back."""
        self._let_go.set()
        self._let_go = asyncio.Event()

    def end_silence(self) -> None:
        """Whoever waits for an answer that never comes loses the connection."""
        self._silence.set()
        self._silence = asyncio.Event()

    def called(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Every call of *method*, of one chat if named."""
        wanted = method.lower()
        return [call for call in self.calls if call.method == wanted and chat_id in {None, call.chat_id}]

    def publish_scheduled(self) -> None:
        """The videos that were being encoded anew appear."""
        for chat in self.chats.values():
            for post in chat.posts:
                post.scheduled = False
        self.changed()

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncGenerator[str]:
        """Listen until the block ends; gives the address. The state outlives it: serving again is a server restarted.

        Raises:
            AssertionError: There are complaints.
        """
        app = web.Application(client_max_size=2**32)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.cleanup_ctx.append(self._pushing)
        self._door = Door(app)
        self.address = await self._door.open(port)
        try:
            yield self.address
        finally:
            self.end_silence()
            await self._door.remove()
        assert not self.complaints, "\n".join(self.complaints)

    async def _pushing(self, _app: web.Application) -> AsyncGenerator[None]:
        async with asyncio.TaskGroup() as group:
            pushing = group.create_task(self.updates.push())
            yield
            pushing.cancel()

    # ------------------------------------------------------------------------------------------- answering

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._wrong_token(request):
            return _refused(refusal)
        if (request.content_length or 0) > self.most_upload + _ROOM_FOR_WORDS:
            return _refused(Refusal(413, "Request Entity Too Large"))
        call = await read_call(request, asyncio.get_running_loop().time())
        self.calls.append(call)
        if self.spec is not None:
            self.complaints += self.spec.wrong_request(call)
        fault = self._next_fault(call.method)
        self.changed()
        if fault is None:
            return await self._carry_out(call)
        response = await self._with_marks(call, fault) if fault.done else web.Response(status=500)
        return await self._spoil(request, fault, response)

    def _wrong_token(self, request: web.Request) -> Refusal | None:
        token = request.match_info["token"]
        if token == self.token:
            return None
        return Refusal(401, "Unauthorized") if token.partition(":")[0].isdigit() else Refusal(404, "Not Found")

    def _next_fault(self, method: str) -> Fault | None:
        for name in (method, "*"):
            if self._faults[name] and not (name == "*" and method == "getupdates"):
                return self._faults[name].popleft()
        return self.outage

    async def _carry_out(self, call: Call) -> web.Response:
        method = self._methods.get(call.method)
        if method is None:
            return _refused(Refusal(404, "Not Found: method not found"))
        try:
            self._check_size(call)
            self._check_flood(call)
            result = method(self, call)
            if asyncio.iscoroutine(result):
                result = await result
        except Refusal as refusal:
            return _refused(refusal)
        if self.spec is not None:
            self.complaints += self.spec.wrong_answer(call.method, result)
        return web.json_response({"ok": True, "result": result})

    def _check_size(self, call: Call) -> None:
        if any(len(upload.content) > self.most_upload for upload in call.uploads.values()):
            raise Refusal(413, "Request Entity Too Large")

    def _check_flood(self, call: Call) -> None:
        chat = call.chat_id or 0
        if self.per_minute is None or chat >= 0 or not call.posts:
            return
        since = call.at - 60
        recent = [other for other in self.calls if other.posts and other.chat_id == chat and other.at >= since]
        if len(recent) > self.per_minute:
            raise too_many(max(1, round(recent[-self.per_minute - 1].at - since)))

    async def _with_marks(self, call: Call, fault: Fault) -> web.Response:
        self.next_without_id, self.next_as_animation = fault.how is How.NO_ID, fault.how is How.ANIMATION
        try:
            return await self._carry_out(call)
        finally:
            self.next_without_id = self.next_as_animation = False

    async def _spoil(self, request: web.Request, fault: Fault, response: web.Response) -> web.StreamResponse:
        match fault.how:
            case How.REFUSE if fault.refusal is not None:
                return _refused(fault.refusal)
            case How.PAGE:
                return web.Response(status=fault.status, text=BAD_GATEWAY, content_type="text/html")
            case How.CUT:
                if request.transport is not None:
                    request.transport.abort()
            case How.SILENCE:
                await self._silence.wait()
                if request.transport is not None:
                    request.transport.abort()
            case How.LATE:
                await self._let_go.wait()
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._wrong_token(request):
            return _refused(refusal)
        path = request.match_info["path"]
        self.downloads.append(path)
        fault = self._next_fault(FILES)
        file = self.files.by_path(path)
        if fault is not None:
            return await self._spoil(request, fault, web.Response(status=500))
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")


def _refused(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.status)
