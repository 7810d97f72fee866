import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.media import (
    MOST_FILE_BYTES,
    MOST_LONG_SIDE,
    RULES,
    Encoding,
    Problem,
    Refusal,
    Shape,
    clip_is_absurd,
    corrected,
    encoding_for,
    moov_first,
    picture_kind,
    refuse_file,
    refuse_pixels,
    scaled,
    shape_for,
)
from bot.core.texts import Say


def test_every_problem_has_its_sentence():
    assert {problem.value for problem in Problem} <= {say.value for say in Say}


def test_an_empty_file_is_no_picture():
    assert refuse_file(0) == Refusal(Problem.NOT_A_PICTURE)


def test_a_file_of_25_megabytes_is_the_largest():
    assert refuse_file(MOST_FILE_BYTES) is None
    assert refuse_file(MOST_FILE_BYTES + 1) == Refusal(Problem.TOO_LARGE_FILE, {"most_mb": 25})


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "WEBP"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", "AVIF"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avif", "AVIF"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic", "HEIF"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00", "HEIF"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"%PDF-1.7", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)
def test_the_first_bytes_name_the_one_decoder(head, kind):
    assert picture_kind(head) == kind


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (16_385, 10), (10, 16_385), (7_072, 7_072)])
def test_too_many_pixels_are_refused_before_decoding(width, height):
    assert refuse_pixels(width, height) == Refusal(Problem.TOO_MANY_PIXELS, {"most_megapixels": 50})


def test_fifty_megapixels_are_let_in():
    assert refuse_pixels(10_000, 5_000) is None


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1280, 960), Shape(1280, 960, 1280, 960)),
        ((4000, 3000), Shape(2048, 1536, 2048, 1536)),
        ((3000, 4000), Shape(1536, 2048, 1536, 2048)),
        ((200, 150), Shape(405, 304, 405, 304)),
        ((300, 300), Shape(304, 304, 304, 304)),
        ((301, 301), Shape(301, 301, 301, 301)),
        ((2500, 1000), Shape(2048, 819, 2048, 823)),
        ((2490, 1000), Shape(2048, 823, 2048, 823)),
        ((3000, 1000), Shape(2048, 683, 2048, 823)),
        ((1000, 5000), Shape(410, 2048, 823, 2048)),
        ((500, 100), Shape(757, 151, 757, 305)),
    ],
)
def test_a_picture_is_brought_into_the_rules(size, shape):
    assert shape_for(*size) == shape


def test_only_a_picture_with_edges_counts_as_padded():
    assert not Shape(400, 400, 400, 400).padded
    assert Shape(400, 100, 400, 160).padded


def test_a_stamp_is_too_small():
    assert shape_for(120, 99) == Refusal(Problem.TOO_SMALL, {"width": 120, "height": 99, "least": 100})


@pytest.mark.parametrize("size", [(501, 100), (100, 501), (9000, 1000)])
def test_a_ribbon_is_too_long(size):
    assert shape_for(*size) == Refusal(Problem.TOO_LONG, {"ratio": "5:1"})


@given(short=st.integers(100, 5000), ratio=st.floats(1, 5), portrait=st.booleans())
def test_whatever_is_accepted_obeys_every_provider(short, ratio, portrait):
    long = min(int(short * ratio), 16_384)
    shape = shape_for(short, long) if portrait else shape_for(long, short)
    assert isinstance(shape, Shape)
    canvas = sorted((shape.canvas_width, shape.canvas_height))
    assert canvas[0] > RULES.short_side_above
    assert canvas[1] <= MOST_LONG_SIDE
    assert canvas[1] <= RULES.ratio_most * canvas[0]
    assert shape.width <= shape.canvas_width
    assert shape.height <= shape.canvas_height


@pytest.mark.parametrize(
    ("clip", "absurd"),
    [
        ((1366, 768, 6.0), False),
        ((8192, 4320, 600.0), False),
        ((8194, 100, 6.0), True),
        ((100, 8194, 6.0), True),
        ((0, 0, 6.0), True),
        ((640, 480, 601.0), True),
    ],
)
def test_a_clip_that_no_provider_makes_is_absurd(clip, absurd):
    assert clip_is_absurd(*clip) is absurd


def test_forty_seconds_fit_into_ten_megabytes_at_720():
    assert encoding_for(10 * 2**20, seconds=40, short_side=1080, sound=True) == Encoding(720, 1_875_322, 96_000)


def test_a_short_clip_keeps_its_size():
    assert encoding_for(10_000_000, seconds=6, short_side=1080, sound=False) == Encoding(1080, 12_533_333, 0)


def test_a_clip_is_never_enlarged():
    found = encoding_for(10_000_000, seconds=6, short_side=201, sound=False)
    assert found is not None
    assert found.short_side == 200


def test_the_sound_gets_poorer_before_the_clip_is_refused():
    assert encoding_for(190_000, seconds=10, short_side=720, sound=True) == Encoding(240, 94_880, 48_000)


def test_what_would_be_mud_even_at_240_is_refused():
    assert encoding_for(100_000, seconds=60, short_side=1080, sound=False) is None


def test_a_first_try_that_was_too_large_is_corrected_by_what_was_measured():
    first = Encoding(720, 1_000_000, 96_000)
    assert corrected(first, made_bytes=1_100_000, most_bytes=1_000_000) == Encoding(720, 854_545, 96_000)


@pytest.mark.parametrize(("side", "next_side"), [(1080, 720), (700, 480), (240, 240), (200, 200)])
def test_a_first_try_that_was_far_too_large_is_made_with_smaller_sides(side, next_side):
    first = Encoding(side, 1_000_000, 0)
    assert corrected(first, made_bytes=2_000_000, most_bytes=1_000_000) == Encoding(next_side, 470_000, 0)


def test_sides_are_scaled_to_even_numbers():
    assert scaled(1920, 1080, 720) == (1280, 720)
    assert scaled(1081, 1921, 480) == (480, 852)
    assert scaled(641, 481, 720) == (640, 480)


@pytest.mark.parametrize(
    ("boxes", "first"),
    [
        ([b"ftyp", b"moov", b"mdat"], True),
        ([b"ftyp", b"mdat", b"moov"], False),
        ([b"ftyp", b"moov"], True),
        ([b"ftyp", b"mdat"], False),
    ],
)
def test_a_clip_plays_while_it_loads_if_the_index_comes_first(boxes, first):
    assert moov_first(boxes) is first
