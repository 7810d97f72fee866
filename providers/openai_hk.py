"""openai-hk: MiniMax's 01 series behind `/vmodel`, a relay whose tasks look like predictions.

Source: the provider's page "Video Model minimax" (2025-01-10), cited as [page]. What it leaves open (length,
size, picture rules) is that of MiniMax's 01 series. Pictures are taken by address only.
"""

from urllib.parse import quote

from providers import refusals
from providers.account import Account
from providers.contract import (
    CAMERA_MOVES,
    Done,
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
from providers.http import Connections, Reply
from providers.minimax_prices import SERIES_01, cells
from providers.reading import dig, error_words, single, text, web_link
from providers.remote import RemoteProvider

NAME = "openai_hk"
BASE_URL = "https://api.openai-hk.com"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""No limits are documented: modest ones."""
PATHS = ("/vmodel/feed/{id}", "/vmodel/{id}")
"""Where a task is asked about: the examples of [page] say the first, its text the second."""

# ---------------------------------------------------------------------------------------------------- what is on offer


def _offer(model: str, wire_model: str, *modes: Mode, moves: tuple[str, ...] = ()) -> Offer:
    return Offer(
        provider=NAME,
        model=model,
        wire_model=wire_model,
        formats=cells(SERIES_01, *modes),
        camera_moves=frozenset(moves),
        picture_rules=PictureRules(by_url_only=Mode.TEXT not in modes),
    )


OFFERS = (
    _offer("video-01", "minimax-t2v", Mode.TEXT),
    _offer("video-01", "minimax-i2v", Mode.IMAGE, Mode.FIRST_LAST),
    _offer("director", "minimax-i2v-director", Mode.IMAGE, moves=CAMERA_MOVES),
)
"""Videos are billed one by one, without saying how much [page]: MiniMax's old list price stands in for that.

A last frame is a documented parameter, of which model is not said [page]: it is offered with the plain model from
pictures, and not with the director, of whose pictures [page] says nothing."""


# ------------------------------------------------------------------------------------------------------- what is asked


def to_body(order: Order) -> dict[str, object]:
    """The request of [page]; what it does not name (length, size) is not sent."""
    put: dict[str, object] = {"prompt": order.prompt}
    if order.first_frame is not None:
        put["first_frame_image"] = _address(order.first_frame)
    if order.last_frame is not None:
        put["last_frame_image"] = _address(order.last_frame)
    return {"model": order.wire_model, "input": put}


def _address(picture: Picture) -> str:
    if picture.url is None:
        raise Refused(RefusalKind.INPUT, "the picture has no public address")
    return picture.url


# ---------------------------------------------------------------------------------------------------- what is answered


def to_ticket(reply: Reply) -> Ticket:
    """The task that a submit has made.

    Raises:
        ProviderError: None was made, or nobody can say.
    """
    bought = text(dig(reply.body, "id"))
    if not reply.fine or not bought:
        raise refusals.not_taken(reply, _words(reply))
    return Ticket(bought)


def to_progress(reply: Reply) -> Progress:
    """Statuses of [page], and those that predictions have besides.

    Raises:
        ProviderError: No usable answer.
    """
    if not reply.fine:
        raise refusals.of_poll(reply, _words(reply))
    match text(dig(reply.body, "status")).lower():
        case "starting":
            return Queued()
        case "succeeded":
            return Done(_output(reply))
        case "failed" | "canceled" | "aborted":
            return refusals.failed(_words(reply))
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running()


def _words(reply: Reply) -> str:
    """Errors of `/vmodel` are documented for tasks alone [page]; this house's other calls say `error_des`."""
    places = ("error_des", "error", "message")
    return next((words for place in places if (words := error_words(dig(reply.body, place)))), "")


def _output(reply: Reply) -> str:
    """An address, or a list of one as predictions have it."""
    link = web_link(single(dig(reply.body, "output")))
    if link is None:
        raise UnexpectedReply("succeeded without an address", raw=reply.excerpt)
    return link


# -------------------------------------------------------------------------------------------------------- the provider


class OpenaiHkProvider(RemoteProvider):
    """Speaks to openai-hk."""

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    def __init__(self, *, account: Account, connections: Connections) -> None:
        # Every request has to name its type, a question too [page].
        super().__init__(account=account, connections=connections, headers={"Content-Type": "application/json"})
        self._paths = PATHS

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # calls nobody back
        """As `Provider.submit`."""
        return to_ticket(await self._api.pay("/vmodel/generate", to_body(order), look=order.last_look))

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._asked(ticket.id))

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = await self._asked("none")
        refusals.key_held(reply, _words(reply))

    async def _asked(self, id: str) -> Reply:
        """Ask where it answered last; where that path is not there, ask at the other one and remember it."""
        first, second = self._paths
        reply = await self._api.ask(first.format(id=quote(id, safe="")))
        if reply.status != 404:  # noqa: PLR2004 HTTP
            return reply
        other = await self._api.ask(second.format(id=quote(id, safe="")))
        if other.fine:
            self._paths = (second, first)
        return other
