"""Whoever runs the bot, in the chat: credits given and taken, providers paused and used again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from bot.core.model import CommunityId, State, User, UserId
from providers.contract import Format, Mode, Pace
from providers.errors import Misconfigured, MisconfiguredKind
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, BEN, open_house, tariff

OLA = User(UserId("web", "ola"), "Ola")
SERVER = CommunityId("web", "server")
PRICIER = (Format(Mode.TEXT, "768P", 6, Decimal("0.30")),)


def ruled(folder, **how):
    """A house that Ola runs."""
    return open_house(folder, operators=(OLA.id,), **how)


async def order(house, text, **how):
    return (await house.say(text, user=OLA, **how)).text


# ---------------------------------------------------------------------------------------------- credits


async def test_an_operator_gives_credits_to_a_person_a_server_and_themselves(tmp_path):
    async with ruled(tmp_path, running=False, prices=tariff(starting_credits=0)) as house:
        with capture_logs() as logs:
            assert await order(house, "/grant web:ana 100 for a prize") == "web:ana now has 100 credits."
        assert await order(house, "/grant server 500 a month", community=SERVER) == "web:server now has 500 credits."
        assert await order(house, "/grant me 7 to try") == "web:ola now has 7 credits."

        (line,) = [line for line in logs if line["event"] == "credits moved"]
        assert (line["actor"], line["owner"], line["amount"]) == ("web:ola", "web:ana", 100)
        assert (line["old"], line["new"]) == (0, 100)
        (gift,) = await house.store.receipts("web:ana", 5)
        assert (gift.actor, gift.reason, gift.balance_change) == ("web:ola", "for a prize", 100)
        assert "100 credits received (for a prize)" in (await house.say("/credits")).text
        assert await house.books_balance()


async def test_the_same_message_delivered_twice_moves_credits_once(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        for _ in range(2):
            assert await order(house, "/grant web:ana 100 a prize", key="web:same") == "web:ana now has 100 credits."
        for _ in range(2):
            assert await order(house, "/take web:ana 30 a slip", key="web:other") == "web:ana now has 70 credits."


async def test_more_than_there_is_cannot_be_taken(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/grant web:ana 5 a prize")

        assert await order(house, "/take web:ana 6 a slip") == "web:ana has 5 credits. Nothing was taken."
        assert (await house.store.wallet("web:ana")).balance == 5


async def test_a_server_that_is_not_there_is_given_nothing(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert (await order(house, "/grant server 5 x")).startswith("There is no server here.")


@pytest.mark.parametrize("typed", ["/grant me 1000 please", "/take web:ben 1 x", "/pause", "/resume acme"])
@pytest.mark.parametrize("standing", [{}, {"community": SERVER, "admin": True}])
async def test_whoever_does_not_run_the_bot_is_refused_in_one_sentence_which_is_logged(tmp_path, typed, standing):
    async with ruled(tmp_path, running=False) as house:
        await house.say("/credits", user=BEN)
        with capture_logs() as logs:
            reply = await house.say(typed, **standing)

        assert reply.text == "Only whoever runs this bot may do that. Nothing was changed."
        assert [(line["who"], line["what"]) for line in logs] == [("web:ana", typed)]
        assert (await house.balance(ANA), await house.balance(BEN)) == ((100, 0), (100, 0))
        assert house.gear.breaker.closed() == frozenset()


async def test_nobody_rules_under_a_name_that_all_anonymous_admins_share(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        text = await order(house, "/grant me 5 x", community=SERVER, admin=True, anonymous=True)

        assert text == "Only whoever runs this bot may do that. Nothing was changed."


async def test_help_lists_the_operators_commands_for_operators_alone(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert "/pause – Give no new videos to a provider, or to any" in await order(house, "/help")  # noqa: RUF001 typography
        assert "/pause" not in (await house.say("/help")).text


# ---------------------------------------------------------------------------------------------- pauses


async def test_a_paused_provider_is_given_nothing_new_until_it_is_resumed(tmp_path):
    async with ruled(tmp_path) as house:
        with capture_logs() as logs:
            text = await order(house, "/pause acme a new key is coming")
        assert text.startswith("Paused: acme. Videos under way are finished")
        assert {"event": "provider paused", "actor": "web:ola", "old": "open", "new": "paused"}.items() <= logs[
            0
        ].items()
        refused = await house.say("a cat")
        assert (refused.job, refused.text.split(".")[0]) == (None, "No video service is available at the moment")
        house.clock.advance(days=30)
        assert (await house.say("a cat")).job is None

        assert await order(house, "/pause") == "Paused already: acme."
        (pause, *_) = await house.store.deeds(None, 1)
        assert (pause.actor, pause.act, pause.about, pause.words) == ("web:ola", "pause", "acme", "a new key is coming")
        assert await order(house, "/resume acme") == "In use again: acme."
        assert await order(house, "/resume") == "Not paused: acme."
        await house.until(await house.say("a cat"), State.DELIVERED)


async def test_what_is_under_way_at_a_paused_provider_is_finished_and_does_not_open_it(tmp_path):
    async with ruled(tmp_path) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
        await order(house, "/pause")
        await house.until(reply, State.DELIVERED)
        await house.gear.breaker.worked("acme", "acme/Acme-1")

        assert house.gear.breaker.paused() == {"acme"}


async def test_what_waits_at_a_paused_provider_moves_on_to_another_of_the_same_model(tmp_path):
    full = Pace(submits_per_minute=60, at_once=0)
    acme, zenith = FakeProvider("acme", pace=full), FakeProvider("zenith", formats=PRICIER)
    async with ruled(tmp_path, providers=[acme, zenith]) as house:
        reply = await house.say("a cat")
        assert (await house.job(reply)).provider == "acme"
        await order(house, "/pause acme")
        job = await house.until(reply, State.DELIVERED)

        assert (job.provider, job.price, len(acme.submits)) == ("zenith", 28, 0)


async def test_what_no_other_provider_makes_waits_for_a_paused_one(tmp_path):
    acme = FakeProvider("acme")
    async with ruled(tmp_path, providers=[acme], running=False) as house:
        reply = await house.say("a cat")
        await order(house, "/pause")
    async with ruled(tmp_path, providers=[acme], clock=house.clock) as again:
        later = again.clock.now() + timedelta(minutes=20)
        while again.clock.now() < later:
            await again.clock.step()
        assert (await again.job(reply)).state is State.QUEUED
        assert again.platform.shown[-1][1].headline == "Waiting for its turn."
        assert acme.submits == []
        await order(again, "/resume")
        await again.until(reply, State.DELIVERED)


async def test_a_turn_that_came_right_before_the_pause_is_not_used(tmp_path):
    acme = FakeProvider("acme")
    async with ruled(tmp_path, providers=[acme], running=False) as house:
        reply = await house.say("a cat")
        assert await house.store.admit({"acme": acme.pace}) == [reply.job]
        await order(house, "/pause")
    async with ruled(tmp_path, providers=[acme], clock=house.clock) as again:
        for _ in range(5):
            await again.clock.step()
        assert acme.submits == []
        await order(again, "/resume")
        await again.until(reply, State.DELIVERED)


async def test_a_closed_provider_loses_its_jobs_to_no_paused_one(tmp_path):
    acme, zenith = FakeProvider("acme"), FakeProvider("zenith", formats=PRICIER)
    acme.on_submit = [Misconfigured(MisconfiguredKind.KEY, "bad key")]
    async with ruled(tmp_path, providers=[acme, zenith]) as house:
        await order(house, "/pause zenith")
        await house.until(await house.say("a cat"), State.FAILED)

        assert await house.balance() == (100, 0)


async def test_a_provider_that_there_is_not_cannot_be_paused(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await order(house, "/pause moon") == "There is no provider called “moon”. There is: acme."


async def test_a_pause_that_cannot_be_written_down_is_none(tmp_path):
    async with ruled(tmp_path, running=False, flaky={"pause_provider": 1}) as house:
        assert (await order(house, "/pause")).startswith("I cannot write anything down at the moment")
        assert house.gear.breaker.closed() == frozenset()
