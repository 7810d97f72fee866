"""A video API on loopback that behaves like a real one, can be told to misbehave, and counts paid submits as money.

A fake of one API derives from `FakeApi`, serves its routes with the verbs below, and says how that API words things:
`accepted`, `progress`, `refusal`. Everything else (key, faults, tasks, clips, callbacks) is the same for all.
"""

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum, auto
from typing import Any

from aiohttp import web

from tests.fakes.door import Door, Housed

KEY = "sk-loopback-0123456789"
CLIP = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 64
"""Enough of an MP4 for its first bytes to be right."""
HTML = "<html><body><h1>Bad gateway</h1>cloud</body></html>"


class OnSubmit(Enum):
    """What happens to a submit. Those marked *paid* make a task and bill it, whatever they answer."""

    TAKE = auto()  # paid
    HANG_UP = auto()  # paid, and the connection is cut instead of an answer
    CUT_SHORT = auto()  # paid, and the connection is cut in the middle of the answer
    STAY_SILENT = auto()  # paid, and nothing is ever answered
    SAY_HTML = auto()  # paid, 200 with a page instead of JSON
    SAY_NO_ID = auto()  # paid, 200 with JSON that holds no id
    FAIL_500 = auto()  # paid, 500 with a page
    FAIL_502 = auto()  # paid, 502 with a page
    FAIL_503 = auto()  # paid, 503 with a page
    FAIL_504 = auto()  # paid, 504 with a page
    FAIL_524 = auto()  # paid, and the wall in front of the server has waited long enough
    FAIL_408 = auto()  # paid, and a server that lost its patience says so in a page, as does the next one
    FAIL_409 = auto()
    TROUBLE = auto()  # paid, and the API's own words for trouble behind its door
    UNPAID_CUT = auto()  # the connection is cut, and nothing was made
    UNPAID_500 = auto()  # this and the next seven as their twins above, but nothing was made
    UNPAID_502 = auto()
    UNPAID_503 = auto()
    UNPAID_504 = auto()
    UNPAID_524 = auto()
    UNPAID_408 = auto()
    UNPAID_409 = auto()
    UNPAID_TROUBLE = auto()
    MOVED_301 = auto()  # this and all with a number below: a page that is not the API's own, and nothing was made
    MOVED_308 = auto()
    WALLED_OFF_403 = auto()
    NOT_HERE_404 = auto()
    NOT_HERE_405 = auto()
    TOO_LARGE_413 = auto()
    STRANGE_415 = auto()
    EARLY_413 = auto()  # answered before the request was read, as the next one, and nothing was made
    EARLY_BUSY = auto()
    EARLY_CUT = auto()  # cut while the request is being sent
    BUSY = auto()  # too many requests, no word of how long
    BUSY_FOR_7 = auto()  # too many requests, with a Retry-After
    BAD_KEY = auto()
    NO_BALANCE = auto()
    BAD_CONTENT = auto()
    BAD_INPUT = auto()


class OnPoll(Enum):
    """What happens to a question about a task."""

    ANSWER = auto()
    FAIL_500 = auto()
    FAIL_502 = auto()
    FAIL_503 = auto()
    FAIL_504 = auto()
    FAIL_524 = auto()
    FAIL_301 = auto()
    FAIL_408 = auto()
    FAIL_410 = auto()
    FAIL_425 = auto()
    TROUBLE = auto()  # the API's own words for trouble behind its door
    SAY_HTML = auto()
    HANG_UP = auto()
    STAY_SILENT = auto()  # no answer until somebody ends the silence
    BUSY = auto()
    BUSY_FOR_7 = auto()
    BAD_KEY = auto()
    NO_BALANCE = auto()
    STRANGE_WORD = auto()  # a status that no document names
    VANISHED = auto()  # as if the task had never been
    DONE_WITHOUT_LINK = auto()


class OnFetch(Enum):
    """What lies behind a link to a clip."""

    CLIP = auto()
    FORBIDDEN = auto()
    NOT_THERE = auto()
    SPENT = auto()  # this link never works again, and a fresh one does
    EMPTY = auto()  # 200 with nothing
    PAGE = auto()  # 200 with HTML
    FAIL_503 = auto()
    CUT_SHORT = auto()
    SLOW = auto()  # the clip, in eight parts with pauses
    HUGE = auto()  # more than anybody takes
    REDIRECT = auto()  # to the clip
    REDIRECT_LOOP = auto()


class Phase(Enum):
    """How far a task is."""

    QUEUED = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    FAILED_CONTENT = auto()


