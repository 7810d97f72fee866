"""Being told to stop: SIGTERM and Ctrl-C become an event, so that everything can be put down in order."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopped_by_signal() -> Iterator[asyncio.Event]:
    """An event that the first SIGTERM or SIGINT sets; a second SIGINT interrupts as usual."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    with contextlib.ExitStack() as undo:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, told)
            undo.callback(loop.remove_signal_handler, name)
        yield stop
