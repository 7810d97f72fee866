"""Wires what people and machines reach by the web, and what the chats of other networks stand on."""

from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from bot.chats import Foresee, Premises
from bot.ground import Ground
from bot.parts import Part
from bot.platforms.web.audience import Audience
from bot.platforms.web.board import Board
from bot.platforms.web.chat import NAME, WebChat
from bot.platforms.web.persons import Persons
from bot.platforms.web.prices import Quoting, Wares
from bot.platforms.web.streams import Streams
from bot.settings import Settings
from bot.watching import Outlook
from bot.web.health import Check, Health
from bot.web.login import Login
from bot.web.server import WebServer
from bot.wellness import health_checks
from bot.wiring import Core


def make_chat(ground: Ground, quoting: Quoting) -> WebChat:
    """The chat of our own, whether or not its pages are served by this process."""
    books, streams = ground.books, Streams()
    shared = books.settings.clustered or not {Part.WEB, Part.WORKER} <= ground.parts
    return WebChat(
        board=Board(messages=books.store, streams=streams, clip_link=ground.links.link, shared=shared),
        audience=Audience(messages=books.store, streams=streams, clock=books.clock, shared=shared, name=NAME),
        files=books.files,
        clock=books.clock,
        persons=Persons(
            signer=ground.signer,
            clock=books.clock,
            secure=_by_https(books.settings),
            account=books.store.account,
        ),
        wares=Wares(lambda: ground.catalog.offers, quoting),
    )


def _by_https(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https:")


def premises(ground: Ground, foresee: Foresee) -> Premises:
    """What the chats of other networks stand on."""
    books = ground.books
    return Premises(
        settings=books.settings,
        store=books.store,
        files=books.files,
        clock=books.clock,
        signer=ground.signer,
        links=ground.links,
        catalog=ground.catalog,
        foresee=foresee,
    )


def outlook(ground: Ground, core: Core) -> Outlook:
    """What operators and their machines look at, and whom they act through."""
    books = ground.books
    return Outlook(
        store=books.store,
        files=books.files,
        clock=books.clock,
        signer=ground.signer,
        links=ground.links,
        charts=ground.charts,
        providers=ground.providers,
        catalog=ground.catalog,
        engine=core.engine,
        breaker=core.breaker,
    )


class _Routes(Protocol):
    """A part that answers on the web."""

    def routes(self) -> Sequence[web.RouteDef]: ...


def make_server(ground: Ground, core: Core, others: Sequence[_Routes], problems: Sequence[Check]) -> WebServer:
    """The web server with the routes of every part that answers there."""
    books, settings = ground.books, ground.books.settings
    login = Login(
        password=settings.admin_password.get_secret_value() if settings.admin_password else None,
        login_needed=not settings.listen.loopback,
        signer=ground.signer,
        clock=books.clock,
        secure=_by_https(settings),
    )
    parts: tuple[_Routes, ...] = (
        ground.links,
        core.callbacks,
        Health(checks=[*health_checks(books.store, core.engine.ready), *problems]),
        login,
        *others,
    )
    return WebServer(
        host=settings.listen.host,
        port=settings.listen.port,
        public_url=settings.public_url,
        routes=[route for part in parts for route in part.routes()],
        guards=[login.guard],
    )
