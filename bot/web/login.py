"""The log-in: one password, a signed session cookie, and patience with whoever guesses."""

import asyncio
import hashlib
import hmac
import math
import secrets
from datetime import timedelta
from pathlib import Path

import jinja2
import structlog
from aiohttp import web

from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.web.back_off import BackOff
from bot.web.hosts import Serve
from bot.web.refusals import refuse, words_for

COOKIE = "reelbot_session"
LIFETIME = timedelta(days=14)
MOST_FORM_BYTES = 8 * 1024
OPEN = ("/login", "/logout", "/healthz", "/readyz", "/metrics", "/media/", "/callbacks/", "/telegram/")
"""Paths that need no session: they show nothing, or every link carries a signature of its own."""
log = structlog.get_logger("reelbot.web")

_FOLDER = Path(__file__).parent / "page"
_PAGE = jinja2.Template((_FOLDER / "login.html").read_text(encoding="utf-8"), autoescape=True)


class Login:
    """Stands before everything that is not open, and before `/admin` always.

    Args:
        password: What opens it; None opens nothing.
        login_needed: Whether the rest of the site needs it too, because strangers can reach this address.
        signer: Signs the session.
        clock: Tells when a session or a wait is over.
        secure: Whether people come over https, so that the cookie must not travel without.
    """

    def __init__(self, *, password: str | None, login_needed: bool, signer: Signer, clock: Clock, secure: bool) -> None:
        self._password = password
        self._login_needed = login_needed
        self._signer = signer
        self._clock = clock
        self._secure = secure
        self._back_off = BackOff(clock=clock)
        self._one_at_a_time = asyncio.Lock()
        self._salt = secrets.token_bytes(16)
        # A changed password ends every session.
        self._purpose = f"session:{hashlib.sha256((password or '').encode()).hexdigest()}"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/login", self._show),
            web.post("/login", self._try),
            web.post("/logout", self._leave),
            web.get("/login/style.css", self._style),
            web.get("/login/icon.svg", self._icon),
        ]

    @web.middleware
    async def guard(self, request: web.Request, handler: Serve) -> web.StreamResponse:
        """Let through what is open, and whoever has logged in."""
        if not self._is_closed(request.path) or self._has_session(request):
            return await handler(request)
        if self._password is None and _is_console(request.path):
            # Nobody can ever enter it: then there is none.
            return refuse(request, 404, "refused_nothing_here")
        if request.headers.get("HX-Request"):
            # A live part of a page would put the log-in into itself; htmx goes there instead.
            return refuse(request, 401, "login_needed", {"HX-Redirect": "/login?next=/admin"})
        if request.method != "GET" and _is_console(request.path):
            log.warning("a form without a session was refused", path=request.path, remote=request.remote)
        if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
            return refuse(request, 401, "login_needed")
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            # A strict cookie stays at home when a link on another site is followed; a step of our own brings it.
            return web.Response(text='<!doctype html><meta http-equiv="refresh" content="0">', content_type="text/html")
        raise web.HTTPSeeOther(str(request.rel_url.with_path("/login").with_query(next=request.path)))

    def _is_closed(self, path: str) -> bool:
        return _is_console(path) or (self._login_needed and not path.startswith(OPEN))

    def _has_session(self, request: web.Request) -> bool:
        try:
            self._signer.open(self._purpose, request.cookies.get(COOKIE, ""), self._clock.now())
        except BadSignature:
            return False
        return self._password is not None

    async def _show(self, request: web.Request) -> web.Response:
        return self._drawn(request, 200, "")

    async def _style(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FOLDER / "login.css", headers={"Cache-Control": "no-cache"})

    async def _icon(self, _request: web.Request) -> web.FileResponse:
        headers = {"Cache-Control": "no-cache", "Content-Type": "image/svg+xml"}
        return web.FileResponse(_FOLDER / "icon.svg", headers=headers)

    async def _try(self, request: web.Request) -> web.Response:
        words = words_for(request)
        address = request.remote or ""
        if self._password is None:
            return self._drawn(request, 403, words["no_password_set"])
        if (request.content_length or 0) > MOST_FORM_BYTES:
            return refuse(request, 413, "wrong_password")
        form = await request.post()
        wait = math.ceil(self._back_off.wait(address).total_seconds())
        if wait:
            response = self._drawn(request, 429, words["too_many_tries"].format(n=wait))
            response.headers["Retry-After"] = str(wait)
            return response
        self._back_off.begin(address)
        if not await self._fits(str(form.get("password", "")), self._password):
            return self._drawn(request, 401, words["wrong_password"])
        self._back_off.succeeded(address)
        return self._welcome(_path_here(str(form.get("next", "/"))))

    async def _fits(self, given: str, password: str) -> bool:
        # One at a time: each hash takes 16 MB, and nobody shall make us take more.
        async with self._one_at_a_time:
            return await asyncio.to_thread(
                lambda: hmac.compare_digest(_hash(given, self._salt), _hash(password, self._salt))
            )

    def _welcome(self, path: str) -> web.Response:
        response = web.Response(status=303, headers={"Location": path})
        session = self._signer.sign(self._purpose, secrets.token_urlsafe(12), self._clock.now() + LIFETIME)
        response.set_cookie(
            COOKIE,
            session,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    async def _leave(self, _request: web.Request) -> web.Response:
        response = web.Response(status=303, headers={"Location": "/login"})
        response.del_cookie(COOKIE, httponly=True, samesite="Strict", secure=self._secure)
        return response

    def _drawn(self, request: web.Request, status: int, problem: str) -> web.Response:
        page = _PAGE.render(
            words=words_for(request),
            next=_path_here(request.query.get("next", "/")),
            problem=problem,
        )
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=page, status=status, content_type="text/html", headers=headers)


def _is_console(path: str) -> bool:
    return path == "/admin" or path.startswith("/admin/")


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(errors="surrogatepass"), salt=salt, n=2**14, r=8, p=1)


def _path_here(wanted: str) -> str:
    r"""Only a path on this very server: `//elsewhere` and `/\\elsewhere` would lead away."""
    is_here = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_here else "/"
