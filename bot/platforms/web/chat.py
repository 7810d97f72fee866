"""The web chat as a platform: what its page asks for becomes `Incoming`, and what the core says appears on it."""

import asyncio
import base64
import json
import secrets
from collections.abc import Mapping
from weakref import WeakValueDictionary

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.model import ButtonAction, Delivery, Incoming, Note, Paper, Place, Reply, User, UserId
from bot.core.page_texts import page_texts
from bot.core.ports import Clock, Files, PlaceGone, Receive
from bot.core.store import StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.web import choices, page
from bot.platforms.web.audience import Audience
from bot.platforms.web.board import Board
from bot.platforms.web.entries import Answer, Said
from bot.platforms.web.persons import Persons
from bot.platforms.web.prices import Wares, priced, read_draft
from bot.platforms.web.streams import to_wire
from bot.platforms.web.upload import PICTURE_MOST_BYTES, TEXT_MOST, BadUpload, Upload, read_upload

NAME = "web"
MOST_BYTES = 2 * 1024**3
"""The clip is served from our own disk: no path of this chat is narrower than that."""
HEARTBEAT_SECONDS = 15.0
WRITE_SECONDS = 30.0
"""A page that takes nothing for so long is gone."""
LOOK_SECONDS = 1.0
"""Between two looks for what other processes have written."""
_STREAM_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = structlog.get_logger("reelbot.web")


