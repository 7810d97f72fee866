"""What MiniMax's second contract means when it says no: real HTTP statuses, and the first one's codes in brackets.

Source: MiniMax's API reference "Create Video Generation Task" and "Query Task" (second version, 2026): errors are
`{"type": "error", "error": {"type", "message": "… (2013)", "http_code"}}` with 400, 401, 402, 422, 429, 500 or 529.
"""

import re
from collections.abc import Mapping

from providers import minimax_codes as codes
from providers import refusals
from providers.errors import NoSuchTicket, OutcomeUnknown, ProviderError
from providers.http import Reply
from providers.minimax_v1 import code_in, words_in
from providers.reading import dig, error_words

_CODE_AT_END = re.compile(r"\((\d{4,5})\)\s*$")
_WRONG_ID = re.compile(r"invalid task.?id", re.IGNORECASE)
"""What is said of tasks older than 7 days. Of others that are not there it says "record not found", with status 500."""
_TOO_MANY = 1002


def submit_error(reply: Reply) -> ProviderError | None:
    """What the answer to a paid call refuses; None if nothing.

    A server's own trouble (5xx, which 529 "overloaded" is one of) leaves the outcome unknown whatever its body says.
    """
    said, words = _code(reply), words_in(reply)
    if reply.status >= 500:  # noqa: PLR2004 HTTP
        return OutcomeUnknown(f"{reply.status}: {words}")
    if reply.fine or said in codes.KNOWN:
        return codes.refusal(said, words, after=reply.retry_after)
    return refusals.of_submit(reply, words)


def obstacle(reply: Reply) -> ProviderError | None:
    """Why a question was not answered; None if it was."""
    said, words = _code(reply), words_in(reply)
    if reply.status in {401, 402, 403}:  # first, as a key can be "not found" too
        return refusals.of_poll(reply, words)
    if not reply.fine and missing(reply):
        return NoSuchTicket(f"{reply.status}: {words}")
    if reply.status < 500 and (reply.fine or said in codes.KNOWN):  # noqa: PLR2004 HTTP
        return codes.obstacle(said, words, after=reply.retry_after)
    return refusals.of_poll(reply, words)


def missing(reply: Reply) -> bool:
    """Whether a refusal says that it knows no such task; a page of HTML says nothing about tasks."""
    words = words_in(reply)
    return isinstance(reply.body, Mapping) and bool(codes.says_missing(words) or _WRONG_ID.search(words))


def _code(reply: Reply) -> int | None:
    """The code at the end of the error's words, or where the first contract has it; 429 without one is 1002."""
    found = _CODE_AT_END.search(error_words(dig(reply.body, "error")))
    if found:
        return int(found[1])
    return _TOO_MANY if reply.status == 429 else code_in(reply.body)  # noqa: PLR2004 HTTP
