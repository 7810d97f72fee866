"""Reading what a bot sends: JSON, or a form with files beside it."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord.messages import Picture
from tests.fakes.discord.refusals import Refusal


@dataclass
class Body:
    """One request's body."""

    json: Any = None
    files: dict[int, Picture] = field(default_factory=dict)
    """By the number in `files[n]`."""


async def read_body(request: web.Request) -> Body:
    """Raises: Refusal: It is no JSON."""
    if request.content_type.startswith("multipart/"):
        return await _read_form(request)
    raw = await request.read()
    if not raw:
        return Body()
    if request.content_type != "application/json":
        raise Refusal.of_form("_", f"content type {request.content_type}")
    return Body(_parse(raw))


async def _read_form(request: web.Request) -> Body:
    body = Body({})
    async for part in await request.multipart():
        name = part.name or ""
        if name == "payload_json":
            body.json = _parse(await part.read())
        elif name.startswith("files[") and name.endswith("]"):
            content = bytes(await part.read())
            body.files[int(name[6:-1])] = Picture(part.filename or "unnamed", content)
        else:
            raise Refusal.of_form(name, "a field that nobody reads")
    return body


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as wrong:
        raise Refusal.of(50109) from wrong
