"""All eight APIs at once, misbehaving at random while the house is restarted: nothing is paid for twice, nobody loses.

`REELBOT_RANDOM_RUNS` says how many runs (each with a seed of its own), `REELBOT_RANDOM_SEED` where to begin.
"""

import asyncio
import os
import random
import re
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal

import pytest

from bot.core.model import Charge, JobId, ListPrice, State
from tests.fakes.apis.ai302 import FakeAi302
from tests.fakes.apis.aimlapi import SAMPLE_WORDS, SCHEMA_WORDS, FakeAimlapi
from tests.fakes.apis.relay import FakeRelay, Shape
from tests.fakes.apis.server import OnFetch, OnPoll, OnSubmit, Phase
from tests.fakes.apis.vtrix import CLIENT_WORDS, MANUAL_WORDS, FakeVtrix
from tests.fakes.loopback import tiny_clip
from tests.story.api_house import (
    SERVER_MODEL,
    STARTING_CREDITS,
    Customer,
    FastClock,
    Scene,
    all_apis,
    body_of,
    free_port,
    housed,
    now_seconds,
    photo,
    post,
    serving,
)

RUNS = int(os.environ.get("REELBOT_RANDOM_RUNS", "1"))  # noqa: TID251 how long to look is the caller's choice
FIRST_SEED = int(os.environ.get("REELBOT_RANDOM_SEED", "1"))  # noqa: TID251 likewise
WISHES = 40
PEOPLE = 6
RESTARTS = 3
FAULTY_SECONDS = 3.0
"""Real seconds between two restarts."""
TIMES = 120
MODELS = ("hailuo-2.3", "hailuo-02", "video-01", "director", "live", "h3", SERVER_MODEL)
WRONG_SECRET = "whsec_" + "A" * 32
OPEN_ENDED = {State.UNSURE, State.OVERDUE}

SUBMITS = {
    OnSubmit.TAKE: 55,
    OnSubmit.HANG_UP: 4,
    OnSubmit.CUT_SHORT: 3,
    OnSubmit.SAY_HTML: 3,
    OnSubmit.SAY_NO_ID: 3,
    OnSubmit.FAIL_500: 2,
    OnSubmit.FAIL_502: 2,
    OnSubmit.FAIL_503: 2,
    OnSubmit.FAIL_504: 2,
    OnSubmit.BUSY: 6,
    OnSubmit.BUSY_FOR_7: 6,
    OnSubmit.BAD_KEY: 4,
    OnSubmit.NO_BALANCE: 4,
    OnSubmit.BAD_CONTENT: 2,
    OnSubmit.BAD_INPUT: 2,
}
POLLS = dict.fromkeys(OnPoll, 3) | {OnPoll.ANSWER: 60, OnPoll.STAY_SILENT: 0}
FETCHES = dict.fromkeys(OnFetch, 5) | {OnFetch.CLIP: 40, OnFetch.SLOW: 0, OnFetch.HUGE: 0}
"""Nothing that takes as long as it has to in real time."""
PHASES = [
    [Phase.DONE],
    [Phase.QUEUED, Phase.RUNNING, Phase.DONE],
    [Phase.QUEUED, Phase.RUNNING, Phase.RUNNING, Phase.RUNNING, Phase.DONE],
    [Phase.QUEUED, Phase.FAILED],
    [Phase.RUNNING, Phase.FAILED_CONTENT],
]


class Dice(list):
    """Words that come at random and never end, in the place of a fake's script."""

    def __init__(self, luck: random.Random, weights):
        super().__init__(weights)
        self._luck = luck
        self._weights = list(weights.values())

    def pop(self, _where=0):
        return self._luck.choices(self, self._weights)[0]


class Phases(list):
    """What becomes of a new task."""

    def __init__(self, luck: random.Random):
        super().__init__()
        self._luck = luck

    def __iter__(self):
        return iter(self._luck.choices(PHASES, [4, 6, 3, 1, 1])[0])


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


def set_loose(apis, luck):
    for api in apis.values():
        api.on_submit, api.on_poll, api.on_fetch = Dice(luck, SUBMITS), Dice(luck, POLLS), Dice(luck, FETCHES)
        api.phases = Phases(luck)


def tame(apis):
    for api in apis.values():
        api.on_submit, api.on_poll, api.on_fetch = [OnSubmit.TAKE], [OnPoll.ANSWER], [OnFetch.CLIP]
        for task in api.tasks.values():
            task.phases = task.phases[-1:]


async def wish_at_random(scene: Scene, people: list[Customer], luck, wishes: dict[JobId, str]):
    person, model = luck.choice(people), luck.choice(MODELS)
    words = f"wish-{len(wishes):03}"
    shown = photo() if model == "live" or luck.random() < 0.4 else None
    answer = await person.answer(scene.address, f"{words} model={model}", shown)
    if answer.get("accepted"):
        wishes[JobId(answer["job"])] = words
    else:
        # Where every API of a model is closed, a wish is refused before it costs anything.
        assert "nothing was charged" in answer["entry"]["text"], answer


async def call_back_at_random(apis, luck):
    """True, repeated, forged and misdirected callbacks, for ever."""
    while True:
        await asyncio.sleep(0.05)
        callers = [api for api in apis.values() if any(task.callback_url for task in api.tasks.values())]
        if not callers:
            continue
        api = luck.choice(callers)
        task = luck.choice([task for task in api.tasks.values() if task.callback_url])
        about = luck.choice([task.id, task.id, task.id, "no-such-task"])
        await _call(api, task.callback_url, about, luck)


