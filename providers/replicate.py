"""Replicate: MiniMax's models as predictions, with signed callbacks.

Sources: Replicate's documents "HTTP API", cited as [api], "Prediction lifecycle" [lifecycle], "Rate limits" [limits],
"Verify webhooks" [webhooks] and "Input files" [files], and its pages of the models `minimax/…` [models], all as of
2026.

Results are deleted after an hour [lifecycle]. No key guards a submit against being made twice.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from pydantic import SecretStr

from providers import refusals
from providers.account import Account
from providers.contract import (
    CAMERA_MOVES,
    Done,
    Failed,
    FailReason,
    Format,
    Mode,
    News,
    Offer,
    Order,
    Pace,
    Picture,
    Progress,
    Queued,
    Running,
    Ticket,
)
from providers.errors import Misconfigured, MisconfiguredKind, ProviderError, TryLater, UnexpectedReply
from providers.http import Connections, Reply
from providers.inline import Inline
from providers.minimax_prices import HAILUO, HAILUO_FAST, HAILUO_SMALL, SERIES_01, cells
from providers.pictures import Frames, inline_within
from providers.reading import dig, error_words, parsed, single, text, web_link
from providers.remote import RemoteProvider
from providers.standard_webhooks import SigningKey

NAME = "replicate"
BASE_URL = "https://api.replicate.com"
USUAL_PACE = Pace(submits_per_minute=60, at_once=10, ask_seconds_least=5.0)
"""600 predictions a minute are allowed, far fewer when the credit runs low [limits]: a tenth."""
SECRET_SECONDS = 10.0
"""How long the secret of callbacks is waited for: it must not eat up the time of the paid call behind it."""

SMALL_BYTES = 750_000
"""A picture inside a request should be less than a megabyte [files]: so it is in base64 too."""

_CLEARS_IN = re.compile(r"(?:resets|available) in ~?(\d{1,5}) ?s", re.IGNORECASE)

# ----------------------------------------------------------------------------------------------------- what is on offer

_FIXED_LENGTH = frozenset({"minimax/video-01", "minimax/video-01-live", "minimax/video-01-director"})
"""Models that take neither a length nor a size."""
_FIXED_SIZE = _FIXED_LENGTH | {"minimax/hailuo-02-fast"}


def _offer(model: str, wire_model: str, formats: tuple[Format, ...], moves: tuple[str, ...] = ()) -> Offer:
    return Offer(
        provider=NAME,
        model=model,
        wire_model=f"minimax/{wire_model}",
        formats=formats,
        camera_moves=frozenset(moves),
        prompt_needed_with_picture=True,
    )


OFFERS = (
    _offer("hailuo-2.3", "hailuo-2.3", cells(HAILUO, Mode.TEXT, Mode.IMAGE), CAMERA_MOVES),
    _offer("hailuo-2.3-fast", "hailuo-2.3-fast", cells(HAILUO_FAST, Mode.IMAGE), CAMERA_MOVES),
    _offer(
        "hailuo-02",
        "hailuo-02",
        cells(HAILUO, Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST) + cells(HAILUO_SMALL[:1], Mode.IMAGE),
        CAMERA_MOVES,
    ),
    _offer("hailuo-02-fast", "hailuo-02-fast", cells(HAILUO_SMALL, Mode.IMAGE)),
    _offer("video-01", "video-01", cells(SERIES_01, Mode.TEXT, Mode.IMAGE)),
    _offer("live", "video-01-live", cells(SERIES_01, Mode.IMAGE)),
    _offer("director", "video-01-director", cells(SERIES_01, Mode.TEXT, Mode.IMAGE), CAMERA_MOVES),
)
"""On 10 seconds at 512p the sources disagree; `hailuo-02`'s own page [models] has 10 seconds at 768p alone.

