"""`reelbot …` as it is, but for its clock and its names: `python -m tests.chaos.bot_process DIAL run …`."""

import contextlib
import ctypes
import functools
import signal
import socket
import sys
from pathlib import Path

import bot.clock
from tests.chaos.clock import SteppedClock
from tests.chaos.names import Names


def _die_with_parent() -> None:
    """Nobody is left to stop us when the one who set the fire is killed (Linux: prctl, PR_SET_PDEATHSIG)."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def main() -> None:
    _die_with_parent()
    dial, *words = sys.argv[1:]
    # Before anything that takes the clock from there is imported.
    bot.clock.SystemClock = functools.partial(SteppedClock, Path(dial))
    socket.getaddrinfo = Names(Path(dial).parent).asked_by(socket.getaddrinfo)
    sys.argv = ["reelbot", *words]
    from bot.cli import main as reelbot  # noqa: PLC0415 see above

    reelbot()


if __name__ == "__main__":
    main()
