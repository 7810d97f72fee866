"""What a picture and a clip may be: the limits, the shape they are brought into, and which sentence says no.

Pure and light: the child programs of `bot.media` import it before they have read a single byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from providers.contract import PictureRules

RULES = PictureRules()
"""What every provider takes; a picture is brought into these once, whoever makes the clip later."""

MOST_FILE_BYTES = 25_000_000
MOST_PIXELS = 50_000_000
MOST_SIDE = 16_384
LEAST_SHORT_SIDE = 100
"""A smaller picture shows too little to be worth enlarging."""
MOST_LONG_SIDE = 2048
MOST_RATIO = 5
"""Longer pictures would be more edge than picture once they are padded."""
_SHORT_SIDE_MADE = RULES.short_side_above + 4
"""What a small picture is enlarged to: a little above the bound, so that no rounding falls below it."""

MOST_CLIP_SIDE = 8192
MOST_CLIP_SECONDS = 600


class Problem(StrEnum):
    """Why a picture cannot be used; each is the name of a sentence in `sentences.py`."""

    NOT_A_PICTURE = "picture_not_a_picture"
    DAMAGED = "picture_damaged"
    TOO_LARGE_FILE = "picture_too_large_file"
    TOO_MANY_PIXELS = "picture_too_many_pixels"
    TOO_SMALL = "picture_too_small"
    TOO_LONG = "picture_too_long"
    TOOK_TOO_LONG = "picture_took_too_long"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A picture that cannot be used, and what its sentence has to mention."""

    problem: Problem
    values: Mapping[str, int | str] = field(default_factory=dict)


