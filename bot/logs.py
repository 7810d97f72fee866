"""The log: our own lines and those of the libraries go one way, for people or for programs, without any secret."""

import logging
from collections.abc import Collection, Sequence
from typing import TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redaction import Redactor
from bot.settings_values import LogFormat, LogLevel

OURS = "reelbot"
"""Our loggers are `reelbot.<part>`; `LOG_LEVEL=debug` makes these alone more talkative, for at that level the
database driver repeats what people wrote."""
_CHATTY = ("aiohttp.access", "alembic", "pgqueuer")
"""Libraries whose every-day lines are worth reading only when one looks for a fault."""
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_CONTROL_IN_TRACEBACKS = {code: text for code, text in _CONTROL.items() if chr(code) not in "\t\n"}
_TRACEBACKS = frozenset({"exception", "stack"})


def set_up_logs(*, level: LogLevel, style: LogFormat, stream: TextIO, secrets: Collection[SecretStr]) -> None:
    """Send every log line to *stream*; may be called again, and the last call counts.

    Lines written inside `structlog.contextvars.bound_contextvars(job=…)` carry the job's id, whoever wrote them.

    Args:
        level: Least important kind of line that is shown.
        style: `plain` is coloured where *stream* is a terminal.
        stream: Usually `sys.stderr`.
        secrets: Values that never appear, beside everything that looks like a token or a key.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    before_rendering = _before_rendering(style)
    lines = _Lines(stream)
    lines.setFormatter(_Formatter(_renderer(style, stream), Redactor(secrets), foreign_pre_chain=before_rendering))
    _send_to(lines, number)
    structlog.configure(
        processors=[*before_rendering, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers made at import time follow a later call
    )


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders a line, and cleans it last of all."""

    def __init__(self, renderer: Processor, redactor: Redactor, *, foreign_pre_chain: Sequence[Processor]) -> None:
        drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        super().__init__(processors=[drop, renderer], foreign_pre_chain=foreign_pre_chain)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines, and never shows the raw parts of one that went wrong, as the standard library would."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        try:
            self.stream.write(
                f"A log line of {record.name} from {record.pathname}:{record.lineno} could not be written.\n"
            )
        except (OSError, ValueError):
            return  # the stream itself is gone: there is nowhere left to say so


def _send_to(lines: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(max(level, logging.INFO))
    logging.getLogger(OURS).setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.INFO if level <= logging.DEBUG else logging.WARNING)


def _before_rendering(style: LogFormat) -> tuple[Processor, ...]:
    stamp = (
        structlog.processors.TimeStamper(fmt="iso", utc=True)
        if style is LogFormat.JSON
        else structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False)
    )
    return (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        stamp,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _keep_on_one_line,
    )


def _keep_on_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Spell out control characters: text from a chat must not make up log lines or steer a terminal."""
    return {name: _spelt(value, in_traceback=name in _TRACEBACKS) for name, value in event.items()}


def _spelt(value: object, *, in_traceback: bool) -> object:
    if not isinstance(value, str):
        return value
    return value.translate(_CONTROL_IN_TRACEBACKS if in_traceback else _CONTROL)


def _renderer(style: LogFormat, stream: TextIO) -> Processor:
    if style is LogFormat.JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # The plain traceback: the pretty one shows local variables, and those hold keys and prompts.
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )
