"""AI/ML API: MiniMax's video models under one reseller's names, `video-01` on the path it was first documented with.

Sources: the provider's page "video-01" (2025), cited as [page], and its later pages on MiniMax's models and on errors
(github.com/aimlapi/api-docs, 2026), cited as [docs]. The later pages have one path for all models and other names for
the fields; a task is asked about where it was made. Nobody is called back, and nothing can be stopped.
"""

from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote

from providers import refusals
from providers.contract import CAMERA_MOVES, Done, Mode, Offer, Order, Pace, Progress, Queued, Running, Ticket
from providers.errors import UnexpectedReply
from providers.http import Reply
from providers.minimax_prices import H3, HAILUO, HAILUO_FAST, SERIES_01, Size, cells
from providers.pictures import Frames, frames_of
from providers.reading import amount, code, dig, error_words, micros, single, text, web_link
from providers.remote import RemoteProvider

NAME = "aimlapi"
BASE_URL = "https://api.aimlapi.com"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""The samples ask every 10 to 15 s [docs]; no limits are documented: modest ones."""
FIRST_PATH = "/v2/generate/video/minimax/generation"
PATH = "/v2/video/generations"
CREDITS_A_DOLLAR = 2_000_000
"""120000 credits are 0.06 US dollars in the documented answer [docs]."""
MARKUP = Decimal("1.05")
"""What the samples bill above MiniMax's list price: 588000 credits for a clip of 0.28 US dollars [docs]."""

# ---------------------------------------------------------------------------------------------------- what is on offer

_FIXED = frozenset({"video-01", "video-01-live2d"})
"""Models without a choice of length and size, and without fields for them [docs]."""


def _offer(model: str, wire_model: str, modes: tuple[Mode, ...], sizes: tuple[Size, ...]) -> Offer:
    """A picture needs a text as well [page]; only Hailuo models follow camera commands (MiniMax, text-to-video)."""
    return Offer(
        provider=NAME,
        model=model,
        wire_model=wire_model,
        formats=cells(sizes, *modes, times=MARKUP),
        camera_moves=frozenset(CAMERA_MOVES if model.startswith("hailuo") else ()),
        prompt_most=7000 if model == "h3" else 2000,
        prompt_needed_with_picture=True,
    )


OFFERS = (
    _offer("hailuo-2.3", "minimax/hailuo-2.3", (Mode.TEXT, Mode.IMAGE), HAILUO),
    _offer("hailuo-2.3-fast", "minimax/hailuo-2.3-fast", (Mode.IMAGE,), HAILUO_FAST),
    _offer("hailuo-02", "minimax/hailuo-02", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), HAILUO),
    _offer("h3", "minimax/h3", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), H3.sizes("2K")),
    _offer("video-01", "video-01", (Mode.TEXT, Mode.IMAGE), SERIES_01),
    _offer("live", "video-01-live2d", (Mode.IMAGE,), SERIES_01),
)
"""Prices are MiniMax's list prices with this reseller's markup: it has no price list of its own in its documents."""
_WIRE_MODELS = frozenset(offer.wire_model for offer in OFFERS)


# ------------------------------------------------------------------------------------------------------- what is asked


def path_of(wire_model: str) -> str:
    """Where a model's tasks are made and asked about."""
    return FIRST_PATH if wire_model == "video-01" else PATH


def to_body(order: Order, frames: Frames) -> dict[str, object]:
    """The fields of [page] for `video-01`, those of [docs] for all others; length and size where there is a choice."""
    body: dict[str, object] = {"model": order.wire_model, "prompt": order.prompt}
    first_name = "first_frame_image" if path_of(order.wire_model) == FIRST_PATH else "image_url"
    if frames.first is not None:
        body[first_name] = frames.first
    if frames.last is not None:
        body["last_image_url"] = frames.last
    if order.wire_model not in _FIXED:
        body |= {"duration": order.seconds, "resolution": order.resolution}
    return body


# ---------------------------------------------------------------------------------------------------- what is answered


def to_ticket(reply: Reply) -> Ticket:
    """The task that a submit has made, and what it costs: named `generation_id` in samples, `id` in schemas [docs].

    Raises:
        ProviderError: None was made, or nobody can say.
    """
    reply = _stated(reply)
    bought = text(dig(reply.body, "generation_id")) or text(dig(reply.body, "id"))
    if not reply.fine or not bought:
        raise refusals.not_taken(reply, _words(reply.body))
    return Ticket(bought, _cost_micros(reply.body))


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
            return refusals.failed(_words(reply.body))
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
    link = web_link(dig(single(dig(reply.body, "video")), "url"))
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


# -------------------------------------------------------------------------------------------------------- the provider


class AimlapiProvider(RemoteProvider):
    """Speaks to AI/ML API."""

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # calls nobody back
        """As `Provider.submit`."""
        body = to_body(order, frames_of(order))
        return to_ticket(await self._api.pay(path_of(order.wire_model), body, look=order.last_look))

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        reply = await self._asked(path_of(ticket.wire_model), ticket.id)
        if reply.status == 404 and ticket.wire_model not in _WIRE_MODELS:  # noqa: PLR2004 HTTP
            reply = await self._asked(FIRST_PATH, ticket.id)
        return to_progress(reply)

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = _stated(await self._asked(PATH, "none"))
        refusals.key_held(reply, _words(reply.body))

    async def _asked(self, path: str, id: str) -> Reply:
        """Ids hold colons and slashes, which are escaped as the samples do it [docs]."""
        return await self._api.ask(f"{path}?generation_id={quote(id, safe='')}")
