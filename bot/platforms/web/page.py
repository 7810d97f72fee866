"""The page itself: one document, one style sheet, a few scripts and an icon, all from this server."""

from pathlib import Path

import jinja2
from aiohttp import web

from bot.core.page_texts import page_texts
from bot.platforms.web.persons import language_of

_FOLDER = Path(__file__).parent / "page"
_INDEX = jinja2.Template((_FOLDER / "index.html").read_text(encoding="utf-8"), autoescape=True)
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""Named here, for what the machine's own tables say differs, and browsers refuse scripts of a wrong type."""
_FILES = ("style.css", "chat.js", "composer.js", "dom.js", "entries.js", "network.js", "price.js", "icon.svg")
# "no-cache" asks the server whether the copy is still fresh: after an update nobody has to clear anything.
_HEADERS = {"Cache-Control": "no-cache"}


def routes() -> list[web.RouteDef]:
    """Where the page and its files are."""
    return [
        web.get("/", _index),
        *(web.get(f"/page/{name}", _file) for name in _FILES),
        web.get("/favicon.ico", _icon),
    ]


async def _index(request: web.Request) -> web.Response:
    page = _INDEX.render(words=page_texts(language_of(request)))
    return web.Response(text=page, content_type="text/html", headers={**_HEADERS, "Vary": "Accept-Language, Cookie"})


async def _file(request: web.Request) -> web.FileResponse:
    return _served(request.path.rpartition("/")[2])


async def _icon(_request: web.Request) -> web.FileResponse:
    return _served("icon.svg")


def _served(name: str) -> web.FileResponse:
    path = _FOLDER / name
    return web.FileResponse(path, headers={**_HEADERS, "Content-Type": f"{_TYPES[path.suffix]}; charset=utf-8"})
