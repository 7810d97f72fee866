"""Text as the Bot API reads it: HTML, entities counted in UTF-16 units, commands found in what people type."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from tests.fakes.telegram.refusals import bad_request

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "tg-spoiler": "spoiler", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip
_TOKEN = re.compile(r"<(/?)([a-zA-Z0-9-]+)([^<>]*)>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|<")
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{5,32})?(?!\w)")


def utf16(text: str) -> int:
    """The length in UTF-16 code units, in which entities are counted."""
    return len(text.encode("utf-16-le")) // 2


def commands_in(text: str) -> list[dict[str, Any]]:
    """The entities of the commands in what a person typed."""
    return [
        {"type": "bot_command", "offset": utf16(text[: found.start()]), "length": utf16(found.group())}
        for found in _COMMAND.finditer(text)
    ]


def read_text(text: str, parse_mode: str | None, entities: list[dict[str, Any]] | None) -> tuple[str, list[Any]]:
    """The text that people see, and its entities."""
    if parse_mode is None:
        return text.strip(), entities or []
    if parse_mode.lower() != "html":
        raise bad_request(f"unsupported parse_mode {parse_mode}: this server reads HTML alone")
    shown, found = _Html(text).read()
    return shown.strip(), found


class _Html:
    """One text in Telegram's small HTML."""

    def __init__(self, source: str):
        self._source = source
        self._shown = ""
        self._open: list[tuple[str, int, Mapping[str, str]]] = []
        self._found: list[dict[str, Any]] = []

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        end = 0
        for token in _TOKEN.finditer(self._source):
            self._shown += self._source[end : token.start()]
            end = token.end()
            self._take(token)
        self._shown += self._source[end:]
        if self._open:
            tag = self._open[-1][0]
            raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
        return self._shown, sorted(self._found, key=lambda entity: entity["offset"])

    def _take(self, token: re.Match[str]) -> None:
        closing, tag, attributes = token.group(1), token.group(2), token.group(3)
        if token.group().startswith("&"):
            self._shown += unescape(token.group())
        elif tag is None or tag.lower() not in _TAGS:
            at = len(self._source[: token.start()].encode())
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag or ""}" at byte offset {at}')
        elif closing:
            self._close(tag.lower(), token)
        else:
            href = _HREF.search(attributes)
            url = {"url": unescape(href.group(1) or href.group(2) or "")} if href else {}
            self._open.append((tag.lower(), utf16(self._shown), url))

    def _close(self, tag: str, token: re.Match[str]) -> None:
        if not self._open or self._open[-1][0] != tag:
            at = len(self._source[: token.start()].encode())
            raise bad_request(f"can't parse entities: Unmatched end tag at byte offset {at}")
        _, start, more = self._open.pop()
        if length := utf16(self._shown) - start:
            self._found.append({"type": _TAGS[tag], "offset": start, "length": length, **more})
