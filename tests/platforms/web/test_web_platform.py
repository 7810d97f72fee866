"""The web chat keeps the promises that every platform makes."""

import pytest

from bot.core.model import ButtonAction, Place
from tests.contracts.platform import Core, PlatformContract, Seen, small_clip
from tests.fakes.web_house import running_house
from tests.platforms.web.browser_tab import tab


class WebStage:
    def __init__(self, house, page, core, asker, place):
        self.house = house
        self.page = page
        self.platform = house.chat
        self.core = core
        self.asker = asker
        self.place = place

    async def say(self, text, key):
        assert (await self.page.say(text, key))[0] == 200

    async def seen(self, job):
        return [
            Seen(
                entry["headline"],
                0 if entry["clip"] is None else 1,
                tuple(ButtonAction(button["action"]) for button in entry["buttons"]),
            )
            for entry in await self.page.entries()
            if entry["kind"] == "note" and entry["job"] == job
        ]

    async def settle(self):
        """Nothing is ever held back here."""

    def clip(self):
        return small_clip(self.house.files.root / "clips")

    def place_that_is_gone(self):
        return Place("web", "{}")


class TestWebChat(PlatformContract):
    @pytest.fixture
    async def stage(self, tmp_path):
        core = Core()
        async with running_house(tmp_path, receive=core.receive) as house, tab(house.server.address) as page:
            await page.open()
            await page.say("hello", "introduction")
            first = core.heard.pop()
            yield WebStage(house, page, core, first.user.id, first.place)
