"""AI/ML API: MiniMax's video models under one reseller's names, `video-01` on the path it was first documented with.

Sources: the provider's page "video-01" (2025), cited as [page], and its later pages on MiniMax's models and on errors
(github.com/aimlapi/api-docs, 2026), cited as [docs]. The later pages have one path for all models and other names for
the fields; a task is asked about where it was made. Nobody is called back, and nothing can be stopped.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
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
    Progress,
    Queued,
    Running,
    Ticket,
)
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    ProviderError,
    RefusalKind,
    Refused,
    UnexpectedReply,
)
from providers.http import Api, Connections, Reply
from providers.pictures import data_url
from providers.reading import amount, code, dig, error_words, micros, text, web_link

NAME = "aimlapi"
BASE_URL = "https://api.aimlapi.com"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""The samples ask every 10 to 15 s [docs]; no limits are documented: modest ones."""
FIRST_PATH = "/v2/generate/video/minimax/generation"
PATH = "/v2/video/generations"
CREDITS_A_DOLLAR = 2_000_000
"""120000 credits are 0.06 US dollars in the documented answer [docs]."""
_MARKUP = Decimal("1.05")
"""What the samples bill above MiniMax's list price: 588000 credits for a clip of 0.28 US dollars [docs]."""


class AimlapiProvider:
    """Speaks to AI/ML API.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
    """

    def __init__(self, *, account: Account, connections: Connections) -> None:
        self._api = Api(account=account, connections=connections)
        self._connections = connections
        self._pace = account.rate.applied(USUAL_PACE)

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
        first = None if order.first_frame is None else await data_url(order.first_frame)
        last = None if order.last_frame is None else await data_url(order.last_frame)
        return to_ticket(
            await self._api.pay(path_of(order.wire_model), to_body(order, first_frame=first, last_frame=last))
        )

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        reply = await self._asked(path_of(ticket.wire_model), ticket.id)
        if reply.status == 404 and ticket.wire_model not in _WIRE_MODELS:  # noqa: PLR2004 HTTP
            reply = await self._asked(FIRST_PATH, ticket.id)
        return to_progress(reply)

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`."""
        return self._connections.download(done.url)

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = _stated(await self._asked(PATH, "none"))
        refusals.key_held(reply, _words(reply.body))

    async def _asked(self, path: str, id: str) -> Reply:
        """Ids hold colons and slashes, which are escaped as the samples do it [docs]."""
        return await self._api.ask(f"{path}?generation_id={quote(id, safe='')}")


def path_of(wire_model: str) -> str:
    """Where a model's tasks are made and asked about."""
    return FIRST_PATH if wire_model == "video-01" else PATH


def to_body(order: Order, *, first_frame: str | None, last_frame: str | None) -> dict[str, object]:
    """The fields of [page] for `video-01`, those of [docs] for all others; length and size where a model has a choice.

    Args:
        order: What is wanted.
        first_frame: The picture as a data URL.
        last_frame: Likewise.
    """
    body: dict[str, object] = {"model": order.wire_model, "prompt": order.prompt}
    first_name = "first_frame_image" if path_of(order.wire_model) == FIRST_PATH else "image_url"
    if first_frame is not None:
        body[first_name] = first_frame
    if last_frame is not None:
        body["last_image_url"] = last_frame
    if order.wire_model not in _FIXED:
        body |= {"duration": order.seconds, "resolution": order.resolution}
    return body


def to_ticket(reply: Reply) -> Ticket:
    """The task that a submit has made, and what it costs: named `generation_id` in samples, `id` in schemas [docs].

    Raises:
        ProviderError: None was made, or nobody can say.
    """
    reply = _stated(reply)
    bought = text(dig(reply.body, "generation_id")) or text(dig(reply.body, "id"))
    if not reply.fine or not bought:
        raise _not_taken(reply)
    return Ticket(bought, _cost_micros(reply.body))


def _not_taken(reply: Reply) -> ProviderError:
    """Why there is no task. A success without an id is a refusal only where its error clearly refuses."""
    words = _words(reply.body)
    if not reply.fine:
        return refusals.of_submit(reply, words)
    if refusals.about_content(words):
        return Refused(RefusalKind.CONTENT, words)
    if refusals.about_balance(words):
        return Misconfigured(MisconfiguredKind.BALANCE, words)
    return UnexpectedReply("a submit was answered without an id", raw=reply.excerpt)


def to_progress(reply: Reply) -> Progress:
    """Statuses of the schemas (`queued`, `generating`, `completed`, `error`) and samples (`waiting`, `active`) [docs].

    A link counts when the task is `completed`, and an error when it has failed: examples fill both in at any time.

    Raises:
        ProviderError: No usable answer.
    """
    reply = _stated(reply)
    if not reply.fine:
        raise refusals.of_poll(reply, _words(reply.body))
    match text(dig(reply.body, "status")).lower():
        case "queued" | "waiting":
            return Queued()
        case "completed":
            return Done(_clip(reply), _cost_micros(reply.body))
        case "error" | "failed":
            words = _words(reply.body)
            return Failed(FailReason.CONTENT if refusals.about_content(words) else FailReason.PROVIDER, words)
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running()


def _stated(reply: Reply) -> Reply:
    """The reply with the status that its body states, if that is an error: `statusCode`, a number or text [docs]."""
    stated = code(dig(reply.body, "statusCode"))
    if reply.fine and stated is not None and 400 <= stated < 600:  # noqa: PLR2004 HTTP
        return replace(reply, status=stated)
    return reply


def _words(body: object) -> str:
    """A refusal's `message`, or the name and message of a task's `error` [docs]."""
    error = dig(body, "error")
    told = (text(dig(error, "name")), error_words(error), error_words(dig(body, "message")))
    return ": ".join(words for words in told if words)


def _clip(reply: Reply) -> str:
    """One video, or a list of one [docs]."""
    video = dig(reply.body, "video")
    link = web_link(dig(video, 0, "url") if isinstance(video, list) else dig(video, "url"))
    if link is None:
        raise UnexpectedReply("completed without an address", raw=reply.excerpt)
    return link


def _cost_micros(body: object) -> int | None:
    """What is billed: in dollars where that is told, else in credits [docs]."""
    usage = dig(body, "meta", "usage")
    dollars, used = amount(dig(usage, "usd_spent")), amount(dig(usage, "credits_used"))
    if dollars is None and used is not None:
        dollars = used / CREDITS_A_DOLLAR
    return micros(dollars)


# ---------------------------------------------------------------------------------------------------- what is on offer

_FIXED = frozenset({"video-01", "video-01-live2d"})
"""Models without a choice of length and size, and without fields for them [docs]."""
"""The ratio is less than 5:2 [page], where MiniMax takes 5:2 itself."""
_MINIMAX_USD = {("768P", 6): Decimal("0.28"), ("768P", 10): Decimal("0.56"), ("1080P", 6): Decimal("0.49")}
"""MiniMax's list prices of Hailuo 2.3 and 02 (its page on pay-as-you-go prices, 2026)."""
_MINIMAX_FAST_USD = {("768P", 6): Decimal("0.19"), ("768P", 10): Decimal("0.32"), ("1080P", 6): Decimal("0.33")}
"""Likewise of Hailuo 2.3 Fast."""
_MINIMAX_H3_USD = {("2K", seconds): seconds * Decimal("0.13") for seconds in (6, 4, 5, *range(7, 16))}
"""Likewise of H3, 0.13 US dollars a second; the API's own default length first."""
_MINIMAX_01_USD = {("720P", 6): Decimal("0.43")}
"""MiniMax's old list price of the 01 series."""


def _offer(model: str, wire_model: str, modes: tuple[Mode, ...], prices: Mapping[tuple[str, int], Decimal]) -> Offer:
    """A picture needs a text as well [page]; only Hailuo models follow camera commands (MiniMax, text-to-video)."""
    return Offer(
        provider=NAME,
        model=model,
        wire_model=wire_model,
        formats=tuple(
            Format(mode, resolution, seconds, list_price * _MARKUP)
            for mode in modes
            for (resolution, seconds), list_price in prices.items()
        ),
        camera_moves=frozenset(CAMERA_MOVES if model.startswith("hailuo") else ()),
        prompt_most=7000 if model == "h3" else 2000,
        prompt_needed_with_picture=True,
    )


OFFERS = (
    _offer("hailuo-2.3", "minimax/hailuo-2.3", (Mode.TEXT, Mode.IMAGE), _MINIMAX_USD),
    _offer("hailuo-2.3-fast", "minimax/hailuo-2.3-fast", (Mode.IMAGE,), _MINIMAX_FAST_USD),
    _offer("hailuo-02", "minimax/hailuo-02", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), _MINIMAX_USD),
    _offer("h3", "minimax/h3", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), _MINIMAX_H3_USD),
    _offer("video-01", "video-01", (Mode.TEXT, Mode.IMAGE), _MINIMAX_01_USD),
    _offer("live", "video-01-live2d", (Mode.IMAGE,), _MINIMAX_01_USD),
)
"""Prices are MiniMax's list prices with this reseller's markup: it has no price list of its own in its documents."""
_WIRE_MODELS = frozenset(offer.wire_model for offer in OFFERS)
