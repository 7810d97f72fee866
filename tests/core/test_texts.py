import string
from datetime import UTC, datetime

import pytest

from bot.core.model import Reason, State
from bot.core.texts import EN_SENTENCES, LANGUAGES, Say, Sentence, say


def fields(text):
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_says_every_sentence_with_the_same_values(code):
    language = LANGUAGES[code]

    assert set(language.sentences) == set(Say)
    assert set(language.reasons) == set(Reason)
    assert set(language.states) == {state.value for state in State}
    assert {name: fields(text) for name, text in language.sentences.items()} == {
        name: fields(text) for name, text in EN_SENTENCES.items()
    }


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0 credits"), (1, "1 credit"), (2, "2 credits"), (1500, "1,500 credits")]
)
def test_credits_are_counted_as_people_count_them(amount, words):
    assert say(Sentence(Say.PRICE, {"price": amount}), "en") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (4.4, "4 seconds"),
        (43, "45 seconds"),
        (100, "2 minutes"),
        (3000, "50 minutes"),
        (7300, "2 hours"),
    ],
)
def test_durations_are_said_without_false_precision(seconds, words):
    assert words in say(Sentence(Say.RENDERING_ABOUT, {"seconds": seconds}), "en")


def test_a_language_nobody_speaks_is_answered_in_english():
    assert say(Sentence(Say.BUTTON_CANCEL), "tlh") == "Cancel"


def test_moments_are_said_in_utc_and_videos_are_counted():
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    values = {"most": 5, "left": 1, "amount": 6, "resets": noon, "wait": 5 * 3600.0}
    said = say(Sentence(Say.OVER_MEMBER_DAILY, values), "en")

    assert "2026-11-21 12:00 UTC (in 5 hours)" in said
    assert "1 video " in say(Sentence(Say.OVER_MEMBER_RUNNING, {"most": 1}), "en")


def test_curly_brackets_of_a_person_are_only_text():
    assert "{price}" in say(Sentence(Say.UNKNOWN_COMMAND, {"command": "{price}"}), "en")
