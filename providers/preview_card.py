"""The preview's title card: a prompt without a picture, typeset on a soft gradient."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

_OTHER_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "Arial Unicode.ttf",
    "arial.ttf",
)
"""Tried in turn for letters that Pillow's own typeface does not have."""
_PLAIN = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u2013": "-", "\u2014": "-", "ß": "ss"}
)
"""Quotes and dashes as a typewriter has them."""
_LARGEST, _SMALLEST = 0.115, 0.026
"""Sizes of the letters, in fractions of the card's height."""
_LEADING = 1.3
_MOST_LINES_WHEN_LARGE = 6


@dataclass(frozen=True, slots=True)
class _Palette:
    top: Colour
    bottom: Colour
    glow: Colour


_PALETTES = (
    _Palette((38, 20, 72), (178, 62, 92), (255, 176, 120)),
    _Palette((10, 34, 64), (22, 110, 122), (150, 240, 214)),
    _Palette((24, 26, 62), (88, 70, 170), (240, 160, 220)),
    _Palette((52, 20, 36), (196, 92, 48), (255, 214, 140)),
    _Palette((12, 40, 40), (58, 122, 80), (222, 240, 150)),
)


def draw_card(text: str, moves: str, size: tuple[int, int], seen: Box) -> Image.Image:
    """Draw the card.

    Args:
        text: The prompt, without camera commands.
        moves: The camera commands in words, shown small below; may be empty.
        size: Of the card in pixels.
        seen: The part that stays in view, in fractions of the sides; all letters stand within it.
    """
    palette = _PALETTES[crc32(text.encode()) % len(_PALETTES)]
    card = _background(size, palette, crc32(text.encode()))
    left, top, right, bottom = (edge * size[n % 2] for n, edge in enumerate(seen))
    margin_x, margin_y = (right - left) * 0.09, (bottom - top) * 0.13
    box = (left + margin_x, top + margin_y, right - margin_x, bottom - margin_y)
    _typeset(card, text or "…", moves, box, palette)
    return card


