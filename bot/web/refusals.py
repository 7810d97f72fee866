"""How a refusal looks over HTTP: a status and one clear sentence as JSON, in the language of whoever asked."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.core.page_texts import page_texts, preferred_language
from bot.core.store import StoreTrouble

log = structlog.get_logger("reelbot.web")

_NAMES = {
    403: "refused_not_allowed",
    404: "refused_nothing_here",
    405: "refused_kind",
    413: "refused_too_large",
}


def words_for(request: web.Request) -> Mapping[str, str]:
    """Our pages' words, in the language that this browser asks for."""
    return page_texts(preferred_language(request.headers.get("Accept-Language", "")))


def refuse(request: web.Request, status: int, name: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with one sentence that says what is wrong.

    Args:
        request: What is refused.
        status: The status.
        name: The sentence, by its name among the pages' words.
        headers: More headers.
    """
    every = {"Vary": "Accept-Language", **(headers or {})}
    return web.json_response({"error": words_for(request)[name]}, status=status, headers=every)


@web.middleware
async def as_sentences(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn a database in trouble and the errors that aiohttp raises into sentences, and leave redirects alone."""
    try:
        return await handler(request)
    except StoreTrouble as trouble:
        log.warning("the database could not be used for a page", detail=repr(trouble))
        return refuse(request, 503, "refused_database")
    except web.HTTPError as error:
        if error.content_type == "application/json":
            raise  # it brings a sentence of its own
        kept = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
        return refuse(request, error.status, _NAMES.get(error.status, "refused_otherwise"), kept)
