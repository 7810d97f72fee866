"""`/usage` from the message to the answer: what was made and spent, for whoever may see it."""

from bot.core.model import CommunityId, Paper, State, User, UserId
from tests.fakes.charts import SVG, FakeCharts
from tests.story.house import ANA, BEN, open_house

OLA = User(UserId("web", "ola"), "Ola")
SERVER = CommunityId("web", "server")


async def delivered(house, **how):
    reply = await house.say("/video a cat", **how)
    return await house.until(reply, State.DELIVERED)


async def test_a_person_sees_their_own_videos(tmp_path):
    async with open_house(tmp_path) as house:
        await delivered(house, user=ANA)
        await delivered(house, user=BEN)

        reply = await house.say("/usage", user=ANA)

        assert reply.text.startswith("Your videos\nSince ")
        assert ": 1 video, 0 failed (100 % success)" in reply.text
        assert reply.picture == Paper("usage.png", SVG)


async def test_an_admin_sees_their_server_and_an_operator_everything(tmp_path):
    async with open_house(tmp_path, operators=(OLA.id,)) as house:
        await delivered(house, user=ANA, community=SERVER)
        await delivered(house, user=BEN)

        of_server = await house.say("/usage 7", user=ANA, community=SERVER, admin=True)
        of_all = await house.say("/usage 7", user=OLA)

        assert of_server.text.startswith("This server's videos")
        assert ": 1 video, 0 failed" in of_server.text
        assert of_all.text.startswith("Everybody's videos")
        assert ": 2 videos, 0 failed" in of_all.text
        assert "Who spent most:" in of_all.text


async def test_a_number_of_days_that_cannot_be_meant_is_answered(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        said = await house.say("/usage 500")
        assert said.text == "“500” is no number of days: write a whole number from 1 to 90."


async def test_words_are_enough_where_nothing_can_be_drawn(tmp_path):
    charts = FakeCharts()
    charts.broken = True
    async with open_house(tmp_path, running=False, charts=charts) as house:
        said = await house.say("/usage 1")
        assert (said.text.startswith("Your videos\nNothing was made since "), said.picture) == (True, None)


async def test_help_names_it(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert "/usage" in (await house.say("/help")).text
