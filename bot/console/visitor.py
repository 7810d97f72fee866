"""A person with a browser, played by a program: goes through the web chat's own pages and nothing else."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.console.printing import Refusal


@dataclass(frozen=True, slots=True)
class Entry:
    """What the chat shows of one job."""

    headline: str
    details: tuple[str, ...]
    percent: float | None
    asking: bool
    """It costs so much that the chat wants to hear a yes first."""
    ended: bool
    clip_url: str | None

    @property
    def receipt(self) -> str:
        return self.details[-1] if self.details else ""


class Visitor:
    """Visits the chat at *address* while its `async with` block runs; every visitor is a new person."""

    def __init__(self, address: str) -> None:
        self._address = address
        # The chat lives on a bare address, whose cookies are kept only by a jar that is told to.
        self._session = aiohttp.ClientSession(
            base_url=address,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": address},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, text: str, photo: Path | None, *, draw: Callable[[Entry], None]) -> Entry:
        """Send a message and follow its note to the end, telling *draw* of every change.

        Raises:
            Refusal: The chat answered with a sentence instead of a job.
        """
        async with self._session.get("/chat/history") as response:
            cursor = (await response.json())["cursor"]
        job = await self._send(text, photo)
        agreed = False
        async for entry in self._entries(cursor):
            if entry.get("kind") != "note" or entry.get("job") != job:
                continue
            seen = _read(entry)
            draw(seen)
            if seen.asking and not agreed:
                await self._agree(job)
                agreed = True
            if seen.ended:
                return seen
        raise Refusal("The chat closed before the video was finished.")

    async def save(self, url: str, into: Path) -> None:
        """Download a clip as the page's video element would."""
        async with self._session.get(url) as response:
            response.raise_for_status()
            content = await response.read()
        await asyncio.to_thread(into.write_bytes, content)

    async def _send(self, text: str, photo: Path | None) -> str:
        form = aiohttp.FormData({"text": text, "key": secrets.token_hex(16)})
        if photo is not None:
            content = await asyncio.to_thread(photo.read_bytes)
            form.add_field("first", content, filename=photo.name, content_type="image/jpeg")
        async with self._session.post("/chat/messages", data=form) as response:
            answer: dict[str, Any] = await response.json()
        if not answer.get("accepted"):
            said = answer.get("entry") or {}
            raise Refusal(str(answer.get("error") or said.get("text") or "The chat did not accept the message."))
        return str(answer["job"])

    async def _agree(self, job: str) -> None:
        click = {"job": job, "action": "yes", "key": secrets.token_hex(16)}
        async with self._session.post("/chat/buttons", json=click) as response:
            answer: dict[str, Any] = await response.json()
        if not answer.get("accepted"):
            raise Refusal(str(answer["entry"]["text"]))

    async def _entries(self, cursor: str) -> AsyncIterator[dict[str, Any]]:
        """The page's event stream, decoded (HTML standard, server-sent events)."""
        async with self._session.get("/chat/events", params={"after": cursor}) as response:
            name = ""
            async for raw in response.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == "entry":
                    yield json.loads(line.removeprefix("data: "))


def _read(entry: dict[str, Any]) -> Entry:
    clip = entry.get("clip")
    return Entry(
        headline=str(entry["headline"]),
        details=tuple(entry["details"]),
        percent=entry["percent"],
        asking=entry["state"] == "asking",
        ended=bool(entry["ended"]),
        clip_url=clip["url"] if clip else None,
    )
