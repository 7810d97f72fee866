"""The people of a fire do what real ones do, and it is known what may come of it."""

import random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.chaos.deeds import Deeds, unsheltered
from tests.chaos.discord_crowd import DiscordCrowd
from tests.chaos.outside import Outside
from tests.chaos.records import Billed, JobRow
from tests.chaos.telegram_crowd import DELETED_MOST, FORUM, TelegramCrowd
from tests.chaos.web_crowd import Browser
from tests.fakes.apis.minimax import FakeMinimax
from tests.fakes.apis.server import Phase, Task
from tests.fakes.discord.gateway import Session
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram.server import FakeTelegram


def test_every_button_that_opens_a_job_is_counted_and_a_yes_is_not():
    deeds = Deeds(random.Random(1))
    for label in ("Again", "Make it", "Yes, make it", "Edit prompt"):
        deeds.presses("1001", label, "Here is your video.")
    assert deeds.openings["1001"] == 2


def test_what_people_asked_for_is_counted_for_whom_the_bot_takes_them():
    deeds = Deeds(random.Random(1))
    words = deeds.wish("web 3")
    deeds.opens("web 3")
    deeds.opens("1001")
    jobs = [job("web:5f", words), job("web:5f", words), job("telegram:1001", "wish-000009")]
    assert deeds.openings_by_user(jobs) == {"web:5f": 2, "telegram:1001": 1}


def test_a_clip_that_was_cancelled_on_request_was_never_there():
    api = FakeMinimax()
    done, cancelled = Task("1", {}, phases=[Phase.DONE]), Task("2", {}, phases=[Phase.DONE])
    api.tasks = {"1": done, "2": cancelled}
    api.cancelled.add("2")
    world = Outside(None, None, {"minimax": api}, None, None, None, tasks=[done, cancelled])
    world.billed += [Billed("minimax", number, "wish-000001", 1.0) for number in ("1", "2")]
    assert [bill.made for bill in world.bills()] == [True, False]


@pytest.mark.parametrize("shards", [1, 2])
def test_every_connection_to_discord_has_servers_of_its_own(shards):
    discord = FakeDiscord()
    discord.ask_for_shards(shards)
    crowd = DiscordCrowd(discord, Deeds(random.Random(1)))
    for shard in range(shards):
        session = Session("1", 0, (shard, shards))
        assert [guild for guild in crowd.guilds if session.hears(guild)] == crowd.guilds[shard::shards]


async def test_every_wish_on_telegram_is_owed_an_answer_unless_it_was_taken_back():
    deeds, telegram = Deeds(random.Random(1)), FakeTelegram()
    crowd = TelegramCrowd(telegram, deeds)
    for _ in range(600):
        await crowd.act()
        crowd.shut_out()
    wished = deeds.done["wish"] + deeds.done["wish with a photo"]
    assert len(crowd.sent) + deeds.done["wish deleted"] == wished
    assert {one.album is not None for one in crowd.sent.values()} == {True, False}
    assert any(one.topic for one in crowd.sent.values())
    crowd.make_peace()
    shut = [one for one in crowd.people if not one.chat.members[telegram.bot["id"]].present]
    assert (shut, sum(one.chat.deactivated for one in crowd.people)) == ([], DELETED_MOST)
    assert not any(topic.closed and not topic.deleted for topic in crowd.groups[FORUM].topics.values())


def test_a_third_of_all_places_is_never_shut():
    assert unsheltered("abcdefg") == ["b", "c", "e", "f"]


async def test_a_page_sends_what_got_no_answer_until_it_gets_one():
    keys, ready = [], []

    async def press(request):
        keys.append((await request.json())["key"])
        return web.json_response({"accepted": False, "job": None} if ready else {}, status=200 if ready else 503)

    async def history(_request):
        button = {"action": "delete", "label": "Delete", "job": "aaaaaaaaa1"}
        note = {"kind": "note", "job": "aaaaaaaaa1", "clip": None, "buttons": [button]}
        return web.json_response({"entries": [note]})

    app = web.Application()
    app.add_routes([web.get("/chat/history", history), web.post("/chat/buttons", press)])
    async with TestServer(app) as server:
        person = Browser("web 0", f"http://{server.host}:{server.port}", _who_presses())
        await person.act()
        await person.act()
        assert len(keys) == 1
        ready.append(True)
        assert await person.insist() == []
        await person.close()
    assert len(keys) == 2
    assert keys[0] == keys[1]


def _who_presses() -> Deeds:
    """People who never only look, and press rather than speak."""
    luck = random.Random(1)
    luck.random = lambda: 0.9
    luck.choices = lambda deeds, _weights: [deeds[1]]
    return Deeds(luck)


def job(user: str, wish: str) -> JobRow:
    return JobRow("aaaaaaaaa1", user, wish, "", "queued", "held", 1, 1, None, 1, None, True, False, user)
