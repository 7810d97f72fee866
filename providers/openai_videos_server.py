"""What an operator says of their OpenAI-shaped video server, because no server can be asked."""

import re
from dataclasses import dataclass
from decimal import Decimal
from math import log
from typing import Literal

from providers.errors import RefusalKind, Refused

_SIZE = re.compile(r"([1-9]\d{1,4})x([1-9]\d{1,4})")


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and what it can make.

    Raises:
        ValueError: It has no length, or no size, or a size is none.
    """

    models: tuple[str, ...] = ()
    """Its own names for its models, each with the public name before it where that is another (`h3=MiniMax-H3`).
    None: it has one and is not told which."""
    seconds: tuple[int, ...] = (4, 8, 12)
    sizes: tuple[str, ...] = ("1280x720",)
    """Width and height in pixels. Of those with the same short side, the one in the picture's proportions is taken."""
    usd_per_second: Decimal = Decimal(0)
    """What a second costs the operator: nothing, on a GPU of their own."""
    encoding: Literal["multipart", "json", "mixed"] = "multipart"
    """How a request is packed. `multipart`: vLLM-Omni takes nothing else. `json`: gateways. `mixed`: SGLang wants a
    form with a picture and JSON without one."""
    pictures: bool = True
    """Whether its models make a clip from a picture."""

    def __post_init__(self) -> None:
        if not self.sizes or not self.seconds or min(self.seconds) < 1:
            raise ValueError("a server makes clips of at least one size and one length")
        for size in self.sizes:
            _sides(size)

    @property
    def names(self) -> dict[str, str]:
        """From the server's own names to the public ones: the last part of a path where the operator says nothing."""
        given = (model.rpartition("=") for model in self.models)
        return {own: (public or own.rstrip("/").rpartition("/")[2]).lower() for public, _, own in given}

    @property
    def resolutions(self) -> tuple[str, ...]:
        """The sizes by their short side: `720P`."""
        return tuple(dict.fromkeys(map(_resolution, self.sizes)))

    def sizes_of(self, resolution: str) -> tuple[str, ...]:
        """All sizes of a resolution, in the operator's order, at least one.

        Raises:
            Refused: There is none (any more).
        """
        found = tuple(size for size in self.sizes if _resolution(size) == resolution)
        if not found:
            raise Refused(RefusalKind.INPUT, f"no size of {resolution} is configured")
        return found


def nearest(sizes: tuple[str, ...], ratio: float) -> str:
    """The size that comes nearest to a picture's proportions, width by height."""
    return min(sizes, key=lambda size: abs(log(_ratio(size) / ratio)))


def _sides(size: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(size)
    if found is None:
        raise ValueError(f"{size!r} is not a size: write 1280x720, for example")
    return int(found[1]), int(found[2])


def _resolution(size: str) -> str:
    return f"{min(_sides(size))}P"


def _ratio(size: str) -> float:
    width, height = _sides(size)
    return width / height
