"""MiniMax's v1 models as offers: one matrix of modes and sizes, whoever resells them.

Source: MiniMax, "Video Generation" (text, first frame, first and last frame, subject; platform.minimax.io, 2026). What
they cost stands in `minimax_prices.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from providers.contract import CAMERA_MOVES, Format, Mode, Offer
from providers.minimax_prices import HAILUO, HAILUO_FAST, HAILUO_SMALL, SERIES_01, Size, cells

SUBJECT_MODEL = "S2V-01"
"""Shows the person of the picture; the picture is no frame of the clip."""


@dataclass(frozen=True, slots=True)
class V1Model:
    """What MiniMax says of one of its models."""

    name: str
    """The public one."""
    modes: tuple[Mode, ...]
    sizes: tuple[Size, ...]
    """In order of preference."""
    follows_camera: bool = False
    small: tuple[Size, ...] = ()
    """Sizes that need a first frame and take no last one."""

    def formats(self, without: frozenset[str], price_usd: Decimal | None) -> tuple[Format, ...]:
        """Every cell of the matrix that is sold, the preferred ones first."""
        every = cells(self.sizes, *self.modes) + cells(self.small, Mode.IMAGE)
        sold = (cell for cell in every if cell.resolution not in without)
        return tuple(cell if price_usd is None else replace(cell, price_usd=price_usd) for cell in sold)


MODELS = {
    "MiniMax-Hailuo-2.3": V1Model("hailuo-2.3", (Mode.TEXT, Mode.IMAGE), HAILUO, follows_camera=True),
    "MiniMax-Hailuo-2.3-Fast": V1Model("hailuo-2.3-fast", (Mode.IMAGE,), HAILUO_FAST, follows_camera=True),
    "MiniMax-Hailuo-02": V1Model(
        "hailuo-02", (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST), HAILUO, follows_camera=True, small=HAILUO_SMALL
    ),
    "T2V-01-Director": V1Model("director", (Mode.TEXT,), SERIES_01, follows_camera=True),
    "I2V-01-Director": V1Model("director", (Mode.IMAGE,), SERIES_01, follows_camera=True),
    "I2V-01-live": V1Model("live", (Mode.IMAGE,), SERIES_01),
    "T2V-01": V1Model("video-01", (Mode.TEXT,), SERIES_01),
    "I2V-01": V1Model("video-01", (Mode.IMAGE,), SERIES_01),
    SUBJECT_MODEL: V1Model("subject", (Mode.IMAGE,), SERIES_01),
}
"""Every v1 model by its name on the wire."""


def has_one_size(wire_model: str) -> bool:
    """Whether it makes clips of one length and resolution only and refuses to be told either (the 01 series)."""
    return wire_model in MODELS and MODELS[wire_model].sizes is SERIES_01


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
