"""The frame of every page of the console: head, ways to the other pages, remarks, and how values are written."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import jinja2
import structlog
from aiohttp import web

from bot.core.answers import shortened
from bot.core.costs import dollars
from bot.core.statistics import MOST_DAYS
from bot.web.admin.forms import Forms, Unfit
from bot.web.admin.room import ACTOR
from bot.web.refusals import refuse

FOLDER = Path(__file__).parent / "page"
PAGES = (
    ("/admin", "Overview"),
    ("/admin/jobs", "Jobs"),
    ("/admin/people", "People"),
    ("/admin/servers", "Servers"),
    ("/admin/blocks", "Blocks"),
    ("/admin/providers", "Providers"),
    ("/admin/costs", "Costs"),
    ("/admin/log", "Log"),
)
ON_A_PAGE = 50
"""Lines of a list."""

_TYPES = {"admin.css": "text/css", "htmx.min.js": "text/javascript"}

log = structlog.get_logger("reelbot.console")

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Frame:
    """Draws pages, and sends the operator back to one after a form."""

    def __init__(self, *, forms: Forms) -> None:
        self.forms = forms
        self._pages = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
        )
        self._pages.filters |= {
            "moment": moment,
            "duration": duration,
            "shortened": shortened,
            "number": lambda number: f"{number:,}",
            "signed": lambda number: f"{number:+,}" if number else "",
            "dollars": dollars,
            "percent": lambda share: "none" if share is None else f"{share * 100:.1f} %",
        }

    async def draw(self, request: web.Request, name: str, **values: object) -> web.Response:
        """Draw the page *name*.html."""
        here = request.rel_url.without_query_params("said")
        values |= {
            "here": str(here),
            "path": request.path,
            "pages": PAGES,
            "proof": self.forms.proof(request),
            "said": self.forms.said(request),
        }
        # The first time, templates are read from disk and compiled.
        page = await asyncio.to_thread(self._render, f"{name}.html", values)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    def _render(self, name: str, values: dict[str, object]) -> str:
        return self._pages.get_template(name).render(values)

    def back(self, path: str, words: str, *, problem: bool = False) -> web.Response:
        """Send the operator to *path*, where *words* are said."""
        where = f"{path}{'&' if '?' in path else '?'}said={self.forms.remark(words, problem=problem)}"
        return web.Response(status=303, headers={"Location": where})

    def saying(self, path: Callable[[web.Request], str], act: Callable[[web.Request], Awaitable[str]]) -> Serve:
        """Answer a form: do *act*, then go to *path* and say what came of it, or why it could not be done."""

        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                words, refused = await act(request), False
            except Unfit as unfit:
                words, refused = str(unfit), True
            log.info("operator's form", actor=ACTOR, path=request.path, refused=refused, answer=words)
            return self.back(path(request), words, problem=refused)

        return serve


def files() -> list[web.RouteDef]:
    """The style sheet and the script, open to nobody else either: the guard stands before all of `/admin`."""
    return [web.get(f"/admin/page/{name}", _file) for name in _TYPES]


async def _file(request: web.Request) -> web.FileResponse:
    name = request.path.rpartition("/")[2]
    headers = {"Cache-Control": "no-cache", "Content-Type": f"{_TYPES[name]}; charset=utf-8"}
    return web.FileResponse(FOLDER / name, headers=headers)


def days_of(request: web.Request, default: int = 30) -> int:
    """How many days the operator wants to see."""
    wanted = request.query.get("days", "")
    return min(MOST_DAYS, max(1, int(wanted))) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else default  # noqa: PLR2004 digits


def nothing_here(request: web.Request) -> web.Response:
    """The page does not exist."""
    return refuse(request, 404, "refused_nothing_here")


def moment(at: datetime | None) -> str:
    """An instant to the second, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "never"


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return "none"
    if seconds < 10:  # noqa: PLR2004 tenths matter here
        return f"{seconds:.1f} s"
    if seconds < 120:  # noqa: PLR2004 people say "90 seconds"
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:  # noqa: PLR2004 likewise
        return f"{minutes} min {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"  # noqa: PLR2004 likewise
