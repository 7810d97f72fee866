"""MiniMax's v1 models as offers: one matrix of modes, sizes and prices, whoever resells them.

Sources: MiniMax, "Video Generation" (text, first frame, first and last frame, subject) and its "Pay as You Go" prices
(platform.minimax.io, 2026). The 01 series has left that list: 0.43 USD a video is what it cost there before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from providers.contract import CAMERA_MOVES, Format, Mode, Offer

SUBJECT_MODEL = "S2V-01"
"""Shows the person of the picture; the picture is no frame of the clip."""


@dataclass(frozen=True, slots=True)
class Size:
    """One length at one resolution, and its list price in US dollars."""

    resolution: str
    seconds: int
    price_usd: Decimal


@dataclass(frozen=True, slots=True)
class V1Model:
    """What MiniMax says of one of its models."""

    name: str
    """The public one."""
    modes: tuple[Mode, ...]
    sizes: tuple[Size, ...]
    """In order of preference."""
    follows_camera: bool = False

    def formats(self, without: frozenset[str], price_usd: Decimal | None) -> tuple[Format, ...]:
        """Every cell of the matrix that is sold, the preferred ones first."""
        return tuple(
            Format(mode, size.resolution, size.seconds, size.price_usd if price_usd is None else price_usd)
            for mode in self.modes
            for size in self.sizes
            if size.resolution not in without and (size.resolution != "512P" or mode is Mode.IMAGE)
        )


_01 = (Size("720P", 6, Decimal("0.43")),)
_FAST = (
    Size("768P", 6, Decimal("0.19")),
    Size("768P", 10, Decimal("0.32")),
    Size("1080P", 6, Decimal("0.33")),
)
_HAILUO = (
    Size("768P", 6, Decimal("0.28")),
    Size("768P", 10, Decimal("0.56")),
    Size("1080P", 6, Decimal("0.49")),
)
_SMALL = (Size("512P", 6, Decimal("0.10")), Size("512P", 10, Decimal("0.15")))
"""Needs a first frame and takes no last one."""

MODELS = {
    "MiniMax-Hailuo-2.3": V1Model("hailuo-2.3", (Mode.TEXT, Mode.IMAGE), _HAILUO, follows_camera=True),
    "MiniMax-Hailuo-2.3-Fast": V1Model("hailuo-2.3-fast", (Mode.IMAGE,), _FAST, follows_camera=True),
    "MiniMax-Hailuo-02": V1Model(
        "hailuo-02", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), (*_HAILUO, *_SMALL), follows_camera=True
    ),
    "T2V-01-Director": V1Model("director", (Mode.TEXT,), _01, follows_camera=True),
    "I2V-01-Director": V1Model("director", (Mode.IMAGE,), _01, follows_camera=True),
    "I2V-01-live": V1Model("live", (Mode.IMAGE,), _01),
    "T2V-01": V1Model("video-01", (Mode.TEXT,), _01),
    "I2V-01": V1Model("video-01", (Mode.IMAGE,), _01),
    SUBJECT_MODEL: V1Model("subject", (Mode.IMAGE,), _01),
}
"""Every v1 model by its name on the wire."""


def has_one_size(wire_model: str) -> bool:
    """Whether it makes clips of one length and resolution only and refuses to be told either (the 01 series)."""
    return wire_model in MODELS and MODELS[wire_model].sizes is _01


def offers(
    provider: str,
    wire_models: Iterable[str],
    *,
    price_usd: Decimal | None = None,
    without: frozenset[str] = frozenset(),
    needs_words: bool = False,
) -> tuple[Offer, ...]:
    """Offers of MiniMax's models as one provider sells them.

    Args:
        provider: Its name.
        wire_models: Names out of `MODELS`, in order of preference.
        price_usd: What it takes for any clip; None for MiniMax's own list prices.
        without: Resolutions that it does not sell.
        needs_words: Whether it wants a prompt beside every picture.
    """
    sold = (_offer(provider, wire, MODELS[wire].formats(without, price_usd)) for wire in wire_models)
    return tuple(replace(offer, prompt_needed_with_picture=True) if needs_words else offer for offer in sold)


def _offer(provider: str, wire_model: str, formats: tuple[Format, ...]) -> Offer:
    model = MODELS[wire_model]
    return Offer(
        provider=provider,
        model=model.name,
        wire_model=wire_model,
        formats=formats,
        camera_moves=frozenset(CAMERA_MOVES if model.follows_camera else ()),
        prompt_needed_with_picture=wire_model == SUBJECT_MODEL,
        by_name_only=wire_model == SUBJECT_MODEL,
    )
