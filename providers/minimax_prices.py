"""MiniMax's list prices: what its own API takes, and what stands in wherever a reseller names no price.

Source: MiniMax, "Pay as You Go" (platform.minimax.io, 2026-10). The 01 series has left that list: 0.43 US dollars a
video is what it cost there before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from providers.contract import Format, Mode


@dataclass(frozen=True, slots=True)
class Size:
    """One length at one resolution, and its list price in US dollars."""

    resolution: str
    seconds: int
    price_usd: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a model costs that is billed by the second, in US dollars."""

    second: Mapping[str, Decimal]
    """By resolution, in order of preference."""
    pictures_free: int
    picture: Decimal
    """For each picture beyond the free ones."""
    seconds: range

    def sizes(self, *resolutions: str) -> tuple[Size, ...]:
        """Every length at each of these resolutions, six seconds first: the length that all models share."""
        lengths = sorted(self.seconds, key=lambda seconds: seconds != 6)  # noqa: PLR2004 said above
        return tuple(Size(size, seconds, seconds * self.second[size]) for size in resolutions for seconds in lengths)


SERIES_01_USD = Decimal("0.43")
SERIES_01 = (Size("720P", 6, SERIES_01_USD),)
HAILUO = (
    Size("768P", 6, Decimal("0.28")),
    Size("768P", 10, Decimal("0.56")),
    Size("1080P", 6, Decimal("0.49")),
)
"""Hailuo 2.3 and 02."""
HAILUO_FAST = (
    Size("768P", 6, Decimal("0.19")),
    Size("768P", 10, Decimal("0.32")),
    Size("1080P", 6, Decimal("0.33")),
)
"""Hailuo 2.3 Fast."""
HAILUO_SMALL = (Size("512P", 6, Decimal("0.10")), Size("512P", 10, Decimal("0.15")))
"""Hailuo 02 at its smallest, which needs a first frame and takes no last one."""
H3 = Tariff({"768P": Decimal("0.08"), "2K": Decimal("0.13")}, 5, Decimal("0.04"), range(4, 16))
H3_MAX = Tariff({"768P": Decimal("0.08"), "480P": Decimal("0.05")}, 2, Decimal("0.074"), range(5, 16))


def cells(sizes: Iterable[Size], *modes: Mode, times: Decimal = Decimal(1)) -> tuple[Format, ...]:
    """Every size in every mode.

    Args:
        sizes: In order of preference.
        modes: What the clip is made from.
        times: What a reseller takes for each dollar of the list price.
    """
    every = tuple(sizes)
    return tuple(
        Format(mode, size.resolution, size.seconds, size.price_usd * times) for mode in modes for size in every
    )
