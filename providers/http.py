"""The one way from a provider to the outside: a paid call, a free question, and a download, each with its own rules.

- A **paid call** is made once, on a connection of its own, so that "no connection was made" is certain and a stale
  connection cannot make its outcome unknown. Nothing is repeated and no redirect is followed.
- A **question** may be repeated by whoever asks; it is not repeated here.
- A **download** follows a link that somebody else gave us: to public addresses only (`guard.py`), over http(s), and
  without the operator's key.
"""

import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from pydantic import SecretStr
from yarl import URL

from providers.account import Account
from providers.errors import Misconfigured, MisconfiguredKind, OutcomeUnknown, TryLater
from providers.guard import public_socket
from providers.inline import Form
from providers.outgoing import opened
from providers.reading import parsed

CONNECT_SECONDS = 15.0
PAY_SECONDS = 100.0
"""How long the answer to a paid call is waited for; less than the house's own limit, so that the error is ours."""
ASK_SECONDS = 25.0
READ_SECONDS = 60.0
"""Longest silence within a download."""
MOST_REPLY_BYTES = 2_000_000
EXCERPT = 500
"""Characters of a reply that are kept for the log."""
SECRET_LEAST = 8
"""Characters from which on a key is one that nobody guesses."""
REDIRECTS_MOST = 5
CHUNK_BYTES = 65_536
LONGEST_WAIT = timedelta(hours=6)
"""A provider that asks for more patience than this is not believed."""

Guard = Callable[[tuple[Any, ...]], socket.socket]
Look = Callable[[], Awaitable[None]]

_WRITTEN_OUT = re.compile(r"[!-~]+")
"""What may stand in an address without being escaped; a stray `%` or quotation mark is the sender's affair."""
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an API answered, whatever its status."""

    status: int
    body: object
    """The JSON that was answered; None if it was none, or `null`."""
    excerpt: str
    """The beginning of the text, free of the operator's key."""
    retry_after: timedelta | None = None

    @property
    def fine(self) -> bool:
        """Whether the status promises success; the body may still say otherwise."""
        return 200 <= self.status < 300  # noqa: PLR2004 HTTP


class _LookingOnceMore(aiohttp.TCPConnector):
    """Makes one connection, and asks whether it is still wanted before anything is sent."""

    def __init__(self, look: Look | None, *, resolver: AbstractResolver | None) -> None:
        super().__init__(force_close=True, resolver=resolver)
        self._look = look

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 aiohttp's own signature
    ) -> Connection:
        """As aiohttp's, and then the look; whatever it raises is let through."""
        connection = await super().connect(req, traces, timeout)
        try:
            if self._look is not None:
                await self._look()
        except BaseException:
            connection.close()
            raise
        return connection


