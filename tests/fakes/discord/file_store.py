"""The file store: what hangs on messages and commands, behind links that expire."""

from aiohttp import web

from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.world import Channel, World


class FileStore:
    """All files. *link_seconds* is how long a new link lives: a day, as reported."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._files: dict[int, Picture] = {}
        self.origin = ""
        self.link_seconds = 86_400.0
        self.downloads = 0
        world.link = self.link

    def calls(self):
        return {Call.DOWNLOAD: self.download}

    def link(self, file: Picture, channel: Channel) -> str:
        """A fresh signed link: `ex` is when it dies, in hexadecimal seconds since 1970."""
        self._files[file.id] = file
        kind = "ephemeral-attachments" if file.ephemeral else "attachments"
        now = self._world.now()
        signed = f"ex={int(now + self.link_seconds):x}&is={int(now):x}&hm={file.id:x}&"
        return f"{self.origin}/{kind}/{channel.id}/{file.id}/{file.name}?{signed}"

    def forget_uploads(self) -> None:
        """What was uploaded into commands is deleted, as happens some time later."""
        self._files = {file.id: file for file in self._files.values() if not file.ephemeral}

    def download(self, request: web.Request, _body: Body) -> web.Response:
        file = self._files.get(int(request.match_info["file_id"]))
        alive = int(request.query.get("ex", "0"), 16) > self._world.now()
        if file is None or not alive:
            return web.Response(status=404, text="This content is no longer available.")
        self.downloads += 1
        return web.Response(body=file.content, content_type=file.content_type or "application/octet-stream")
