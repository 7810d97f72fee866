"""The preview's camera: which moves a prompt asks for, and where the camera looks at each moment (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, pi, sin

from providers.contract import CAMERA_MOVES

Moves = tuple[tuple[str, ...], ...]
"""One group per bracket, in order; the moves of a group happen at the same time."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the camera sees: its middle and its size, in fractions of the picture's sides. Never beyond the picture."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class _Way:
    """How far one move goes: right, down, and nearer (in logarithms, so that zooms add up)."""

    right: float = 0.0
    down: float = 0.0
    nearer: float = 0.0
    shake: float = 0.0

    def __add__(self, other: "_Way") -> "_Way":
        return _Way(
            self.right + other.right,
            self.down + other.down,
            self.nearer + other.nearer,
            max(self.shake, other.shake),
        )

    def times(self, share: float, zoom_share: float) -> "_Way":
        return _Way(self.right * share, self.down * share, self.nearer * zoom_share, self.shake)


# A camera that turns moves less than one that is carried; what it sees moves the other way.
_TURN, _CARRY = 0.16, 0.24
_WAYS = {
    "Truck left": _Way(right=-_CARRY),
    "Truck right": _Way(right=_CARRY),
    "Pan left": _Way(right=-_TURN),
    "Pan right": _Way(right=_TURN),
    "Push in": _Way(nearer=log(1.6)),
    "Pull out": _Way(nearer=-log(1.6)),
    "Pedestal up": _Way(down=-_CARRY),
    "Pedestal down": _Way(down=_CARRY),
    "Tilt up": _Way(down=-_TURN),
    "Tilt down": _Way(down=_TURN),
    "Zoom in": _Way(nearer=log(1.4)),
    "Zoom out": _Way(nearer=-log(1.4)),
    "Shake": _Way(shake=0.012),
    "Tracking shot": _Way(right=0.18, down=-0.03, nearer=log(1.15)),
    "Static shot": _Way(),
}
_GENTLE = _Way(nearer=log(1.12))
"""What the camera does when nobody says anything."""
_MOST_TRAVEL = 0.28
_MOST_ZOOM = log(1.65)
_KEPT_IN_VIEW = 0.22
"""However many moves there are, this much of each side stays in view all the time: letters can stand there."""

_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_BY_LOWER_CASE = {move.lower(): move for move in CAMERA_MOVES}


def moves_in(prompt: str) -> Moves:
    """Read the camera commands of a prompt: `[Pan left,Pedestal up] … [Zoom in]`. Unknown words are left out."""
    groups = (_known(bracket) for bracket in _BRACKET.findall(prompt))
    return tuple(group for group in groups if group)


def without_moves(prompt: str) -> str:
    """The prompt as a person would read it aloud: camera commands taken out."""
    spoken = _BRACKET.sub(lambda found: " " if _known(found[1]) else found[0], prompt)
    return " ".join(spoken.split())


def _known(bracket: str) -> tuple[str, ...]:
    words = (" ".join(word.split()).lower() for word in bracket.split(","))
    return tuple(_BY_LOWER_CASE[word] for word in words if word in _BY_LOWER_CASE)


def path(moves: Moves, t: float) -> Window:
    """Where the camera looks at *t*, from 0 (first frame) to 1 (last frame).

    Groups follow each other in equal shares of the time. The whole way is laid out around the middle of the picture
    and made narrow enough that it never looks beyond an edge.
    """
    ways, stations = _laid_out(moves)
    part = min(int(t * len(ways)), len(ways) - 1)
    within = t * len(ways) - part
    here = stations[part] + ways[part].times(_eased(within), _eased(within))
    trembling = ways[part].shake * sin(pi * min(1.0, max(0.0, within))) ** 0.5
    travels = _span([s.right for s in stations]), _span([s.down for s in stations])
    room = 1 - max(high - low for low, high in travels) - 4 * max(way.shake for way in ways)
    far = min(s.nearer for s in stations)
    return Window(
        x=0.5 + here.right - sum(travels[0]) / 2 + trembling * (sin(118 * t) + 0.5 * sin(211 * t + 1)),
        y=0.5 + here.down - sum(travels[1]) / 2 + trembling * (sin(97 * t + 2) + 0.5 * sin(183 * t)),
        size=room / exp(here.nearer - far),
    )


def always_seen(moves: Moves) -> tuple[float, float, float, float]:
    """The part of the picture that stays in view from beginning to end: left, top, right, bottom, in fractions."""
    windows = [path(moves, step / 100) for step in range(101)]
    return (
        max(w.x - w.size / 2 for w in windows),
        max(w.y - w.size / 2 for w in windows),
        min(w.x + w.size / 2 for w in windows),
        min(w.y + w.size / 2 for w in windows),
    )


def _laid_out(moves: Moves) -> tuple[list[_Way], list[_Way]]:
    """The way of each group, and the stations between them, shortened where many moves would go too far."""
    ways = [sum((_WAYS[move] for move in group), start=_Way()) for group in moves] or [_GENTLE]
    stations = list(accumulate(ways, initial=_Way()))
    travel = max(_width([s.right for s in stations]), _width([s.down for s in stations]))
    share = min(1.0, _MOST_TRAVEL / travel) if travel else 1.0
    zoom = _width([s.nearer for s in stations])
    most_zoom = min(_MOST_ZOOM, log((1 - travel * share) / (travel * share + _KEPT_IN_VIEW)))
    zoom_share = min(1.0, most_zoom / zoom) if zoom else 1.0
    shortened = [way.times(share, zoom_share) for way in ways]
    return shortened, list(accumulate(shortened, initial=_Way()))


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _eased(t: float) -> float:
    """Slow at both ends, half of it steady: a camera on a tripod, not on a spring."""
    return 0.5 * t + 0.5 * t * t * (3 - 2 * t)
