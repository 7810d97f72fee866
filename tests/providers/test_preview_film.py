import io
import json
import subprocess
import sys
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageDraw

from providers import preview_film
from providers.preview_film import FRAMES_PER_SECOND, frame_size

DOT = (40, 220, 40)
GROUND = (90, 40, 140)


def dotted(path, size=(640, 480), dot=60, at=None):
    """A green dot, in the middle unless told otherwise."""
    image = Image.new("RGB", size, GROUND)
    x, y = at or (size[0] // 2, size[1] // 2)
    ImageDraw.Draw(image).ellipse((x - dot, y - dot, x + dot, y + dot), fill=DOT)
    image.save(path, "PNG")
    return path


def film(folder, prompt, *, first=None, last=None, seconds=1, resolution="512P"):
    path = folder / "film.mp4"
    order = {
        "prompt": prompt,
        "seconds": seconds,
        "resolution": resolution,
        "film": str(path),
        "progress": str(folder / "progress.txt"),
        "first": str(first) if first else None,
        "last": str(last) if last else None,
    }
    made = preview_film.work(order)
    with av.open(str(path)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    assert frames[0].size == (made["width"], made["height"])
    assert len(frames) == seconds * FRAMES_PER_SECOND
    return frames


def dot_in(frame):
    """The dot's middle and width, in pixels."""
    red, green, _ = frame.split()
    left, top, right, bottom = ImageChops.subtract(green, red).point(lambda v: 255 if v > 90 else 0).getbbox()
    return (left + right) / 2, (top + bottom) / 2, right - left


def test_zoom_in_really_zooms(tmp_path):
    frames = film(tmp_path, "[Zoom in]", first=dotted(tmp_path / "first"))
    (x, y, width), (last_x, last_y, last_width) = dot_in(frames[0]), dot_in(frames[-1])
    assert last_width / width == pytest.approx(1.4, abs=0.05)
    assert (last_x, last_y) == pytest.approx((x, y), abs=3)


def test_panning_left_moves_what_is_seen_to_the_right(tmp_path):
    frames = film(tmp_path, "[Pan left]", first=dotted(tmp_path / "first"))
    (x, y, width), (last_x, last_y, last_width) = dot_in(frames[0]), dot_in(frames[-1])
    assert last_x > x + 0.1 * frames[0].width
    assert (last_y, last_width) == pytest.approx((y, width), abs=3)


def test_a_pedestal_going_up_moves_what_is_seen_down(tmp_path):
    frames = film(tmp_path, "[Pedestal up]", first=dotted(tmp_path / "first"))
    assert dot_in(frames[-1])[1] > dot_in(frames[0])[1] + 0.2 * frames[0].height


def test_a_static_shot_stands_still(tmp_path):
    frames = film(tmp_path, "[Static shot]", first=dotted(tmp_path / "first"))
    assert dot_in(frames[-1]) == pytest.approx(dot_in(frames[0]), abs=1)


def test_two_brackets_are_two_scenes(tmp_path):
    frames = film(tmp_path, "[Pan left] [Zoom in]", first=dotted(tmp_path / "first"))
    first, half, last = dot_in(frames[0]), dot_in(frames[11]), dot_in(frames[-1])
    assert half[0] > first[0] + 30
    assert half[2] == pytest.approx(first[2], abs=4)
    assert last[2] > half[2] * 1.3


def test_the_first_picture_becomes_the_last(tmp_path):
    first = dotted(tmp_path / "first", at=(200, 240))
    last = dotted(tmp_path / "last", size=(800, 800), at=(560, 400))
    frames = film(tmp_path, "[Static shot]", first=first, last=last)
    assert dot_in(frames[0])[0] < frames[0].width * 0.4
    assert dot_in(frames[-1])[0] > frames[0].width * 0.6
    between = frames[12].getpixel((round(frames[0].width * 200 / 640), frames[0].height // 2))
    assert GROUND[1] + 40 < between[1] < DOT[1] - 40


def label_of(frame):
    return frame.crop((frame.width * 3 // 4, frame.height * 9 // 10, frame.width, frame.height))


def test_every_frame_says_what_it_is_and_the_words_stand_still(tmp_path):
    Image.new("RGB", (640, 480), GROUND).save(tmp_path / "first", "PNG")
    frames = film(tmp_path, "[Truck left,Push in]", first=tmp_path / "first")
    first, last = label_of(frames[0]), label_of(frames[-1])
    assert first.convert("L").getextrema()[1] > 180
    assert max(high for _, high in ImageChops.difference(first, last).getextrema()) < 60


def test_words_become_a_card_that_moves_and_never_leaves_the_frame(tmp_path):
    frames = film(tmp_path, "a cat smiling [Truck left,Zoom in]")
    assert frames[0].size == (910, 512)
    boxes = [white_in(frame) for frame in (frames[0], frames[-1])]
    for left, top, right, bottom in boxes:
        assert 0.02 < left / 910 < right / 910 < 0.98
        assert 0.02 < top / 512 < bottom / 512 < 0.98
    assert boxes[1][0] > boxes[0][0]
    assert boxes[1][2] - boxes[1][0] > 1.2 * (boxes[0][2] - boxes[0][0])


def white_in(frame):
    """Where the letters are; the label's own corner is left out."""
    frame = frame.copy()
    frame.paste(0, (frame.width * 7 // 10, frame.height * 9 // 10, frame.width, frame.height))
    return frame.convert("L").point(lambda v: 255 if v > 235 else 0).getbbox()


@pytest.mark.parametrize(
    ("resolution", "size", "made"),
    [
        ("768P", (16, 9), (1366, 768)),
        ("512P", (16, 9), (910, 512)),
        ("768P", (768, 1366), (768, 1366)),
        ("768P", (500, 500), (768, 768)),
        ("768P", (1280, 960), (1024, 768)),
        ("768P", (2500, 1000), (1620, 648)),
    ],
)
def test_a_clip_has_the_proportions_of_its_picture(resolution, size, made):
    assert frame_size(resolution, *size) == made


def test_a_clip_plays_everywhere_and_says_in_its_file_what_it_is(tmp_path):
    film(tmp_path, "[Zoom in]", first=dotted(tmp_path / "first"))
    with av.open(str(tmp_path / "film.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt, container.metadata["comment"]) == ("h264", "yuv420p", "preview · no AI")
        assert container.streams.video[0].average_rate == 24
    raw = (tmp_path / "film.mp4").read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")


def test_progress_is_told_and_nothing_else_is_left_behind(tmp_path):
    film(tmp_path, "a cat")
    assert 50 < float((tmp_path / "progress.txt").read_text()) <= 100
    assert {path.name for path in tmp_path.iterdir()} == {"film.mp4", "progress.txt"}


def test_a_picture_that_cannot_be_read_leaves_no_film(tmp_path):
    (tmp_path / "first").write_bytes(b"no picture")
    with pytest.raises(OSError, match="cannot identify"):
        film(tmp_path, "a cat", first=tmp_path / "first")
    assert not (tmp_path / "film.mp4").exists()


def test_it_is_a_program_of_its_own(tmp_path):
    order = {"prompt": "x", "seconds": 1, "resolution": "512P", "first": None, "last": None}
    order |= {"film": str(tmp_path / "film.mp4"), "progress": str(tmp_path / "progress.txt")}
    root = Path(preview_film.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "providers.preview_film"], input=json.dumps(order), cwd=root, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert json.load(io.StringIO(done.stdout)) == {"width": 910, "height": 512}
    assert (tmp_path / "film.mp4").exists()
