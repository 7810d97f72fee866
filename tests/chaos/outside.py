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
from tests.chaos.records import Billed
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

    def bills(self) -> list[Billed]:
        """The bills, with what became of the tasks."""
        return [
            replace(bill, made=_is_made(self.apis[bill.provider], task))
            for bill, task in zip(self.billed, self.tasks, strict=True)
        ]

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
    return task.phases[-1] is Phase.DONE and task.id in api.tasks and task.id not in getattr(api, "cancelled", ())


def make_outside(course: Course, luck: random.Random, clip: bytes) -> Outside:
    """A world whose APIs have the ways that *luck* gives them."""
    replicate = NearbyReplicate()
    replicate.on_cancel = luck.choice(list(OnCancel))
    videos = FakeOpenaiVideos(models=(SERVER_MODEL,))
    videos.on_delete = luck.choice(list(OnDelete))
    apis = {
        "minimax": PunctualMinimax(course),
        "openai_hk": FakeOpenaiHk(),
        "ai302": FakeAi302(ids_are_numbers=luck.random() < 0.5),
        "vtrix": FakeVtrix(words=luck.choice([CLIENT_WORDS, MANUAL_WORDS]), errors_as_text=luck.random() < 0.5),
        "relay": FakeRelay(luck.choice(list(Shape))),
        "aimlapi": FakeAimlapi(
            words=luck.choice([SCHEMA_WORDS, SAMPLE_WORDS]), id_name=luck.choice(["id", "generation_id"])
        ),
        "openai_videos": videos,
        "replicate": replicate,
    }
    for number, api in zip(itertools.count(), apis.values(), strict=False):
        api.clip = clip
        # No two tasks of the world share a number: a ticket that is read at the wrong API cannot look right.
        api._numbers = itertools.count(number * 1_000_000 + 1)
    return Outside(course, luck, apis, PunctualTelegram(course), FakeDiscord(clock=course.now))
