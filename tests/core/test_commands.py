import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import commands
from bot.core.commands import BadCommand, parse, parse_video
from bot.core.texts import Say
from providers.contract import CAMERA_MOVES

ID = "k3f9q0x2ab"
MOVES = frozenset(CAMERA_MOVES)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a cat smiling", commands.Video("a cat smiling")),
        ("/video a cat", commands.Video("a cat")),
        ("/VIDEO@reelbot a cat", commands.Video("a cat")),
        ("/video", commands.Video("")),
        ("/again", commands.Again(None)),
        (f"/again #{ID}", commands.Again(ID)),
        (f"/job {ID.upper()}", commands.ShowJob(ID)),
        ("/jobs", commands.ListJobs()),
        ("/cancel", commands.Cancel(None)),
        (f"/edit {ID}", commands.Edit(ID)),
        (f"/delete {ID}", commands.Delete(ID)),
        (f"/yes {ID}", commands.Answer(ID, yes=True)),
        (f"/no {ID}", commands.Answer(ID, yes=False)),
        ("/credits", commands.Credits()),
        ("/models", commands.Models()),
        ("/help", commands.Help()),
        ("/start deep-link", commands.Help()),
        ("/privacy", commands.Privacy()),
        ("/export", commands.Export()),
        ("/forget", commands.Forget(confirmed=False)),
        ("/forget YES", commands.Forget(confirmed=True)),
        ("/language", commands.Language(None)),
        ("/language DE", commands.Language("de")),
    ],
)
def test_typed_text_becomes_the_command_that_was_meant(text, meant):
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/vidoe a cat", Say.UNKNOWN_COMMAND),
        ("/1", Say.UNKNOWN_COMMAND),
        ("/", Say.UNKNOWN_COMMAND),
        ("/job nonsense!", Say.NOT_A_JOB_ID),
        ("/edit", Say.JOB_ID_NEEDED),
        ("/yes", Say.JOB_ID_NEEDED),
        ("a cat seconds=ten", Say.BAD_SECONDS),
        ("a cat seconds=0", Say.BAD_SECONDS),
        ("a cat seconds=99999999999999999999", Say.BAD_SECONDS),
        ("a cat seconds=٣", Say.BAD_SECONDS),
        ("a cat photo=mine", Say.NOT_A_JOB_ID),
        ("a cat spoiler=maybe", Say.BAD_SPOILER),
    ],
)
def test_what_cannot_be_meant_is_answered_with_one_sentence(text, answer):
    with pytest.raises(BadCommand) as refusal:
        parse(text)
    assert refusal.value.sentence.say is answer


def test_options_at_the_end_are_taken_off_the_prompt_in_any_order():
    video = parse_video(f"a dog runs 1080p model=Hailuo-02 10s photo={ID}")

    assert video == commands.Video("a dog runs", model="hailuo-02", seconds=10, resolution="1080P", photo=ID)


def test_named_options_may_stand_before_the_prompt_too():
    assert parse_video("seconds=6 model=live a cat") == commands.Video("a cat", model="live", seconds=6)
    assert parse_video("seconds=6 a cat 10s") == commands.Video("seconds=6 a cat", seconds=10)
    assert parse_video("6s of rain") == commands.Video("6s of rain")


def test_a_prompt_may_speak_of_options_in_the_middle():
    assert parse_video("a 1080p screen shows model=T on it for 10s straight").prompt == (
        "a 1080p screen shows model=T on it for 10s straight"
    )


def test_an_option_given_twice_stays_in_the_prompt_the_first_time():
    assert parse_video("a cat 6s 10s") == commands.Video("a cat 6s", seconds=10)


def test_options_alone_leave_an_empty_prompt():
    assert parse_video("768p") == commands.Video("", resolution="768P")


def test_line_breaks_in_a_prompt_survive():
    assert parse("/video first line\nsecond line seconds=6") == commands.Video("first line\nsecond line", seconds=6)


def test_camera_moves_are_read_in_any_case_and_stay_in_order():
    brackets = commands.camera_moves("x [pan LEFT, Pedestal up] then [Zoom in] and [a sign]", MOVES)

    assert brackets == (("Pan left", "Pedestal up"), ("Zoom in",))


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("[Zoom in, spin]", Say.UNKNOWN_CAMERA_MOVE),
        ("[Zoom in,Pan left,Tilt up,Shake]", Say.TOO_MANY_MOVES),
    ],
)
def test_a_bracket_that_mixes_moves_with_something_else_is_refused(prompt, answer):
    with pytest.raises(BadCommand) as refusal:
        commands.camera_moves(prompt, MOVES)
    assert refusal.value.sentence.say is answer


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_parser(text):
    with contextlib.suppress(BadCommand):
        assert isinstance(parse(text), commands.Command)


@given(st.text(max_size=100))
def test_a_prompt_never_gains_a_character(text):
    try:
        video = parse_video(text)
    except BadCommand:
        return
    assert video.prompt in text
