import pytest
from PIL import Image, ImageChops

from providers.preview_card import draw_card, readable

SIZE = (683, 384)
WHOLE = (0.05, 0.05, 0.95, 0.95)


def letters(text, seen=WHOLE, moves=""):
    """Where letters stand: what differs from a card that has the same ground and other letters."""
    card = draw_card(text, moves, SIZE, seen)
    assert card.size == SIZE
    return card.convert("L").point(lambda v: 255 if v > 235 else 0).getbbox()


@pytest.mark.parametrize("seen", [WHOLE, (0.05, 0.1, 0.4, 0.6), (0.5, 0.5, 0.9, 0.8)])
@pytest.mark.parametrize("text", ["cat", "a cat smiling in the warm light of a window", "word " * 400, "W" * 300])
def test_all_letters_stand_in_what_is_always_seen(text, seen):
    left, top, right, bottom = letters(text, seen, moves="Zoom in")
    assert seen[0] * SIZE[0] <= left < right <= seen[2] * SIZE[0]
    assert seen[1] * SIZE[1] <= top < bottom <= seen[3] * SIZE[1]


def test_few_words_are_written_large():
    short, long = letters("cat"), letters("a cat " * 60)
    assert short[3] - short[1] > SIZE[1] * 0.06
    assert long[2] - long[0] > short[2] - short[0]


def test_the_camera_moves_are_named_below():
    plain, signed = draw_card("cat", "", SIZE, WHOLE), draw_card("cat", "Zoom in", SIZE, WHOLE)
    assert ImageChops.difference(plain, signed).getbbox() is not None


def test_an_empty_prompt_still_makes_a_card():
    assert letters("") is not None


def test_the_same_words_make_the_same_card():
    assert ImageChops.difference(draw_card("cat", "", SIZE, WHOLE), draw_card("cat", "", SIZE, WHOLE)).getbbox() is None


def test_letters_that_no_typeface_here_has_are_left_out_or_written_plainly():
    assert readable("a cat \U0010ffff smiling") == "a cat smiling"
    assert readable("\U0010ffff\U0010ffff") == "…"
    assert readable("“caf\u0065\u0301 \U0010ffff”")[:4] in {'"caf', "“caf"}


def test_a_card_is_colourful():
    colours = draw_card("cat", "", SIZE, WHOLE).resize((8, 8), Image.Resampling.BOX).getcolors()
    assert len(colours) > 30
