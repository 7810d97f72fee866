"""Reads single values out of replies that nobody guarantees: absent, null, text or number, each may stand for each."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_BEYOND = Decimal(10) ** 12
"""No price, size or time that a provider means is this large."""


def parsed(raw: bytes | str) -> object:
    """What JSON says; None where it is none, or says `null`."""
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value


def dig(value: object, *path: str | int) -> object:
    """What lies at *path*; None if any step is missing."""
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            value = value[step] if -len(value) <= step < len(value) else None
        else:
            return None
    return value


def single(value: object) -> object:
    """The value, or the first of a list of them: some answer with the one, some with the other; None if it is empty."""
    return dig(value, 0) if isinstance(value, list) else value


def text(value: object) -> str:
    """The value as text: an integer in digits, anything that is neither text nor integer as "".

    Halves of letters (a message cut in the middle of one, in JSON's own spelling) and zero bytes are legal in JSON and
    cannot be stored or sent on: the former become question marks, the latter go.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "").strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def code(value: object) -> int | None:
    """An error code, which may come as text and with leading zeros; None if it is no whole number."""
    digits = text(value)
    return int(digits) if _WHOLE_NUMBER.fullmatch(digits) else None


def amount(value: object) -> Decimal | None:
    """A number of some reason, which may come as text; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _BEYOND else None


def micros(dollars: Decimal | None) -> int | None:
    """US dollars in millionths; None stays None, and nobody means more than a million million."""
    return None if dollars is None or abs(dollars) > _BEYOND else int((dollars * 1_000_000).to_integral_value())


def error_words(value: object) -> str:
    """What an error says, be it null, text, or an object that says it under one of the usual names."""
    if isinstance(value, Mapping):
        named = (
            value.get(name) for name in ("message", "error_message", "detail", "msg", "status_msg", "code", "type")
        )
        return next((words for one in named if (words := text(one))), "")
    return text(value)


def web_link(value: object) -> str | None:
    """A non-empty http(s) address; None for everything else."""
    link = text(value)
    return link if link.lower().startswith(("http://", "https://")) else None
