"""The world around the bot: video APIs, a Telegram and a Discord in one place, which outlives every process of ours."""

import itertools
import json
import random
import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from tests.chaos.clock import Course
from tests.chaos.names import Names, named
from tests.chaos.records import Billed
from tests.chaos.unwelcome import Unwelcome
from tests.fakes.apis.ai302 import FakeAi302
from tests.fakes.apis.aimlapi import SAMPLE_WORDS, SCHEMA_WORDS, FakeAimlapi
from tests.fakes.apis.minimax import FakeMinimax
from tests.fakes.apis.openai_hk import FakeOpenaiHk
from tests.fakes.apis.openai_videos import FakeOpenaiVideos, OnDelete
from tests.fakes.apis.relay import FakeRelay, Shape
from tests.fakes.apis.replicate import OnCancel
from tests.fakes.apis.server import FakeApi, Phase, Task
from tests.fakes.apis.vtrix import CLIENT_WORDS, MANUAL_WORDS, FakeVtrix
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram.server import FakeTelegram
from tests.story.api_house import SERVER_MODEL, NearbyReplicate

WISH = re.compile(r"wish-\d{6}")


class PunctualMinimax(FakeMinimax):
    """Its clock is the world's."""

    def __init__(self, course: Course):
        super().__init__()
        self._course = course

    def _take(self, body):
        self.now = int(self._course.now())
        return super()._take(body)


class PunctualTelegram(FakeTelegram):
    """Likewise."""

    def __init__(self, course: Course):
        self._course = course
        super().__init__()

    def now(self):
        return int(self._course.now())


@dataclass
class Outside:
    """Everything that is not ours."""

    course: Course
    luck: random.Random
    apis: dict[str, FakeApi]
    telegram: FakeTelegram
    discord: FakeDiscord
    names: Names
    unwelcome: Unwelcome = field(default_factory=Unwelcome)
    billed: list[Billed] = field(default_factory=list)
    """Every paid task, in the order in which it was taken."""
    tasks: list[Task] = field(default_factory=list)
    """The same ones, as their APIs have them."""
    thrown: Counter[str] = field(default_factory=Counter)
    """What the dice of the APIs brought."""

    @asynccontextmanager
    async def serve(self) -> AsyncGenerator[None]:
        """All of it, until the block ends."""
        async with AsyncExitStack() as stack:
            for name, api in self.apis.items():
                self._keep_bills(name, api)
                await stack.enter_async_context(api.serve())
            await stack.enter_async_context(self.telegram.serve())
            await stack.enter_async_context(self.discord.serve())
            self.discord.interactions.answer_seconds *= self.course.times
            yield

    def known_by_names(self) -> None:
        """From now on every server calls itself by a name, also in the links that it gives out."""
        for name, api in self.apis.items():
            api.base_url = named(api.base_url, name)
        self.telegram.address = named(self.telegram.address, "telegram")
        self.discord.rename(named(self.discord.origin, "discord"))

    def bills(self) -> list[Billed]:
        """The bills, with what became of the tasks."""
        return [
            replace(
                bill, made=_is_made(self.apis[bill.provider], task), denied=task.id in self.apis[bill.provider].denied
            )
            for bill, task in zip(self.billed, self.tasks, strict=True)
        ]

    def change_ways(self) -> None:
        """What the documents leave open is said in another way from now on, also of tasks that are there already."""
        choose = self.luck.choice
        self.apis["ai302"].ids_are_numbers = choose([True, False])
        self.apis["relay"].shape = choose(list(Shape))
        self.apis["vtrix"].words = choose([CLIENT_WORDS, MANUAL_WORDS])
        self.apis["vtrix"].errors_as_text = choose([True, False])
        self.apis["aimlapi"].words = choose([SCHEMA_WORDS, SAMPLE_WORDS])
        self.apis["aimlapi"].id_name = choose(["id", "generation_id"])
        self.apis["openai_videos"].on_delete = choose(list(OnDelete))
        self.apis["replicate"].on_cancel = choose(list(OnCancel))

    def remove_results(self) -> None:
        """One finished prediction's hour is over: its clip is no longer there for anybody."""
        replicate = self.apis["replicate"]
        if made := [name for name, task in replicate.tasks.items() if task.phase is Phase.DONE]:
            replicate.removed_ids.add(self.luck.choice(made))

    def _keep_bills(self, name: str, api: FakeApi) -> None:
        """A task may be deleted at its API; its bill stays."""
        take = api._take

        def taken(body):
            task = take(body)
            wish = WISH.search(json.dumps(task.body, default=lambda value: f"<{len(value)} bytes>"))
            self.billed.append(Billed(name, task.id, wish[0] if wish else "", self.course.now(), task.callback_url))
            self.tasks.append(task)
            return task

        api._take = taken


def _is_made(api: FakeApi, task: Task) -> bool:
    """Whether the clip was there in the end: what was cancelled on request, or deleted, is not."""
    gone = getattr(api, "cancelled", set()) | getattr(api, "removed_ids", set())
    return task.phases[-1] is Phase.DONE and task.id in api.tasks and task.id not in gone


def make_outside(course: Course, luck: random.Random, clip: bytes, names: Names) -> Outside:
    """A world whose APIs have the ways that *luck* gives them."""
    apis = {
        "minimax": PunctualMinimax(course),
        "openai_hk": FakeOpenaiHk(),
        "ai302": FakeAi302(),
        "vtrix": FakeVtrix(),
        "relay": FakeRelay(),
        "aimlapi": FakeAimlapi(),
        "openai_videos": FakeOpenaiVideos(models=(SERVER_MODEL,)),
        "replicate": NearbyReplicate(),
    }
    for number, api in zip(itertools.count(), apis.values(), strict=False):
        api.clip = clip
        # No two tasks of the world share a number: a ticket that is read at the wrong API cannot look right.
        api._numbers = itertools.count(number * 1_000_000 + 1)
    outside = Outside(course, luck, apis, PunctualTelegram(course), FakeDiscord(clock=course.now), names)
    outside.change_ways()
    return outside
