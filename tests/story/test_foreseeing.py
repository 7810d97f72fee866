"""What would be refused is said beforehand, and looking starts nothing and costs nothing."""

from decimal import Decimal

import pytest

from bot.core.foreseeing import Foresight
from bot.core.model import CommunityId, Incoming, LimitSet, Place
from bot.core.store import Grant
from providers.contract import Format, Mode
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, BEN, open_house, tariff

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


# ---------------------------------------------------------------------------------------------- prices ahead


async def quoted(house, text, pictures=0, user=ANA):
    incoming = Incoming("web:draft", user, Place("web", "room"), text)
    return await Foresight(desk=house.desk).quote(incoming, pictures)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("", 28),
        ("/video", 28),
        ("a cat seconds=10", 56),
        ("a cat [Zoom in] 1080P", 150),
        ("/video model=hailuo-02 seconds=10 resolution=768P a cat", 56),
    ],
)
async def test_the_price_of_what_is_being_written_is_told_with_the_balance(house, text, price):
    quote = await quoted(house, text)
    assert (quote.price, quote.balance) == (price, 100)
    assert f"This costs {price} credits" in quote.sentence
    assert "You have 100 credits" in quote.sentence
    assert quote.enough is (price <= 100)
    assert await house.store.jobs_of(ANA.id, 5) == []


async def test_what_is_asked_about_first_and_what_is_too_dear_are_told_apart(tmp_path):
    async with open_house(tmp_path, running=False, prices=tariff(confirm_above=20, starting_credits=30)) as house:
        assert "you will be asked first" in (await quoted(house, "a cat")).sentence
        poor = await quoted(house, "a cat seconds=10")
        assert (poor.sentence, poor.enough) == (
            "This costs 56 credits. You have 30 credits, which is not enough.",
            False,
        )


@pytest.mark.parametrize("text", ["/credits", "/forget yes", "/again"])
async def test_what_makes_no_video_by_itself_has_no_price_and_is_not_done(house, text):
    assert await quoted(house, text) is None


@pytest.mark.parametrize(("text", "said"), [("a cat seconds=9", "cannot be made here"), ("/nonsense", "do not know")])
async def test_what_cannot_be_made_is_told_while_it_is_written(house, text, said):
    quote = await quoted(house, text)
    assert said in quote.sentence
    assert (quote.price, quote.enough) == (None, False)


async def test_photos_new_or_of_an_earlier_video_of_ones_own_count(tmp_path):
    shelf = FakeProvider(formats=(Format(Mode.TEXT, "768P", 6, Decimal(1)), Format(Mode.IMAGE, "768P", 6, Decimal(2))))
    async with open_house(tmp_path, running=False, providers=[shelf], prices=tariff(starting_credits=900)) as house:
        job = (await house.say("a cat", pictures=[b"photo"])).job
        assert (await quoted(house, "a cat")).price == 100
        assert (await quoted(house, "a cat", 1)).price == 200
        assert (await quoted(house, f"a dog photo={job}")).price == 200
        assert (await quoted(house, f"a dog photo={job}", user=BEN)).price == 100
        assert (await quoted(house, "a dog photo=zzzzzzzzzz")).price == 100


async def test_no_price_is_told_while_the_database_is_in_trouble(tmp_path):
    async with open_house(tmp_path, running=False, flaky={"list_prices": 1}) as house:
        assert await quoted(house, "a cat") is None
        assert (await quoted(house, "a cat")).price == 28
