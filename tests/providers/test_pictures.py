"""Pictures inside requests: as they are, or smaller where an API wants them small."""

import io
import random
import threading

import pytest
from PIL import Image

from providers.contract import Order, Picture
from providers.errors import NotReady, TryLater
from providers.inline import Inline
from providers.pictures import Frames, frames_of, from_disk, inline_within

SMALL = 750_000


def noise(mode, size):
    """The picture that is hardest to make small."""
    return Image.frombytes(mode, size, random.Random(7).randbytes(size[0] * size[1] * len(mode)))


def written(path, image, kind, **how):
    image.save(path, kind, **how)
    return Picture(path, f"image/{kind.lower()}")


async def made_smaller(picture, most_bytes):
    made = await inline_within(picture, most_bytes)
    assert made.media_type == "image/jpeg"
    return made.content, Image.open(io.BytesIO(made.content))


async def test_a_small_picture_is_sent_as_it_is(tmp_path):
    picture = written(tmp_path / "a.png", Image.new("RGBA", (1280, 960), "red"), "PNG")
    assert await inline_within(picture, SMALL) == Inline(picture.path, "image/png")


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG")])
@pytest.mark.parametrize("size", [(2000, 1500), (3200, 1290)])
async def test_a_large_picture_becomes_a_smaller_jpeg_of_the_same_shape(tmp_path, mode, kind, size):
    picture = written(tmp_path / "a", noise(mode, size), kind, **({"quality": 95} if kind == "JPEG" else {}))
    raw, image = await made_smaller(picture, SMALL)
    assert len(raw) <= SMALL
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert min(image.size) > 300


async def test_what_need_not_become_smaller_keeps_its_size(tmp_path):
    smooth = Image.linear_gradient("L").resize((1920, 1440)).convert("RGB")
    picture = written(tmp_path / "a.bmp", smooth, "BMP")
    _, image = await made_smaller(picture, SMALL)
    assert image.size == (1920, 1440)


async def test_a_picture_that_cannot_become_small_enough_is_sent_as_small_as_may_be(tmp_path):
    picture = written(tmp_path / "a.png", noise("RGB", (1200, 900)), "PNG")
    _, image = await made_smaller(picture, 1)
    assert image.size == (1024, 768)


async def test_a_picture_that_cannot_be_read_leaves_the_order_to_be_made_again(tmp_path):
    with pytest.raises(TryLater):
        await inline_within(Picture(tmp_path / "gone.jpg", "image/jpeg"), SMALL)
    (tmp_path / "torn.jpg").write_bytes(b"x" * 2 * SMALL)
    with pytest.raises(TryLater):
        await inline_within(Picture(tmp_path / "torn.jpg", "image/jpeg"), SMALL)


def test_an_orders_frames_are_the_pictures_themselves(tmp_path):
    first, last = (Picture(tmp_path / f"{name}.jpg", "image/jpeg", "https://bot.example/x") for name in "ab")
    order = Order("ref", "model", "a cat", 6, "768P", first, last)
    assert frames_of(order) == Frames(Inline(first.path, "image/jpeg"), Inline(last.path, "image/jpeg"))
    assert frames_of(Order("ref", "model", "a cat", 6, "768P")) == Frames()


async def test_a_disk_that_hangs_is_no_lost_answer(monkeypatch):
    monkeypatch.setattr("providers.pictures.READ_SECONDS", 0.01)
    comes_back = threading.Event()
    with pytest.raises(NotReady, match="TimeoutError"):
        await from_disk(comes_back.wait)
    comes_back.set()
