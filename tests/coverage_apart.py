"""A pytest plugin that measures what runs on the event loop itself, and not what runs in a greenlet beside it.

SQLAlchemy runs statements for PostgreSQL in greenlets. Coverage can follow them (`concurrency = ["greenlet"]`), but
then asks at every call of any function in which greenlet it is, which makes the whole run half as slow again; and on
Python 3.11 a thread that ends at the wrong moment leaves the process going round in circles for ever: what ends it is
run as a *pending call*, in which the interpreter does not come past the first line of traced Python code.

What runs in those greenlets is what runs in threads for SQLite, where it is measured.
"""

import sys

import greenlet


class Apart:
    """Stops the tracer of a thread while one of its greenlets runs: it would take two stacks of calls for one."""

    def __init__(self) -> None:
        self._tracer = None

    def switched(self, _event, between) -> None:
        """As `greenlet.settrace` wants it: *between* which two there was a switch, the second is running now."""
        origin, target = between
        if origin.parent is None:
            self._tracer = sys.gettrace()
        if target.parent is not None:
            sys.settrace(None)
        elif hasattr(self._tracer, "start"):
            # Not `sys.settrace`, after which coverage would miss the ends of the calls that are under way.
            self._tracer.start()


def pytest_configure():
    greenlet.settrace(Apart().switched)
