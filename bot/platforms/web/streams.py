"""Live events to every open page of a person: resumable, and with nothing but the newest for whoever is slow."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

REMEMBERED_TOPICS = 100
"""Newest topics kept per person for pages that come back after a short break."""
REMEMBERED_PEOPLE = 5_000
WAITING_MOST = 300
"""Topics waiting for one slow page; beyond that it is told to load everything anew."""
PAGES_PER_PERSON = 5
"""Browsers open only six connections to one server: the oldest page is asked to leave."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it goes over the wire."""

    number: int
    name: str
    body: str
    """JSON on one line."""


REFRESH = Event(0, "refresh", "{}")
"""Something was missed: load the conversation again."""
ELSEWHERE = Event(0, "elsewhere", "{}")
"""Newer pages have taken the place; come back when somebody looks."""


@dataclass(slots=True, eq=False)
class Stream:
    """One open page. A topic's newer event takes the place of an older one that still waits."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    _waiting: OrderedDict[str, Event] = field(default_factory=OrderedDict)

    def add(self, topic: str, event: Event) -> None:
        """Queue an event; progress that a newer one outdates is dropped, the newest of each topic never is."""
        self._waiting.pop(topic, None)
        self._waiting[topic] = event
        if len(self._waiting) > WAITING_MOST:
            self._waiting.clear()
            self._waiting["refresh"] = Event(event.number, REFRESH.name, REFRESH.body)
        self.wake.set()

    def take(self) -> list[Event]:
        """Everything that waits, oldest first."""
        events = sorted(self._waiting.values(), key=lambda event: event.number)
        self._waiting.clear()
        self.wake.clear()
        return events

    def close(self) -> None:
        """Let the page's request end once it has sent what waits."""
        self.closed = True
        self.wake.set()


@dataclass(slots=True)
class _Memory:
    """A person's newest events by topic; everything above `complete_after` is there."""

    complete_after: int
    events: OrderedDict[str, Event] = field(default_factory=OrderedDict)


class Streams:
    """Everybody's open pages.

    Args:
        boot: Differs with every start, so that a cursor of an earlier process is recognised; made up if None.
    """

    def __init__(self, *, boot: str | None = None) -> None:
        self._boot = boot or secrets.token_hex(4)
        self._number = 0
        self._open: dict[str, list[Stream]] = {}
        self._memories: OrderedDict[str, _Memory] = OrderedDict()

    def cursor_of(self, person: str) -> str:
        """This moment; a page of *person* that comes back with it misses nothing after it."""
        self._memory_of(person)
        return self.cursor_at(self._number)

    def cursor_at(self, number: int) -> str:
        return f"{self._boot}-{number}"

    def listens(self, person: str) -> bool:
        """Whether a page of *person* is open, or was lately: what is published for anybody else is not even kept."""
        return person in self._open or person in self._memories

    def listening(self) -> frozenset[str]:
        """Everybody with an open page."""
        return frozenset(self._open)

    def publish(self, person: str, topic: str, name: str, body: str) -> None:
        """Send an event to every open page of *person*, and keep it for those that come back."""
        if not self.listens(person):
            return
        self._number += 1
        event = Event(self._number, name, body)
        self._remember(person, topic, event)
        for stream in self._open.get(person, ()):
            stream.add(topic, event)

    @contextmanager
    def open(self, person: str, after: str | None) -> Iterator[Stream]:
        """A stream of what happens from now on, and of what happened since the cursor *after*."""
        stream = Stream()
        self._catch_up(stream, person, after)
        self._memory_of(person)
        pages = self._open.setdefault(person, [])
        pages.append(stream)
        if len(pages) > PAGES_PER_PERSON:
            oldest = pages.pop(0)
            oldest.add("elsewhere", Event(self._number, ELSEWHERE.name, ELSEWHERE.body))
            oldest.close()
        try:
            yield stream
        finally:
            if stream in pages:
                pages.remove(stream)
            if not pages and self._open.get(person) is pages:
                del self._open[person]

    def close(self) -> None:
        """End every stream: the chat closes."""
        for pages in self._open.values():
            for stream in pages:
                stream.close()

    def _catch_up(self, stream: Stream, person: str, after: str | None) -> None:
        if after is None:
            return
        memory = self._memories.get(person)
        boot, _, digits = after.rpartition("-")
        since = int(digits) if digits.isascii() and digits.isdigit() else -1
        if memory is None or boot != self._boot or not memory.complete_after <= since <= self._number:
            stream.add("refresh", Event(self._number, REFRESH.name, REFRESH.body))
            return
        for topic, event in memory.events.items():
            if event.number > since:
                stream.add(topic, event)

    def _remember(self, person: str, topic: str, event: Event) -> None:
        memory = self._memory_of(person)
        memory.events.pop(topic, None)
        memory.events[topic] = event
        if len(memory.events) > REMEMBERED_TOPICS:
            _, dropped = memory.events.popitem(last=False)
            memory.complete_after = dropped.number

    def _memory_of(self, person: str) -> _Memory:
        """The person's memory, begun now if there is none; whoever was not seen for longest is forgotten for it."""
        memory = self._memories.pop(person, None) or _Memory(self._number)
        self._memories[person] = memory
        if len(self._memories) > REMEMBERED_PEOPLE:
            self._memories.popitem(last=False)
        return memory


def to_wire(event: Event, cursor: str) -> bytes:
    """An event in the format of server-sent events (HTML standard §9.2)."""
    return f"id: {cursor}\nevent: {event.name}\ndata: {event.body}\n\n".encode()
