"""What can go wrong between the bot and the server; each is queued for one call of one method."""

from dataclasses import dataclass
from enum import Enum, auto

from tests.fakes.telegram import refusals
from tests.fakes.telegram.refusals import Refusal

BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class How(Enum):
    """What the bot gets instead of its answer."""

    REFUSE = auto()
    """JSON with `ok: false`."""
    PAGE = auto()
    """HTML from whatever stands before the server."""
    CUT = auto()
    """The connection ends."""
    SILENCE = auto()
    """Nothing, for ever: the caller's own time limit ends it."""
    LATE = auto()
    """The right answer, but only when `let_go` is called."""
    NO_ID = auto()
    """The right answer, but message id 0: the video is being encoded anew and appears later."""
    ANIMATION = auto()
    """The right answer, but the clip has no sound and is taken for an animation."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    how: How
    done: bool = False
    """Whether what was asked for has happened all the same."""
    refusal: Refusal | None = None
    status: int = 502


def refuse(refusal: Refusal, *, done: bool = False) -> Fault:
    return Fault(How.REFUSE, done, refusal)


def flood(seconds: int = 7) -> Fault:
    """Too many requests: not done, come back in so many seconds."""
    return refuse(refusals.too_many(seconds))


def bad_request(words: str) -> Fault:
    return refuse(refusals.bad_request(words))


def forbidden(words: str) -> Fault:
    return refuse(refusals.forbidden(words))


def too_large() -> Fault:
    return refuse(Refusal(413, "Request Entity Too Large"))


def server_error(status: int = 500, *, done: bool = False) -> Fault:
    return refuse(Refusal(status, "Internal Server Error"), done=done)


def page(status: int = 502, *, done: bool = False) -> Fault:
    """A page of HTML, as a proxy sends it."""
    return Fault(How.PAGE, done, status=status)


def unauthorized() -> Fault:
    return refuse(Refusal(401, "Unauthorized"))


def not_found() -> Fault:
    return refuse(Refusal(404, "Not Found"))


def conflict() -> Fault:
    return refuse(refusals.conflict(refusals.OTHER_POLLER))


def cut(*, done: bool) -> Fault:
    """The connection is cut, before or after it was done."""
    return Fault(How.CUT, done)


def silence(*, done: bool) -> Fault:
    """No answer ever comes, whether it was done or not."""
    return Fault(How.SILENCE, done)


def late() -> Fault:
    """Done at once, answered when the test calls `let_go`."""
    return Fault(How.LATE, done=True)


def without_id() -> Fault:
    return Fault(How.NO_ID, done=True)


def as_animation() -> Fault:
    return Fault(How.ANIMATION, done=True)