class Connections:
    """The connections of all providers; usable while entered as a context.

    Args:
        allow_private: Whether downloads may come from loopback and private addresses (tests, self-hosted providers).
            The operator's own base addresses may be anywhere.
        pay_seconds: How long the answer to a paid call is waited for.
        guard: Makes the sockets of downloads, and refuses to where nobody may be sent.
        resolver: Finds the addresses of names; the machine's own by default.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        pay_seconds: float = PAY_SECONDS,
        guard: Guard = public_socket,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._guard = None if allow_private else guard
        self._pay_seconds = pay_seconds
        self._resolver = resolver
        self._asking: aiohttp.ClientSession | None = None
        self._outside: aiohttp.ClientSession | None = None

    def paying(self, look: Look | None) -> aiohttp.ClientSession:
        """A session for one paid call, which is asked about by *look* right before it is sent."""
        timeout = aiohttp.ClientTimeout(total=self._pay_seconds, sock_connect=CONNECT_SECONDS)
        return aiohttp.ClientSession(connector=_LookingOnceMore(look, resolver=self._resolver), timeout=timeout)

    @property
    def asking(self) -> aiohttp.ClientSession:
        return _open(self._asking)

    @property
    def outside(self) -> aiohttp.ClientSession:
        return _open(self._outside)

    async def __aenter__(self) -> Self:
        ask = aiohttp.ClientTimeout(total=ASK_SECONDS, sock_connect=CONNECT_SECONDS)
        read = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        kept = aiohttp.TCPConnector(limit=0, limit_per_host=64, resolver=self._resolver)
        self._asking = aiohttp.ClientSession(connector=kept, timeout=ask)
        # Unlimited: a slow link must not keep other clips waiting; no cached names: each hop is looked up anew.
        outward = aiohttp.TCPConnector(
            limit=0, force_close=True, socket_factory=self._guard, resolver=self._resolver, use_dns_cache=False
        )
        # No cookies: links have nothing to do with each other.
        self._outside = aiohttp.ClientSession(connector=outward, timeout=read, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._asking, self._outside):
            if session is not None:
                await session.close()
        self._asking = self._outside = None

    async def download(self, link: str) -> AsyncIterator[bytes]:
        """Stream what lies behind a link that somebody gave us.

        Raises:
            TryLater: It cannot be had now: not there, not allowed, cut short, or no address of the public internet.
        """
        try:
            address = _address(link)
            if address.scheme not in {"http", "https"}:
                raise TryLater("the link to the clip is not an http address")
            async with self.outside.get(address, max_redirects=REDIRECTS_MOST) as response:
                if response.status != 200:  # noqa: PLR2004 HTTP
                    raise TryLater(f"the link to the clip answered {response.status}")
                async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError, ValueError) as trouble:
            raise TryLater(f"the clip could not be downloaded: {_words(trouble)}") from trouble


def _address(link: str) -> URL:
    """Letter by letter where it is written as addresses are: some are signed as they stand.

    Raises:
        ValueError: No address at all.
    """
    return URL(link, encoded=_WRITTEN_OUT.fullmatch(link) is not None)


def _open(session: aiohttp.ClientSession | None) -> aiohttp.ClientSession:
    if session is None:
        raise RuntimeError("the connections are not open")
    return session


class Api:
    """One API under the operator's base address, called with the operator's key.

    Args:
        account: The operator's account; an empty key sends no `Authorization`.
        connections: Opened and closed by whoever made them.
        headers: Sent with every call, besides the key.
    """

    def __init__(self, *, account: Account, connections: Connections, headers: Mapping[str, str] | None = None) -> None:
        self._base = account.base_url.rstrip("/")
        self._key: SecretStr = account.key
        self._connections = connections
        self._headers = dict(headers or {})

    async def pay(self, path: str, body: Mapping[str, object] | Form, *, look: Look | None = None) -> Reply:
        """Make the one paid call, a POST of JSON or of a form.

        Args:
            path: With its leading slash; percent-encoded where needed.
            body: A mapping is sent as JSON; any `Inline` in it as a data URL, read while it is sent.
            look: As `Order.last_look`; what it raises is let through, and nothing was sent.

        Raises:
            NotReady: A picture could not be opened; nobody was called.
            TryLater: No connection was made.
            Misconfigured: The base address is none.
            OutcomeUnknown: Sent, and the answer did not arrive whole; or sent in part, as a picture could not be read
                to its end.
        """
        try:
            async with (
                opened(body) as sent,
                self._connections.paying(look) as session,
                session.post(self._url(path), data=sent, headers=self._sent(), allow_redirects=False) as response,
            ):
                return await self._read(response)
        except _NO_CONNECTION as trouble:
            raise TryLater(f"no connection: {_words(trouble)}") from trouble
        except aiohttp.InvalidURL as wrong:
            raise Misconfigured(MisconfiguredKind.ADDRESS, f"{self._base} is not an address") from wrong
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            # This is so even if we broke it off ourselves, within a picture. No server should act upon half a body, but
            # whether one did, or a gateway before it, is not ours to know: a second call could buy a second clip.
            raise OutcomeUnknown(f"the answer was lost: {_words(lost)}") from lost

    async def ask(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        method: str = "GET",
        body: Mapping[str, object] | None = None,
    ) -> Reply:
        """Make a call that costs nothing and may be repeated.

        Raises:
            TryLater: No answer.
            Misconfigured: The base address is none.
        """
        try:
            async with self._connections.asking.request(
                method, self._url(path), params=params, json=body, headers=self._sent(), allow_redirects=False
            ) as response:
                return await self._read(response)
        except aiohttp.InvalidURL as wrong:
            raise Misconfigured(MisconfiguredKind.ADDRESS, f"{self._base} is not an address") from wrong
        except (aiohttp.ClientError, OSError, TimeoutError) as trouble:
            raise TryLater(f"no answer: {_words(trouble)}") from trouble

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """Stream a file that the API itself serves, with the operator's key.

        Where it says that the file lies elsewhere, that is a link like any other: without the key, and guarded.

        Raises:
            TryLater: It cannot be had now.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        try:
            async with self._connections.asking.get(
                self._url(path), headers=self._sent(), timeout=timeout, allow_redirects=False
            ) as response:
                elsewhere = response.headers.get("Location") if response.status in _ELSEWHERE else None
                if response.status != 200 and not elsewhere:  # noqa: PLR2004 HTTP
                    raise TryLater(f"the clip's address answered {response.status}")
                link = urljoin(f"{self._base}{path}", elsewhere or "")
                chunks = self._connections.download(link) if elsewhere else response.content.iter_chunked(CHUNK_BYTES)
                async for chunk in chunks:
                    yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as trouble:
            raise TryLater(f"the clip could not be downloaded: {_words(trouble)}") from trouble

    def _url(self, path: str) -> URL:
        return URL(f"{self._base}{path}", encoded=True)

    def _sent(self) -> dict[str, str]:
        key = self._key.get_secret_value()
        return ({"Authorization": f"Bearer {key}"} if key else {}) | self._headers

    async def _read(self, response: aiohttp.ClientResponse) -> Reply:
        raw = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            raw += chunk
            if len(raw) > MOST_REPLY_BYTES:
                break
        text = self._without_key(raw.decode("utf-8-sig", "replace"))
        return Reply(
            status=response.status,
            body=parsed(text),
            excerpt=text[:EXCERPT],
            retry_after=_retry_after(response.headers.get("Retry-After")),
        )

    def _without_key(self, text: str) -> str:
        """Some APIs repeat a wrong key in their refusal.

        A short word in the place of a key, as servers of one's own have it, hides nothing, and stands in every reply.
        """
        key = self._key.get_secret_value()
        return text.replace(key, "***") if len(key) >= SECRET_LEAST else text


def _retry_after(given: str | None) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None if there is neither."""
    if not given:
        return None
    try:
        wait = timedelta(seconds=int(given)) if given.strip().isdigit() else _until(given)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)


def _until(date: str) -> timedelta:
    return parsedate_to_datetime(date) - datetime.now(tz=UTC)  # noqa: TID251 another machine's clock, compared at once


def _words(trouble: BaseException) -> str:
    """The trouble without addresses, which may be signed."""
    if isinstance(trouble, aiohttp.ClientConnectorError) and trouble.os_error.strerror:
        return trouble.os_error.strerror
    return f"{type(trouble).__name__} {getattr(trouble, 'status', '') or ''}".strip()
