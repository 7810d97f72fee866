"""Which names we answer to, and which pages may change something here: the guards against other people's websites."""

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import structlog
from aiohttp import web

from bot.web.refusals import refuse

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""What stands behind a guard. aiohttp hands it over by the keyword `handler`, so that word has to stand there."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CALLED_BY_MACHINES = ("/callbacks/", "/telegram/")
"""Paths below which other servers post; what they bring is signed, and no browser's cookie counts there."""
ORIGIN_SHOWN = 200
"""Characters of a foreign origin that are logged."""

log = structlog.get_logger("reelbot.web")


@dataclass(frozen=True, slots=True)
class OurNames:
    """The host names under which this server may be reached.

    A hostile page can make its own name resolve to our address and then read us as if we were its own server (DNS
    rebinding). It cannot change the name that the browser sends along.
    """

    listen: str
    """The host we listen on."""
    public_url: str | None
    """How the internet reaches us."""

    def include(self, host_header: str) -> bool:
        """Whether a request with this `Host` header is meant for us; ports do not matter."""
        host = _host(host_header)
        if host is None:
            return False
        public = _parsed(self.public_url or "")
        if host in LOOPBACK_NAMES or host in {self.listen.lower(), public.hostname if public else None}:
            return True
        # Whoever listens everywhere is reached by bare addresses too, and rebinding needs a name.
        return _is_wildcard(self.listen) and _is_address(host)

    def origin_is_ours(self, origin: str, host_header: str) -> bool:
        """Whether a page of this origin is one of our own pages."""
        parts = _parsed(origin)
        if parts is None or parts.scheme not in {"http", "https"}:
            return False
        public = _parsed(self.public_url or "")
        if public is not None and _origin(parts) == _origin(public):
            return True
        return parts.netloc.lower() == host_header.lower()

    @web.middleware
    async def only_our_names(self, request: web.Request, handler: Serve) -> web.StreamResponse:
        """Refuse whatever was sent to another name."""
        if not self.include(request.headers.get("Host", "")):
            return refuse(request, 421, "refused_name")
        return await handler(request)

    @web.middleware
    async def only_our_pages(self, request: web.Request, handler: Serve) -> web.StreamResponse:
        """Let only our own pages change anything (cross-site request forgery)."""
        by_machine = request.path.startswith(CALLED_BY_MACHINES)
        if request.method in SAFE_METHODS or by_machine or self._from_our_page(request):
            return await handler(request)
        # Not the whole path: some hold signatures, which are keys.
        page, origin = f"/{request.path.split('/')[1]}", request.headers.get("Origin", "")[:ORIGIN_SHOWN]
        log.warning("a request of another site was refused", page=page, origin=origin, remote=request.remote)
        return refuse(request, 403, "refused_other_site")

    def _from_our_page(self, request: web.Request) -> bool:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        # Browsers leave Sec-Fetch-Site out on plain http, but send Origin with every request that changes something.
        return self.origin_is_ours(request.headers.get("Origin", ""), request.headers.get("Host", ""))


def _parsed(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # is checked only when somebody looks
    except ValueError:
        return None
    return parts if parts.hostname else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _host(host_header: str) -> str | None:
    parts = _parsed(f"//{host_header}")
    if parts is None or parts.hostname is None or parts.netloc != host_header or "@" in host_header:
        return None
    return parts.hostname.rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_wildcard(listen: str) -> bool:
    return not listen or (_is_address(listen) and ipaddress.ip_address(listen).is_unspecified)