class _Click(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(pattern=r"\A[0-9a-z]{10}\z")
    action: ButtonAction
    key: str = Field(pattern=r"\A[0-9A-Za-z-]{8,64}\z")


class _Address(BaseModel):
    """What a `Place` of this chat holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: str = Field(min_length=1)


class WebChat:
    """Implements `Platform` for the page that we host ourselves.

    Args:
        board: Everybody's conversation.
        audience: The open pages, which the board publishes to, and those of other processes.
        files: Where uploads lie while they are looked at.
        clock: Paces the heartbeats.
        persons: Knows who sits before the page.
        wares: What can be made, and for how much.
    """

    def __init__(
        self,
        *,
        board: Board,
        audience: Audience,
        files: Files,
        clock: Clock,
        persons: Persons,
        wares: Wares,
    ) -> None:
        self._files = files
        self._clock = clock
        self._wares = wares
        self._persons = persons
        self._streams = audience.streams
        self._board = board
        self.audience = audience
        self._receive: Receive | None = None
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    # ------------------------------------------------------------------------------------------ the port

    @property
    def name(self) -> str:
        return NAME

    async def run(self, receive: Receive) -> None:
        """Take messages until cancelled; the requests themselves come in through `routes`."""
        self._receive = receive
        try:
            await self._keep_up()
        finally:
            self._receive = None
            self._streams.close()

    async def _keep_up(self) -> None:
        """Show what other processes write, if there are any, until cancelled."""
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, LOOK_SECONDS if self._board.shared else None)
            try:
                await self._board.catch_up()
            except StoreTrouble as trouble:
                log.warning("could not look for new entries", detail=repr(trouble))

    async def acknowledge(self, incoming: Incoming) -> None:
        key = incoming.key.rpartition(":")[2]
        self._streams.publish(incoming.user.id.id, "seen", "seen", json.dumps({"key": key}))

    def watched(self, place: Place) -> bool:
        return self.audience.looks(_person_at(place))

    async def show(self, place: Place, note: Note) -> str | None:
        return await self._board.draw(_person_at(place), note)

    async def tell(self, place: Place, note: Note) -> str | None:
        return await self._board.draw(_person_at(place), note, must_last=True)

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:
        # One entry per job, written over: a second delivery of the same clip changes nothing.
        return await self._board.draw(_person_at(place), delivery.note, clip=delivery.clip, must_last=True)

    async def most_bytes(self, place: Place) -> int:  # noqa: ARG002 the same everywhere in this chat
        return MOST_BYTES

    async def write(self, user: UserId, text: str) -> None:
        await self._board.add_reply(user, secrets.token_hex(8), Reply(text=text))

    # ------------------------------------------------------------------------------------------ the requests

    def routes(self) -> list[web.RouteDef]:
        """Everything the page asks for, and the page itself."""
        return [
            *page.routes(),
            web.get("/chat/history", self._history),
            web.post("/chat/messages", self._message),
            web.post("/chat/buttons", self._button),
            web.post("/chat/price", self._price),
            web.get("/chat/events", self._events),
        ]

    async def _history(self, request: web.Request) -> web.Response:
        # The page asks for this itself, so a strict cookie always comes along, which it does not when somebody
        # follows a link to `/` from elsewhere: a person must be made here, or they would lose their conversation.
        user = await self._persons.in_own_language(self._persons.known(request) or self._persons.new(request))
        cursor = self._streams.cursor_of(user.id.id)
        offers = self._wares.offers()
        response = web.json_response(
            {
                "entries": await self._board.history(user.id),
                "cursor": cursor,
                "models": choices.models(offers),
                "moves": choices.moves(offers),
                "commands": choices.commands(user.language),
                "limits": {"picture_bytes": PICTURE_MOST_BYTES, "text": TEXT_MOST},
                "texts": dict(page_texts(user.language)),
            },
            headers={"Cache-Control": "no-store"},
        )
        self._persons.remember(user, response)
        self._persons.keep_language(request, user, response)
        return response

    async def _message(self, request: web.Request) -> web.Response:
        user, receive = self._ready(request)
        async with self._files.scratch() as folder:
            try:
                upload = await read_upload(request, folder, self._files)
            except BadUpload as bad:
                raise _refusal(bad.status, page_texts(user.language)[bad.sentence].format(**bad.values)) from bad
            except OSError as trouble:
                log.warning("a picture could not be kept", detail=repr(trouble))
                raise _refusal(503, say(Sentence(Say.TROUBLE), user.language)) from trouble
            async with self._turn(user):
                response = await self._answer_message(user, upload, receive)
        if upload.text.startswith("/language"):
            self._persons.keep_language(request, await self._persons.in_own_language(user), response)
        return response

    async def _answer_message(self, user: User, upload: Upload, receive: Receive) -> web.Response:
        earlier = await self._board.answer_to(user.id, upload.key)
        if earlier is not None:
            return _answered(*earlier)
        said = await self._board.add_said(user.id, Said(key=upload.key, text=upload.text, pictures=upload.names))
        incoming = Incoming(
            key=_key(user, upload.key),
            user=user,
            place=_place_of(user),
            text=choices.with_choices(upload.text, upload.chosen),
            pictures=upload.pictures,
        )
        response = await self._exchange(incoming, upload.key, receive)
        if said is not None:
            await self._board.clear_if_erased(user.id, said)
        return response

    async def _button(self, request: web.Request) -> web.Response:
        user, receive = self._ready(request)
        try:
            click = _Click.model_validate_json(await request.read())
        except ValidationError as error:
            raise _refusal(400, page_texts(user.language)["unreadable"]) from error
        incoming = Incoming(
            key=_key(user, click.key), user=user, place=_place_of(user), text=f"/{click.action} {click.job}"
        )
        async with self._turn(user):
            earlier = await self._board.answer_to(user.id, click.key)
            return _answered(*earlier) if earlier else await self._exchange(incoming, click.key, receive)

    async def _price(self, request: web.Request) -> web.Response:
        user, _ = self._ready(request)
        draft = read_draft(await request.read())
        if draft is None:
            raise _refusal(400, page_texts(user.language)["unreadable"])
        return await priced(draft, user, _place_of(user), self._wares.quoting)

    async def _exchange(self, incoming: Incoming, key: str, receive: Receive) -> web.Response:
        """Hand *incoming* over, and show and store what comes back."""
        person, moment = incoming.user.id, self._board.moment
        await self.acknowledge(incoming)
        reply = await receive(incoming)
        # Where other processes carry jobs too, theirs alone is sure to be the newest note.
        if reply.note is not None and not self._board.shared:
            await self._board.draw(person, reply.note, not_after=moment)
        entry = await self._board.add_reply(person, key, reply)
        return _answered(Answer.of(reply, key), entry, _attached(reply))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user, _ = self._ready(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after")
        response = web.StreamResponse(headers=_STREAM_HEADERS)
        await response.prepare(request)
        with self._streams.open(user.id.id, after) as stream:
            try:
                await self._write(response, b"retry: 2000\n\n")
                while not stream.closed:
                    await self._clock.wait(stream.wake, HEARTBEAT_SECONDS)
                    events = [to_wire(e, self._streams.cursor_at(e.number)) for e in stream.take()]
                    await self._write(response, b"".join(events) or b": still here\n\n")
            except (ConnectionError, TimeoutError):
                # The page is gone or stuck. It comes back by itself, with the id of the last event it has seen.
                return response
        return response

    async def _write(self, response: web.StreamResponse, chunk: bytes) -> None:
        async with asyncio.timeout(WRITE_SECONDS):
            await response.write(chunk)

    def _ready(self, request: web.Request) -> tuple[User, Receive]:
        user = self._persons.known(request)
        words = page_texts(user.language if user else "en")
        if user is None:
            raise _refusal(401, words["unknown_person"])
        if self._receive is None:
            raise _refusal(503, words["not_yet"])
        return user, self._receive

    def _turn(self, user: User) -> asyncio.Lock:
        """One message of a person at a time: a retry that overtakes the first try waits for its answer."""
        return self._turns.setdefault(user.id, asyncio.Lock())


def _key(user: User, key: str) -> str:
    return f"{NAME}:{user.id.id}:{key}"


def _place_of(user: User) -> Place:
    return Place(platform=NAME, address=_Address(person=user.id.id).model_dump_json())


def _person_at(place: Place) -> UserId:
    try:
        return UserId(NAME, _Address.model_validate_json(place.address).person)
    except ValidationError as error:
        raise PlaceGone(place.address) from error


_Attached = Mapping[str, Mapping[str, str] | None]
_NOTHING: _Attached = {"paper": None, "picture": None}


def _answered(answer: Answer, entry: dict[str, object] | None, attached: _Attached = _NOTHING) -> web.Response:
    return web.json_response(
        {
            "entry": entry,
            "job": answer.job,
            "accepted": answer.accepted,
            "compose": answer.compose,
            **attached,
        },
        headers={"Cache-Control": "no-store"},
    )


def _attached(reply: Reply) -> _Attached:
    """The papers of a reply, inside the answer itself: they are small, private, and kept nowhere else."""
    return {"paper": _written(reply.paper), "picture": _written(reply.picture)}


def _written(paper: Paper | None) -> dict[str, str] | None:
    if paper is None:
        return None
    return {"name": paper.name, "base64": base64.b64encode(paper.content).decode()}


def _refusal(status: int, sentence: str) -> web.HTTPException:
    kinds: dict[int, type[web.HTTPException]] = {
        400: web.HTTPBadRequest,
        401: web.HTTPUnauthorized,
        503: web.HTTPServiceUnavailable,
    }
    body = json.dumps({"error": sentence})
    if status not in kinds:
        return web.HTTPRequestEntityTooLarge(0, 0, text=body, content_type="application/json")
    return kinds[status](text=body, content_type="application/json")
