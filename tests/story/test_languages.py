"""Each person is spoken to in their own language, from the first word to the clip."""

import pytest

from bot.core.model import State, User, UserId
from tests.story.house import open_house

JAN = User(UserId("web", "jan"), "Jan", "de")
MEI = User(UserId("web", "mei"), "Mei", "zh")
KOJI = User(UserId("web", "koji"), "Koji", "ja")


async def test_somebody_new_is_spoken_to_in_the_language_their_chat_says_they_read(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("eine Katze", user=JAN)
        await house.until(reply, State.DELIVERED)

        [(_, delivery)] = house.platform.delivered
        assert delivery.language == "de"
        assert [button.label for button in delivery.note.buttons] == ["Nochmal", "Text ändern", "Löschen"]
        assert delivery.note.headline == "Hier ist dein Video."
        assert delivery.note.details[-1].startswith("Berechnet: 28 Credits")


async def test_a_language_that_was_chosen_outlasts_what_the_chat_says(tmp_path):
    async with open_house(tmp_path) as house:
        await house.say("/language es", user=JAN)

        assert (await house.say("/credits", user=JAN)).text.startswith("Tienes 100 créditos.")


async def test_whoever_reads_a_language_we_do_not_speak_is_answered_in_english(tmp_path):
    async with open_house(tmp_path) as house:
        assert (await house.say("/jobs", user=KOJI)).text.startswith("You have not made a video yet.")


@pytest.mark.parametrize("command", ["/help", "/models", "/privacy", "/credits", "/jobs", "/job", "/usage", "/limits"])
async def test_nothing_english_is_left_in_an_answer_in_chinese(tmp_path, command):
    async with open_house(tmp_path) as house:
        text = (await house.say(command, user=MEI)).text

        assert not set(text.lower().split()) & {"the", "you", "your", "and", "of", "is", "video", "credits", "what"}