Replicate shows its prices on the models' pages alone, without an interface: MiniMax's list prices of the same models
stand in for them."""


# -------------------------------------------------------------------------------------------------------- what is asked


def to_body(order: Order, frames: Frames, webhook: str | None) -> dict[str, object]:
    """The request of [api], with the input of [models].

    Args:
        order: What to make.
        frames: Addresses, or the pictures themselves.
        webhook: Called once, when the prediction has ended.
    """
    put: dict[str, object] = {"prompt": order.prompt}
    if frames.first is not None:
        put["first_frame_image"] = frames.first
    if frames.last is not None:
        put["last_frame_image"] = frames.last
    if order.wire_model not in _FIXED_LENGTH:
        put["duration"] = order.seconds
    if order.wire_model not in _FIXED_SIZE:
        put["resolution"] = order.resolution.lower()
    called = {} if webhook is None else {"webhook": webhook, "webhook_events_filter": ["completed"]}
    return {"input": put, **called}


async def _link(picture: Picture | None) -> str | Inline | None:
    """Pictures are taken by address, and by data URL where nobody can reach us; the former is what [api] recommends."""
    return None if picture is None else picture.url or await inline_within(picture, SMALL_BYTES)


# ----------------------------------------------------------------------------------------------------- what is answered


def of_submit(reply: Reply) -> ProviderError:
    """What an answer without a prediction means; how long to wait is told in words [limits]."""
    words = _words(reply)
    told = _CLEARS_IN.search(words)
    if reply.status == 429 and reply.retry_after is None and told:  # noqa: PLR2004 HTTP
        return TryLater(f"429: {words}", after=timedelta(seconds=int(told[1])))
    if reply.status == 404 and words:  # noqa: PLR2004 HTTP
        # The model is in the path: it is gone, or not for this account, and the others are not.
        return Misconfigured(MisconfiguredKind.PLAN, f"404: {words}")
    return refusals.not_taken(reply, words)


def to_progress(reply: Reply) -> Progress:
    """Statuses of [lifecycle].

    Raises:
        UnexpectedReply: No usable answer.
    """
    match _status(reply):
        case "starting":
            return Queued()
        case "succeeded":
            return _made(reply)
        case "failed" | "canceled" | "aborted" as status:
            return refusals.failed(error_words(dig(reply.body, "error")) or status)
        case "":
            raise UnexpectedReply("a prediction without a status", raw=reply.excerpt)
        case _:
            return Running()


def _made(reply: Reply) -> Progress:
    """The output is an address, or a list of one."""
    link = web_link(single(dig(reply.body, "output")))
    if link is not None:
        return Done(link)
    if dig(reply.body, "data_removed") is True:
        return Failed(FailReason.PROVIDER, "the clip was deleted before it was fetched")
    raise UnexpectedReply("succeeded without an address", raw=reply.excerpt)


def _status(reply: Reply) -> str:
    return text(dig(reply.body, "status")).lower()


def _words(reply: Reply) -> str:
    """Problems are told as `detail`, in short as `title` (RFC 9457)."""
    return error_words(reply.body) or text(dig(reply.body, "title"))


def _path(ticket: Ticket) -> str:
    return f"/v1/predictions/{quote(ticket.id, safe='')}"


# --------------------------------------------------------------------------------------------------------- the provider


class ReplicateProvider(RemoteProvider):
    """Speaks to Replicate.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
        now: Tells the time, to judge how old a callback is.
        webhook_secret: Signs Replicate's callbacks; asked of Replicate where it is not given.

    Raises:
        ValueError: The secret is none.
    """

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    def __init__(
        self,
        *,
        account: Account,
        connections: Connections,
        now: Callable[[], datetime],
        webhook_secret: SecretStr | None = None,
    ) -> None:
        super().__init__(account=account, connections=connections)
        self._now = now
        self._signing = SigningKey(webhook_secret) if webhook_secret else None

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`. A callback that could not be checked is not asked for."""
        webhook = callback_url if callback_url and await self._can_check() else None
        frames = Frames(await _link(order.first_frame), await _link(order.last_frame))
        path = f"/v1/models/{order.wire_model}/predictions"
        reply = await self._api.pay(path, to_body(order, frames, webhook), look=order.last_look)
        bought = text(dig(reply.body, "id"))
        if not reply.fine or not bought:
            raise of_submit(reply)
        return Ticket(bought)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._asked(ticket))

    async def prove(self) -> None:
        """As `Proves.prove`."""
        reply = await self._api.ask("/v1/account")
        if reply.status in {404, 405}:
            raise Misconfigured(MisconfiguredKind.ADDRESS, f"no accounts at this address: {reply.status}")
        if not reply.fine:
            raise refusals.of_poll(reply, _words(reply))
        if not text(dig(reply.body, "username")):
            raise UnexpectedReply("an account without a name", raw=reply.excerpt)

    async def cancel(self, ticket: Ticket) -> bool:
        """As `Cancels.cancel`.

        What has begun to run is billed even if it is cancelled then, and what never began is not [lifecycle]. So a
        prediction that runs is left alone: better a clip that is paid for than none.
        """
        if _status(await self._asked(ticket)) != "starting":
            return False
        reply = await self._api.ask(f"{_path(ticket)}/cancel", method="POST")
        if reply.fine and _status(reply) in {"starting", "processing"}:
            reply = await self._asked(ticket)
        began = bool(text(dig(reply.body, "started_at")))
        return reply.fine and (_status(reply) == "aborted" or (_status(reply) == "canceled" and not began))

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> News:
        """As `CallsBack.read_callback`. Without the secret, nothing is believed."""
        if self._signing is None:
            raise UnexpectedReply("a callback whose signature cannot be checked yet")
        self._signing.check(headers, body, now=self._now())
        about = text(dig(parsed(body), "id"))
        if not about:
            raise UnexpectedReply("a callback about no prediction")
        return News(Ticket(about))

    async def learn_secret(self) -> None:
        """As `LearnsSecret.learn_secret`."""
        await self._can_check()

    async def _asked(self, ticket: Ticket) -> Reply:
        reply = await self._api.ask(_path(ticket))
        if not reply.fine:
            raise refusals.of_poll(reply, _words(reply))
        return reply

    async def _can_check(self) -> bool:
        """Get the secret of callbacks if it is not known yet: before the paid call, and never at its cost."""
        if self._signing is None:
            try:
                async with asyncio.timeout(SECRET_SECONDS):
                    reply = await self._api.ask("/v1/webhooks/default/secret")
                self._signing = SigningKey(SecretStr(text(dig(reply.body, "key"))))
            except (ProviderError, TimeoutError, ValueError):
                return False
        return True
