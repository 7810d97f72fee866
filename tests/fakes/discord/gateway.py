"""The gateway: sessions that a bot opens, loses and resumes, and the events that it is sent."""

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord.asked import Asked
from tests.fakes.discord.events import event_shape, intent_for
from tests.fakes.discord.shapes import guild_create_shape, user_shape
from tests.fakes.discord.world import Guild, World

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences, message content."""
ZLIB = "zlib-stream"
NO_HEARTBEATS_MS = 3_600_000
"""The real one says 41,250. The library beats in a thread, which must not wake in somebody else's test."""


class Line:
    """One connection. What is put into it is sent in order; a number closes it with that code."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._request = request
        self._squeeze = zlib.compressobj() if request.query.get("compress") == ZLIB else None
        self._waiting: asyncio.Queue[dict[str, Any] | int] = asyncio.Queue()
        self.session: Session | None = None

    def put(self, what: dict[str, Any] | int) -> None:
        self._waiting.put_nowait(what)

    def cut(self) -> None:
        """As when a cable is pulled."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        while True:
            what = await self._waiting.get()
            if isinstance(what, int):
                await self._socket.close(code=what)
                return
            text = json.dumps(what)
            if self._squeeze is None:
                await self._socket.send_str(text)
            else:
                packed = self._squeeze.compress(text.encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
                await self._socket.send_bytes(packed)


@dataclass(eq=False)
class Session:
    """What Discord remembers of a bot's connection, whether or not it is there just now."""

    id: str
    intents: int
    shard: tuple[int, int]
    sequence: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    line: Line | None = None

    def hears(self, guild: Guild | None) -> bool:
        """A server belongs to one shard; what has no server belongs to the first."""
        number, count = self.shard
        return number == ((guild.id >> 22) % count if guild else 0)

    def dispatch(self, event: str, body: Any) -> None:
        self.sequence += 1
        packet = {"op": 0, "t": event, "s": self.sequence, "d": body}
        self.sent.append(packet)
        if self.line is not None:
            self.line.put(packet)


class Gateway:
    """All sessions. The switches may be changed at any time.

    *repeats*: how many events a RESUME sends once more although the bot has seen them.
    *refuses_with*: close codes for the next IDENTIFYs (4004, 4013, 4014 …), one each.
    *mute*: events are lost on their way.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._lines: set[Line] = set()
        self.sessions: dict[str, Session] = {}
        self.url = ""
        self.token = ""
        self.shards = 1
        self.allowed_intents = ~PRIVILEGED
        self.repeats = 0
        self.refuses_with: list[int] = []
        self.refuses_resumes = False
        self.mute = False
        self.answers_heartbeats = True
        self.heartbeat_ms = NO_HEARTBEATS_MS
        self.identifies = 0
        self.resumes = 0
        self.heartbeats = 0
        world.announce = self.announce

    # ------------------------------------------------------------------------------------------- what may happen to it

    @property
    def listeners(self) -> list[Session]:
        """The sessions whose bot is there."""
        return [session for session in self.sessions.values() if session.line is not None]

    def drop(self, *, code: int | None = None) -> None:
        """Every connection is lost; with a *code* it is closed in good order. Sessions can be resumed."""
        for line in [*self._lines]:
            self._detach(line)
            if code is None:
                line.cut()
            else:
                line.put(code)

    def ask_to_reconnect(self) -> None:
        """Discord moves house: opcode 7."""
        self._tell_all({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Opcode 9: the session is over, or (*resumable*) the line is."""
        self._tell_all({"op": 9, "d": resumable})
        if not resumable:
            self.sessions.clear()

    def forget_sessions(self) -> None:
        """Sessions are too old to be resumed."""
        self.sessions.clear()

    def dispatch_again(self, asked: Asked) -> None:
        """The same interaction arrives once more."""
        self.interaction(asked)

    def _tell_all(self, packet: dict[str, Any]) -> None:
        for session in self.listeners:
            if session.line is not None:
                session.line.put(packet)

    # ------------------------------------------------------------------------------------------- events

    def interaction(self, asked: Asked) -> None:
        """To every session of the right shard; nobody keeps it for a bot that is not there."""
        guild = None if asked.by_user_install and asked.channel.guild is None else asked.channel.guild
        for session in self.sessions.values():
            if session.hears(guild) and not self.mute:
                session.dispatch("INTERACTION_CREATE", asked.payload)

    def announce(self, event: str, thing: Any) -> None:
        guild, body = event_shape(event, thing)
        for session in self.sessions.values():
            wanted = session.intents & intent_for(event, guild)
            if wanted and session.hears(guild) and self._concerns(event, guild) and not self.mute:
                session.dispatch(event, body)

    def _concerns(self, event: str, guild: Guild | None) -> bool:
        return guild is None or self._world.bot.id in guild.members or event == "GUILD_DELETE"

    # ------------------------------------------------------------------------------------------- one connection

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, timeout=0.5)
        await socket.prepare(request)
        line = Line(socket, request)
        self._lines.add(line)
        line.put({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(line.write())
                async for message in socket:
                    self._hear(line, json.loads(message.data))
                writing.cancel()
        except* (ConnectionError, OSError):
            line.cut()
        finally:
            self._detach(line)
        return socket

    def _detach(self, line: Line) -> None:
        self._lines.discard(line)
        if line.session is not None and line.session.line is line:
            line.session.line = None

    def _hear(self, line: Line, packet: dict[str, Any]) -> None:
        match packet["op"]:
            case 1:
                self.heartbeats += 1
                if self.answers_heartbeats:
                    line.put({"op": 11})
            case 2:
                self._identify(line, packet["d"])
            case 6:
                self._resume(line, packet["d"])
            case 3 | 4:
                pass
            case _:
                line.put(4001)

    def _identify(self, line: Line, wish: dict[str, Any]) -> None:
        self.identifies += 1
        if code := self._refusal(wish):
            line.put(code)
            return
        shard = tuple(wish.get("shard") or (0, 1))
        session = Session(secrets.token_hex(16), wish["intents"], shard, line=line)
        line.session = session
        self.sessions[session.id] = session
        guilds = [g for g in self._world.guilds.values() if self._world.bot.id in g.members and session.hears(g)]
        session.dispatch("READY", self._ready(session, guilds))
        for guild in guilds:
            session.dispatch("GUILD_CREATE", guild_create_shape(guild))

    def _refusal(self, wish: dict[str, Any]) -> int | None:
        if self.refuses_with:
            return self.refuses_with.pop(0)
        if wish["token"] != self.token:
            return 4004
        if wish["intents"] & ~self.allowed_intents:
            return 4014
        number, count = wish.get("shard") or (0, 1)
        if not 0 <= number < count:
            return 4010
        return 4011 if count < self.shards else None

    def _ready(self, session: Session, guilds: list[Guild]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": user_shape(self._world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self._world.application_id), "flags": 0},
            "private_channels": [],
            "relationships": [],
        }

    def _resume(self, line: Line, wish: dict[str, Any]) -> None:
        self.resumes += 1
        if wish["token"] != self.token:
            line.put(4004)
            return
        session = self.sessions.get(wish["session_id"])
        if session is None or self.refuses_resumes:
            line.put({"op": 9, "d": False})
            return
        session.line, line.session = line, session
        missed = [packet for packet in session.sent if packet["s"] > wish["seq"]]
        seen = [packet for packet in session.sent if packet["s"] <= wish["seq"]]
        for packet in [*(seen[-self.repeats :] if self.repeats else []), *missed]:
            line.put(packet)
        session.dispatch("RESUMED", {"_trace": []})
