"""How a refusal looks over HTTP: a status and one clear sentence as JSON."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

from bot.core.store import StoreTrouble

log = structlog.get_logger("reelbot.web")

_SENTENCES = {
    403: "This is not allowed.",
    404: "There is nothing here.",
    405: "This address does not take that kind of request.",
    413: "That is larger than this server takes.",
}


def refuse(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with one sentence that says what is wrong."""
    return web.json_response({"error": sentence}, status=status, headers=headers)


@web.middleware
async def as_sentences(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn a database in trouble and the errors that aiohttp raises into sentences, and leave redirects alone."""
    try:
        return await handler(request)
    except StoreTrouble as trouble:
        log.warning("the database could not be used for a page", detail=repr(trouble))
        return refuse(503, "The database cannot be used just now: nothing was changed. Please try again.")
    except web.HTTPError as error:
        if error.content_type == "application/json":
            raise  # it brings a sentence of its own
        kept = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
        return refuse(error.status, _SENTENCES.get(error.status, f"{error.reason}."), kept)
