"""Signed links to clips, thumbnails and pictures: whoever holds one may look until it expires, and nobody else."""

import asyncio
import re
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from aiohttp import hdrs, web

from bot.core.model import FileName
from bot.core.ports import Clock, Files
from bot.core.signing import BadSignature, Expired, Signer
from bot.web.refusals import refuse

_PURPOSE = "media"
_MEDIA_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


class Shelf(StrEnum):
    """Which folder of `Files` a name lies in; thumbnails lie beside their clips."""

    CLIP = "clip"
    PICTURE = "picture"


class MediaLinks:
    """Makes links and serves what they name.

    Args:
        files: Where the files lie.
        signer: Signs the names.
        clock: Tells when a link is over.
        public_url: How the internet reaches us; None if it does not.
        days: How long a link works at least.
    """

    def __init__(self, *, files: Files, signer: Signer, clock: Clock, public_url: str | None, days: int = 7) -> None:
        self._files = files
        self._signer = signer
        self._clock = clock
        self._public_url = public_url.rstrip("/") if public_url else None
        self._days = days

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/media/{signed}", self._serve, allow_head=True)]

    def link(self, name: FileName, shelf: Shelf = Shelf.CLIP) -> str:
        """A path on this server, the same for a whole day so that browsers need not load the file twice."""
        end = datetime.combine(self._clock.now().date() + timedelta(days=self._days + 1), time(), UTC)
        return f"/media/{self._signer.sign(_PURPOSE, f'{shelf}/{name}', end)}"

    def public_link(self, name: FileName, shelf: Shelf = Shelf.CLIP) -> str | None:
        """A full address that works from anywhere; None without `PUBLIC_URL`."""
        return f"{self._public_url}{self.link(name, shelf)}" if self._public_url else None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            named = self._signer.open(_PURPOSE, request.match_info["signed"], self._clock.now())
        except Expired:
            return refuse(request, 410, "refused_link_expired")
        except BadSignature:
            return refuse(request, 404, "refused_nothing_here")
        shelf, _, name = named.partition("/")
        find = self._files.clip if shelf == Shelf.CLIP else self._files.picture
        path = find(FileName(name))
        if not await asyncio.to_thread(path.is_file):
            return refuse(request, 404, "refused_file_deleted")
        return web.FileResponse(path, headers=_headers(path, download=request.query.get("download") == "1"))


def _headers(path: Path, *, download: bool) -> dict[str, str]:
    friendly = re.sub(r"[^\w.-]", "_", f"reelbot-{path.name}", flags=re.ASCII)
    kind = "attachment" if download else "inline"
    return {
        hdrs.CONTENT_TYPE: _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        hdrs.CONTENT_DISPOSITION: f'{kind}; filename="{friendly}"',
        hdrs.CACHE_CONTROL: "private, max-age=86400",
    }
