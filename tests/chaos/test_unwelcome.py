"""Whose end a Discord explains that would not have the bot, and whose is a fault all the same."""

import time

import pytest

from tests.chaos.fleet import Fall
from tests.chaos.unwelcome import Unwelcome

LISTENING = '{"chat": "discord", "event": "listening", "level": "info"}\n'
REFUSED = "Discord does not accept DISCORD_TOKEN. Reset it in the developer portal and set the new one.\n"
CLOSED = "Discord closed the connection for good (code 4013).\n"


@pytest.fixture
def unwelcome():
    times = Unwelcome()
    with times.noted():
        pass
    return times


def a_fall(tmp_path, *, said=LISTENING + REFUSED, code=1, born=-5.0, died=1.0):
    """The end of a process; its times are seconds from now."""
    log, now = tmp_path / "front-000.log", time.monotonic()
    log.write_text(said)
    return Fall("front", code, excused=False, log=log, born=now + born, died=now + died)


@pytest.mark.parametrize("words", [REFUSED, CLOSED])
def test_whoever_was_refused_and_says_so_may_end(unwelcome, tmp_path, words):
    assert unwelcome.explains(a_fall(tmp_path, said=LISTENING + words))


def test_while_it_goes_on_too(tmp_path):
    times = Unwelcome()
    with times.noted():
        assert times.explains(a_fall(tmp_path, born=0.001))


@pytest.mark.parametrize(
    "fall",
    [
        {"said": LISTENING + "Traceback (most recent call last):\n"},
        {"said": LISTENING + REFUSED + "RuntimeError: closed\n"},
        {"said": REFUSED},
        {"code": -11},
        {"born": 0.5},
        {"died": -1.0},
        {"died": 100.0},
    ],
    ids=["no word", "more than its words", "a worker", "a crash", "begun afterwards", "before", "long after"],
)
def test_nothing_else_is_explained_by_it(unwelcome, tmp_path, fall):
    assert not unwelcome.explains(a_fall(tmp_path, **fall))


def test_without_such_a_time_nothing_is(tmp_path):
    assert not Unwelcome().explains(a_fall(tmp_path))
