"""A provider in memory that behaves, and misbehaves on demand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal

from providers.contract import (
    CAMERA_MOVES,
    Done,
    Format,
    LostCall,
    Mode,
    Offer,
    Order,
    Pace,
    Progress,
    Queued,
    Running,
    Ticket,
)

FORMATS = tuple(
    Format(mode, resolution, seconds, Decimal(price))
    for mode in Mode
    for resolution, seconds, price in (("768P", 6, "0.28"), ("768P", 10, "0.56"), ("1080P", 6, "1.50"))
)


class FakeProvider:
    """Each verb takes the next word of its script; a word that is an exception is raised, the last one stays."""

    def __init__(self, name="acme", *, model="hailuo-02", pace=None, formats=FORMATS):
        self._name = name
        self._offers = (Offer(name, model, "Acme-1", formats, frozenset(CAMERA_MOVES)),)
        self._pace = pace or Pace(submits_per_minute=60, at_once=10, ask_seconds_least=5.0)
        self.submits: list[Order] = []
        self.callback_urls: list[str | None] = []
        self.polls: list[str] = []
        self.on_submit: list[object] = [Ticket("task-1")]
        self.on_poll: list[object] = [Queued(), Running(40.0), Done("https://cdn.example/clip.mp4")]
        self.on_fetch: list[object] = [b"clip"]
        self.before_answer: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        return self._name

    @property
    def offers(self) -> tuple[Offer, ...]:
        return self._offers

    @property
    def pace(self) -> Pace:
        return self._pace

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        self.submits.append(order)
        self.callback_urls.append(callback_url)
        self.before_answer()
        ticket = self._next(self.on_submit)
        assert isinstance(ticket, Ticket)
        return replace(ticket, id=f"{ticket.id}-{len(self.submits)}")

    async def poll(self, ticket: Ticket) -> Progress:
        self.polls.append(ticket.id)
        progress = self._next(self.on_poll)
        assert isinstance(progress, Progress)
        return progress

    async def fetch(self, done: Done) -> AsyncIterator[bytes]:
        assert done.url
        word = self._next(self.on_fetch)
        assert isinstance(word, bytes)
        yield word

    def _next(self, script: list[object]) -> object:
        word = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(word, BaseException):
            raise word
        return word


class FindingProvider(FakeProvider):
    """One that can be asked whether a submit arrived."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.on_find: list[object] = [None]
        self.finds: list[str] = []
        self.losses: list[LostCall] = []

    async def find(self, lost: LostCall) -> Ticket | None:
        self.finds.append(lost.order.reference)
        self.losses.append(lost)
        word = self._next(self.on_find)
        assert word is None or isinstance(word, Ticket)
        return word


class CancellingProvider(FakeProvider):
    """One that can stop a task."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.on_cancel: list[object] = [True]
        self.cancels: list[str] = []

    async def cancel(self, ticket: Ticket) -> bool:
        self.cancels.append(ticket.id)
        word = self._next(self.on_cancel)
        assert isinstance(word, bool)
        return word
