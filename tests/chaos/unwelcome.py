"""When Discord would not have the bot at all, and which ends of processes that explains."""

import contextlib
import math
import time
from collections.abc import Iterator

from tests.chaos.fleet import POLITELY, Fall

LISTENED = '"chat": "discord", "event": "listening"'
"""What a process logs that listens to Discord; no other has a reason to end."""
LAST_WORDS = ("Discord does not accept DISCORD_TOKEN.", "Discord closed the connection for good (code ")
"""One of these is all that is left to say to whoever runs the bot."""


class Unwelcome:
    """Notes the times."""

    def __init__(self) -> None:
        self._times: list[tuple[float, float]] = []

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Until the block ends, Discord has the bot's token no more, or does not connect anybody with it."""
        began = time.monotonic()
        self._times.append((began, math.inf))
        try:
            yield
        finally:
            self._times[-1] = (began, time.monotonic())

    def explains(self, fall: Fall) -> bool:
        """Whether whoever fell lived at such a time, put its work down soon after, and said why."""
        lived_then = any(fall.born < end and began < fall.died < end + POLITELY for began, end in self._times)
        return lived_then and fall.code == 1 and _says_so(fall)


def _says_so(fall: Fall) -> bool:
    lines = fall.log.read_text(errors="replace").splitlines()
    return any(LISTENED in line for line in lines) and lines[-1].startswith(LAST_WORDS)
