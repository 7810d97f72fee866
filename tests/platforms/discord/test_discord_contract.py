"""Discord keeps the promises that every platform makes."""

import re

import pytest

from bot.core.model import ButtonAction
from bot.platforms.discord.places import Spot
from tests.contracts.platform import Core, PlatformContract, Seen, small_clip
from tests.platforms.discord.stage import scene


class DiscordStage:
    def __init__(self, scene, asker):
        self.scene = scene
        self.core = scene.core
        self.platform = scene.chat
        self.asker = asker
        self.asked = {}

    @property
    def place(self):
        """Every interaction is a place of its own, for its token can write where nobody else can."""
        return self._introduced if not self.core.heard else self.core.heard[-1].place

    def introduced(self):
        self._introduced = self.core.heard.pop().place

    async def say(self, text, key):
        if key in self.asked:
            self.scene.ana.again(self.asked[key])
        else:
            self.asked[key] = self.scene.ana.slash("video", prompt=text)
            await self.asked[key].answered()
        await self.scene.answered()

    async def seen(self, job):
        return [
            Seen(
                message.text.replace("**", "").replace(f"<@{self.asker.id}> ", "").partition("\n")[0],
                len(message.media),
                tuple(ButtonAction((button.custom_id or "").split(":")[1]) for button in message.buttons),
            )
            for message in self.scene.ana.seen()
            if message.ephemeral_for is None and self._job_of(message) in {job, None}
        ]

    def _job_of(self, message):
        """The job that a message names, in words or on a button; one that names none is about the only one."""
        texts = [message.text, *(button.custom_id or "" for button in message.buttons)]
        found = re.search(r"\b(job\d{7}|k3f9q0x2ab)\b", " ".join(texts))
        return found[0] if found else None

    async def settle(self):
        """Nothing is ever held back here: what comes too fast is dropped."""

    def clip(self):
        return small_clip(self.scene.files.root / "clips")

    def place_that_is_gone(self):
        self.scene.ana.user.takes_dms = False
        asker = self.scene.ana.user.id
        return Spot(asker=asker, channel=1, guild=2, posts=True, interaction=3, message=4).place()


class TestDiscord(PlatformContract):
    @pytest.fixture
    async def stage(self, tmp_path):
        async with scene(tmp_path) as made:
            made.core = Core()
            async with made.running():
                await made.asks("hello")
                stage = DiscordStage(made, made.core.heard[-1].user.id)
                stage.introduced()
                yield stage
