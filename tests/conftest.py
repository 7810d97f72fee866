"""What every test stands on: no blocked loop, and a browser only where there is one."""

import os
from pathlib import Path

import pytest
import structlog
from blockbuster import BlockBuster
from structlog.testing import LogCapture


@pytest.fixture(autouse=True)
def no_blocked_loop(request):
    """Fail a test in which our own code blocks the event loop."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("crash"):
        yield
        return
    guard = BlockBuster(scanned_modules=["bot", "providers", "storage"])
    guard.activate()
    for name in ("os.path.abspath", "os.getcwd"):
        guard.functions[name].deactivate()  # asks for the working folder, not the disk
    guard.functions["threading.Lock.acquire"].deactivate()  # how every thread starts, for microseconds
    yield
    guard.deactivate()


@pytest.fixture(autouse=True)
def captured_log():
    """Keep what is logged as data: writing tracebacks looks at source files, which would count as blocking."""
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def in_ci() -> bool:
    return os.environ.get("CI") == "true"  # noqa: TID251 the one question tests ask of the environment


@pytest.fixture(scope="session")
def chromium(in_ci) -> Path:
    """Debian's Chromium; its absence is a failure in CI and a skip elsewhere."""
    path = Path("/usr/bin/chromium")
    if not path.exists():
        sentence = "no /usr/bin/chromium: install Debian's package chromium to run the browser tests"
        if in_ci:
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path
