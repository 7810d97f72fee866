"""What admins want of channels for adults, and of clips that are covered until somebody wants to see them."""

import pytest
from structlog.testing import capture_logs

from bot.core.foreseeing import Foresight
from bot.core.model import AgeRule, CommunityId, Incoming, LimitSet, Place, Reason, State, User, UserId
from tests.story.house import ANA, BEN, open_house

SERVER = CommunityId("web", "server")
CEM = User(UserId("web", "cem"), "Cem")
ONLY = "The admins allow videos in age-restricted channels alone. Nothing was charged."
NEVER = "The admins do not allow videos in age-restricted channels. Nothing was charged."


async def rule(house, text, **standing):
    """What an admin of the server types in a channel that is not for adults alone, and is answered."""
    return (await house.say(text, user=CEM, community=SERVER, admin=True, **({"adults": False} | standing))).text


async def foreseen(house, *, adults):
    incoming = Incoming("web:1", ANA, Place("web", "r", "films", adults), "a cat", SERVER)
    return await Foresight(desk=house.desk).foresee(incoming, 0)


# ---------------------------------------------------------------------------------------------- adults


async def test_without_a_rule_channels_for_adults_are_like_all_others(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert (await house.say("a cat", community=SERVER, adults=True)).accepted
        assert (await house.say("a cat", community=SERVER, adults=False)).accepted


@pytest.mark.parametrize(("word", "good", "sentence"), [("only", True, ONLY), ("never", False, NEVER)])
async def test_a_rule_for_age_restricted_channels_holds_at_once_and_costs_nothing(tmp_path, word, good, sentence):
    async with open_house(tmp_path, running=False) as house:
        with capture_logs() as logs:
            answer = await rule(house, f"/limits age-restricted {word}")

        said = {"only": "age-restricted channels only", "never": "never in age-restricted channels"}[word]
        assert answer == f"age_restricted is now {said}. It was any channel."
        assert {"limit": "age_restricted", "old": "any", "new": word}.items() <= logs[0].items()
        assert (await house.say("a cat", community=SERVER, adults=not good)).text == sentence
        assert await foreseen(house, adults=not good) == sentence
        assert await house.balance() == (100, 0)
        assert await foreseen(house, adults=good) is None
        assert (await house.say("a cat", community=SERVER, adults=good)).accepted
        assert (await house.say("a cat", user=BEN)).accepted
        assert f"age-restricted: {said}." in (await rule(house, "/limits")).splitlines()


async def test_where_there_are_no_such_channels_the_rule_cannot_be_set_and_is_not_shown(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert await rule(house, "/limits age-restricted only", adults=None) == (
            "There are no age-restricted channels here. Nothing was changed."
        )
        assert "age-restricted" not in await rule(house, "/limits", adults=None)
        await house.store.set_limits(SERVER, LimitSet(age_restricted=AgeRule.ONLY), "op")
        assert (await house.say("a cat", community=SERVER)).accepted


async def test_what_waits_in_the_wrong_channel_when_the_rule_is_set_is_not_made(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        wrong = await house.say("a cat", community=SERVER, adults=False)
        right = await house.say("a cat", user=BEN, community=SERVER, adults=True)
        await rule(house, "/limits age-restricted only")
    async with open_house(tmp_path, clock=house.clock) as again:
        job = await again.until(wrong, State.CANCELLED)
        await again.until(right, State.DELIVERED)

        assert (job.reason, await again.balance()) == (Reason.NOT_ALLOWED, (100, 0))


async def test_a_clip_is_not_sent_again_into_a_channel_where_it_must_not_be(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat", community=SERVER, adults=True), State.DELIVERED)
        await rule(house, "/limits age-restricted only")

        assert (await house.say(f"/job {job.id}", community=SERVER, adults=False)).text == ONLY
        assert (await house.say(f"/job {job.id}", community=SERVER, adults=True)).text == "Sending the clip again."


# ---------------------------------------------------------------------------------------------- spoilers


async def clip(house, text="a cat", **where):
    """The clip as it was handed to the chat."""
    job = await house.until(await house.say(text, **where), State.DELIVERED)
    return job, house.platform.delivered[-1][1]


async def test_clips_are_covered_where_the_admins_want_it_those_that_are_sent_again_too(tmp_path):
    async with open_house(tmp_path) as house:
        job, before = await clip(house, community=SERVER)
        await rule(house, "/limits spoiler on")
        _, private = await clip(house, user=BEN)
        again = await house.say(f"/job {job.id}", community=SERVER)
        await house.until(again, State.DELIVERED)

        assert [before.spoiler, private.spoiler] == [False, False]
        assert house.platform.delivered[-1][1].spoiler


@pytest.mark.parametrize(("text", "covered"), [("a cat spoiler=on", True), ("spoiler=off a cat", False)])
async def test_a_person_can_have_their_own_clip_covered(tmp_path, text, covered):
    async with open_house(tmp_path) as house:
        job, posted = await clip(house, text)

        assert (posted.spoiler, job.request.prompt) == (covered, "a cat")
        again = await house.until(await house.say(f"/again {job.id}"), State.DELIVERED)
        assert again.request.spoiler is covered
        composed = (await house.say(f"/edit {job.id}")).compose
        assert ("spoiler=on a cat" in composed) is covered


async def test_a_spoiler_is_on_or_off(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert (await house.say("a cat spoiler=perhaps")).text == (
            "“perhaps” is neither on nor off. Write spoiler=on to have the clip covered."
        )