@dataclass
class Task:
    """One paid order at the fake."""

    id: str
    body: Mapping[str, Any]
    callback_url: str | None = None
    polls: int = 0
    links: int = 0
    """How many links were given out: an old one can be made to expire."""
    phases: list[Phase] = field(default_factory=list)
    """What the next polls see, one each; the last one stays."""

    @property
    def phase(self) -> Phase:
        return self.phases[0]

    def step(self) -> Phase:
        """The phase that this poll sees."""
        self.polls += 1
        return self.phases.pop(0) if len(self.phases) > 1 else self.phases[0]


class FakeApi(Housed, ABC):
    """The part that all fakes share. Use `async with fake.serve() as base_url`."""

    paths_need_key = True

    def __init__(self) -> None:
        self.base_url = ""
        self.key = KEY
        self.clip = CLIP
        self.knocks = 0
        """Submits that arrived, paid or not."""
        self.tasks: dict[str, Task] = {}
        """Every paid task, by id, oldest first."""
        self.polled: Counter[str] = Counter()
        self.denied: set[str] = set()
        """Tasks of which it was said at any time that there is none."""
        self.on_submit: list[OnSubmit] = [OnSubmit.TAKE]
        """One word a submit; the last one stays. The same for the next two."""
        self.on_poll: list[OnPoll] = [OnPoll.ANSWER]
        self.on_fetch: list[OnFetch] = [OnFetch.CLIP]
        self.phases: list[Phase] = [Phase.QUEUED, Phase.RUNNING, Phase.DONE]
        """What a new task will go through, a phase a poll."""
        self.wrong_requests: list[str] = []
        """What a strict server would complain about; a test looks here."""
        self.links: set[str] = set()
        """Every link to a clip that was given out, by its last part."""
        self.expired_links: set[str] = set()
        self.choose: Callable[[Sequence[Any]], Any] = _first
        """Picks one of several ways in which the API may say the same."""
        self._numbers = itertools.count(1)
        self._silence = asyncio.Event()

    # ---------------------------------------------------------------------------------- what each API says its own way

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The API's paths; submits go to `self.submit`, questions to `self.poll` (both below) or verbs of their own."""

    @abstractmethod
    def new_id(self, number: int) -> str:
        """An id in the form that this API uses."""

    @abstractmethod
    def complaints(self, body: Mapping[str, Any]) -> list[str]:
        """What the documents forbid in this request; empty if it is right."""

    @abstractmethod
    def accepted(self, task: Task) -> web.Response:
        """The answer to a submit that was taken."""

    @abstractmethod
    def progress(self, task: Task, phase: Phase, link: str | None, word: str | None = None) -> web.Response:
        """The answer to a poll. *link* only when done; *word* in the place of the status word, if given."""

    @abstractmethod
    def refusal(self, why: OnSubmit) -> web.Response:
        """The answer to a submit that was not taken: BUSY, BAD_KEY, NO_BALANCE, BAD_CONTENT, BAD_INPUT."""

    @abstractmethod
    def no_such_task(self) -> web.Response:
        """The answer to a question about a task that does not exist."""

    def without_id(self) -> web.Response:
        """A 200 that holds no id."""
        return web.json_response({})

    def trouble(self) -> web.Response:
        """Something is broken behind the door, and the API says so itself."""
        return web.json_response({"error": {"message": "Internal server error"}}, status=self.choose((500, 503, 529)))

    def callback_in(self, body: Mapping[str, Any]) -> str | None:
        """Where this request wants to be called back."""
        return None

    def asked_id(self, request: web.Request) -> str:
        """The task id in a question."""
        return request.match_info.get("id") or request.query.get("task_id", "")

    async def read_body(self, request: web.Request) -> Mapping[str, Any]:
        return await request.json()

    # ---------------------------------------------------------------------------------- verbs for the routes

    async def submit(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        if not self._key_holds(request):
            await self.read_body(request)
            return self.refusal(OnSubmit.BAD_KEY)
        why = _next(self.on_submit)
        if why in _EARLY:
            return self._turned_away_early(request, why)
        body = await self.read_body(request)
        if why.name in _REFUSED or why in _NOT_THE_API:
            return self._refused(why)
        if why in _UNPAID:
            return await self._spoiled(request, _UNPAID[why])
        if complaints := self.complaints(body):
            self.wrong_requests += complaints
            return self.refusal(OnSubmit.BAD_INPUT)
        return await self._answer_to(request, self._take(body), why)

    def _turned_away_early(self, request: web.Request, why: OnSubmit) -> web.Response:
        """Whoever sends a picture has not sent all of it yet."""
        if why is OnSubmit.EARLY_CUT:
            return _cut(request)
        return self.refusal(OnSubmit.BUSY) if why is OnSubmit.EARLY_BUSY else _page(413, self.base_url)

    def _take(self, body: Mapping[str, Any]) -> Task:
        task = Task(self.new_id(next(self._numbers)), body, self.callback_in(body), phases=list(self.phases))
        self.tasks[task.id] = task
        return task

    async def _answer_to(self, request: web.Request, task: Task, why: OnSubmit) -> web.StreamResponse:
        return await self._spoiled(request, why) or self.accepted(task)

    async def _spoiled(self, request: web.Request, why: OnSubmit | OnPoll) -> web.StreamResponse | None:
        """What is answered instead; None if the true answer is, however late."""
        if why.name == "HANG_UP":
            return _cut(request)
        if why.name == "CUT_SHORT":
            return await _cut_short(request, b'{"id": "hal')
        if why.name == "SAY_NO_ID":
            return self.without_id()
        if why.name == "TROUBLE":
            return self.trouble()
        if why.name in _PAGES:
            return _page(_PAGES[why.name], self.base_url)
        if why.name == "STAY_SILENT":
            await self._silence.wait()
        return None

    def _refused(self, why: OnSubmit | OnPoll) -> web.Response:
        if why in _NOT_THE_API:
            return _page(_NOT_THE_API[why], self.base_url)
        if why.name != "BUSY_FOR_7":
            return self.refusal(OnSubmit[why.name])
        busy = self.refusal(OnSubmit.BUSY)
        busy.headers["Retry-After"] = self.choose(("7", formatdate(time.time() + 7, usegmt=True), "120", "soon", "-1"))
        return busy

    async def poll(self, request: web.Request) -> web.StreamResponse:
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        return await self.poll_task(request, self.asked_id(request))

    async def poll_task(self, request: web.Request, id: str) -> web.StreamResponse:
        self.polled[id] += 1
        task, why = self.tasks.get(id), _next(self.on_poll)
        if task is None or why in {OnPoll.VANISHED, OnPoll.FAIL_410}:
            self.denied.add(id)
        if task is None or why is OnPoll.VANISHED:
            return self.no_such_task()
        if why.name in _REFUSED:
            return self._refused(why)
        return await self._spoiled(request, why) or self._standing(task, why)

    def _standing(self, task: Task, why: OnPoll) -> web.Response:
        if why is OnPoll.STRANGE_WORD:
            return self.progress(task, Phase.RUNNING, None, "Percolating")
        if why is OnPoll.DONE_WITHOUT_LINK:
            return self.progress(task, Phase.DONE, None)
        phase = task.step()
        return self.progress(task, phase, self.link(task) if phase is Phase.DONE else None)

    def link(self, task: Task) -> str:
        """A fresh link to the task's clip, on a path of the fake's own."""
        task.links += 1
        name = f"{list(self.tasks).index(task.id)}-{task.links}.mp4"
        self.links.add(name)
        return f"{self.base_url}/clips/{name}"

    def expire_links(self) -> None:
        """Every link given out so far answers 403 from now on."""
        for number, task in enumerate(self.tasks.values()):
            self.expired_links |= {f"{number}-{link}.mp4" for link in range(1, task.links + 1)}

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        why = _next(self.on_fetch)
        if why is OnFetch.SPENT:
            self.expired_links |= {request.match_info["name"]} & self.links
        if request.match_info.get("name") in self.expired_links or why in {OnFetch.FORBIDDEN, OnFetch.SPENT}:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if why is OnFetch.NOT_THERE:
            return web.Response(status=404)
        if why in {OnFetch.PAGE, OnFetch.FAIL_503}:
            return web.Response(status=200 if why is OnFetch.PAGE else 503, text=HTML, content_type="text/html")
        if why is OnFetch.REDIRECT:
            raise web.HTTPFound(f"{self.base_url}/clips/{request.match_info['name']}")
        if why is OnFetch.REDIRECT_LOOP:
            return await self._send_round(request)
        return await self._stream(request, why)

    async def _send_round(self, _request: web.Request) -> web.StreamResponse:
        """A place that says of itself that it is somewhere else, which is here."""
        raise web.HTTPFound(f"{self.base_url}/round")

    async def _stream(self, request: web.Request, why: OnFetch) -> web.StreamResponse:
        if why is OnFetch.CUT_SHORT:
            return await _cut_short(request, self.clip[: len(self.clip) // 2], announced=len(self.clip))
        if why is OnFetch.EMPTY:
            return web.Response(content_type="application/octet-stream")
        if why is OnFetch.SLOW:
            return await _in_parts(request, self.clip)
        if why is OnFetch.HUGE:
            return await _without_end(request, self.clip)
        return web.Response(body=self.clip, content_type="application/octet-stream")

    def _key_holds(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.key}"

    # ---------------------------------------------------------------------------------- being there

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application(client_max_size=64 * 2**20)
        clips = [web.get("/clips/{name}", self.fetch), web.get("/round", self._send_round)]
        app.add_routes([*self.routes(), *clips])
        self._door = Door(app)
        self.base_url = await self._door.open()
        try:
            yield self.base_url
        finally:
            self.end_silence()
            await self._door.remove()

    def end_silence(self) -> None:
        """Whoever was left without an answer gets it now."""
        silence, self._silence = self._silence, asyncio.Event()
        silence.set()

    async def go_away(self) -> None:
        """As `Housed`; nobody is left waiting for an answer either."""
        self.end_silence()
        await super().go_away()


_FAILURES = (301, 408, 409, 410, 425, 500, 502, 503, 504, 524)
_PAGES = {"SAY_HTML": 200} | {f"FAIL_{status}": status for status in _FAILURES}
"""Words whose answer is a page, with its status."""
_NOT_THE_API: Mapping[OnSubmit | OnPoll, int] = {
    OnSubmit.MOVED_301: 301,
    OnSubmit.MOVED_308: 308,
    OnSubmit.WALLED_OFF_403: 403,
    OnSubmit.NOT_HERE_404: 404,
    OnSubmit.NOT_HERE_405: 405,
    OnSubmit.TOO_LARGE_413: 413,
    OnSubmit.STRANGE_415: 415,
}
"""Words whose answer shows that nothing was made, with its status."""
_EARLY = frozenset({OnSubmit.EARLY_413, OnSubmit.EARLY_BUSY, OnSubmit.EARLY_CUT})
_UNPAID = {
    OnSubmit.UNPAID_CUT: OnSubmit.HANG_UP,
    OnSubmit.UNPAID_500: OnSubmit.FAIL_500,
    OnSubmit.UNPAID_502: OnSubmit.FAIL_502,
    OnSubmit.UNPAID_503: OnSubmit.FAIL_503,
    OnSubmit.UNPAID_504: OnSubmit.FAIL_504,
    OnSubmit.UNPAID_524: OnSubmit.FAIL_524,
    OnSubmit.UNPAID_408: OnSubmit.FAIL_408,
    OnSubmit.UNPAID_409: OnSubmit.FAIL_409,
    OnSubmit.UNPAID_TROUBLE: OnSubmit.TROUBLE,
}
"""Words for a submit that makes nothing, with their paid twins: the answer cannot tell them apart."""
_REFUSED = frozenset({"BUSY", "BUSY_FOR_7", "BAD_KEY", "NO_BALANCE", "BAD_CONTENT", "BAD_INPUT"})
"""Words whose answer is a refusal in the API's own way."""
_PARTS, _PAUSE = 8, 0.6
_MORE_THAN_ANYBODY_TAKES = 2_100_000_000


def _first(ways: Sequence[Any]) -> Any:
    return ways[0]


def _next(words: list[Any]) -> Any:
    return words.pop(0) if len(words) > 1 else words[0]


def _page(status: int, elsewhere: str) -> web.Response:
    headers = {"Location": f"{elsewhere}/elsewhere"} if status in {301, 308} else {}
    return web.Response(status=status, text=HTML, content_type="text/html", headers=headers)


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _cut_short(request: web.Request, part: bytes, *, announced: int = 1000) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(announced)})
    await response.prepare(request)
    await response.write(part)
    _cut(request)
    return response


async def _in_parts(request: web.Request, content: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(content))})
    await response.prepare(request)
    size = -(-len(content) // _PARTS)
    for start in range(0, len(content), size):
        await asyncio.sleep(_PAUSE)
        await response.write(content[start : start + size])
    return response


async def _without_end(request: web.Request, beginning: bytes) -> web.StreamResponse:
    """Nobody says how long it is: whoever fetches it has to stop by themselves."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(beginning)
    zeros = bytes(2**20)
    for _ in range(_MORE_THAN_ANYBODY_TAKES // len(zeros)):
        await response.write(zeros)
    return response
