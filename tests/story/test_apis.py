"""All eight APIs through the whole house, as an operator sets it up and a person sees it: one wish, one paid submit."""

import asyncio

import pytest

from bot.core.model import Charge, State
from tests.fakes.apis.ai302 import FakeAi302
from tests.fakes.apis.minimax import FakeMinimax
from tests.fakes.apis.relay import FakeRelay, Shape
from tests.fakes.apis.server import OnSubmit, Phase
from tests.fakes.loopback import tiny_clip
from tests.story.api_house import (
    SERVER_MODEL,
    STARTING_CREDITS,
    Customer,
    FastClock,
    PunctualMinimax,
    all_apis,
    frames,
    free_port,
    housed,
    now_seconds,
    photo,
    picture_of,
    post,
    running,
    serving,
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def clock():
    return FastClock(100)


def only(name, clock, api=None):
    return {name: api or all_apis(clock)[name]}


MAKERS = {
    **{name: (lambda clock, name=name: all_apis(clock)[name]) for name in all_apis(None)},
    "ai302 with ids as numbers": lambda clock: FakeAi302(ids_are_numbers=True),
    **{f"relay {shape.name}": (lambda clock, shape=shape: FakeRelay(shape)) for shape in Shape},
    "relay without retrieve": lambda clock: FakeRelay(Shape.RECORD_WITHOUT_FILE, serves_retrieve=False),
}
FROM_TEXT = {
    "minimax": "hailuo-2.3",
    "openai_hk": "video-01",
    "ai302": "hailuo-02",
    "relay": "hailuo-2.3",
    "aimlapi": "hailuo-2.3",
    "openai_videos": SERVER_MODEL,
    "replicate": "hailuo-02",
}
"""Vtrix is not here: it makes clips from pictures alone."""
FROM_PHOTO = FROM_TEXT | {"vtrix": "live", "openai_hk": "director"}
COSTS = {"vtrix": 6500, "aimlapi": 294_000}
"""What an API says that it bills, in millionths of a dollar."""


async def delivered_once(scene, customer, api, wish):
    """The one video of the story: made once, charged once, and it really plays."""
    job = await scene.until(wish, State.DELIVERED)
    note = (await customer.notes(scene.address))[wish]
    content = await customer.download(scene.address, note["clip"]["url"])
    assert note["headline"] == "Here is your video."
    assert note["details"][-1] == f"Charged {job.price} credits · {wish}"
    assert await asyncio.to_thread(frames, content) == 6
    assert (len(api.tasks), api.knocks) == (1, 1)
    assert job.charge is Charge.SPENT
    assert await scene.wallet(job) == (STARTING_CREDITS - job.price, 0)
    return job


@pytest.mark.parametrize("which", [which for which in MAKERS if which != "vtrix"])
async def test_a_text_becomes_a_clip_in_the_chat_for_one_paid_submit(tmp_path, clip, clock, which):
    name = which.partition(" ")[0]
    model = FROM_TEXT[name]
    api = MAKERS[which](clock)
    async with running(tmp_path, clip, clock=clock, apis={name: api}) as (scene, customer):
        wish = await customer.wish(scene.address, f"a cat model={model}")
        job = await delivered_once(scene, customer, api, wish)
        (task,) = api.tasks.values()
        assert (job.provider, job.ticket, job.cost_micros) == (name, task.id, COSTS.get(name))


async def test_a_text_where_a_photo_is_needed_is_refused_before_anything_is_paid(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("vtrix", clock)) as (scene, customer):
        answer = await customer.answer(scene.address, "a cat model=live")
        assert (answer["accepted"], answer["job"], scene.apis["vtrix"].knocks) == (False, None, 0)
        assert "needs a photo" in answer["entry"]["text"]


@pytest.mark.parametrize("model", ["hailuo-2.3", "director"])
async def test_camera_moves_arrive_as_they_were_typed(tmp_path, clip, clock, model):
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        wish = await customer.wish(scene.address, f"a cat [Pan left,Zoom in], then [Shake] model={model}")
        await delivered_once(scene, customer, scene.apis["minimax"], wish)
        (task,) = scene.apis["minimax"].tasks.values()
        assert task.body["prompt"] == "a cat [Pan left,Zoom in], then [Shake]"


@pytest.mark.parametrize("which", MAKERS)
async def test_a_photo_reaches_the_api_and_becomes_a_clip(tmp_path, clip, clock, which):
    name = which.partition(" ")[0]
    model = FROM_PHOTO[name]
    api = MAKERS[which](clock)
    async with running(tmp_path, clip, clock=clock, apis={name: api}) as (scene, customer):
        wish = await customer.wish(scene.address, f"it yawns model={model}", photo())
        job = await delivered_once(scene, customer, api, wish)
        (task,) = api.tasks.values()
        assert job.cost_micros == COSTS.get(name)
        assert (await picture_of(task)).startswith(b"\xff\xd8\xff")


async def test_the_second_contract_bills_by_the_second_and_the_cost_is_kept(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        wish = await customer.wish(scene.address, "a cat model=h3")
        job = await delivered_once(scene, customer, scene.apis["minimax"], wish)
        assert job.cost_micros == 480_000


# ------------------------------------------------------------------------------------------------ callbacks

STANDING_STILL = 0.01
"""A clock so slow that within this story nobody asks by themselves."""


async def asked(api):
    """Wait for the first question."""
    async with asyncio.timeout(10):
        while True:
            if api.polled:
                return
            await asyncio.sleep(0.01)


async def ordered(scene, customer, api, text, shown=None):
    """A job that is being made, and its task."""
    wish = await customer.wish(scene.address, text, shown)
    await scene.until(wish, State.RENDERING)
    (task,) = api.tasks.values()
    return wish, task


@pytest.mark.parametrize("which", ["minimax", "ai302"])
async def test_the_challenge_is_given_back_and_lower_case_words_are_heard(tmp_path, clip, which):
    clock = FastClock(STANDING_STILL)
    async with running(tmp_path, clip, clock=clock, apis=only(which, clock)) as (scene, customer):
        api = scene.apis[which]
        api.phases = [Phase.DONE]
        wish, task = await ordered(scene, customer, api, "a cat model=hailuo-02")
        assert api.greeted == {task.id: True}
        assert api.polled == {}
        await api.call_back(task, Phase.DONE)
        await delivered_once(scene, customer, api, wish)
        await api.call_back(task, Phase.DONE)
        await api.call_back(task, Phase.FAILED)
        await delivered_once(scene, customer, api, wish)


async def test_the_second_contract_calls_back_in_its_own_words(tmp_path, clip):
    clock = FastClock(STANDING_STILL)
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        api = scene.apis["minimax"]
        api.phases = [Phase.DONE]
        wish, task = await ordered(scene, customer, api, "a cat model=h3")
        await api.call_back(task, Phase.DONE)
        await delivered_once(scene, customer, api, wish)


async def test_any_word_from_vtrix_makes_the_next_question_immediate(tmp_path, clip):
    clock = FastClock(STANDING_STILL)
    async with running(tmp_path, clip, clock=clock, apis=only("vtrix", clock)) as (scene, customer):
        api = scene.apis["vtrix"]
        api.phases = [Phase.DONE]
        wish, task = await ordered(scene, customer, api, "a cat model=live", photo())
        assert await post(task.body["input"][0]["params"]["callback_url"], {"status": "completed"}) == 204
        await delivered_once(scene, customer, api, wish)


async def test_replicates_signature_is_checked_before_anything_is_believed(tmp_path, clip):
    clock = FastClock(STANDING_STILL)
    async with running(tmp_path, clip, clock=clock, apis=only("replicate", clock)) as (scene, customer):
        api = scene.apis["replicate"]
        api.phases = [Phase.DONE]
        wish, task = await ordered(scene, customer, api, "a cat model=hailuo-02")
        headers, body = api.callback(task.id, now_seconds(), secret="whsec_" + "A" * 32)
        assert await post(task.callback_url, body, headers) == 400
        assert await post(task.callback_url, body) == 400
        assert api.polled == {}
        headers, body = api.callback(task.id, now_seconds())
        assert await post(task.callback_url, body, headers) == 204
        await delivered_once(scene, customer, api, wish)


async def test_a_forged_address_is_nobodys_and_a_forged_body_changes_nothing(tmp_path, clip):
    clock = FastClock(STANDING_STILL)
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        api = scene.apis["minimax"]
        wish, task = await ordered(scene, customer, api, "a cat model=hailuo-02")
        told = {"task_id": task.id, "status": "success", "file_id": "1", "base_resp": {"status_code": 0}}
        for forged in (task.callback_url[:-2], f"{task.callback_url}x", task.callback_url.replace("/minimax/", "/x/")):
            assert await post(forged, told) == 404
        assert api.polled == {}
        failed = told | {"task_id": "another", "status": "failed", "base_resp": {"status_code": 1027}}
        assert await post(task.callback_url, failed) == 204
        assert await post(task.callback_url, b"[") == 400
        await asked(api)
        job = await scene.job(wish)
        assert (job.state, job.ticket, set(api.polled)) == (State.RENDERING, task.id, {task.id})


class EarlyMinimax(FakeMinimax):
    """Calls back before it answers, and then may not answer at all."""

    async def _answer_to(self, request, task, why):
        self.greeted[task.id] = True
        await self.call_back(task, Phase.DONE)
        return await super()._answer_to(request, task, why)


@pytest.mark.parametrize("how", [OnSubmit.TAKE, OnSubmit.HANG_UP])
async def test_a_callback_that_comes_before_the_answer_is_heard_and_the_clip_paid_once(tmp_path, clip, clock, how):
    api = EarlyMinimax()
    api.on_submit = [how]
    async with running(tmp_path, clip, clock=clock, apis={"minimax": api}) as (scene, customer):
        wish = await customer.wish(scene.address, "a cat model=hailuo-02")
        job = await delivered_once(scene, customer, api, wish)
        assert job.ticket == next(iter(api.tasks))


# ------------------------------------------------------------------------------------------------ limits and cancelling


class CountingMinimax(PunctualMinimax):
    """Looks at its clock whenever it is asked for something."""

    def __init__(self, clock):
        super().__init__(clock)
        self.taken_at = []
        self.at_once = 0

    def _take(self, body):
        task = super()._take(body)
        self.taken_at.append(self._clock.now())
        self.at_once = max(self.at_once, sum(one.phase is not Phase.DONE for one in self.tasks.values()))
        return task

    @property
    def most_in_a_minute(self):
        """Seen over a little less, for on this clock the moment that a call takes to arrive is seconds."""
        return max(sum(0 <= (b - a).total_seconds() < 50 for b in self.taken_at) for a in self.taken_at)


async def test_the_operators_limits_hold_under_load(tmp_path, clip, clock):
    api = CountingMinimax(clock)
    limits = {"MINIMAX_RPM": "6", "MINIMAX_CONCURRENCY": "3", "JOB_DEADLINE": "24h"}
    async with running(tmp_path, clip, clock=clock, apis={"minimax": api}, **limits) as (scene, customer):
        ids = [await customer.wish(scene.address, f"cat {n} model=hailuo-02") for n in range(10)]
        for wish in ids:
            await scene.until(wish, State.DELIVERED)
        assert (len(api.tasks), api.knocks) == (10, 10)
        assert api.at_once <= 3
        assert api.most_in_a_minute <= 6


@pytest.mark.parametrize(("which", "model"), [("minimax", "h3"), ("replicate", "hailuo-02")])
async def test_what_has_not_begun_is_stopped_there_and_costs_nothing(tmp_path, clip, clock, which, model):
    async with running(tmp_path, clip, clock=clock, apis=only(which, clock)) as (scene, customer):
        api = scene.apis[which]
        api.phases = [Phase.QUEUED]
        wish, _ = await ordered(scene, customer, api, f"a cat model={model}")
        await customer.say(scene.address, f"/cancel {wish}")
        job = await scene.until(wish, State.CANCELLED)
        assert await scene.wallet(job) == (STARTING_CREDITS, 0)
        assert (len(api.deletions) if which == "minimax" else api.cancels) == 1


# ------------------------------------------------------------------------------------------------ lost answers

LOST = [OnSubmit.HANG_UP, OnSubmit.CUT_SHORT, OnSubmit.SAY_HTML, OnSubmit.SAY_NO_ID, OnSubmit.FAIL_502]


async def unsure(scene, customer, api, text, how, shown=None):
    api.on_submit = [how, OnSubmit.TAKE]
    wish = await customer.wish(scene.address, text, shown)
    assert (await scene.until(wish, State.UNSURE)).charge is Charge.RELEASED
    return wish, list(api.tasks.values())[-1]


async def delivered_free(scene, customer, api, wish):
    job = await scene.until(wish, State.DELIVERED)
    note = (await customer.notes(scene.address))[wish]
    assert note["details"][-1] == f"Not charged, {job.price} credits given back · {wish}"
    assert await asyncio.to_thread(frames, await customer.download(scene.address, note["clip"]["url"])) == 6
    assert (len(api.tasks), api.knocks) == (1, 1)
    assert await scene.wallet(job) == (STARTING_CREDITS, 0)
    return job


@pytest.mark.parametrize("how", LOST)
async def test_a_lost_answer_is_free_and_a_late_callback_brings_the_clip(tmp_path, clip, clock, how):
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        api = scene.apis["minimax"]
        wish, task = await unsure(scene, customer, api, "a cat model=hailuo-02", how)
        await api.call_back(task, Phase.DONE)
        assert (await delivered_free(scene, customer, api, wish)).ticket == task.id


async def test_a_lost_answer_of_replicate_is_healed_by_its_signed_callback(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("replicate", clock)) as (scene, customer):
        api = scene.apis["replicate"]
        wish, task = await unsure(scene, customer, api, "a cat model=hailuo-02", OnSubmit.HANG_UP)
        headers, body = api.callback(task.id, now_seconds())
        assert await post(task.callback_url, body, headers) == 204
        await delivered_free(scene, customer, api, wish)


async def test_after_a_restart_replicates_signature_can_still_be_checked(tmp_path, clip, clock):
    apis, port = only("replicate", clock), free_port()
    api = apis["replicate"]
    api.clip = clip
    async with serving(apis) as fetches, Customer() as customer:
        async with housed(tmp_path, apis, fetches, clock=clock, port=port) as scene:
            await customer.visit(scene.address)
            wish, task = await unsure(scene, customer, api, "a cat model=hailuo-02", OnSubmit.HANG_UP)
        async with housed(tmp_path, apis, fetches, clock=clock, port=port) as scene:
            headers, body = api.callback(task.id, now_seconds(), secret="whsec_" + "A" * 32)
            assert await post(task.callback_url, body, headers) == 400
            headers, body = api.callback(task.id, now_seconds())
            assert await post(f"{task.callback_url}x", body, headers) == 404
            assert await post(task.callback_url, body, headers) == 204
            await delivered_free(scene, customer, api, wish)


async def test_a_lost_answer_of_vtrix_is_healed_by_a_callback_that_names_the_task(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("vtrix", clock)) as (scene, customer):
        api = scene.apis["vtrix"]
        wish, task = await unsure(scene, customer, api, "a cat model=live", OnSubmit.HANG_UP, photo())
        assert await post(task.callback_url, {"id": task.id, "status": "completed"}) == 204
        await delivered_free(scene, customer, api, wish)


@pytest.mark.parametrize("which", ["openai_hk", "relay", "aimlapi", "openai_videos"])
async def test_a_lost_answer_of_an_api_that_calls_nobody_back_stays_unsure_and_free(tmp_path, clip, clock, which):
    async with running(tmp_path, clip, clock=clock, apis=only(which, clock)) as (scene, customer):
        api = scene.apis[which]
        wish, _ = await unsure(scene, customer, api, f"a cat model={FROM_TEXT[which]}", OnSubmit.HANG_UP)
        assert (await scene.job(wish)).ticket is None
        assert (len(api.tasks), api.knocks) == (1, 1)
        note = (await customer.notes(scene.address))[wish]
        assert "nobody knows whether it will be made" in note["headline"]


async def test_the_clip_of_one_wish_never_answers_another(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        api = scene.apis["minimax"]
        first = await customer.wish(scene.address, "a cat model=hailuo-02")
        await scene.until(first, State.DELIVERED)
        mine = (await scene.job(first)).ticket
        wish, task = await unsure(scene, customer, api, "a dog model=hailuo-02", OnSubmit.HANG_UP)
        told = {"task_id": mine, "status": "success", "file_id": "1", "base_resp": {"status_code": 0}}
        assert await post(task.callback_url, told) == 204
        assert await post(task.callback_url, told | {"task_id": "1069000"}) == 503
        assert ((await scene.job(wish)).state, (await scene.job(wish)).ticket) == (State.UNSURE, None)
        await api.call_back(task, Phase.DONE)
        assert (await scene.until(wish, State.DELIVERED)).ticket == task.id


async def test_the_second_contract_finds_its_lost_task_without_any_callback(tmp_path, clip, clock):
    async with running(tmp_path, clip, clock=clock, apis=only("minimax", clock)) as (scene, customer):
        api = scene.apis["minimax"]
        api.on_submit = [OnSubmit.HANG_UP]
        wish = await customer.wish(scene.address, "a cat model=h3")
        job = await delivered_once(scene, customer, api, wish)
        assert (job.ticket, bool(api.pages_asked)) == (next(iter(api.tasks)), True)


async def test_without_private_addresses_no_request_reaches_this_machines_own_network(tmp_path, clip, clock):
    closed = {"ALLOW_PRIVATE_ADDRESSES": "false", "JOB_DEADLINE": "5m"}
    async with running(tmp_path, clip, clock=clock, apis=only("relay", clock), **closed) as (scene, customer):
        wish = await customer.wish(scene.address, "a cat model=hailuo-02")
        await scene.until(wish, State.FETCHING)
        job = await scene.until(wish, State.OVERDUE)
        assert scene.fetches == {}
        assert scene.apis["relay"].polled.total() > 3
        assert await scene.wallet(job) == (STARTING_CREDITS, 0)
