"""Small pure parts: what is drawn, how it is cut, how often we speak."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.core.model import JobId, Place, State
from bot.core.ports import PlaceGone
from bot.platforms.telegram.composing import completed
from bot.platforms.telegram.drawing import (
    TEXT_MOST,
    bar,
    blank_picture,
    calling,
    clip_caption,
    note_text,
    pages,
    quiet,
)
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.pace import GROUP, Pace
from bot.platforms.telegram.places import Address, address_of, place_of, read_handle
from bot.platforms.telegram.records import Record, Records
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeMemory
from tests.platforms.telegram.at_work import note


@pytest.mark.parametrize(("percent", "squares"), [(0, 0), (9.9, 0), (10, 1), (55, 5), (100, 10)])
def test_a_bar_never_says_more_than_there_is(percent, squares):
    assert bar(percent).count("▰") == squares
    assert len(bar(percent).split()[0]) == 10


def test_a_bar_is_drawn_while_the_video_is_being_made_alone():
    assert "▰" in note_text(replace(note(), percent=50.0))
    assert "▰" not in note_text(replace(note(State.DELIVERED), percent=100.0))


@given(st.text(max_size=6000))
def test_t32_a_note_fits_whatever_the_prompt_is(prompt):
    drawn = replace(note(), prompt=prompt)
    assert len(note_text(drawn)) < TEXT_MOST
    assert len(clip_caption(drawn)) < 5 * 1024


def test_t32_a_caption_stays_within_1024_characters_once_it_is_read():
    details = ("x" * 500, "y" * 500)
    caption = clip_caption(replace(note(), prompt="&" * 2000, details=details))
    read = caption.replace("&amp;", "&").replace("<blockquote>", "").replace("</blockquote>", "")
    assert len(read) <= 1024


@given(st.text(alphabet="ab @\n", max_size=9000))
def test_pages_lose_nothing_but_the_breaks_between_them(text):
    cut = pages(text)
    assert all(0 < len(page) <= TEXT_MOST for page in cut)
    assert "".join(cut).replace("\n", "").replace(" ", "") == quiet(text).replace("\n", "").replace(" ", "")


def test_in_a_private_chat_a_call_needs_no_name():
    assert calling("Here <it> is.", 7, 7) == "Here &lt;it&gt; is."
    assert calling("Here it is.", 7, -100) == '<a href="tg://user?id=7">Here it is.</a>'


def test_a_blank_picture_is_a_picture():
    assert Image.open(io.BytesIO(blank_picture())).size == (64, 64)


@pytest.mark.parametrize("composed", ["", "hello", "/video a cat", "Change the text and send it again."])
def test_words_that_answer_anything_else_stay_as_they_are(composed):
    assert completed("a dog", composed) == "a dog"


def test_a_place_is_read_back_as_it_was_written():
    address = Address(chat=-100, asker=7, topic=5, reply=12)
    assert address_of(place_of(address)) == address
    with pytest.raises(PlaceGone):
        address_of(Place("telegram", "elsewhere"))


def test_a_handle_that_is_none_of_ours_is_none():
    assert [read_handle(text) for text in (None, "", "x:y", "5", "-100:7")] == [None, None, None, None, (-100, 7)]


def test_a_group_that_is_quiet_for_a_minute_has_its_budget_back():
    clock = FakeClock()
    pace = Pace(clock=clock)
    for _ in range(GROUP.most):
        pace.spend(-100)
        clock.advance(seconds=0.1)
    assert pace.wait(-100) == pytest.approx(58.0)
    assert pace.wait(-200) == 0.0
    clock.advance(seconds=58)
    assert pace.wait(-100) == 0.0


def test_t51_all_chats_together_stay_below_thirty_a_second():
    clock = FakeClock()
    pace = Pace(clock=clock)
    for chat in range(1, 29):
        pace.spend(chat)
    assert pace.wait(1000) == pytest.approx(1.0)
    assert not pace.may_edit(1000, JobId("a"))


def test_a_chat_that_is_blocked_gets_no_progress():
    clock = FakeClock()
    pace = Pace(clock=clock)
    pace.block(5, 30)
    assert (pace.wait(5), pace.may_edit(5, JobId("a"))) == (30.0, False)
    clock.advance(seconds=31)
    assert (pace.wait(5), pace.may_edit(5, JobId("a"))) == (0.0, True)


def test_what_is_remembered_of_chats_and_jobs_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.pace.CHATS_REMEMBERED", 2)
    monkeypatch.setattr("bot.platforms.telegram.pace.JOBS_REMEMBERED", 2)
    pace = Pace(clock=FakeClock())
    for number in range(1, 6):
        pace.spend(number)
        pace.edited(JobId(f"job{number}"))
    assert (len(pace._chats), len(pace._edited)) == (2, 2)


async def test_records_in_memory_do_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.records.IN_MEMORY", 2)
    records = Records(memory=FakeMemory())
    for number in range(5):
        await records.keep(JobId(f"job{number}"), Record(message=number))
    assert len(records._known) == 2
    assert (await records.of(JobId("job0"))).message == 0


async def test_private_chats_never_move():
    memory = FakeMemory()
    memory.troubles = 1

    async def relocate(old, new):
        raise AssertionError("nothing moves")

    moves = Moves(memory=memory, relocate=relocate)
    assert await moves.now_at(5) == 5
    assert await moves.now_at(-5) == -5, "what cannot be read counts as not moved; Telegram says so if it has"
