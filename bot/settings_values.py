"""How the values of settings are written: text from outside → typed value, and what to write instead if it is wrong."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr

from bot.core.model import UserId

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:\d{1,9}[smhd])+")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_OPERATOR = re.compile(r"([a-z]+):([^\s:,]+)")
_SHORTEST_DEADLINE = timedelta(seconds=1)
_LONGEST_DEADLINE = timedelta(days=7)
_LAST_PORT = 65535
_LONGEST_CLIP = 600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a right value looks like, as the end of the sentence "it has to be …"."""

    text: str


class Switch(StrEnum):
    """A part of the bot that is on, off, or on where that makes sense."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"

    def decide(self, *, auto: bool) -> bool:
        """Whether the part is on, *auto* being the answer where the operator left it to us."""
        return auto if self is Switch.AUTO else self is Switch.ON


class LogLevel(StrEnum):
    """The least important kind of line that is still logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """Who reads the log: a person, or a program."""

    PLAIN = "plain"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    """A name or an address; IPv6 without its brackets."""
    port: int
    """0 takes any free port."""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """Read `host:port`; an IPv6 host stands in brackets.

    Raises:
        ValueError: It is written differently.
    """
    host, colon, port = text.strip().rpartition(":")
    if not (colon and port.isascii() and port.isdigit() and int(port) <= _LAST_PORT):
        raise ValueError("no port from 0 to 65535 at the end")
    if host.startswith("[") and host.endswith("]"):
        return Address(str(ipaddress.IPv6Address(host[1:-1])), int(port))
    if not re.fullmatch(r"[A-Za-z0-9._-]+", host):
        raise ValueError("not a host")
    return Address(host.lower(), int(port))


def parse_duration(text: str) -> timedelta:
    """Read `90m`, `1h`, `30s`, `1h30m`; from one second to seven days.

    Raises:
        ValueError: It is written differently, too short or too long.
    """
    plain = text.strip().lower()
    if not _DURATION.fullmatch(plain):
        raise ValueError("not a duration")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhd])", plain))
    if not _SHORTEST_DEADLINE.total_seconds() <= seconds <= _LONGEST_DEADLINE.total_seconds():
        raise ValueError("too short or too long")
    return timedelta(seconds=seconds)


