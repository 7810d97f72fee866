"""Pictures inside requests: as they are, or smaller where an API wants them small."""

import base64
import io
import random

import pytest
from PIL import Image

from providers.contract import Order, Picture
from providers.pictures import Frames, data_url, frames_of

SMALL = 750_000


def noise(mode, size):
    """The picture that is hardest to make small."""
    return Image.frombytes(mode, size, random.Random(7).randbytes(size[0] * size[1] * len(mode)))


def written(path, image, kind, **how):
    image.save(path, kind, **how)
    return Picture(path, f"image/{kind.lower()}")


def opened(url, media_type):
    head, _, content = url.partition(",")
    assert head == f"data:{media_type};base64"
    raw = base64.b64decode(content)
    return raw, Image.open(io.BytesIO(raw))


async def test_a_small_picture_is_sent_as_it_is(tmp_path):
    picture = written(tmp_path / "a.png", Image.new("RGBA", (1280, 960), "red"), "PNG")
    raw, _ = opened(await data_url(picture, most_bytes=SMALL), "image/png")
    assert raw == picture.path.read_bytes()


async def test_without_a_limit_a_large_picture_is_sent_as_it_is(tmp_path):
    picture = written(tmp_path / "a.png", noise("RGB", (800, 600)), "PNG")
    raw, _ = opened(await data_url(picture), "image/png")
    assert raw == picture.path.read_bytes()
    assert len(raw) > SMALL


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG")])
@pytest.mark.parametrize("size", [(2000, 1500), (3200, 1290)])
async def test_a_large_picture_becomes_a_smaller_jpeg_of_the_same_shape(tmp_path, mode, kind, size):
    picture = written(tmp_path / "a", noise(mode, size), kind, **({"quality": 95} if kind == "JPEG" else {}))
    raw, image = opened(await data_url(picture, most_bytes=SMALL), "image/jpeg")
    assert len(raw) <= SMALL
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert min(image.size) > 300


async def test_what_need_not_become_smaller_keeps_its_size(tmp_path):
    smooth = Image.linear_gradient("L").resize((1920, 1440)).convert("RGB")
    picture = written(tmp_path / "a.bmp", smooth, "BMP")
    _, image = opened(await data_url(picture, most_bytes=SMALL), "image/jpeg")
    assert image.size == (1920, 1440)


async def test_a_picture_that_cannot_become_small_enough_is_sent_as_small_as_may_be(tmp_path):
    picture = written(tmp_path / "a.png", noise("RGB", (1200, 900)), "PNG")
    _, image = opened(await data_url(picture, most_bytes=1), "image/jpeg")
    assert image.size == (1024, 768)


async def test_an_orders_frames_are_the_pictures_themselves(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"first")
    (tmp_path / "b.jpg").write_bytes(b"last")
    first, last = (Picture(tmp_path / f"{name}.jpg", "image/jpeg", "https://bot.example/x") for name in "ab")
    order = Order("ref", "model", "a cat", 6, "768P", first, last)
    assert await frames_of(order) == Frames("data:image/jpeg;base64,Zmlyc3Q=", "data:image/jpeg;base64,bGFzdA==")
    assert await frames_of(Order("ref", "model", "a cat", 6, "768P")) == Frames()
