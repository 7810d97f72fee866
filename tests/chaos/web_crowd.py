"""People at the web chat: browsers that send again what got no answer, under the same key."""

import asyncio
import secrets

import aiohttp

from tests.chaos.deeds import Deeds
from tests.story.api_house import MODELS_OF_TWO_PICTURES, photo

PEOPLE = 8
PATIENCE = aiohttp.ClientTimeout(total=15)
INSIST_FOR = 60.0
"""Seconds in which a bot that behaves has to take what got no answer before."""


class Browser:
    """One person; what got no answer is sent again before anything else."""

    def __init__(self, name: str, address: str, deeds: Deeds):
        self.name = name
        self._address = address
        self._deeds = deeds
        self._luck = deeds.luck
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=PATIENCE)
        self._unsent = []
        self._notes: list[dict] = []
        self._known = False
        self._busy = False

    async def close(self) -> None:
        await self._session.close()

    async def act(self) -> None:
        """Do one thing, if the last one is done."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._next()
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._deeds.done["page without answer"] += 1
        finally:
            self._busy = False

    async def _next(self) -> None:
        if not self._known or self._luck.random() < 0.3:
            await self._look()
            return
        if not self._unsent:
            self._unsent.append(self._deed())
        deed = self._unsent[0]
        if await deed() and self._unsent:
            self._unsent.pop(0)
            if self._luck.random() < 0.1:
                self._deeds.done["page message again"] += 1
                await deed()

    async def insist(self) -> list[str]:
        """Send what got no answer until it gets one; what never got one."""
        try:
            async with asyncio.timeout(INSIST_FOR):
                while self._unsent:
                    await self._send()
                    await asyncio.sleep(0.2)
        except TimeoutError:
            return [f"{self.name} never got an answer"]
        return []

    async def _send(self) -> None:
        try:
            if await self._unsent[0]():
                self._unsent.pop(0)
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._deeds.done["page without answer"] += 1

    async def _look(self) -> None:
        async with self._session.get(f"{self._address}/chat/history") as response:
            if response.status == 200:
                entries = (await response.json())["entries"]
                self._notes = [entry for entry in entries if entry["kind"] == "note"]
                self._known = True

    async def watch_all(self) -> list[str]:
        """Play every clip that stands in the chat; what does not play."""
        await self._look()
        wrong = []
        for note in self._notes:
            if note["clip"]:
                async with self._session.get(f"{self._address}{note['clip']['url']}") as response:
                    if response.status != 200 or not await response.read():
                        wrong.append(f"the clip of job {note['job']} does not play at {self.name}: {response.status}")
        return wrong

    def _deed(self):
        deeds = {self._wish: 50, self._press: 30, self._speak: 15}
        return self._luck.choices(list(deeds), list(deeds.values()))[0]()

    def _wish(self):
        words = self._deeds.wish(self.name)
        self._deeds.done["wish"] += 1
        shown = self._luck.choices([[], ["first"], ["first", "last"]], [80, 15, 5])[0]
        model = self._deeds.model()
        if shown and self._luck.random() < 0.5:
            model = "live" if len(shown) == 1 else self._luck.choice(MODELS_OF_TWO_PICTURES)
        return self._saying(f"{words} model={model}", shown, words)

    def _speak(self):
        words = self._luck.choice(["again", "cancel", self._deeds.any_command()])
        self._deeds.done[f"/{words}"] += 1
        if words == "again":
            self._deeds.opens(self.name)
        return self._saying(f"/{words}", [], "")

    def _saying(self, text: str, shown: list[str], words: str):
        """Say something; *shown* are the frames that come with it."""
        key = secrets.token_hex(16)

        async def say() -> bool:
            form = aiohttp.FormData({"text": text, "key": key}, default_to_multipart=True)
            for frame in shown:
                form.add_field(frame, photo(), filename="cat.jpg", content_type="image/jpeg")
            headers = {"Origin": self._address}
            async with self._session.post(f"{self._address}/chat/messages", data=form, headers=headers) as response:
                if response.status != 200:
                    return response.status < 500
                answer = await response.json()
            if answer.get("accepted"):
                self._deeds.accepted[answer["job"]] = words
            return True

        return say

    def _press(self):
        notes = [note for note in self._notes[-15:] if note["buttons"]]
        if not notes:
            return self._wish()
        note = self._luck.choice(notes)
        button = self._luck.choice(note["buttons"])
        self._deeds.presses(self.name, button["label"], f"· {note['job']}")
        click = {"job": button["job"], "action": button["action"], "key": secrets.token_hex(16)}

        async def press() -> bool:
            headers = {"Origin": self._address}
            async with self._session.post(f"{self._address}/chat/buttons", json=click, headers=headers) as response:
                if response.status != 200:
                    return response.status < 500
                answer = await response.json()
            if answer.get("accepted"):
                self._deeds.accepted[answer["job"]] = ""
            return True

        return press


class WebCrowd:
    """Eight browsers, each in its own time."""

    name = "web"

    def __init__(self, address: str, deeds: Deeds, group: asyncio.TaskGroup):
        self.people = [Browser(f"web {number}", address, deeds) for number in range(PEOPLE)]
        self._luck = deeds.luck
        self._group = group

    async def act(self) -> None:
        """One person does something, while the others go on."""
        self._group.create_task(self._luck.choice(self.people).act())

    async def close(self) -> None:
        for person in self.people:
            await person.close()
