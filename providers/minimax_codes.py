"""What MiniMax's status codes mean for the caller's next act: on a paid call, on a question, on a task that failed.

Sources: MiniMax, "Error codes" (platform.minimax.io, 2026); 1028 and 1030 as its command-line client reads them, 2038
as its MCP server does. They stand inside the body; HTTP says 200 to nearly all of them.
"""

import re
from datetime import timedelta

from providers import refusals
from providers.contract import FailReason
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    ProviderError,
    RefusalKind,
    Refused,
    TryLater,
)

RATE_PAUSE = timedelta(seconds=60)
"""Limits are counted by the minute, so an earlier try is refused again."""

BUSY = frozenset({1002, 1039, 1041, 2045})
"""Requests a minute, tokens a minute, connections, growth: nothing was begun."""
ACCOUNT = {
    1004: MisconfiguredKind.KEY,
    2038: MisconfiguredKind.KEY,  # the account's owner has to prove who they are
    2049: MisconfiguredKind.KEY,
    1008: MisconfiguredKind.BALANCE,
    1028: MisconfiguredKind.BALANCE,
    1030: MisconfiguredKind.BALANCE,
    2056: MisconfiguredKind.BALANCE,  # a plan's five hours are used up
    2061: MisconfiguredKind.PLAN,
}
CONTENT = frozenset({1026, 1027})
"""What goes in and what came out may not be shown."""
INPUT = frozenset({1042, 2013})
_TROUBLE = frozenset({1000, 1001, 1013, 1024, 1033})
KNOWN = BUSY | frozenset(ACCOUNT) | CONTENT | INPUT | _TROUBLE
"""Every code that the documents name, success excepted."""

_MISSING = re.compile(
    r"(task|record|\bid\b|任务|记录).{0,40}(not[ _]?(found|exist)|n[o']t exist|不存在)|no such task", re.IGNORECASE
)
"""Of a task: that a key, a model or a host is not found is another matter."""


def refusal(code: int | None, words: str, *, after: timedelta | None = None) -> ProviderError | None:
    """What a code means for a paid call.

    Args:
        code: 0 is success; None if the answer holds none.
        words: The answer's own reason, for the log.
        after: How long the server asked us to wait.

    Returns:
        None if the code refuses nothing. A code that speaks of trouble behind the door, or that nobody has
        described, is `OutcomeUnknown`: the task may have been made.
    """
    if not code:
        return None
    told = f"{code} {words}".strip()
    if code in CONTENT:
        return Refused(RefusalKind.CONTENT, told)
    if code in INPUT:
        return Refused(RefusalKind.INPUT, told)
    return _not_let_in(code, told, after) or OutcomeUnknown(told)


def obstacle(code: int | None, words: str, *, after: timedelta | None = None) -> ProviderError | None:
    """What a code means for a question about a task; None if it was answered. As `refusal` otherwise.

    The parameters of a question are right but for the id, so that 2013 speaks of the id.
    """
    if not code:
        return None
    told = f"{code} {words}".strip()
    if shut := _not_let_in(code, told, after):
        return shut
    if code == 2013 or says_missing(words):  # noqa: PLR2004 the code's own name
        return NoSuchTicket(told)
    return TryLater(told, after=after)


def fail_reason(code: int | None, words: str) -> FailReason:
    """Why a task that is said to have failed did so; its code says more than its words."""
    if code in CONTENT or refusals.about_content(words):
        return FailReason.CONTENT
    return FailReason.INPUT if code in INPUT else FailReason.PROVIDER


def says_missing(words: str) -> bool:
    """Whether an answer says that there is no such task."""
    return bool(_MISSING.search(words))


def _not_let_in(code: int, told: str, after: timedelta | None) -> ProviderError | None:
    """Refused at the door, whatever was asked."""
    if code in BUSY:
        return TryLater(told, after=max(after or RATE_PAUSE, RATE_PAUSE))
    return Misconfigured(ACCOUNT[code], told) if code in ACCOUNT else None
