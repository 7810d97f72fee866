"""What would be refused is said beforehand, and looking starts nothing and costs nothing."""

import pytest

from bot.core.foreseeing import Foresight
from bot.core.model import CommunityId, Incoming, LimitSet, Place
from bot.core.store import Grant
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, open_house, tariff

SERVER = CommunityId("web", "server")


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        yield house


async def foreseen(house, text, *, pictures=0, community=None, **more):
    incoming = Incoming("web:1", ANA, Place("web", "room", "general"), text, community, **more)
    return await Foresight(desk=house.desk).foresee(incoming, pictures)


@pytest.mark.parametrize("text", ["/video a cat", "a cat [Zoom in]", "/credits", "/again", "/limits show"])
async def test_nothing_speaks_against_most_things(house, text):
    assert await foreseen(house, text) is None


@pytest.mark.parametrize(
    ("text", "pictures", "said"),
    [
        ("/nonsense", 0, "I do not know /nonsense"),
        ("a cat model=sora", 0, "There is no model called “sora”"),
        ("/video", 0, "Please say what the video should show"),
        ("a cat seconds=9", 1, "That length and size cannot be made here"),
        ("a cat [Zoom in,fly]", 0, "is not a camera move"),
    ],
)
async def test_a_wish_that_cannot_be_is_told_before_anything_begins(house, text, pictures, said):
    assert said in await foreseen(house, text, pictures=pictures)
    assert await house.store.jobs_of(ANA.id, 5) == []


async def test_too_few_credits_are_told(tmp_path):
    async with open_house(tmp_path, running=False, prices=tariff(starting_credits=5)) as house:
        assert "you have 5 credits" in await foreseen(house, "a cat")


async def test_a_full_pool_pays_and_an_empty_one_does_not(tmp_path):
    async with open_house(tmp_path, running=False, prices=tariff(starting_credits=5)) as house:
        await house.store.set_limits(SERVER, LimitSet(pool=True), "admin")
        assert "you have 5 credits" in await foreseen(house, "a cat", community=SERVER)
        await house.store.grant(str(SERVER), Grant("pool", 100, "op", "gift"))
        assert await foreseen(house, "a cat", community=SERVER) is None


async def test_limits_are_told(house):
    await house.store.set_limits(SERVER, LimitSet(member_daily=10), "admin")
    assert "10 credits a day" in await foreseen(house, "a cat", community=SERVER)
    await house.store.set_limits(SERVER, LimitSet(channels=frozenset({"videos"})), "admin")
    assert "in this channel" in await foreseen(house, "a cat", community=SERVER)
    await house.store.set_limits(SERVER, LimitSet(models=frozenset({"h3"})), "admin")
    assert "do not allow" in await foreseen(house, "a cat model=hailuo-02", community=SERVER)


async def test_an_anonymous_admin_cannot_be_charged(house):
    assert await foreseen(house, "a cat", community=SERVER, anonymous=True) is not None


async def test_a_closed_provider_is_told(tmp_path):
    async with open_house(tmp_path, running=False, providers=[FakeProvider()]) as house:
        await house.gear.breaker.pause("acme", "op")
        assert "No video service" in await foreseen(house, "a cat")


async def test_a_database_in_trouble_foresees_nothing(tmp_path):
    async with open_house(tmp_path, running=False, flaky={"welcome": 1}) as house:
        assert await foreseen(house, "a cat") is None
