"""One thing that `reelbot check` has looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part."""

    part: str
    fine: bool
    words: str
    """What was found; where something is wrong, how to mend it."""
