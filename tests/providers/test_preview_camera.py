import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.contract import CAMERA_MOVES
from providers.preview_camera import Window, always_seen, moves_in, path, without_moves


def test_a_prompt_is_read_bracket_by_bracket():
    assert moves_in("[Pan left,Pedestal up] a cat [Zoom in]") == (("Pan left", "Pedestal up"), ("Zoom in",))


def test_commands_are_read_however_they_are_typed():
    assert moves_in("[ zoom  IN , tilt down]") == (("Zoom in", "Tilt down"),)


@pytest.mark.parametrize("prompt", ["a cat", "a cat [whispering]", "[]", "[Zoom in", "a [[cat]]"])
def test_words_that_are_no_commands_move_nothing(prompt):
    assert moves_in(prompt) == ()
    assert without_moves(prompt) == prompt


def test_the_prompt_is_read_aloud_without_its_commands():
    assert without_moves("[Pan left] a cat [softly] smiling [Zoom in]") == "a cat [softly] smiling"


def way(prompt):
    moves = moves_in(prompt)
    return path(moves, 0), path(moves, 1)


@pytest.mark.parametrize("move", ["Pan left", "Truck left"])
def test_left_looks_ever_further_left(move):
    first, last = way(f"[{move}]")
    assert first.x > 0.55
    assert last.x < 0.45
    assert (first.y, first.size) == (last.y, last.size)


@pytest.mark.parametrize("move", ["Pan right", "Truck right", "Tracking shot"])
def test_right_looks_ever_further_right(move):
    first, last = way(f"[{move}]")
    assert first.x < 0.45
    assert last.x > 0.55


@pytest.mark.parametrize("move", ["Tilt up", "Pedestal up"])
def test_up_looks_ever_higher(move):
    first, last = way(f"[{move}]")
    assert first.y > 0.55
    assert last.y < 0.45
    assert (first.x, first.size) == (last.x, last.size)


@pytest.mark.parametrize("move", ["Tilt down", "Pedestal down"])
def test_down_looks_ever_lower(move):
    first, last = way(f"[{move}]")
    assert first.y < 0.45
    assert last.y > 0.55


@pytest.mark.parametrize("move", ["Zoom in", "Push in"])
def test_in_sees_less_and_less_around_the_middle(move):
    first, last = way(f"[{move}]")
    assert first == Window(0.5, 0.5, 1.0)
    assert last.size < 0.75
    assert (last.x, last.y) == (0.5, 0.5)


@pytest.mark.parametrize("move", ["Zoom out", "Pull out"])
def test_out_ends_with_the_whole_picture(move):
    first, last = way(f"[{move}]")
    assert first.size < 0.75
    assert last.size == pytest.approx(1.0)


def test_a_carried_camera_goes_further_than_one_that_turns():
    assert way("[Truck left]")[0].x > way("[Pan left]")[0].x


def test_static_stands_still():
    assert way("[Static shot]") == (Window(0.5, 0.5, 1.0), Window(0.5, 0.5, 1.0))
    assert path((("Static shot",),), 0.4) == Window(0.5, 0.5, 1.0)


def test_shake_trembles_and_ends_where_it_began():
    first, last = way("[Shake]")
    assert (first.x, first.y) == pytest.approx((last.x, last.y))
    places = {round(path((("Shake",),), step / 50).x, 4) for step in range(50)}
    assert len(places) > 20


def test_without_a_command_the_camera_comes_gently_nearer():
    first, last = way("a cat")
    assert first.size == 1.0
    assert 0.85 < last.size < 0.95


def test_commands_in_one_bracket_happen_together():
    moves = moves_in("[Pan left,Pedestal up]")
    first, half, last = path(moves, 0), path(moves, 0.5), path(moves, 1)
    assert first.x > half.x > last.x
    assert first.y > half.y > last.y


def test_brackets_follow_each_other():
    moves = moves_in("[Pan left] then [Zoom in]")
    first, half, last = path(moves, 0), path(moves, 0.5), path(moves, 1)
    assert first.x > half.x == pytest.approx(last.x)
    assert first.size == pytest.approx(half.size)
    assert half.size > last.size


def test_there_and_back_ends_where_it_began():
    first, last = way("[Pan left] [Pan right]")
    assert (first.x, first.y, first.size) == pytest.approx((last.x, last.y, last.size))


any_moves = st.lists(st.lists(st.sampled_from(CAMERA_MOVES), min_size=1, max_size=4).map(tuple), max_size=6).map(tuple)


@given(moves=any_moves, t=st.floats(0, 1))
def test_the_camera_never_looks_beyond_the_picture(moves, t):
    window = path(moves, t)
    half = window.size / 2
    assert -1e-9 <= window.x - half < window.x + half <= 1 + 1e-9
    assert -1e-9 <= window.y - half < window.y + half <= 1 + 1e-9


@given(moves=any_moves, t=st.floats(0, 0.995))
def test_the_camera_never_jumps(moves, t):
    here, next_frame = path(moves, t), path(moves, t + 0.005)
    assert abs(here.size - next_frame.size) < 0.05
    assert abs(here.x - next_frame.x) < 0.05


@given(moves=any_moves)
def test_there_is_always_a_place_for_letters(moves):
    left, top, right, bottom = always_seen(moves)
    assert right - left > 0.15
    assert bottom - top > 0.15
