"""The preview provider: no key, no AI; it moves a camera over a picture, and keeps its orders like a real one would."""

import asyncio
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import structlog

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
from providers.errors import RefusalKind, Refused, TryLater
from providers.preview_orders import Orders, can_be_named

NAME = "preview"
CHILD = "providers.preview_film"
RENDER_SECONDS = 180.0
"""Wall time that one clip may take; on two idle cores it takes about five seconds."""
TROUBLE_SECONDS = 5.0
"""Pause before an order is tried again that the machine, not the child, failed: no process to be had, a full disk."""
CHUNK_BYTES = 65_536

log = structlog.get_logger("reelbot.preview")

_CENTS_PER_SECOND = {"768P": Decimal(1), "512P": Decimal("0.5")}
_SECONDS = (6, 10)


class Render(Protocol):
    """Runs `work(order)` of a module in a child process with limits and returns its answer.

    Raises:
        RuntimeError: The child made nothing.
    """

    async def __call__(self, module: str, order: Mapping[str, object], *, seconds: float) -> Mapping[str, object]: ...


class PreviewProvider:
    """Keeps every order as a folder of its own, so that nothing is forgotten when the process ends.

    An order is there as soon as its folder is, and made as soon as its film is. While entered as a context, the
    provider renders one order at a time, oldest first; orders placed before it was entered are found and made.

    Args:
        folder: Where the orders are kept; one process renders in it.
        render: Runs the child program.
        submits_per_minute: The operator's own limit.
        at_once: The operator's own limit.
    """

    def __init__(
        self, *, folder: Path, render: Render, submits_per_minute: int | None = None, at_once: int | None = None
    ) -> None:
        self._render = render
        self._orders = Orders(folder)
        self._pace = Pace(submits_per_minute or 600, at_once or 100, ask_seconds_least=0.5)
        self._placed = asyncio.Event()
        self._rendering: tuple[str, asyncio.Task[bool]] | None = None
        self._group: asyncio.TaskGroup | None = None
        self._loop: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return NAME

    @property
    def offers(self) -> tuple[Offer, ...]:
        return (OFFER,)

    @property
    def pace(self) -> Pace:
        return self._pace

    async def __aenter__(self) -> Self:
        group = asyncio.TaskGroup()
        await group.__aenter__()
        self._group, self._loop = group, group.create_task(self._render_all(group), name="preview renders")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._group is not None and self._loop is not None:
            self._loop.cancel()
            if self._rendering is not None:
                self._rendering[1].cancel()
            group, self._group = self._group, None
            await group.__aexit__(kind, error, trace)

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # nobody is called back
        """As `Provider.submit`. The same reference again gives the same ticket and no second clip."""
        if not can_be_named(order.reference):
            raise Refused(RefusalKind.INPUT, "not a reference that can name a folder")
        try:
            await to_thread(self._orders.place, order)
        except OSError as error:
            raise TryLater(f"the order could not be written down: {error}") from error
        self._placed.set()
        return Ticket(order.reference)

    async def find(self, lost: LostCall) -> Ticket | None:
        """As `Finds.find`: an order is there or was never placed."""
        reference = lost.order.reference
        there = await to_thread(self._orders.has, reference)
        return Ticket(reference) if there else None

    async def prove(self) -> None:
        """As `Proves.prove`: there is no key."""

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        ending = await to_thread(self._orders.ending, ticket.id)
        if ending is not None:
            return ending
        if self._rendering is not None and self._rendering[0] == ticket.id:
            return Running(await to_thread(self._orders.percent, ticket.id))
        waiting = await to_thread(self._orders.waiting)
        ahead = [reference for reference in waiting if self._rendering is None or reference != self._rendering[0]]
        return Queued(ahead.index(ticket.id) + 1 if ticket.id in ahead else None)

    async def cancel(self, ticket: Ticket) -> bool:
        """As `Cancels.cancel`: a finished order stays finished."""
        withdrawn = await to_thread(self._orders.withdraw, ticket.id)
        if withdrawn and self._rendering is not None and self._rendering[0] == ticket.id:
            self._rendering[1].cancel()
        return withdrawn

    async def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`."""
        try:
            file = await to_thread(self._orders.open_film, done.url)
            try:
                while chunk := await to_thread(file.read, CHUNK_BYTES):
                    yield chunk
            finally:
                await to_thread(file.close)
        except OSError as error:
            raise TryLater(f"the clip cannot be read: {error}") from error

    async def _render_all(self, group: asyncio.TaskGroup) -> None:
        """Render whatever is waiting, then sleep until an order is placed, or for a while if the disk is in trouble."""
        while True:
            self._placed.clear()
            try:
                made_all = await self._render_waiting(group)
            except OSError as trouble:
                log.warning("the orders cannot be read", detail=repr(trouble))
                made_all = False
            with suppress(TimeoutError):
                async with asyncio.timeout(None if made_all else TROUBLE_SECONDS):
                    await self._placed.wait()

    async def _render_waiting(self, group: asyncio.TaskGroup) -> bool:
        """True if nothing is left to be tried again."""
        made_all = True
        await to_thread(self._orders.clean)
        for reference in await to_thread(self._orders.waiting):
            made = group.create_task(self._make(reference), name=f"preview {reference}")
            self._rendering = reference, made
            try:
                await asyncio.wait({made})  # cancelled alone when the order is withdrawn
            finally:
                self._rendering = None
            made_all = made_all and (made.cancelled() or made.result())
        return made_all

    async def _make(self, reference: str) -> bool:
        """Render one order; False if the machine could not, so that it is to be tried again."""
        try:
            order = await to_thread(self._orders.read, reference)
            if order is not None:
                await self._render_order(reference, order)
        except OSError as trouble:
            log.warning("an order could not be rendered", order=reference, detail=repr(trouble))
            return False
        return True

    async def _render_order(self, reference: str, order: Mapping[str, object]) -> None:
        try:
            await self._render(CHILD, order, seconds=RENDER_SECONDS)
        except RuntimeError as failure:
            await to_thread(self._orders.fail, reference, str(failure))
        else:
            if await to_thread(self._orders.ending, reference) is None:
                await to_thread(self._orders.fail, reference, "the child made no film")


def _formats() -> Iterator[Format]:
    for mode in Mode:
        for resolution, cents in _CENTS_PER_SECOND.items():
            for seconds in _SECONDS:
                yield Format(mode, resolution, seconds, cents * seconds / 100)


OFFER = Offer(
    provider=NAME,
    model="preview",
    wire_model="ken-burns",
    formats=tuple(_formats()),
    camera_moves=frozenset(CAMERA_MOVES),
)
