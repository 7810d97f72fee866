from datetime import UTC, datetime

import pytest

from bot.core.texts import Say, Sentence, say


@pytest.mark.parametrize(
    ("language", "amount", "words"),
    [
        ("en", 0, "0 credits"),
        ("en", 1, "1 credit"),
        ("en", 2, "2 credits"),
        ("en", 1500, "1,500 credits"),
        ("de", 1, "1 Credit"),
        ("de", 1500, "1.500 Credits"),
        ("es", 1, "1 crédito"),
        ("es", 1500, "1\u202f500 créditos"),
        ("zh", 1, "1 积分"),
        ("zh", 1500, "1,500 积分"),
    ],
)
def test_credits_are_counted_as_people_count_them(language, amount, words):
    assert say(Sentence(Say.PRICE, {"price": amount}), language) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (4.4, "4 seconds"),
        (43, "45 seconds"),
        (100, "2 minutes"),
        (3000, "50 minutes"),
        (7300, "2 hours"),
        (250_000, "3 days"),
    ],
)
def test_durations_are_said_without_false_precision(seconds, words):
    assert f"about {words} to" in say(Sentence(Say.RENDERING_ABOUT, {"seconds": seconds}), "en")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "fertig in etwa 3 Tagen"), ("es", "tardará cerca de 3 días"), ("zh", "大约 3 天后完成")],
)
def test_durations_are_said_in_every_language(language, words):
    assert words in say(Sentence(Say.QUEUED_AT_ABOUT, {"position": 1, "seconds": 250_000}), language)


def test_a_language_nobody_speaks_is_answered_in_english():
    assert say(Sentence(Say.BUTTON_CANCEL), "tlh") == "Cancel"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "(in 5 hours)"), ("de", "(in 5 Stunden)"), ("es", "(en 5 horas)"), ("zh", "(5 小时后)")],
)
def test_moments_are_said_in_utc_and_how_far_they_are(language, words):
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    values = {"most": 5, "left": 1, "amount": 6, "resets": noon, "wait": 5 * 3600.0}

    assert f"2026-11-21 12:00 UTC {words}" in say(Sentence(Say.OVER_MEMBER_DAILY, values), language)


def test_videos_are_counted():
    assert "1 video " in say(Sentence(Say.OVER_MEMBER_RUNNING, {"most": 1}), "en")


def test_curly_brackets_of_a_person_are_only_text():
    assert "{price}" in say(Sentence(Say.UNKNOWN_COMMAND, {"command": "{price}"}), "en")
