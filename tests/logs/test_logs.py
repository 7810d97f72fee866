import asyncio
import io
import json
import logging

import pytest
import structlog
from pydantic import SecretStr

from bot.logs import set_up_logs
from bot.settings_values import LogFormat, LogLevel

PASSWORD = SecretStr("correct horse")
NAMES = ("reelbot", "aiohttp.access", "alembic", "sqlalchemy")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    def write(self, text):
        raise BrokenPipeError


@pytest.fixture(autouse=True)
def the_logs_as_they_were():
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in (None, *NAMES)}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def start(stream: io.StringIO, *, level=LogLevel.INFO, style=LogFormat.JSON) -> io.StringIO:
    set_up_logs(level=level, style=style, stream=stream, secrets=(PASSWORD,))
    return stream


def entries(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(message: str) -> None:
    raise ValueError(message)


def test_json_lines_hold_event_level_logger_and_values():
    stream = start(io.StringIO())

    structlog.get_logger("reelbot.life").info("job %s moved", "k3j4", state="queued", price=20)

    (line,) = entries(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job k3j4 moved",
        "level": "info",
        "logger": "reelbot.life",
        "state": "queued",
        "price": 20,
    }


def test_plain_lines_are_for_people():
    stream = start(io.StringIO(), style=LogFormat.PLAIN)

    structlog.get_logger("reelbot.life").warning("slow", seconds=3)

    assert stream.getvalue()[20:] == "[warning  ] slow [reelbot.life] seconds=3\n"


@pytest.mark.parametrize(("stream", "coloured"), [(Terminal(), True), (io.StringIO(), False)])
def test_colours_are_for_terminals_alone(stream, coloured):
    start(stream, style=LogFormat.PLAIN)

    structlog.get_logger("reelbot").info("hello")

    assert ("\x1b[" in stream.getvalue()) is coloured


@pytest.mark.parametrize("library", ["aiohttp.server", "alembic.runtime.migration", "sqlalchemy.pool", "asyncio"])
def test_libraries_go_the_same_way(library):
    stream = start(io.StringIO())

    logging.getLogger(library).warning("busy since %d s", 3)

    (line,) = entries(stream)
    assert (line["event"], line["logger"], line["level"]) == ("busy since 3 s", library, "warning")


async def test_every_line_of_a_job_carries_its_id_and_no_other():
    stream = start(io.StringIO())

    async def carry(job):
        with structlog.contextvars.bound_contextvars(job=job):
            await asyncio.sleep(0)
            structlog.get_logger("reelbot.life").info("ours")
            logging.getLogger("aiohttp.server").warning("theirs")

    async with asyncio.TaskGroup() as jobs:
        jobs.create_task(carry("a"))
        jobs.create_task(carry("b"))
    structlog.get_logger("reelbot").info("outside")

    found = [(line["event"], line.get("job")) for line in entries(stream)]
    assert sorted(found[:4]) == [("ours", "a"), ("ours", "b"), ("theirs", "a"), ("theirs", "b")]
    assert found[4:] == [("outside", None)]


@pytest.mark.parametrize(("level", "shown"), [("debug", "dioe"), ("info", "ie"), ("warning", "e"), ("error", "e")])
def test_the_level_decides_what_is_shown(level, shown):
    stream = start(io.StringIO(), level=LogLevel(level))

    ours = structlog.get_logger("reelbot.life")
    ours.debug("d")
    ours.info("i")
    logging.getLogger("reelbot.other").debug("o")
    ours.error("e")
    logging.getLogger("aiosqlite").debug("what people wrote")

    assert "".join(line["event"] for line in entries(stream)) == shown


def test_everyday_lines_of_libraries_are_for_those_who_look_for_a_fault():
    quiet = start(io.StringIO())
    logging.getLogger("aiohttp.access").info("GET /")
    loud = start(io.StringIO(), level=LogLevel.DEBUG)
    logging.getLogger("aiohttp.access").info("GET /")

    assert (quiet.getvalue(), len(entries(loud))) == ("", 1)


@pytest.mark.parametrize("style", list(LogFormat))
@pytest.mark.parametrize("stream_kind", [io.StringIO, Terminal])
def test_no_secret_gets_through_by_any_door(style, stream_kind):
    stream = start(stream_kind(), style=style)
    ours, theirs = structlog.get_logger("reelbot.web"), logging.getLogger("aiohttp.server")
    secret = PASSWORD.get_secret_value()

    ours.info(f"said {secret}")
    ours.info("said %s", secret)
    ours.info("said", password=secret, deep={"list": [secret]}, error=ValueError(secret))
    theirs.warning("said %s %s", secret, {"Authorization": "Bearer abcdef123456"})
    for log in (ours, theirs):
        try:
            fail(f"refused {secret} at https://example.org/?key=abcdef123456")
        except ValueError:
            log.exception("failed")
    with structlog.contextvars.bound_contextvars(login=secret):
        ours.info("bound")

    assert "correct" not in stream.getvalue()
    assert "abcdef123456" not in stream.getvalue()
    assert stream.getvalue().count("***") >= 11
    assert "Traceback" in stream.getvalue()


def test_a_traceback_shows_no_local_variables():
    stream = start(Terminal(), style=LogFormat.PLAIN)

    try:
        prompt = "a private wish"
        fail("no" if prompt else "")
    except ValueError:
        structlog.get_logger("reelbot").exception("failed")

    assert "ValueError: no" in stream.getvalue()
    assert stream.getvalue().count("a private wish") == stream.getvalue().count('prompt = "a private wish"')


@pytest.mark.parametrize("style", list(LogFormat))
def test_text_from_a_chat_makes_up_no_lines_and_steers_no_terminal(style):
    stream = start(io.StringIO(), style=style)

    structlog.get_logger("reelbot").info("hi\nthere", prompt="a\n2026 [info] b\x1b[2J\x9b")
    try:
        fail("\x1b[2J")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("failed\r")

    assert "\x1b" not in stream.getvalue()
    assert "\x9b" not in stream.getvalue()
    assert stream.getvalue().splitlines()[0].count("x0a") == 2


def test_a_line_that_cannot_be_written_shows_none_of_its_parts(capsys):
    stream = start(io.StringIO())

    logging.getLogger("aiohttp.server").warning("%d", PASSWORD.get_secret_value())

    assert stream.getvalue().startswith("A log line of aiohttp.server from ")
    assert "correct" not in stream.getvalue() + capsys.readouterr().err


def test_a_log_that_nobody_reads_any_more_stops_nothing(capsys):
    start(Broken())

    structlog.get_logger("reelbot").info("hello")

    assert capsys.readouterr().err == ""


def test_setting_up_again_replaces_the_first_time():
    first, second = start(io.StringIO()), start(io.StringIO())

    logging.getLogger("aiohttp.server").warning("once")

    assert (first.getvalue(), len(entries(second))) == ("", 1)


def test_loggers_made_before_the_set_up_follow_it():
    early = structlog.get_logger("reelbot.early")
    stream = start(io.StringIO())

    early.info("hello")

    assert [line["logger"] for line in entries(stream)] == ["reelbot.early"]
