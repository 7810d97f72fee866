"""What every test stands on: no blocked loop, and a browser only where there is one."""

import gc
import os
import shutil
import signal
from pathlib import Path

import pytest
import structlog
from blockbuster import BlockBuster
from sqlalchemy import make_url
from structlog.testing import LogCapture

from storage import on_sqlite
from storage.preparing import prepare
from tests.fakes.postgres import NoPostgres, Postgres, memory


def pytest_configure():
    """Hear interrupts though a shell started us in its background: what we start would not hear them either."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let what takes minutes begin first: at the end of a shuffled run, everybody would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish():
    """Have the garbage collector pass over what was imported, and come more rarely: it took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


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
    # Looks for a password file and certificates, each time it connects: a few files in the home folder.
    for name in ("os.stat", "io.BufferedReader.read", "io.TextIOWrapper.read"):
        guard.functions[name].can_block_in("asyncpg/connect_utils.py", {"_parse_connect_dsn_and_args"})
    for function in guard.functions.values():
        # On a loop of its own, in a thread that may wait for the disk.
        function.can_block_in("storage/schema.py", {"known_revisions", "_run_revisions", "_refuse_newer"})
        function.can_block_in("storage/moving.py", {"_end", "_copy_all"})
        function.can_block_in("tests/storage/old_database.py", {"_make"})
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


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory) -> Path:
    """A SQLite file with every table and no row in any of them, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "reelbot.db"
    engine = on_sqlite._writing_engine(make_url(f"sqlite:///{path}"))
    on_sqlite._prepare(engine, path)
    engine.dispose()
    return path


@pytest.fixture(autouse=True)
def new_files_are_copies(request, monkeypatch, prepared_file):
    """Running every revision takes longer than most tests; those of the storage itself do it all the same."""
    if request.path.parent.name == "storage":
        return
    prepare = on_sqlite._prepare

    def copied(engine, path):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(prepared_file, path)
        prepare(engine, path)

    monkeypatch.setattr(on_sqlite, "_prepare", copied)


@pytest.fixture(scope="session")
def postgres(in_ci):
    """A real PostgreSQL, one for each process that runs tests; its absence is a failure in CI and a skip elsewhere."""
    server = Postgres(within=memory())
    try:
        server.create()
    except NoPostgres as reason:
        server.remove()
        if in_ci:
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def prepared(postgres):
    """A database with every table and no row in any of them, to be copied."""
    prepare(make_url(postgres.address(name := postgres.fresh())))
    return name


@pytest.fixture
def postgres_url(postgres, prepared):
    """The address of a PostgreSQL database of the test's own: up to date, and empty."""
    yield postgres.address(name := postgres.lend(prepared))
    postgres.take_back(name)


@pytest.fixture
def bare_postgres_url(postgres):
    """The address of a PostgreSQL database of the test's own in which there is nothing yet."""
    yield postgres.address(name := postgres.fresh())
    postgres.drop(name)