TOO_MANY_PIXELS = Refusal(Problem.TOO_MANY_PIXELS, {"most_megapixels": MOST_PIXELS // 1_000_000})


@dataclass(frozen=True, slots=True)
class Shape:
    """How a picture is brought into the rules: scaled to one size, then set in the middle of another. In pixels."""

    width: int
    height: int
    canvas_width: int
    canvas_height: int

    @property
    def padded(self) -> bool:
        """Whether edges are added."""
        return (self.width, self.height) != (self.canvas_width, self.canvas_height)


def refuse_file(size: int) -> Refusal | None:
    """Judge a picture by its size in bytes alone."""
    if size == 0:
        return Refusal(Problem.NOT_A_PICTURE)
    if size > MOST_FILE_BYTES:
        return Refusal(Problem.TOO_LARGE_FILE, {"most_mb": MOST_FILE_BYTES // 1_000_000})
    return None


def picture_kind(head: bytes) -> str | None:
    """Name the one decoder that may see this file, from its first 64 bytes; None if it is no picture we take."""
    for magic, kind in (
        (b"\xff\xd8\xff", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
    ):
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _boxed_kind(head)
    return None


def _boxed_kind(head: bytes) -> str | None:
    # The same box begins MP4 clips: only the brands of pictures count. `mif1` and `msf1` leave the codec to the
    # compatible brands that follow.
    brand = head[8:12]
    if brand in {b"avif", b"avis"} or (brand in _ANY_CODEC and b"avif" in head[16:64]):
        return "AVIF"
    return "HEIF" if brand in _HEVC or brand in _ANY_CODEC else None


_ANY_CODEC = frozenset({b"mif1", b"msf1"})
_HEVC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})


def refuse_pixels(width: int, height: int) -> Refusal | None:
    """Judge a picture by the size it claims, before anything is decoded."""
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        return TOO_MANY_PIXELS
    return None


def shape_for(width: int, height: int) -> Shape | Refusal:
    """Plan how an upright picture of this size comes into the rules, harmlessly or not at all."""
    short, long = sorted((width, height))
    if short < LEAST_SHORT_SIDE:
        return Refusal(Problem.TOO_SMALL, {"width": width, "height": height, "least": LEAST_SHORT_SIDE})
    if long > MOST_RATIO * short:
        return Refusal(Problem.TOO_LONG, {"ratio": f"{MOST_RATIO}:1"})
    canvas_short = max(short, long / RULES.ratio_most)
    if canvas_short <= RULES.short_side_above:
        scale = _SHORT_SIDE_MADE / canvas_short
    else:
        scale = min(1.0, MOST_LONG_SIDE / long)
    made_long, made_short = round(long * scale), round(short * scale)
    canvas = max(made_short, ceil(made_long / RULES.ratio_most))
    if long <= RULES.ratio_most * short:
        made_short = canvas  # at most a pixel of rounding, not worth an edge
    if width >= height:
        return Shape(made_long, made_short, made_long, canvas)
    return Shape(made_short, made_long, canvas, made_long)


# ------------------------------------------------------------------------------------------------- clips


@dataclass(frozen=True, slots=True)
class Encoding:
    """One way to make a clip smaller. Rates in bits per second."""

    short_side: int
    video_rate: int
    audio_rate: int


_LADDER = ((1080, 3_000_000), (720, 1_200_000), (480, 600_000), (360, 300_000), (240, 90_000))
"""Short sides with the least rate at which each still looks better than the next smaller one."""
_AUDIO_RATE = 96_000
_POOR_AUDIO_RATE = 48_000
_HEADROOM = 0.94
"""Of the bytes allowed; the rest is for the container and for an encoder that overshoots."""
_FAR_TOO_LARGE = 1.25


def clip_is_absurd(width: int, height: int, seconds: float) -> bool:
    """Whether a clip claims to be something that no provider makes."""
    return not (0 < max(width, height) <= MOST_CLIP_SIDE and 0 <= seconds <= MOST_CLIP_SECONDS)


def encoding_for(most_bytes: int, *, seconds: float, short_side: int, sound: bool) -> Encoding | None:
    """Choose the largest picture that looks decent within *most_bytes*; None if nothing would.

    Args:
        most_bytes: What the result may weigh.
        seconds: Its length.
        short_side: Of the source, in pixels; never enlarged.
        sound: Whether sound has to fit, too.
    """
    whole = most_bytes * 8 * _HEADROOM / max(seconds, 0.1)
    for audio_rate in (_AUDIO_RATE, _POOR_AUDIO_RATE) if sound else (0,):
        rate = int(whole - audio_rate)
        for rung, least in _LADDER:
            if rate >= least and (rung <= short_side or rung == _LADDER[-1][0]):
                return Encoding(_even(min(rung, short_side)), rate, audio_rate)
    return None


def corrected(encoding: Encoding, *, made_bytes: int, most_bytes: int) -> Encoding:
    """Choose again after a first result of *made_bytes* was too large, by the measured ratio.

    Far too large means that the encoder cannot go lower at these sides (very short or very noisy clips): the next
    smaller ones are taken, if there are any.
    """
    ratio = _HEADROOM * most_bytes / made_bytes
    rate = max(1, int(encoding.video_rate * ratio))
    side = encoding.short_side
    if made_bytes > most_bytes * _FAR_TOO_LARGE:
        side = next((rung for rung, _ in _LADDER if rung < side), side)
    return Encoding(side, rate, encoding.audio_rate)


def scaled(width: int, height: int, short_side: int) -> tuple[int, int]:
    """Even sides in the same proportions, with the short one at most *short_side*."""
    scale = min(1.0, short_side / min(width, height))
    return _even(round(width * scale)), _even(round(height * scale))


def _even(side: int) -> int:
    # H.264 stores colour at half size: an odd side cannot be encoded.
    return max(2, side - side % 2)


def moov_first(boxes: list[bytes]) -> bool:
    """Whether an MP4 can be played while it loads, from the types of its top-level boxes in order."""
    return b"moov" in boxes and (b"mdat" not in boxes or boxes.index(b"moov") < boxes.index(b"mdat"))
