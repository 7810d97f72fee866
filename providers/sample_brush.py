"""The brush of the sample photo: solid, lit, furry shapes. All lengths are in pixels of the final picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FINE = 2
"""Everything is painted this much larger and scaled down at the end: no jagged edges."""

Point = tuple[float, float]
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour in the light, and the same away from it."""

    light: Colour
    dark: Colour


class Canvas:
    """Paints solid shapes lit by the window, which is behind and to the left. All lengths in final pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.image = Image.new("RGB", (size[0] * FINE, size[1] * FINE))

    def ellipse(self, centre: Point, radii: Point) -> Image.Image:
        (x, y), (rx, ry) = centre, radii
        return self.polygon([(x + rx * cos(a / 90 * pi), y + ry * sin(a / 90 * pi)) for a in range(180)])

    def polygon(self, points: Sequence[Point], *, round_by: float = 0.0) -> Image.Image:
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon([(x * FINE, y * FINE) for x, y in points], fill=255)
        if round_by:
            soft, box = _softened(mask, 1, round_by)
            mask.paste(soft.point(lambda v: max(0, min(255, (v - 118) * 14))), box)
        return mask

    def stroke(self, points: Sequence[Point], widths: Sequence[float]) -> Image.Image:
        """A brush stroke of changing width along a curve through *points*."""
        mask = Image.new("L", self.image.size)
        pen = ImageDraw.Draw(mask)
        path = list(_curve(points))
        for number, (x, y) in enumerate(path):
            place = number / len(path) * (len(widths) - 1)
            low = int(place)
            r = (widths[low] + (widths[min(low + 1, len(widths) - 1)] - widths[low]) * (place - low)) / 2 * FINE
            pen.ellipse((x * FINE - r, y * FINE - r, x * FINE + r, y * FINE + r), fill=255)
        return mask

    def solid(self, mask: Image.Image, shade: Shade) -> None:
        """Fill a shape so that it looks round: light at the upper left, dark at the lower right."""
        left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
        width, height = right - left, bottom - top
        ball = Image.radial_gradient("L").resize((width * 2, height * 2))
        depth = ball.crop((int(width * 0.72), int(height * 0.74), int(width * 1.72), int(height * 1.74)))
        depth = depth.resize((width, height)).point(lambda v: min(255, v * 1.25))
        paint = Image.composite(
            Image.new("RGB", (width, height), shade.dark), Image.new("RGB", (width, height), shade.light), depth
        )
        self.image.paste(paint, (left, top), mask.crop((left, top, right, bottom)))

    def flat(self, mask: Image.Image, colour: Colour, strength: float = 1.0, blur: float = 0.0) -> None:
        soft, box = _softened(mask, strength, blur)
        self.image.paste(Image.new("RGB", soft.size, colour), box, soft)

    def glow(self, mask: Image.Image, colour: Colour, strength: float, blur: float) -> None:
        """Add light."""
        soft, box = _softened(mask, strength, blur)
        light = Image.composite(Image.new("RGB", soft.size, colour), Image.new("RGB", soft.size), soft)
        self.image.paste(ImageChops.screen(self.image.crop(box), light), box)

    def fur(self, mask: Image.Image, middle: Point, seed: int, strokes: int) -> None:
        """Comb short hairs outwards from *middle* over a shape and a little beyond its edge."""
        hairs = Image.new("RGBA", self.image.size)
        pen = ImageDraw.Draw(hairs)
        left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
        chance = chances(seed)
        for _ in range(strokes):
            x, y = left + next(chance) * (right - left), top + next(chance) * (bottom - top)
            if not mask.getpixel((int(x), int(y))):
                continue
            dx, dy = x - middle[0] * FINE, y - middle[1] * FINE
            far = max(1.0, hypot(dx, dy))
            reach, lean = (8 + 10 * next(chance)) * FINE / far, (next(chance) - 0.5) * 0.7
            end = (x + (dx - dy * lean) * reach, y + (dy + dx * lean) * reach)
            tone = ((120, 56, 20, 34), (255, 226, 178, 46))[int(2 * next(chance))]
            pen.line((x, y, *end), fill=tone, width=FINE)
        self.image.paste(hairs, mask=hairs.getchannel("A"))


def _softened(mask: Image.Image, strength: float, blur: float) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The part of a mask that is not empty, out of focus by *blur* pixels, and where it belongs."""
    left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
    reach = round(blur * FINE * 3)
    box = (max(0, left - reach), max(0, top - reach), min(mask.width, right + reach), min(mask.height, bottom + reach))
    soft = mask.crop(box)
    if blur:
        soft = soft.filter(ImageFilter.GaussianBlur(blur * FINE))
    return soft.point(lambda v: v * strength), box


def _curve(points: Sequence[Point]) -> Iterator[Point]:
    """Points close together on a smooth curve through *points* (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        steps = max(2, int(hypot(c[0] - b[0], c[1] - b[1])))
        for step in range(steps + 1):
            t = step / steps
            yield tuple(  # type: ignore[misc]  # two axes in, two out
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )


def chances(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1 that look like chance and are the same each time."""
    state = seed * 7919 + 1
    while True:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        yield (state >> 8) / (2**31 >> 8)