async def _call(api, url, about, luck):
    if hasattr(api, "secret"):
        headers, body = api.callback(about, now_seconds(), luck.choice([api.secret, api.secret, WRONG_SECRET]))
    else:
        told = {"task_id": about, "status": luck.choice(["processing", "success", "failed"]), "n": luck.random()}
        headers, body = None, luck.choice([told, told, {"id": about}, {"task": {"id": about, "status": "running"}}])
    try:
        await post(url, body, headers)
    except OSError:
        """The house is being restarted."""


async def call_back_about_everything(apis):
    """The truth at last: tasks whose answers were lost are named by those who made them."""
    for api in apis.values():
        for task in api.tasks.values():
            if task.callback_url is not None and getattr(api, "greeted", {}).get(task.id, True):
                told = {"task_id": task.id, "status": "success", "file_id": ""}
                headers, body = api.callback(task.id, now_seconds()) if hasattr(api, "secret") else (None, told)
                assert await post(task.callback_url, body, headers) == 204


async def priced_at_random(scene: Scene, luck):
    """So that every API is the cheapest for something."""
    for offer in scene.house.catalog.offers:
        for shape in {(one.resolution, one.seconds) for one in offer.formats}:
            usd = Decimal(luck.randint(10, 60)) / 100
            await scene.store.set_list_price(ListPrice(offer.key, *shape, usd), "test")


async def settled(scene: Scene, ids, within: float):
    async with asyncio.timeout(within):
        while True:
            jobs = [await scene.job(wish) for wish in ids]
            if all((job.state.ended or job.state in OPEN_ENDED) and not job.untold for job in jobs):
                return jobs
            await asyncio.sleep(0.1)


def asked_for(task) -> str:
    return re.search(r"wish-\d+", body_of(task))[0]


def tasks_for(scene, words):
    return [task for api in scene.apis.values() for task in api.tasks.values() if asked_for(task) == words]


@pytest.mark.timeout(90 * max(1, RUNS))
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS))
async def test_whatever_goes_wrong_no_wish_is_paid_for_twice_and_nobody_loses_a_credit(tmp_path, clip, seed):
    luck = random.Random(seed)
    clock = FastClock(TIMES)
    apis = all_apis(clock) | {
        "relay": FakeRelay(luck.choice(list(Shape))),
        "ai302": FakeAi302(ids_are_numbers=luck.random() < 0.5),
        "vtrix": FakeVtrix(words=luck.choice([CLIENT_WORDS, MANUAL_WORDS]), errors_as_text=luck.random() < 0.5),
        "aimlapi": FakeAimlapi(
            words=luck.choice([SCHEMA_WORDS, SAMPLE_WORDS]), id_name=luck.choice(["id", "generation_id"])
        ),
    }
    for api in apis.values():
        api.clip = clip
    limits = {f"{name.upper()}_{what}": "60" for name in apis for what in ("RPM", "CONCURRENCY")}
    wishes: dict[JobId, str] = {}
    async with serving(apis) as fetches, crowd() as people:
        port = free_port()
        for number in range(RESTARTS):
            async with housed(tmp_path, apis, fetches, clock=clock, port=port, **limits) as scene:
                if number == 0:
                    await priced_at_random(scene, luck)
                    for person in people:
                        await person.visit(scene.address)
                set_loose(apis, luck)
                async with asyncio.TaskGroup() as group:
                    noise = group.create_task(call_back_at_random(apis, luck))
                    for _ in range(WISHES // RESTARTS):
                        await wish_at_random(scene, people, luck, wishes)
                        await asyncio.sleep(luck.random() * FAULTY_SECONDS / WISHES)
                    await asyncio.sleep(luck.random() * FAULTY_SECONDS)
                    noise.cancel()
        tame(apis)
        async with housed(tmp_path, apis, fetches, clock=clock, port=port, **limits) as scene:
            await settled(scene, wishes, within=60)
            await call_back_about_everything(apis)
            jobs = await settled(scene, wishes, within=60)
            await audit(scene, people, jobs, wishes)


@asynccontextmanager
async def crowd():
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Customer()) for _ in range(PEOPLE)]


async def audit(scene: Scene, people, jobs, wishes):
    paid = Counter(asked_for(task) for api in scene.apis.values() for task in api.tasks.values())
    assert {words: times for words, times in paid.items() if times > 1} == {}
    assert {name: api.wrong_requests for name, api in scene.apis.items() if api.wrong_requests} == {}
    for job in jobs:
        if job.state is State.UNSURE:
            assert not any(task.callback_url for task in tasks_for(scene, wishes[job.id])), job
        if job.ticket not in {None, "no-such-task"}:
            assert asked_for(scene.apis[job.provider].tasks[job.ticket]) == wishes[job.id], job
        assert (job.charge is Charge.SPENT) <= (job.state is State.DELIVERED), job
        assert job.charge is not Charge.HELD, job
    spent = sum(job.price for job in jobs if job.charge is Charge.SPENT)
    balances = [await scene.store.wallet(str(user)) for user in {job.user for job in jobs}]
    assert sum(STARTING_CREDITS - wallet.balance for wallet in balances) == spent
    assert sum(wallet.held for wallet in balances) == 0
    assert await scene.store.verify() == []
    notes = {wish: note for person in people for wish, note in (await person.notes(scene.address)).items()}
    assert {wish: notes[wish]["state"] for wish in wishes} == {job.id: job.state for job in jobs}
    print(sorted(Counter(job.state.value for job in jobs).items()), dict(Counter(job.provider for job in jobs)))
