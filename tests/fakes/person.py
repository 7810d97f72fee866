"""A person with a browser: keeps its cookie, and sends again what got no answer, under the same key."""

import asyncio
import secrets
from collections.abc import Collection

import aiohttp

WISH = "/video a cat"
PATIENCE = 60.0
"""Seconds that a person looks at the chat before giving up."""


class Person:
    def __init__(self):
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._key = secrets.token_hex(16)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self._session.close()

    async def visit(self, address: str) -> list[dict]:
        """Open the page: everything that stands in the chat."""
        async with self._session.get(f"{address}/chat/history") as response:
            return (await response.json())["entries"]

    async def ask(self, address: str) -> str:
        """Ask for a video, once however often this is called; returns the job's id."""
        answer = await self.say(address, WISH, key=self._key)
        assert answer.get("accepted"), answer
        return answer["job"]

    async def say(self, address: str, text: str, *, key: str | None = None) -> dict:
        """Type something, and read the direct answer to it."""
        words = {"text": text, "key": key or secrets.token_hex(16)}
        form = aiohttp.FormData(words, default_to_multipart=True)
        headers = {"Origin": address}
        async with self._session.post(f"{address}/chat/messages", data=form, headers=headers) as response:
            return await response.json()

    async def credits(self, address: str) -> str:
        """What `/credits` says first: what there is, and what is held."""
        lines = (await self.say(address, "/credits"))["entry"]["text"].splitlines()
        return " ".join(line for line in lines[:2] if line.startswith("You have") or " held " in line)

    async def click(self, address: str, note: dict, label: str) -> dict:
        """Press a button that is really there, and read the direct answer."""
        (button,) = [button for button in note["buttons"] if button["label"] == label]
        click = {"job": button["job"], "action": button["action"], "key": secrets.token_hex(16)}
        async with self._session.post(
            f"{address}/chat/buttons", json=click, headers={"Origin": address}
        ) as response:  # fmt: skip
            return await response.json()

    async def follow(self, address: str, *, until: Collection[str]) -> dict:
        """Look at the chat until the note of the one job says one of these states."""
        async with asyncio.timeout(PATIENCE):
            while True:
                notes = [entry for entry in await self.visit(address) if entry["kind"] == "note"]
                if notes and notes[0]["state"] in until:
                    assert len(notes) == 1, notes
                    return notes[0]
                await asyncio.sleep(0.05)

    async def ask_and_follow(self, address: str, *, until: Collection[str]) -> dict:
        await self.visit(address)
        await self.ask(address)
        return await self.follow(address, until=until)

    async def download(self, address: str, path: str) -> bytes:
        """Follow a link of the chat."""
        async with self._session.get(f"{address}{path}") as response:
            assert response.status == 200, response.status
            return await response.read()

    def watch(self, address: str):
        """An open page: its event stream, as a context."""
        return self._session.get(f"{address}/chat/events", params={"after": "0"})
