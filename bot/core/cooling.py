"""How long somebody waits whose wishes the services keep refusing because of their content: pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

REFUSALS = 3
"""So many refusals ..."""
WITHIN = timedelta(hours=1)
"""... within this long make a person wait."""
FIRST_WAIT = timedelta(minutes=15)
"""The first wait; each further one is twice as long."""
LONGEST_WAIT = timedelta(days=1)
FORGIVEN_AFTER = timedelta(days=1)
"""So long after the end of a wait the next one is a first one again."""
LOOK_BACK = timedelta(days=7)
"""Older refusals say nothing any more, and are not kept."""


def cooled_until(refusals: Iterable[datetime]) -> datetime | None:
    """Until when new wishes wait, or waited last; None if they never did.

    What is refused during a wait was asked for before it and makes it no longer.

    Args:
        refusals: When wishes of one person were refused, oldest first.
    """
    until: datetime | None = None
    wait = FIRST_WAIT
    recent: list[datetime] = []
    for at in refusals:
        recent = [*(one for one in recent if at - one < WITHIN), at]
        if len(recent) < REFUSALS or (until is not None and at < until):
            continue
        if until is None or at - until >= FORGIVEN_AFTER:
            wait = FIRST_WAIT
        until = at + wait
        wait = min(LONGEST_WAIT, wait * 2)
    return until
