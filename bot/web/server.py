"""The HTTP server itself: opens and closes the listening socket, and puts the same guards before every route."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.web.hosts import OurNames, Serve
from bot.web.refusals import as_sentences, refuse

LARGEST_REQUEST = 2 * 26_000_000 + 1_000_000
"""Bytes: two pictures and the words beside them. Routes that need less set a smaller cap of their own."""
READ_WHOLE = 128 * 1024
"""Bytes that a route may read into memory at once; larger requests have to be streamed."""

_CONTENT_POLICY = (
    "default-src 'self'; "
    "img-src 'self' blob:; "  # previews of photos that were not sent yet
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class WebServer:
    """Listens while its `async with` block runs.

    Args:
        host: Address to listen on; empty is every one.
        port: 0 takes any free port; `address` tells which.
        public_url: How the internet reaches this server; None if it does not.
        routes: Everything that is served.
        guards: Middlewares that stand behind our own, such as the log-in.
        closing_seconds: How long requests under way may take when the server stops.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        public_url: str | None,
        routes: Iterable[web.AbstractRouteDef],
        guards: Sequence[Middleware] = (),
        closing_seconds: float = 3.0,
    ) -> None:
        self._host = host
        self._port = port
        names = OurNames(listen=host, public_url=public_url)
        app = web.Application(
            middlewares=[as_sentences, names.only_our_names, names.only_our_pages, _only_what_fits, *guards],
            client_max_size=READ_WHOLE,
        )
        app.on_response_prepare.append(_add_security_headers)
        app.add_routes(routes)
        # No access log: addresses hold signatures, and a signature in a log is a key in a log.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=closing_seconds)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host or None, self._port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def address(self) -> str:
        """`http://host:port` as somebody on this machine reaches it.

        Raises:
            RuntimeError: The server does not listen.
        """
        if not self._runner.addresses:
            raise RuntimeError("The server does not listen yet.")
        host, port = self._runner.addresses[0][:2]
        if host in {"0.0.0.0", "::"}:  # noqa: S104 compared, not bound
            host = "127.0.0.1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@web.middleware
async def _only_what_fits(request: web.Request, handler: Serve) -> web.StreamResponse:
    if (request.content_length or 0) > LARGEST_REQUEST:
        return refuse(request, 413, "refused_too_large_pictures")
    return await handler(request)


async def _add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
