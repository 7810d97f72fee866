"""The child program for one picture: judged before it is decoded, repaired, and written anew as a plain JPEG."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter, ImageOps

from bot.core.media import (
    MOST_LONG_SIDE,
    MOST_PIXELS,
    TOO_MANY_PIXELS,
    Problem,
    Refusal,
    Shape,
    picture_kind,
    refuse_file,
    refuse_pixels,
    shape_for,
)

QUALITY = 92
BACKGROUND = (255, 255, 255)
"""What shows through where a picture was transparent."""
_ANIMATED_KINDS = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""Of these, many pictures in a file are an animation; in a JPEG or HEIC they are previews and depth maps."""

# Ours is the stricter limit; Pillow's, at twice this number, comes even before a WEBP's canvas is allocated.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class _No(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.problem)
        self.refusal = refusal


def work(order: dict[str, Any]) -> dict[str, Any]:
    """Check `source` and write the result to `into`.

    Returns:
        `width`, `height`, `first_of_many` and `padded`; or `problem` and `values`.
    """
    try:
        return _check(Path(order["source"]), Path(order["into"]))
    except _No as no:
        return {"problem": no.refusal.problem, "values": dict(no.refusal.values)}


def _check(source: Path, into: Path) -> dict[str, Any]:
    _obey(refuse_file(source.stat().st_size))
    with source.open("rb") as file:
        kind = picture_kind(file.read(64))
    if kind is None:
        raise _No(Refusal(Problem.NOT_A_PICTURE))
    image, first_of_many = _decode(source, kind)
    shape = shape_for(*image.size)
    if isinstance(shape, Refusal):
        raise _No(shape)
    made = _shaped(_flat_rgb(image), shape)
    # Only pixels leave this process. Pillow would write a JPEG's comment again by itself.
    made.info.clear()
    made.save(into, "JPEG", quality=QUALITY, optimize=True)
    return {"width": made.width, "height": made.height, "first_of_many": first_of_many, "padded": shape.padded}


def _obey(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise _No(refusal)


def _decode(source: Path, kind: str) -> tuple[Image.Image, bool]:
    """Decode the first frame, upright, by the one decoder that the file's first bytes call for."""
    if kind == "HEIF":
        import pi_heif  # noqa: PLC0415  # only phones' pictures need it

        pi_heif.register_heif_opener()
    try:
        with Image.open(source, formats=[kind]) as image:
            _obey(refuse_pixels(*image.size))
            first_of_many = kind in _ANIMATED_KINDS and bool(getattr(image, "is_animated", False))
            # A JPEG can be decoded at a fraction of its size, a third of the time. Never below what is made of it.
            image.draft(None, (MOST_LONG_SIDE, MOST_LONG_SIDE))
            image.load()
            _obey(refuse_pixels(*image.size))
            return ImageOps.exif_transpose(image), first_of_many
    except (MemoryError, Image.DecompressionBombError):
        # It claimed a modest size and wanted a fortune all the same.
        raise _No(TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError):
        raise _No(Refusal(Problem.DAMAGED)) from None


def _flat_rgb(image: Image.Image) -> Image.Image:
    """The picture as sRGB without transparency."""
    if image.mode.startswith("I"):  # 16 bits of grey; converting would cut off instead of scaling
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    profile = image.info.get("icc_profile")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode in {"P", "PA", "LA", "1"}:
        image = image.convert("RGBA" if alpha else "RGB")
    if image.mode == "RGBA":
        image = image.convert("RGB")
    colours = (_by_profile(image, profile) if profile else None) or image.convert("RGB")
    if alpha is not None:
        colours = Image.composite(colours, Image.new("RGB", colours.size, BACKGROUND), alpha)
    return colours


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms  # noqa: PLC0415  # most pictures have no profile

    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # a broken profile is no reason to refuse the picture


def _shaped(image: Image.Image, shape: Shape) -> Image.Image:
    made = image.resize((shape.width, shape.height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if not shape.padded:
        return made
    canvas = _blurred_edges(made, (shape.canvas_width, shape.canvas_height))
    canvas.paste(made, ((canvas.width - made.width) // 2, (canvas.height - made.height) // 2))
    return canvas


def _blurred_edges(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture itself, grown over the whole canvas and out of focus: an edge without a hard border."""
    small = ImageOps.fit(image, (max(1, size[0] // 8), max(1, size[1] // 8)))
    return small.filter(ImageFilter.GaussianBlur(8)).resize(size, Image.Resampling.BICUBIC)
