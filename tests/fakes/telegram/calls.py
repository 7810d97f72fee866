"""One request as the bot sent it: form fields, query or JSON, with its uploads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.fakes.telegram.refusals import bad_request

ATTACH = "attach://"


@dataclass(frozen=True)
class Upload:
    """A file in the body of a request."""

    content: bytes
    name: str
    mime: str


@dataclass(frozen=True)
class Call:
    """One call of one method."""

    method: str
    """In lower case: the server does not care."""
    at: float
    """Seconds on the loop's own clock."""
    fields: Mapping[str, str]
    """As they came: lists and objects are JSON."""
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def chat_id(self) -> int | None:
        found = self.fields.get("chat_id")
        return int(found) if found is not None and found.lstrip("-").isdigit() else None

    @property
    def posts(self) -> bool:
        """Whether the server counts it against the chat's budget."""
        return self.method.startswith(("send", "edit"))

    def text(self, name: str) -> str | None:
        return self.fields.get(name)

    def number(self, name: str) -> int | None:
        found = self.fields.get(name)
        if found is None or found == "":
            return None
        try:
            return int(found)
        except ValueError:
            raise bad_request(f'can\'t parse field "{name}" as a number') from None

    def yes(self, name: str) -> bool:
        return self.fields.get(name, "").lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:
        found = self.fields.get(name)
        if not found:
            return None
        try:
            return json.loads(found)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def needed(self, name: str, words: str) -> str:
        found = self.fields.get(name)
        if not found:
            raise bad_request(words)
        return found

    def upload(self, name: str, reference: str | None) -> Upload | None:
        """What was uploaded for a field: as a part of its name, or as the part that `attach://` names."""
        if reference is not None and reference.startswith(ATTACH):
            return self.uploads.get(reference.removeprefix(ATTACH))
        return self.uploads.get(name) if reference is None else None


async def read_call(request: web.Request, at: float) -> Call:
    """Read a whole request."""
    fields: dict[str, str] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        fields |= {name: _as_field(value) for name, value in (await request.json()).items()}
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            await _read_part(part, fields, uploads)
    else:
        fields |= {name: str(value) for name, value in (await request.post()).items()}
    return Call(request.match_info["method"].lower(), at, fields, uploads)


async def _read_part(part: BodyPartReader, fields: dict[str, str], uploads: dict[str, Upload]) -> None:
    if part.filename is None:
        fields[part.name] = await part.text()
    else:
        mime = part.headers.get("Content-Type", "application/octet-stream")
        uploads[part.name] = Upload(bytes(await part.read()), part.filename, mime)


def _as_field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
