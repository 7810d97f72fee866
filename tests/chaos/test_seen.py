"""Whether somebody was answered is seen where they asked."""

import random
from types import SimpleNamespace

import pytest

from tests.chaos.deeds import Deeds
from tests.chaos.discord_crowd import DiscordCrowd
from tests.chaos.records import Wish
from tests.chaos.seen import wished_on_discord, wished_on_telegram
from tests.fakes.discord.asked import Answer
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram.server import FakeTelegram


def test_on_telegram_a_reply_is_an_answer():
    telegram = FakeTelegram()
    person = telegram.person("Ann")
    asked, ignored = (person.send_text(f"/video wish-00000{n}") for n in (1, 2))
    person.chat.add(telegram.bot, text="You have no credits.", reply_to=asked)
    place = f"telegram:{person.id}"
    assert wished_on_telegram(telegram, {"wish-000001": asked, "wish-000002": ignored}) == [
        Wish("wish-000001", place, answered=True),
        Wish("wish-000002", place, answered=False),
    ]


def message(*, thinking: bool = False, deleted: bool = False):
    return SimpleNamespace(thinking=thinking, deleted=deleted)


@pytest.mark.parametrize(
    ("asked", "had_time", "answered"),
    [
        pytest.param({"answer": None, "original": None}, True, True, id="Discord says that nobody responded"),
        pytest.param({"original": message()}, True, True, id="words"),
        pytest.param({"original": message(thinking=True)}, True, False, id="no words"),
        pytest.param({"original": message(thinking=True)}, False, True, id="no words, and no time for them"),
        pytest.param({"original": message(deleted=True)}, True, False, id="taken back"),
        pytest.param(
            {"original": message(deleted=True), "follow_ups": [message()]}, True, True, id="taken back, and whispered"
        ),
    ],
)
def test_on_discord_words_are_an_answer(asked, had_time, answered):
    usual = {"channel": SimpleNamespace(id=7), "answer": Answer.THINKING, "follow_ups": []}
    sent = {"wish-000001": SimpleNamespace(**(usual | asked))}
    assert wished_on_discord(sent, lambda _: had_time) == [Wish("wish-000001", "discord:7", answered)]


def test_an_interaction_had_time_if_its_token_died_of_age_before_the_end():
    now = [0.0]
    discord = FakeDiscord(clock=lambda: now[0])
    crowd = DiscordCrowd(discord, Deeds(random.Random(1)))
    life = discord.interactions.token_seconds
    long_ago, early, late = (SimpleNamespace(born=born) for born in (10.0, 100.0 + life, 200.0 + life))
    now[0] = 50.0 + life
    discord.interactions.expire_tokens()
    now[0] = 150.0 + 2 * life
    crowd.make_peace()
    assert [crowd.had_time(one) for one in (long_ago, early, late)] == [True, True, False]
    discord.interactions.expire_tokens()
    assert not crowd.had_time(SimpleNamespace(born=150.0 + life))
