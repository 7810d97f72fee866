"""openai-hk: MiniMax's 01 series behind `/vmodel`, a relay whose tasks look like predictions.

Source: the provider's page "Video Model minimax" (2025-01-10), cited as [page]. What it leaves open (length,
size, picture rules) is that of MiniMax's 01 series. Pictures are taken by address only.
"""

from collections.abc import AsyncIterator
from decimal import Decimal
from urllib.parse import quote

from providers import refusals
from providers.account import Account
from providers.contract import (
    CAMERA_MOVES,
    Done,
    Failed,
    FailReason,
    Format,
    Mode,
    Offer,
    Order,
    Pace,
    Picture,
    PictureRules,
    Progress,
    Queued,
    Running,
    Ticket,
)
from providers.errors import RefusalKind, Refused, UnexpectedReply
from providers.http import Api, Connections, Reply
from providers.reading import dig, error_words, text, web_link

NAME = "openai_hk"
BASE_URL = "https://api.openai-hk.com"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""No limits are documented: modest ones."""
PRICE_USD = Decimal("0.43")
"""Billed per video [page], without saying how much: MiniMax's old list price of the 01 series stands in for it."""


class OpenaiHkProvider:
    """Speaks to openai-hk.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
    """

    def __init__(self, *, account: Account, connections: Connections) -> None:
        self._api = Api(account=account, connections=connections, headers={"Content-Type": "application/json"})
        self._connections = connections
        self._pace = account.rate.applied(USUAL_PACE)
        self._paths = ["/vmodel/feed/{id}", "/vmodel/{id}"]
        """Where a task is asked about: the examples of the page say the first, its text the second."""

    @property
    def name(self) -> str:
        return NAME

    @property
    def offers(self) -> tuple[Offer, ...]:
        return OFFERS

    @property
    def pace(self) -> Pace:
        return self._pace

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # calls nobody back
        """As `Provider.submit`."""
        reply = await self._api.pay("/vmodel/generate", to_body(order))
        if not reply.fine:
            raise refusals.of_submit(reply, error_words(dig(reply.body, "error")))
        bought = text(dig(reply.body, "id"))
        if not bought:
            raise UnexpectedReply("a submit was answered without an id", raw=reply.excerpt)
        return Ticket(bought)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._asked(ticket.id))

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`."""
        return self._connections.download(done.url)

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = await self._asked("none")
        refusals.key_held(reply, error_words(dig(reply.body, "error")))

    async def _asked(self, id: str) -> Reply:
        """Ask where it answered last; where that path is not there, ask at the other one and remember it."""
        first, second = self._paths
        reply = await self._api.ask(first.format(id=quote(id, safe="")))
        if reply.status != 404:  # noqa: PLR2004 HTTP
            return reply
        other = await self._api.ask(second.format(id=quote(id, safe="")))
        if other.fine:
            self._paths = [second, first]
        return other


def to_body(order: Order) -> dict[str, object]:
    """The request of [page]; what it does not name (length, size) is not sent."""
    put: dict[str, object] = {"prompt": order.prompt}
    if order.first_frame is not None:
        put["first_frame_image"] = _address(order.first_frame)
    return {"model": order.wire_model, "input": put}


def _address(picture: Picture) -> str:
    if picture.url is None:
        raise Refused(RefusalKind.INPUT, "the picture has no public address")
    return picture.url


def to_progress(reply: Reply) -> Progress:
    """Statuses of [page], and those that predictions have besides.

    Raises:
        ProviderError: No usable answer.
    """
    if not reply.fine:
        raise refusals.of_poll(reply, error_words(dig(reply.body, "error")))
    match text(dig(reply.body, "status")).lower():
        case "starting":
            return Queued()
        case "succeeded":
            return Done(_output(reply))
        case "failed" | "canceled" | "aborted":
            words = error_words(dig(reply.body, "error"))
            return Failed(FailReason.CONTENT if refusals.about_content(words) else FailReason.PROVIDER, words)
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running()


def _output(reply: Reply) -> str:
    """An address, or a list of one as predictions have it."""
    output = dig(reply.body, "output")
    link = web_link(dig(output, 0) if isinstance(output, list) else output)
    if link is None:
        raise UnexpectedReply("succeeded without an address", raw=reply.excerpt)
    return link


_FROM_PICTURE = PictureRules(by_url_only=True)


def _offer(model: str, wire_model: str, mode: Mode, moves: tuple[str, ...] = ()) -> Offer:
    return Offer(
        provider=NAME,
        model=model,
        wire_model=wire_model,
        formats=(Format(mode, "720P", 6, PRICE_USD),),
        camera_moves=frozenset(moves),
        picture_rules=_FROM_PICTURE if mode is Mode.IMAGE else PictureRules(),
    )


OFFERS = (
    _offer("video-01", "minimax-t2v", Mode.TEXT),
    _offer("video-01", "minimax-i2v", Mode.IMAGE),
    _offer("director", "minimax-i2v-director", Mode.IMAGE, CAMERA_MOVES),
)
