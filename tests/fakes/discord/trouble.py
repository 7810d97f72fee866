"""What can go wrong between a bot and Discord, queued per call: one trouble spoils one request."""

from dataclasses import dataclass, field

from tests.fakes.discord.calls import Call
from tests.fakes.discord.refusals import Refusal

PAGE = "<html><head><title>error</title></head><body><center><h1>nginx</h1></center></body></html>"


@dataclass(frozen=True)
class Trouble:
    """How one request goes wrong. Without an answer of its own it is only late, or cut."""

    refusal: Refusal | None = None
    """What is said instead of the real answer."""
    headers: tuple[tuple[str, str], ...] = ()
    page: bool = False
    """The answer is a page of HTML, as from a proxy in between."""
    cut: bool = False
    """The connection is reset instead of an answer."""
    read_only: int | None = None
    """The connection is reset after this many bytes of the body were read."""
    took_effect: bool = False
    """What was asked for is done all the same; only the answer goes wrong."""
    late_seconds: float = 0.0
    """How long nothing is heard before all this."""


def refused(code: int, *, status: int | None = None) -> Trouble:
    """Discord says no, with one of its own codes."""
    return Trouble(Refusal.of(code, status=status))


def broken(status: int = 503, *, page: bool = True, took_effect: bool = False) -> Trouble:
    """A server of Discord is out of order: 500, 502, 503, 504."""
    return Trouble(Refusal(status, 0, f"{status}: Server Error"), page=page, took_effect=took_effect)


def too_many(
    retry_after: float, *, everywhere: bool = False, via: bool = True, page: bool = False, scope: str = "user"
) -> Trouble:
    """429, for this bot or with the *scope* `shared`. Without *via* it comes from the wall in front of Discord."""
    body = {"retry_after": retry_after, "global": everywhere}
    headers = [("Retry-After", str(max(1, round(retry_after)))), ("X-RateLimit-Scope", scope)]
    if everywhere:
        headers.append(("X-RateLimit-Global", "true"))
    if via:
        headers.append(("Via", "1.1 google"))
    return Trouble(Refusal(429, 0, "You are being rate limited.", body), tuple(headers), page)


def too_large(*, page: bool = False) -> Trouble:
    """413, whatever the size really was; as a page it carries no code."""
    return Trouble(Refusal.of(40005), page=page)


def cut_before() -> Trouble:
    """The connection is reset, and nothing was done."""
    return Trouble(cut=True)


def cut_after() -> Trouble:
    """Everything was done, and the connection is reset instead of the answer."""
    return Trouble(cut=True, took_effect=True)


def half_upload(bytes_read: int = 65536) -> Trouble:
    """The connection is reset in the middle of the body."""
    return Trouble(cut=True, read_only=bytes_read)


def slow(seconds: float, *, took_effect: bool = False) -> Trouble:
    """The right answer, late. *took_effect*: what was asked for is done at once, only the answer is late."""
    return Trouble(late_seconds=seconds, took_effect=took_effect)


@dataclass
class Troubles:
    """The queues: what the next requests of each call will meet."""

    waiting: dict[Call, list[Trouble | None]] = field(default_factory=dict)
    uploads: list[Trouble] = field(default_factory=list)
    outage: Trouble | None = None
    """What every request meets that no trouble of its own waits for."""

    def next(self, call: Call, *troubles: Trouble | None) -> None:
        """The next requests of this call go wrong like this, one each; None lets one pass."""
        self.waiting.setdefault(call, []).extend(troubles)

    def always(self, call: Call, trouble: Trouble) -> None:
        """Every request of this call goes wrong like this from now on."""
        self.waiting[call] = [trouble] * 10_000

    def over(self, call: Call | None = None) -> None:
        """All is well again."""
        if call is None:
            self.waiting.clear()
            self.uploads.clear()
            self.outage = None
        else:
            self.waiting.pop(call, None)

    def next_upload(self, *troubles: Trouble) -> None:
        """The next requests that bring a file go wrong like this, whatever their call."""
        self.uploads.extend(troubles)

    def take(self, call: Call, *, uploads: bool) -> Trouble | None:
        if uploads and self.uploads:
            return self.uploads.pop(0)
        queue = self.waiting.get(call)
        return queue.pop(0) if queue else self.outage
