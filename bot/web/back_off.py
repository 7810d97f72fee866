"""How long somebody who guesses passwords has to wait, by address and altogether."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.ports import Clock

FREE_TRIES = 3
"""Typing errors per address that cost nothing."""
FREE_TRIES_OF_ALL = 20
"""The same for all addresses together: guessing from many at once slows down too."""
LONGEST = timedelta(minutes=15)
LONGEST_OF_ALL = timedelta(seconds=30)
"""Short, so that strangers cannot keep the operator out."""
FORGET_AFTER = timedelta(hours=1)
MOST_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class _Tries:
    count: int
    last: datetime


class BackOff:
    """Counts tries that failed, and doubles the wait with each."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._by_address: OrderedDict[str, _Tries] = OrderedDict()
        self._of_all = _Tries(0, clock.now())

    def wait(self, address: str) -> timedelta:
        """How long *address* must not try; zero if it may now."""
        own = self._by_address.get(_network(address), _Tries(0, self._clock.now()))
        return max(self._left(own, FREE_TRIES, LONGEST), self._left(self._of_all, FREE_TRIES_OF_ALL, LONGEST_OF_ALL))

    def begin(self, address: str) -> None:
        """Count a try as failed before its outcome is known: tries made at the same moment all count."""
        network = _network(address)
        self._by_address[network] = self._counted(self._by_address.pop(network, None))
        self._of_all = self._counted(self._of_all)
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget what *address* got wrong."""
        self._by_address.pop(_network(address), None)

    def _counted(self, tries: _Tries | None) -> _Tries:
        now = self._clock.now()
        stale = tries is None or now - tries.last > FORGET_AFTER
        return _Tries(1 if stale or tries is None else tries.count + 1, now)

    def _left(self, tries: _Tries, free: int, longest: timedelta) -> timedelta:
        if tries.count < free:
            return timedelta()
        pause = min(timedelta(seconds=2 ** min(tries.count - free, 20)), longest)
        return max(timedelta(), tries.last + pause - self._clock.now())


def _network(address: str) -> str:
    """One household: an IPv6 /64, or the address itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address  # noqa: PLR2004 IPv6
