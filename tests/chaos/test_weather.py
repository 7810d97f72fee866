"""Every fault that a fake knows occurs in a fire; what is wrong for a while is well again; nothing unpaid is billed."""

import asyncio
import itertools
import random
from collections import Counter

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.chaos import dice, whims
from tests.chaos.clock import Course
from tests.chaos.names import Names
from tests.chaos.outside import make_outside
from tests.chaos.prices import ON_SALE, USUAL, Prices, turns
from tests.chaos.run import TIME_FOR_EVERYTHING
from tests.chaos.spells import SPELLS, dealt
from tests.chaos.truth import tell_the_truth
from tests.chaos.weather import SPELL_EVERY, Weather
from tests.fakes.apis.minimax_v1 import OnFile
from tests.fakes.apis.server import OnFetch, OnPoll, OnSubmit, Phase
from tests.fakes.discord.server import TOKEN

ORDER = {"model": "T2V-01", "prompt": "wish-000001"}
JOB, ADDRESS = "aaaaaaaaa1", "/callbacks/minimax/YWFhYWFhYWFhMQ.6a.c2lnbmVk"
CALLED_BACK = ORDER | {"callback_url": "http://127.0.0.1:1/callbacks/minimax/signed"}


@pytest.fixture
async def outside(tmp_path):
    world = make_outside(Course(1.0), random.Random(1), b"clip", Names(tmp_path))
    async with world.serve():
        yield world


async def buy(api, body=ORDER) -> int | None:
    """The status of a paid call; None if nobody was there or the connection was cut."""
    headers = {"Authorization": f"Bearer {api.key}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{api.base_url}/v1/video_generation", json=body, allow_redirects=False) as response,
        ):
            return response.status
    except aiohttp.ClientError:
        return None


@pytest.mark.parametrize(
    ("words", "weights"),
    [(OnSubmit, dice.SUBMITS), (OnPoll, dice.POLLS), (OnFetch, dice.FETCHES), (OnFile, dice.FILES)],
)
def test_every_fault_of_the_fakes_occurs(words, weights):
    assert set(weights) == set(words)
    assert min(weights.values()) > 0


@pytest.mark.parametrize("word", [word for word in OnSubmit if word.name.startswith("UNPAID")])
async def test_what_was_not_made_is_not_billed_and_its_answer_does_not_say_so(outside, word):
    api = outside.apis["minimax"]
    paid = {OnSubmit.UNPAID_CUT: "HANG_UP", OnSubmit.UNPAID_TROUBLE: "TROUBLE"}.get(word)
    api.on_submit = [word, OnSubmit[paid or word.name.replace("UNPAID", "FAIL")]]
    unpaid = await buy(api)
    assert outside.billed == []
    assert await buy(api) == unpaid
    assert [bill.wish for bill in outside.billed] == ["wish-000001"]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (word, int(word.name[-3:]))
        for word in OnSubmit
        if word.name.startswith(("MOVED", "WALLED", "NOT_", "TOO_", "STRA"))
    ]
    + [(OnSubmit.EARLY_413, 413), (OnSubmit.EARLY_BUSY, 200), (OnSubmit.EARLY_CUT, None)],
)
async def test_what_another_than_the_api_answers_or_nobody_has_read_is_not_billed(outside, word, status):
    api = outside.apis["minimax"]
    api.on_submit = [word]
    assert await buy(api, ORDER | {"first_frame_image": "x" * 900_000}) == status
    assert outside.billed == []


async def test_a_link_that_is_spent_never_works_again_and_a_fresh_one_does(outside):
    api = outside.apis["minimax"]
    await buy(api)
    spent, fresh = (api.link(outside.tasks[0]) for _ in range(2))
    api.on_fetch = [OnFetch.SPENT, OnFetch.CLIP]
    async with aiohttp.ClientSession() as session:
        for link, status in ((spent, 403), (spent, 403), (fresh, 200)):
            async with session.get(link) as response:
                assert response.status == status


@pytest.mark.parametrize("spell", SPELLS, ids=lambda spell: spell.name)
async def test_a_spell_ends_with_everything_well_again(outside, spell):
    doors = [*outside.apis.values(), outside.telegram, outside.discord]
    for seed in range(8):
        async with spell.over(outside, random.Random(seed)):
            pass
    async with aiohttp.ClientSession() as session:
        for door in doors:
            address = getattr(door, "base_url", None) or door.origin
            async with session.get(f"{address}/nothing") as response:
                assert response.status == 404
    gateway = outside.discord.gateway
    assert (outside.telegram.outage, outside.discord.troubles.outage) == (None, None)
    assert (gateway.mute, gateway.answers_heartbeats, gateway.refuses_with) == (False, True, [])
    assert (outside.names.lost, outside.discord.token, gateway.token) == (False, TOKEN, TOKEN)


