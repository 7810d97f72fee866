"""What can go wrong with a provider, named after what the caller does next.

ProviderError
├── TryLater          nothing was made and nothing is owed: the same call may be made again
│   └── NotReady      what is to be sent cannot be read: as above, and the provider has no part in it
├── Refused           the request itself is at fault: tell the person
├── Misconfigured     the operator's account is at fault: close the provider, tell the operator
├── OutcomeUnknown    a paid call's answer was lost: never repeat it
├── NoSuchTicket      the provider does not know a task: ask a few times more, then give it up
└── UnexpectedReply   the provider said something nobody can read
"""

from datetime import timedelta
from enum import StrEnum


class RefusalKind(StrEnum):
    """Why the request itself cannot be made."""

    CONTENT = "content"
    INPUT = "input"


class MisconfiguredKind(StrEnum):
    """What the operator has to mend."""

    KEY = "key"
    BALANCE = "balance"
    PLAN = "plan"
    ADDRESS = "address"


class ProviderError(Exception):
    """Root of everything a provider raises on purpose."""


class TryLater(ProviderError):
    """The provider verifiably did nothing: no connection was made, or it answered "not now".

    Args:
        detail: For the log, never for the person.
        after: How long the provider asked us to wait; None if it did not say.
    """

    def __init__(self, detail: str, *, after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.after = after


class NotReady(TryLater):
    """What is to be sent cannot be read just now: nobody was called, and the provider has no part in it."""


class Refused(ProviderError):
    """The provider will not make this request, now or later, and charges nothing for saying so."""

    def __init__(self, kind: RefusalKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Misconfigured(ProviderError):
    """The key, balance, plan or base address of the operator is at fault; verified not made, not charged."""

    def __init__(self, kind: MisconfiguredKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class OutcomeUnknown(ProviderError):
    """The paid call was sent and its answer was lost: it may or may not have been made."""


class NoSuchTicket(ProviderError):
    """The provider says that it knows no such task; some say so of a task that is only seconds old."""


class UnexpectedReply(ProviderError):
    """The provider answered in a way its documents do not describe.

    Args:
        detail: What was expected.
        raw: The reply as received, shortened, free of secrets.
    """

    def __init__(self, detail: str, *, raw: str = "") -> None:
        super().__init__(detail)
        self.raw = raw