def _background(size: tuple[int, int], palette: _Palette, seed: int) -> Image.Image:
    small = (size[0] // 8, size[1] // 8)
    slope = Image.linear_gradient("L").rotate(-24, Image.Resampling.BICUBIC, expand=True).crop((78, 78, 260, 260))
    ground = Image.composite(
        Image.new("RGB", small, palette.bottom), Image.new("RGB", small, palette.top), slope.resize(small)
    )
    ground.paste(Image.new("RGB", small, palette.glow), mask=_lights(small, seed))
    edge = Image.radial_gradient("L").resize(small).point(lambda dark: max(0, dark - 110) * 0.8)
    ground.paste(Image.new("RGB", small, (8, 6, 18)), mask=edge)
    return ground.resize(size, Image.Resampling.BICUBIC)


def _lights(size: tuple[int, int], seed: int) -> Image.Image:
    """Discs of light out of focus, where *seed* puts them."""
    lights = Image.new("L", size)
    for number in range(14):
        x, y, r, bright = ((crc32(bytes((number, axis))) ^ seed) % 1000 / 1000 for axis in range(4))
        disc = Image.new("L", size)
        radius = (0.03 + 0.13 * r * r) * size[1]
        centre = x * size[0], y * size[1]
        outline = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
        ImageDraw.Draw(disc).ellipse(outline, fill=int(10 + 34 * bright))
        lights = ImageChops.add(lights, disc.filter(ImageFilter.GaussianBlur(1 + 3 * r)))
    return lights


def _typeset(card: Image.Image, text: str, moves: str, box: Box, palette: _Palette) -> None:
    width, height = box[2] - box[0], box[3] - box[1]
    foot = card.height * 0.075 if moves else 0.0
    lines, font, letter = _largest_fit(readable(text), width, height - foot, card.height)
    block = len(lines) * letter * _LEADING
    middle, top = (box[0] + box[2]) / 2, box[1] + (height - foot - block) / 2
    places = [(middle, top + (number + 0.5) * letter * _LEADING) for number in range(len(lines))]
    _cast_shadow(card, lines, places, font)
    pen = ImageDraw.Draw(card)
    for line, place in zip(lines, places, strict=True):
        pen.text(place, line, font=font, fill=(255, 252, 246), anchor="mm")
    if moves:
        _sign(card, moves, (middle, top + block + foot * 0.25), palette.glow)


def _cast_shadow(card: Image.Image, lines: list[str], places: list[tuple[float, float]], font: Font) -> None:
    shadow = Image.new("L", card.size)
    pen = ImageDraw.Draw(shadow)
    for line, (x, y) in zip(lines, places, strict=True):
        pen.text((x, y + card.height * 0.004), line, font=font, fill=150, anchor="mm")
    card.paste(Image.new("RGB", card.size, (0, 0, 0)), mask=shadow.filter(ImageFilter.BoxBlur(card.height / 160)))


def _sign(card: Image.Image, moves: str, place: tuple[float, float], colour: Colour) -> None:
    """A short rule, and below it what the camera does."""
    (x, y), half = place, card.width * 0.02
    words = readable(moves)
    pen = ImageDraw.Draw(card)
    pen.line((x - half, y, x + half, y), fill=colour, width=max(2, card.height // 320))
    font = font_for(words, card.height * 0.028)
    pen.text((x, y + card.height * 0.045), words, font=font, fill=colour, anchor="mm")


def _largest_fit(text: str, width: float, height: float, card_height: int) -> tuple[list[str], Font, float]:
    """Lines of even length in the largest letters that fit; a text too long for the smallest ends in an ellipsis."""
    share = _LARGEST
    while True:
        letter = card_height * share
        font = font_for(text, letter)
        lines = list(_wrapped(text, font, width))
        most = int(height // (letter * _LEADING))
        if len(lines) <= min(most, _MOST_LINES_WHEN_LARGE if share > _LARGEST / 2 else most):
            return _balanced(text, font, width, len(lines)), font, letter
        if share <= _SMALLEST:
            return [*lines[: most - 1], lines[most - 1][:-1].rstrip() + "…"], font, letter
        share = max(_SMALLEST, share * 0.92)


def _balanced(text: str, font: Font, width: float, count: int) -> list[str]:
    """The same number of lines, in the narrowest column that keeps it: no lonely last word."""
    low, high = 0.0, width
    for _ in range(8):
        middle = (low + high) / 2
        longest = max(font.getlength(line) for line in _wrapped(text, font, middle)) if middle else width
        if len(list(_wrapped(text, font, middle))) <= count and longest <= width:
            high = middle
        else:
            low = middle
    return list(_wrapped(text, font, high))


def _wrapped(text: str, font: Font, width: float) -> Iterator[str]:
    line = ""
    for word in _words(text, font, width):
        longer = f"{line} {word.lstrip()}" if line and word[:1] == " " else line + word
        if line and font.getlength(longer) > width:
            yield line
            line = word.lstrip()
        else:
            line = longer.lstrip()
    yield line


def _words(text: str, font: Font, width: float) -> Iterator[str]:
    """Words with the space before them; one that is wider than a line falls apart into its letters."""
    for word in text.split():
        if font.getlength(word) <= width:
            yield " " + word
        else:
            yield " " + word[0]
            yield from word[1:]


def readable(text: str) -> str:
    """The text in letters that can be drawn here; accents and letters that cannot are left out."""
    font = font_for(text, 16)
    plain = "".join(_drawable(letter, font) for letter in text)
    return " ".join(plain.split()) or "…"


def _drawable(letter: str, font: Font) -> str:
    for way in (letter, letter.translate(_PLAIN), unicodedata.normalize("NFKD", letter)[0]):
        if all(_has(font, part) for part in way):
            return way
    return ""


def font_for(text: str, size: float) -> Font:
    """A typeface that has every letter of *text*, if there is one on this machine; else Pillow's own."""
    own = ImageFont.load_default(size)
    if _has_all(own, text):
        return own
    for name in _OTHER_FONTS:
        try:
            other = ImageFont.truetype(name, size)
        except OSError:
            continue
        if _has_all(other, text):
            return other
    return own


def _has_all(font: Font, text: str) -> bool:
    return all(_has(font, letter) for letter in set(text))


def _has(font: Font, letter: str) -> bool:
    """Whether the typeface draws anything of its own for a letter, rather than its sign for "unknown"."""
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))