async def test_an_api_that_is_away_is_found_at_the_same_address_afterwards(outside):
    api = outside.apis["minimax"]
    await api.go_away()
    assert await buy(api) is None
    await api.come_back()
    assert (await buy(api), len(outside.billed)) == (200, 1)


@pytest.mark.parametrize(("status", "waiting", "told"), [(204, {JOB}, 1), (503, {JOB}, 0), (204, set(), 0)])
async def test_it_is_known_which_waiting_job_took_the_truth(outside, status, waiting, told):
    async def hear(request):
        said = await request.json()
        return web.json_response(said) if "challenge" in said else web.Response(status=status)

    app = web.Application()
    app.add_routes([web.post("/callbacks/minimax/{signed}", hear)])
    async with TestServer(app) as server:
        await buy(outside.apis["minimax"], ORDER | {"callback_url": str(server.make_url(ADDRESS))})
        telling = await tell_the_truth(outside, waiting)
    assert telling.answers == {str(status): 1}
    assert [(one.task, one.job) for one in telling.told] == [(outside.billed[0].task, JOB)] * told


async def test_a_callback_names_anothers_task_only_if_that_job_is_known_to_have_it(outside):
    api, weather = outside.apis["minimax"], Weather(outside, random.Random(1))
    for _ in range(2):
        await buy(api, CALLED_BACK)
    mine, others = outside.billed
    assert weather._anothers(mine) == mine.task
    api.polled[others.task] = 2
    assert weather._anothers(mine) == others.task


async def test_a_result_that_is_removed_was_not_there_for_whoever_asked_later(outside):
    body = {"input": {"prompt": "wish-000001"}}
    api = outside.apis["replicate"]
    headers = {"Authorization": f"Bearer {api.key}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await session.post(f"{api.base_url}/v1/models/minimax/video-01/predictions", json=body)
    (task,) = outside.tasks
    task.phases = [Phase.DONE]
    assert [bill.made for bill in outside.bills()] == [True]
    outside.remove_results()
    assert [bill.made for bill in outside.bills()] == [False]


async def test_a_huge_clip_goes_on_and_on_and_a_slow_one_comes_whole(outside):
    api = outside.apis["minimax"]
    await buy(api)
    link = api.link(outside.tasks[0])
    async with aiohttp.ClientSession() as session:
        api.on_fetch = [OnFetch.HUGE, OnFetch.SLOW]
        async with session.get(link) as response:
            assert len(await response.content.readexactly(5_000_000)) == 5_000_000
            response.close()
        async with asyncio.timeout(20), session.get(link) as response:
            assert await response.read() == api.clip


def test_a_fault_that_is_thrown_is_counted():
    thrown = Counter()
    throws = dice.Dice(random.Random(1), {OnSubmit.TAKE: 2, OnSubmit.UNPAID_503: 1}, thrown)
    words = [throws.pop() for _ in range(100)]
    assert thrown == {"submit in all": 100, "submit unpaid 503": words.count(OnSubmit.UNPAID_503)}


def test_what_hardly_ever_comes_comes_once_if_there_was_time():
    thrown = Counter()
    one, another = (dice.Dice(random.Random(1), {OnFetch.CLIP: 1, OnFetch.HUGE: 1e-9}, thrown) for _ in range(2))
    words = [throws.pop() for _ in range(dice.DUE_AFTER * 2) for throws in (one, another)]
    assert words.count(OnFetch.HUGE) == 1
    assert "fetch huge" in dice.names()


def test_whatever_may_go_wrong_with_a_call_of_a_chat_comes_by_and_by():
    luck = random.Random(1)
    came = {f"telegram {whims.name_of(whims.on_telegram(luck)[1])}" for _ in range(10_000)}
    came |= {f"discord {whims.on_discord(luck)[0]}" for _ in range(8_000)}
    came |= {f"discord {whims.on_an_upload(luck)[0]}" for _ in range(2_000)}
    assert came == whims.names()


def test_every_spell_is_cast_in_the_time_for_everything():
    deck = sum(spell.weight * (SPELL_EVERY + sum(spell.seconds) / 2) for spell in SPELLS)
    assert deck < 0.8 * TIME_FOR_EVERYTHING
    spells = itertools.islice(dealt(random.Random(1)), sum(spell.weight for spell in SPELLS))
    assert Counter(spells) == {spell: spell.weight for spell in SPELLS}


def test_every_api_has_its_turn_to_be_the_cheapest():
    names = list(itertools.islice(turns(("vtrix", "relay", "ai302"), random.Random(1)), 6))
    assert {*names[:3]} == {*names[3:]} == {"vtrix", "relay", "ai302"}
    assert max(ON_SALE) < min(USUAL)


def test_an_api_that_makes_little_has_two_turns_in_a_round():
    clip = ("an offer", "720P", 6)
    assert Prices(None, {"vtrix": [clip], "minimax": [clip] * 9}, None)._in_a_round() == ["minimax", "vtrix", "vtrix"]
