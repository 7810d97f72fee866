"""Replicate: MiniMax's models as predictions, with signed callbacks.

Sources: Replicate's documents "HTTP API", cited as [api], "Prediction lifecycle" [lifecycle], "Rate limits" [limits]
and "Verify webhooks" [webhooks], and its pages of the models `minimax/…` [models], all as of 2026.

Results are deleted after an hour [lifecycle]. No key guards a submit against being made twice.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
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
from providers.http import Api, Connections, Reply
from providers.pictures import data_url
from providers.reading import dig, error_words, text, web_link
from providers.standard_webhooks import SigningKey

NAME = "replicate"
BASE_URL = "https://api.replicate.com"
USUAL_PACE = Pace(submits_per_minute=60, at_once=10, ask_seconds_least=5.0)
"""600 predictions a minute are allowed, far fewer when the credit runs low [limits]: a tenth."""
SECRET_SECONDS = 10.0
"""How long the secret of callbacks is waited for: it must not eat up the time of the paid call behind it."""

_CLEARS_IN = re.compile(r"(?:resets|available) in ~?(\d{1,5}) ?s", re.IGNORECASE)


class ReplicateProvider:
    """Speaks to Replicate.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
        now: Tells the time, to judge how old a callback is.
        webhook_secret: Signs Replicate's callbacks; asked of Replicate where it is not given.

    Raises:
        ValueError: The secret is none.
    """

    def __init__(
        self,
        *,
        account: Account,
        connections: Connections,
        now: Callable[[], datetime],
        webhook_secret: SecretStr | None = None,
    ) -> None:
        self._api = Api(account=account, connections=connections)
        self._connections = connections
        self._pace = account.rate.applied(USUAL_PACE)
        self._now = now
        self._signing = SigningKey(webhook_secret) if webhook_secret else None

    @property
    def name(self) -> str:
        return NAME

    @property
    def offers(self) -> tuple[Offer, ...]:
        return OFFERS

    @property
    def pace(self) -> Pace:
        return self._pace

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`. A callback that could not be checked is not asked for."""
        webhook = callback_url if callback_url and await self._can_check() else None
        first, last = await _link(order.first_frame), await _link(order.last_frame)
        body = to_body(order, first_frame=first, last_frame=last, webhook=webhook)
        reply = await self._api.pay(f"/v1/models/{order.wire_model}/predictions", body)
        if not reply.fine:
            raise of_submit(reply)
        bought = text(dig(reply.body, "id"))
        if not bought:
            raise UnexpectedReply("a submit was answered without an id", raw=reply.excerpt)
        return Ticket(bought)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._asked(ticket))

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`."""
        return self._connections.download(done.url)

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
        about = text(dig(_parsed(body), "id"))
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


def to_body(order: Order, *, first_frame: str | None, last_frame: str | None, webhook: str | None) -> dict[str, object]:
    """The request of [api], with the input of [models].

    Args:
        order: What to make.
        first_frame: Its address, or the picture itself in a data URL.
        last_frame: The same of the last frame.
        webhook: Called once, when the prediction has ended.
    """
    put: dict[str, object] = {"prompt": order.prompt}
    if first_frame is not None:
        put["first_frame_image"] = first_frame
    if last_frame is not None:
        put["last_frame_image"] = last_frame
    if order.wire_model not in _FIXED_LENGTH:
        put["duration"] = order.seconds
    if order.wire_model not in _FIXED_SIZE:
        put["resolution"] = order.resolution.lower()
    called = {} if webhook is None else {"webhook": webhook, "webhook_events_filter": ["completed"]}
    return {"input": put, **called}


def of_submit(reply: Reply) -> ProviderError:
    """What a refusal of a paid call means; how long to wait is told in words [limits]."""
    words = _words(reply)
    told = _CLEARS_IN.search(words)
    if reply.status == 429 and reply.retry_after is None and told:  # noqa: PLR2004 HTTP
        return TryLater(f"429: {words}", after=timedelta(seconds=int(told[1])))
    if reply.status == 404 and words:  # noqa: PLR2004 HTTP
        # The model is in the path: it is gone, or not for this account, and the others are not.
        return Misconfigured(MisconfiguredKind.PLAN, f"404: {words}")
    return refusals.of_submit(reply, words)


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
            words = error_words(dig(reply.body, "error")) or status
            return Failed(FailReason.CONTENT if refusals.about_content(words) else FailReason.PROVIDER, words)
        case "":
            raise UnexpectedReply("a prediction without a status", raw=reply.excerpt)
        case _:
            return Running()


def _made(reply: Reply) -> Progress:
    """The output is an address, or a list of one."""
    output = dig(reply.body, "output")
    link = web_link(dig(output, 0) if isinstance(output, list) else output)
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


async def _link(picture: Picture | None) -> str | None:
    """Pictures are taken by address, and by data URL where nobody can reach us; the former is what [api] recommends."""
    return None if picture is None else picture.url or await data_url(picture)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


# ---------------------------------------------------------------------------------------------- what is on offer

_FIXED_LENGTH = frozenset({"minimax/video-01", "minimax/video-01-live", "minimax/video-01-director"})
"""Models that take neither a length nor a size."""
_FIXED_SIZE = _FIXED_LENGTH | {"minimax/hailuo-02-fast"}

_Prices = Mapping[tuple[str, int], str]
# Replicate shows its prices on the models' pages alone, without an interface: MiniMax's list prices of the same models
# (MiniMax, "Pay as you go", 2026) stand in for them.
_OLD: _Prices = {("720P", 6): "0.43"}
_USUAL: _Prices = {("768P", 6): "0.28", ("768P", 10): "0.56", ("1080P", 6): "0.49"}
_FAST: _Prices = {("768P", 6): "0.19", ("768P", 10): "0.32", ("1080P", 6): "0.33"}
_SMALL: _Prices = {("512P", 6): "0.10"}
_SMALL_FAST: _Prices = {("512P", 6): "0.10", ("512P", 10): "0.15"}


def _formats(prices: _Prices, *modes: Mode) -> tuple[Format, ...]:
    cells = prices.items()
    return tuple(Format(mode, size, seconds, Decimal(usd)) for (size, seconds), usd in cells for mode in modes)


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
    _offer("hailuo-2.3", "hailuo-2.3", _formats(_USUAL, Mode.TEXT, Mode.IMAGE), CAMERA_MOVES),
    _offer("hailuo-2.3-fast", "hailuo-2.3-fast", _formats(_FAST, Mode.IMAGE), CAMERA_MOVES),
    _offer(
        "hailuo-02",
        "hailuo-02",
        _formats(_USUAL, Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST) + _formats(_SMALL, Mode.IMAGE),
        CAMERA_MOVES,
    ),
    _offer("hailuo-02-fast", "hailuo-02-fast", _formats(_SMALL_FAST, Mode.IMAGE)),
    _offer("video-01", "video-01", _formats(_OLD, Mode.TEXT, Mode.IMAGE)),
    _offer("live", "video-01-live", _formats(_OLD, Mode.IMAGE)),
    _offer("director", "video-01-director", _formats(_OLD, Mode.TEXT, Mode.IMAGE), CAMERA_MOVES),
)
"""On 10 seconds at 512p the sources disagree; `hailuo-02`'s own page [models] has 10 seconds at 768p alone."""
