"""Real small pictures that people send, and the sizes in which Telegram keeps a photo."""

import io
from functools import cache

from PIL import Image, ImageOps

from tests.fakes.telegram.files import Files
from tests.fakes.telegram.posts import Media

_BOXES = (90, 320, 800)


@cache
def picture(width: int = 1280, height: int = 960, shade: int = 0) -> bytes:
    """A JPEG: a soft gradient, another one for every *shade* from 0 to 255."""
    grey = Image.linear_gradient("L").resize((width, height))
    return _jpeg(ImageOps.colorize(grey, (shade, 40, 90), (255, 180, 120)))


def photo_of(files: Files, content: bytes | None) -> Media:
    """A photo in several sizes, the smallest first; bytes that are no picture are kept in one size as they are."""
    content = content or picture()
    try:
        sizes = [*_smaller(content), (content, *_size(content))]
    except OSError:
        sizes = [(content, 1280, 960)]
    kept = tuple(
        (files.keep(one, kind="photo", name="photo.jpg", mime="image/jpeg"), width, height)
        for one, width, height in sizes
    )
    return Media("photo", kept[-1][0], kept[-1][1], kept[-1][2], sizes=kept)


@cache
def _smaller(content: bytes) -> list[tuple[bytes, int, int]]:
    found = []
    with Image.open(io.BytesIO(content)) as whole:
        for box in (box for box in _BOXES if box < max(whole.size)):
            small = ImageOps.contain(whole.convert("RGB"), (box, box))
            found.append((_jpeg(small), *small.size))
    return found


def _size(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as whole:
        return whole.size


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
