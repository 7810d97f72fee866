"""The preview's child program: renders one picture or title card as a real H.264 clip in which the camera moves.

`python -m providers.preview_film` takes an order as JSON on standard input, the same as `work`.
"""

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageOps

from providers.preview_camera import Moves, always_seen, moves_in, path, without_moves
from providers.preview_card import draw_card, font_for

LABEL = "preview · no AI"
FRAMES_PER_SECOND = 24
SHORT_SIDES = {"768P": 768, "512P": 512}
LANDSCAPE = (16, 9)
_LONG_PER_SHORT = 1366 / 768
_CARD_SHARPNESS = 1.5
"""Title cards are drawn this much larger than the clip, so that letters stay sharp when the camera comes near."""
_AHEAD = 6
"""Frames drawn before the encoder asks for them."""
_REPORT_EVERY = 8

Draw = Callable[[float], Image.Image]


def work(order: dict[str, Any]) -> dict[str, Any]:
    """Render the clip.

    Args:
        order: `prompt`, `seconds`, `resolution`, `film` (where the clip goes), `progress` (where the percentage is
            written), and `first` and `last`, paths of pictures or None.

    Returns:
        `width` and `height` of the clip.
    """
    moves = moves_in(order["prompt"])
    scene = _scene(order, moves)
    film = Path(order["film"])
    part = film.with_name(f"{film.name}.{os.getpid()}.part")
    try:
        _encode(scene, order["seconds"] * FRAMES_PER_SECOND, part, Path(order["progress"]))
        part.replace(film)
    finally:
        part.unlink(missing_ok=True)
    return {"width": scene.size[0], "height": scene.size[1]}


@dataclass(frozen=True, slots=True)
class _Scene:
    size: tuple[int, int]
    draw: Draw
    """Draws the frame of a moment from 0 to 1."""


def frame_size(resolution: str, width: int, height: int) -> tuple[int, int]:
    """Even sides in the proportions of a picture, about as many pixels as the resolution has in landscape at most."""
    short = SHORT_SIDES[resolution]
    most_pixels = short * short * _LONG_PER_SHORT
    scale = min(short / min(width, height), (most_pixels / (width * height)) ** 0.5)
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2


def _scene(order: dict[str, Any], moves: Moves) -> _Scene:
    if order["first"] is None:
        size = frame_size(order["resolution"], *LANDSCAPE)
        card_size = (round(size[0] * _CARD_SHARPNESS), round(size[1] * _CARD_SHARPNESS))
        words = "  ·  ".join(" + ".join(group) for group in moves)
        first = draw_card(without_moves(order["prompt"]), words, card_size, always_seen(moves))
        last = None
    else:
        first = _opened(order["first"])
        size = frame_size(order["resolution"], *first.size)
        last = ImageOps.fit(_opened(order["last"]), first.size) if order["last"] else None
    label = _label(size)
    return _Scene(size, lambda t: _frame(_dissolved(first, last, t), moves, t, size, label))


def _opened(name: str) -> Image.Image:
    with Image.open(name, formats=["JPEG", "PNG"]) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _dissolved(first: Image.Image, last: Image.Image | None, t: float) -> Image.Image:
    """The first picture, then both, then the last: each is alone for a moment."""
    share = (t - 0.15) / 0.7
    if last is None or share <= 0:
        return first
    if share >= 1:
        return last
    return Image.blend(first, last, share * share * (3 - 2 * share))


def _frame(picture: Image.Image, moves: Moves, t: float, size: tuple[int, int], label: Image.Image) -> Image.Image:
    window = path(moves, t)
    half_x, half_y = window.size * picture.width / 2, window.size * picture.height / 2
    x, y = window.x * picture.width, window.y * picture.height
    box = (
        max(0.0, x - half_x),
        max(0.0, y - half_y),
        min(float(picture.width), x + half_x),
        min(float(picture.height), y + half_y),
    )
    frame = picture.resize(size, Image.Resampling.BICUBIC, box=box)
    # On top of the finished frame: whatever the camera does, the label stays where it is.
    margin = round(min(size) * 0.03)
    frame.paste(label, (size[0] - label.width - margin, size[1] - label.height - margin), label)
    return frame


def _label(size: tuple[int, int]) -> Image.Image:
    font = font_for(LABEL, min(size) * 0.032)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(LABEL))
    pad = round(min(size) * 0.016)
    label = Image.new("RGBA", (right - left + 2 * pad, bottom - top + 2 * pad))
    pen = ImageDraw.Draw(label)
    pen.rounded_rectangle((0, 0, label.width - 1, label.height - 1), radius=pad, fill=(0, 0, 0, 110))
    pen.text((pad - left, pad - top), LABEL, font=font, fill=(255, 255, 255, 225))
    return label


def _encode(scene: _Scene, count: int, into: Path, progress: Path) -> None:
    with av.open(str(into), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        output.metadata["comment"] = LABEL
        stream = output.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height = scene.size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 2
        for number, frame in enumerate(_frames(scene.draw, count)):
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            output.mux(stream.encode(frame))
            if number % _REPORT_EVERY == 0:
                _report(progress, 100 * number / count)
        output.mux(stream.encode(None))


def _frames(draw: Draw, count: int) -> Iterator[av.VideoFrame]:
    """Draw the frames in order, two at a time and a few ahead: Pillow and FFmpeg both let other threads run."""
    with ThreadPoolExecutor(2) as drawers:
        ahead: deque[Future[av.VideoFrame]] = deque()
        for number in range(count):
            ahead.append(drawers.submit(_drawn, draw, number / (count - 1)))
            if len(ahead) >= _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _drawn(draw: Draw, t: float) -> av.VideoFrame:
    picture: av.VideoFrame = av.VideoFrame.from_image(draw(t))  # type: ignore[no-untyped-call]  # its stub says nothing
    return picture.reformat(format="yuv420p")


def _report(progress: Path, percent: float) -> None:
    part = progress.with_name(f"{progress.name}.{os.getpid()}.part")
    part.write_text(f"{percent:.0f}")
    part.replace(progress)


if __name__ == "__main__":
    json.dump(work(json.load(sys.stdin)), sys.stdout)
