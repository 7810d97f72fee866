"""What HTTP statuses and plain words mean, where an API has no codes of its own.

A paid call that was answered with 5xx may have been made all the same (a gateway's time-out, a crash behind it), so
its outcome is unknown; only answers that a server gives before it begins anything are refusals.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from providers.contract import Failed, FailReason
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    ProviderError,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Reply

_CONTENT = re.compile(r"sensitive|moderation|safety|policy|nsfw|prohibited|\b1026\b|\b1027\b|敏感|违规", re.IGNORECASE)
_CONTENT_FOR_SURE = re.compile(r"sensitive|moderation|nsfw|敏感|违规", re.IGNORECASE)
"""Of the words above, those that nobody uses of a key."""
_BALANCE = re.compile(r"credit|balance|quota|insufficient|余额", re.IGNORECASE)

_EMPTY_PURSE = re.compile(
    r"insufficient[ _](balance|credit|quota|fund)|(balance|credits?|quota)( is)? (not enough|insufficient|used up)"
    r"|not enough (balance|credit)|out of credits|plan and billing|余额不足|额度不足",
    re.IGNORECASE,
)
"""Some say 429 when the money is gone: waiting does not bring it back. A quota alone may be one of requests."""


def about_content(words: str) -> bool:
    """Whether a refusal speaks of what the clip would show."""
    return bool(_CONTENT.search(words))


def about_balance(words: str) -> bool:
    """Whether a refusal speaks of the operator's money."""
    return bool(_BALANCE.search(words))


def refused(words: str) -> Refused:
    """The request is at fault, for what it would show or for how it is put."""
    return Refused(RefusalKind.CONTENT if about_content(words) else RefusalKind.INPUT, words)


def of_submit(reply: Reply, words: str = "") -> ProviderError:
    """What a status that is not 2xx means for a paid call.

    Args:
        reply: The answer.
        words: Its own reason, if it was found; else the beginning of the answer.
    """
    words = words or reply.excerpt
    told = f"{reply.status}: {words}"
    match reply.status:
        case 403 if _CONTENT_FOR_SURE.search(words):
            return Refused(RefusalKind.CONTENT, told)
        case 401 | 402 | 403:
            return _account(reply.status, words, told)
        case 429:
            gone = _EMPTY_PURSE.search(words)
            return Misconfigured(MisconfiguredKind.BALANCE, told) if gone else TryLater(told, after=reply.retry_after)
        case 400 | 413 | 415 | 422:
            return refused(told)
        case 301 | 302 | 303 | 307 | 308 | 404 | 405:
            return Misconfigured(MisconfiguredKind.ADDRESS, told)
        case _:
            return OutcomeUnknown(told)


def not_taken(reply: Reply, words: str = "") -> ProviderError:
    """Why the answer to a paid call names no task.

    With a status of success, it is a refusal only where its own words clearly refuse.
    """
    if not reply.fine:
        return of_submit(reply, words)
    if about_content(words):
        return Refused(RefusalKind.CONTENT, words)
    if about_balance(words):
        return Misconfigured(MisconfiguredKind.BALANCE, words)
    return UnexpectedReply("a submit was answered without an id", raw=reply.excerpt)


def failed(words: str) -> Failed:
    """A verdict about a task: its own words tell whether it is about what the clip would show."""
    return Failed(FailReason.CONTENT if about_content(words) else FailReason.PROVIDER, words)


def of_poll(reply: Reply, words: str = "") -> ProviderError:
    """What a status that is not 2xx means for a question: it never changes the task."""
    words = words or reply.excerpt
    told = f"{reply.status}: {words}"
    match reply.status:
        case 401 | 402 | 403:
            return _account(reply.status, words, told)
        case 404 | 410:
            return NoSuchTicket(told)
        case 408 | 425 | 429:
            return TryLater(told, after=reply.retry_after or timedelta(seconds=10))
        case status if status >= 500:  # noqa: PLR2004 HTTP
            return TryLater(told, after=reply.retry_after)
        case _:
            return UnexpectedReply(told, raw=reply.excerpt)


def key_held(reply: Reply, words: str = "") -> None:
    """Whether a question about nobody's task was let in: only an answer of the API itself shows that.

    Args:
        reply: The answer.
        words: Its own reason, if it was found.

    Raises:
        Misconfigured: It was not let in, or this is not the API's address.
        TryLater: Nobody can say just now.
        UnexpectedReply: Answered unreadably.
    """
    spoken = isinstance(reply.body, Mapping) and bool(reply.body)
    if spoken and (reply.fine or reply.status in _NOBODYS_TASK):
        return
    if reply.status in _ELSEWHERE:
        raise Misconfigured(MisconfiguredKind.ADDRESS, f"{reply.status}: {words or reply.excerpt}")
    if reply.fine:
        raise UnexpectedReply("not an answer of this API", raw=reply.excerpt)
    raise of_poll(reply, words)


_NOBODYS_TASK = frozenset({400, 404, 410, 422})
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 404, 405})


def _account(status: int, words: str, told: str) -> Misconfigured:
    """402 is about money; 403 is where its words say so."""
    money = status == 402 or (status == 403 and about_balance(words))  # noqa: PLR2004 HTTP
    return Misconfigured(MisconfiguredKind.BALANCE if money else MisconfiguredKind.KEY, told)
