"""A browser tab without the page: makes the requests that the page makes, and reads the events it would read."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp


class Tab:
    def __init__(self, session, address):
        self.session = session
        self.address = address
        self.cursor = ""

    async def open(self):
        """Load the conversation, as the page does first."""
        async with self.session.get(f"{self.address}/chat/history") as answer:
            assert answer.status == 200, await answer.text()
            history = await answer.json()
        self.cursor = history["cursor"]
        return history

    async def entries(self):
        return (await self.open())["entries"]

    async def say(self, text="a cat smiling", key="message-0001", pictures=(), **chosen):
        """Send a message; returns status and answer."""
        form = aiohttp.FormData({"key": key, "text": text, **chosen}, default_to_multipart=True)
        for frame, (name, content) in zip(("first", "last"), pictures, strict=False):
            form.add_field(frame, content, filename=name, content_type="image/jpeg")
        return await self.post("/chat/messages", data=form)

    async def click(self, action, job, key="click-0001"):
        return await self.post("/chat/buttons", json={"job": job, "action": action, "key": key})

    async def post(self, path, **body):
        async with self.session.post(self.address + path, headers={"Origin": self.address}, **body) as answer:
            return answer.status, await answer.json()

    @asynccontextmanager
    async def listening(self, cursor=None):
        """Events from now on, or from *cursor*; a `None` in between is a heartbeat."""
        params = {"after": self.cursor if cursor is None else cursor}
        async with self.session.get(f"{self.address}/chat/events", params=params) as answer:
            assert answer.status == 200, await answer.text()
            assert await answer.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
            yield Events(answer.content)


class Events:
    def __init__(self, content):
        self._content = content
        self.last_id = None

    async def next(self):
        """The next event as (name, body); None for a heartbeat."""
        async with asyncio.timeout(5):
            block = (await self._content.readuntil(b"\n\n")).decode()
        if block.startswith(":"):
            return None
        fields = dict(line.split(": ", 1) for line in block.strip().split("\n"))
        self.last_id = fields["id"]
        return fields["event"], json.loads(fields["data"])

    async def until(self, name, **expected):
        """Skip to the event that has these values."""
        while True:
            event = await self.next()
            if event and event[0] == name and expected.items() <= event[1].items():
                return event[1]

    async def ended(self):
        async with asyncio.timeout(5):
            while not self._content.at_eof():
                await self._content.readany()
        return True


@asynccontextmanager
async def tab(address, **headers):
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as session:
        yield Tab(session, address)