def show_duration(length: timedelta) -> str:
    """Write whole seconds as `parse_duration` reads them, in as few parts as possible."""
    seconds = int(length.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def parse_public_url(text: str) -> str:
    """Read the address under which the internet reaches us; given back without a slash at its end.

    Raises:
        ValueError: Not http or https, no host, or more than a plain path behind it.
    """
    plain = text.strip().rstrip("/")
    parts = urlsplit(plain)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError("not a web address")
    if "?" in plain or "#" in plain or not _PLAIN_PATH.fullmatch(parts.path) or ".." in parts.path:
        raise ValueError("more than a plain path")
    return plain


def parse_operators(text: str) -> tuple[UserId, ...]:
    """Read `platform:id` of several people, with commas between them.

    Raises:
        ValueError: One of them is written differently.
    """
    matches = [_OPERATOR.fullmatch(word) for word in _words(text)]
    found = [UserId(match[1], match[2]) for match in matches if match]
    if len(found) != len(matches):
        raise ValueError("not platform:id")
    return tuple(found)


def parse_names(text: str) -> tuple[str, ...]:
    """Read names with commas between them, in lower case, each once."""
    return tuple(dict.fromkeys(word.lower() for word in _words(text)))


def parse_models(text: str) -> tuple[str, ...]:
    """Read models' names as their makers write them, with commas between them, each once."""
    return tuple(dict.fromkeys(_words(text)))


def parse_folder(text: str) -> Path:
    """Read the path of a folder, which need not exist; `~` is the home of whoever runs the bot.

    Raises:
        ValueError: Something else is there, or there is no home.
    """
    try:
        path = Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise ValueError("no home") from error
    if path.exists() and not path.is_dir():
        raise ValueError("not a folder")
    return path


def parse_api_base(text: str) -> str:
    """Read the base address of an API; given back without a slash at its end.

    Raises:
        ValueError: Not http or https, no host, or a query behind it.
    """
    plain = text.strip().rstrip("/")
    parts = urlsplit(plain)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.port == 0:
        raise ValueError("not a web address")
    if "?" in plain or "#" in plain or any(letter.isspace() for letter in plain):
        raise ValueError("more than an address")
    return plain


def parse_gateway(text: str) -> str:
    """Read the address of a gateway; given back without a slash at its end.

    Raises:
        ValueError: Not ws or wss, or no host.
    """
    plain = text.strip().rstrip("/")
    parts = urlsplit(plain)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ValueError("not a gateway")
    return plain


def parse_lengths(text: str) -> tuple[int, ...]:
    """Read whole seconds with commas between them.

    Raises:
        ValueError: One of them is no number from 1 to 600.
    """
    lengths = tuple(dict.fromkeys(int(word.removesuffix("s")) for word in _words(text)))
    if not lengths or not all(1 <= length <= _LONGEST_CLIP for length in lengths):
        raise ValueError("not seconds")
    return lengths


def parse_sizes(text: str) -> tuple[str, ...]:
    """Read `width x height` in pixels, several with commas between them.

    Raises:
        ValueError: One of them is written differently.
    """
    sizes = tuple(dict.fromkeys(word.lower() for word in _words(text)))
    if not sizes or not all(re.fullmatch(r"[1-9]\d{2,3}x[1-9]\d{2,3}", size) for size in sizes):
        raise ValueError("not sizes")
    return sizes


def parse_database(text: str) -> SecretStr:
    """Read the address of a database; kept secret because some of them hold a password.

    Raises:
        ValueError: Neither a file of SQLite nor a database of PostgreSQL.
    """
    plain = text.strip()
    if not re.fullmatch(r"sqlite:///[^?#]+|postgres(ql)?://[^/?#]+/[^/?#]+(\?[^#]*)?", plain):
        raise ValueError("neither SQLite nor PostgreSQL")
    return SecretStr(plain)


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _read(parse: Callable[[str], object]) -> BeforeValidator:
    """Read text with *parse*; leave values that are typed already to pydantic."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


_IN_LOWER_CASE = _read(str.lower)
_MOST = 1_000_000_000

Switched = Annotated[Switch, _IN_LOWER_CASE, Wanted("`auto`, `on` or `off`")]
Level = Annotated[LogLevel, _IN_LOWER_CASE, Wanted("`debug`, `info`, `warning` or `error`")]
Style = Annotated[LogFormat, _IN_LOWER_CASE, Wanted("`plain` or `json`")]
ListenAddress = Annotated[
    Address, _read(parse_address), Wanted("`host:port`, such as `127.0.0.1:8080` or `[::1]:8080`")
]
PublicUrl = Annotated[
    str | None, _read(parse_public_url), Wanted("an http(s) address, such as `https://video.example.org`")
]
Folder = Annotated[Path, _read(parse_folder), Wanted("a folder, or a path where one can be made")]
DatabaseUrl = Annotated[
    SecretStr,
    _read(parse_database),
    Wanted("`sqlite:///` and the path of a file, or `postgresql://user:password@host/name`"),
]
Password = Annotated[SecretStr | None, Field(min_length=8), Wanted("at least 8 characters long")]
Secret = Annotated[SecretStr | None, Field(min_length=32), Wanted("at least 32 random characters")]
People = Annotated[
    tuple[UserId, ...], _read(parse_operators), Wanted("`platform:id`, several with commas between them")
]
Names = Annotated[tuple[str, ...], _read(parse_names), Wanted("names of providers with commas between them")]
Models = Annotated[tuple[str, ...], _read(parse_models), Wanted("names of models with commas between them")]
Credits = Annotated[int, Field(ge=0, le=_MOST), Wanted("a whole number from 0 on")]
Gift = Annotated[Literal["auto"] | Credits, _IN_LOWER_CASE, Wanted("`auto` or a whole number from 0 on")]
YesNo = Annotated[bool, Wanted("`true` or `false`")]
Rate = Annotated[int | None, Field(ge=1, le=10_000), Wanted("a whole number from 1 to 10000")]
Factor = Annotated[Decimal, Field(ge=Decimal("0.000001"), le=1000), Wanted("a number above 0 and up to 1000")]
PromptMost = Annotated[int, Field(ge=1, le=2000), Wanted("a whole number from 1 to 2000")]
Days = Annotated[int, Field(ge=1, le=3650), Wanted("a whole number from 1 to 3650")]
Deadline = Annotated[timedelta, _read(parse_duration), Wanted("a duration from `1s` to `7d`, such as `90m` or `1h`")]
Token = Annotated[SecretStr | None, Field(min_length=10), Wanted("the bot's token")]
Mode = Annotated[Literal["polling", "webhook"], _IN_LOWER_CASE, Wanted("`polling` or `webhook`")]
GatewayUrl = Annotated[str | None, _read(parse_gateway), Wanted("a ws(s) address, such as `wss://gateway.discord.gg`")]
ApiKey = Annotated[SecretStr | None, Field(min_length=1), Wanted("a key")]
ApiBase = Annotated[str | None, _read(parse_api_base), Wanted("an http(s) address, such as `https://api.example.org`")]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$"), Wanted("a name of letters, digits and `_`")]
PathPrefix = Annotated[
    str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$"), Wanted("a path such as `/minimax`, without a slash at its end")
]
Lengths = Annotated[tuple[int, ...], _read(parse_lengths), Wanted("whole seconds from 1 to 600, such as `4,8,12`")]
Sizes = Annotated[tuple[str, ...], _read(parse_sizes), Wanted("sizes in pixels, such as `1280x720,720x1280`")]
Price = Annotated[Decimal, Field(ge=0, le=1000), Wanted("a number of US dollars from 0 on")]
Encoding = Annotated[Literal["multipart", "json", "mixed"], _IN_LOWER_CASE, Wanted("`multipart`, `json` or `mixed`")]
