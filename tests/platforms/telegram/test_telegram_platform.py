"""Telegram keeps the promises that every platform makes."""

import json

import pytest

from bot.core.model import UserId
from bot.platforms.telegram.buttons import Buttons
from bot.platforms.telegram.places import Address, address_of, place_of
from tests.contracts.platform import Core, PlatformContract, Seen, small_clip
from tests.fakes.telegram.server import FakeTelegram
from tests.platforms.telegram.at_work import SIGNER, at_work


class TelegramStage:
    def __init__(self, telegram, ana, work, core, place):
        self.telegram = telegram
        self.ana = ana
        self.work = work
        self.platform = work.chat
        self.core = core
        self.asker = UserId("telegram", str(ana.id))
        self.place = place
        self.said = {}

    async def say(self, text, key):
        """The first time a person writes; the second time the network repeats it."""
        before = len(self.core.heard)
        if key in self.said:
            self.telegram.updates.replay()
            await self.work.rest()
            return
        self.said[key] = self.ana.send_text(text)
        await self.telegram.until(lambda: len(self.core.heard) > before)
        await self.work.answered()

    async def seen(self, job):
        buttons = Buttons(signer=SIGNER, clock=self.work.clock)
        found = []
        for post in self.ana.seen():
            if not post.by_bot or not self._about(post, job):
                continue
            actions = tuple(buttons.read(b["callback_data"]).action for row in post.rows for b in row)
            found.append(Seen(post.text.split("\n")[0], 1 if post.clip else 0, actions))
        return found

    def _about(self, post, job):
        """Notes and clips quote the prompt; which job's it is, the adapter itself remembers."""
        if "a cat smiling\npreview · 6 s" not in post.text:
            return False
        mine = {
            json.loads(body)["message"]: key for (_, key), body in self.work.memory.values.items() if "note:" in key
        }
        return mine.get(post.id, f"note:{job}") == f"note:{job}"

    async def settle(self):
        """Nothing is ever held back here: what may not be made at once is dropped."""

    def clip(self):
        return small_clip(self.work.folder)

    def place_that_is_gone(self):
        return place_of(Address(chat=-4999, asker=99, reply=5))


class TestTelegram(PlatformContract):
    @pytest.fixture
    async def stage(self, tmp_path):
        telegram, core = FakeTelegram(), Core()
        ana = telegram.person("Ana")
        async with telegram.serve(), at_work(telegram, tmp_path, core=core) as work:
            ana.send_text("hello")
            await telegram.until(lambda: core.heard)
            await work.answered()
            # Where the next message will be said, which the contract knows beforehand.
            first = core.heard.pop()
            address = address_of(first.place)
            expected = place_of(address.model_copy(update={"reply": address.reply + 2}))
            yield TelegramStage(telegram, ana, work, core, expected)
