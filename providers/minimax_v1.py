"""MiniMax's v1 contract, as MiniMax speaks it and as resellers pass it through: requests, answers, callbacks.

Sources: MiniMax, "Video Generation", "Query Video Generation Task", "Retrieve a file" and the callback part of the
first (platform.minimax.io, 2026). A task is bought, asked about by its id, and its file is asked for by another id.
What the codes in `base_resp` mean stands in `minimax_codes.py`, what the models can do in `minimax_models.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from providers import minimax_codes as codes
from providers import refusals
from providers.contract import Done, Failed, FailReason, News, Order, Progress, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    ProviderError,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Api, Reply
from providers.minimax_models import SUBJECT_MODEL, has_one_size
from providers.pictures import Frames, frames_of
from providers.reading import code, dig, error_words, parsed, text, web_link

_AT_THE_DOOR = frozenset({401, 402, 403, 429})
"""HTTP statuses of a call that was not let in, whatever its words."""
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 404, 405})
"""HTTP statuses of a path that is not there."""
NOBODYS_TASK = "0"
"""An id that no task has: a question about it costs nothing and needs the key."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where one seller's v1 differs from MiniMax's own."""

    prefix: str = ""
    """Before every path, with a leading slash."""
    last_frame_key: str = "last_frame_image"
    callback_key: str | None = "callback_url"
    """None where nobody is called back."""
    not_passed_on: frozenset[int] = field(default_factory=frozenset)
    """Codes of the seller's own gateway (`error.err_code`) that say it passed the call on to nobody."""


@dataclass(frozen=True, slots=True)
class Made:
    """A clip that is ready, and whose link has to be asked for."""

    file_id: str


class MinimaxV1:
    """The three calls of v1, for a provider to be built on.

    Args:
        api: The seller's address with the operator's key.
        dialect: How the seller words it.
    """

    def __init__(self, *, api: Api, dialect: Dialect) -> None:
        self._api = api
        self._dialect = dialect

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`."""
        body = to_body(order, self._dialect, frames_of(order), callback_url)
        reply = await self._api.pay(f"{self._dialect.prefix}/v1/video_generation", body, look=order.last_look)
        error = turned_away(reply, self._dialect) or submit_error(reply)
        return bought(text(dig(reply.body, "task_id")), error, order, reply)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`; once the clip is ready, asks for its link too."""
        progress = to_progress(await self._asked("/v1/query/video_generation", {"task_id": ticket.id}))
        if not isinstance(progress, Made):
            return progress
        return to_link(await self._asked("/v1/files/retrieve", {"file_id": progress.file_id}))

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = await self._asked("/v1/query/video_generation", {"task_id": NOBODYS_TASK})
        key_held(reply, obstacle(reply))

    async def _asked(self, path: str, params: Mapping[str, str]) -> Reply:
        reply = await self._api.ask(f"{self._dialect.prefix}{path}", params=params)
        if away := turned_away(reply, self._dialect):
            raise away
        return reply


# ------------------------------------------------------------------------------------------------ the paid call


def to_body(
    order: Order, dialect: Dialect, frames: Frames | None = None, callback_url: str | None = None
) -> dict[str, object]:
    """The request.

    An empty prompt is sent as one, which every page allows beside a picture. That the prompt is to be optimized is the
    documented default, said aloud because sellers may have another.
    """
    body: dict[str, object] = {"model": order.wire_model, "prompt": order.prompt, "prompt_optimizer": True}
    if not has_one_size(order.wire_model):
        body |= {"duration": order.seconds, "resolution": order.resolution}
    if frames is not None:
        body |= _pictures(order, dialect, frames)
    if dialect.callback_key and callback_url:
        body[dialect.callback_key] = callback_url
    return body


def _pictures(order: Order, dialect: Dialect, frames: Frames) -> dict[str, object]:
    if order.wire_model == SUBJECT_MODEL:
        return {"subject_reference": [{"type": "character", "image": [frames.first]}]}
    named = {"first_frame_image": frames.first, dialect.last_frame_key: frames.last}
    return {key: picture for key, picture in named.items() if picture is not None}


def submit_error(reply: Reply) -> ProviderError | None:
    """What the answer to a paid call refuses; None if nothing.

    A server's own trouble (5xx) leaves the outcome unknown whatever its body says.
    """
    said, words = code_in(reply.body), words_in(reply)
    if reply.status >= 500:  # noqa: PLR2004 HTTP
        return OutcomeUnknown(f"{reply.status}: {words}")
    if reply.fine or said in codes.KNOWN:
        return codes.refusal(said, words, after=reply.retry_after)
    return refusals.of_submit(reply, words)


def bought(id: str, error: ProviderError | None, order: Order, reply: Reply) -> Ticket:
    """The receipt for a paid call.

    Args:
        id: The task's, or "".
        error: What the answer refuses.
        order: What was bought.
        reply: The answer.

    Raises:
        ProviderError: Refused, or unreadable. An answer that refuses and names a task all the same is not believed
            where believing it would buy a second one.
    """
    if error is None and id:
        return Ticket(id, wire_model=order.wire_model)
    if error is None:
        raise UnexpectedReply("a submit was answered without a task's id", raw=reply.excerpt)
    if id and not isinstance(error, Refused):
        raise UnexpectedReply(f"a submit was refused and names a task: {error}", raw=reply.excerpt)
    raise error


def turned_away(reply: Reply, dialect: Dialect) -> TryLater | None:
    """What the seller's gateway says of itself: the call went no further."""
    said = code(dig(reply.body, "error", "err_code"))
    return TryLater(words_in(reply), after=reply.retry_after) if said in dialect.not_passed_on else None


# ------------------------------------------------------------------------------------------------ questions


def to_progress(reply: Reply) -> Queued | Running | Failed | Made:
    """How a task stands. Words are compared without case: documents, clients and callbacks spell them differently.

    Raises:
        ProviderError: No usable answer.
    """
    if failed := _failed(reply):
        return failed
    if problem := obstacle(reply):
        raise problem
    match _word(reply):
        case "preparing" | "queueing":
            return Queued()
        case "success":
            return _made(reply)
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running()


def _word(reply: Reply) -> str:
    return text(dig(reply.body, "status")).lower()


def _made(reply: Reply) -> Made:
    file_id = text(dig(reply.body, "file_id"))
    if not file_id:
        raise TryLater("made, but its file has no id yet")
    return Made(file_id)


def _failed(reply: Reply) -> Failed | None:
    """A verdict about the task: its status, or a code that speaks of its content. Never the trouble of a question."""
    said, words = code_in(reply.body), words_in(reply)
    unanswered = said in codes.BUSY or said in codes.ACCOUNT
    ended = reply.fine and _word(reply) in {"fail", "failed"} and not unanswered
    if ended or (said in codes.CONTENT and reply.status < 500):  # noqa: PLR2004 HTTP
        return Failed(codes.fail_reason(said, words), f"{said} {words}")
    return None


def to_link(reply: Reply) -> Done | Failed:
    """Where the clip is. The link is a new one each time and does not live long.

    Raises:
        TryLater: There is none yet. A file that is not known is not a task that is not known.
        ProviderError: No usable answer.
    """
    said = code_in(reply.body)
    if said in codes.CONTENT and reply.status < 500:  # noqa: PLR2004 HTTP
        return Failed(FailReason.CONTENT, f"{said} {words_in(reply)}")
    problem = obstacle(reply)
    if isinstance(problem, NoSuchTicket):
        raise TryLater(f"made, but its file is not there yet: {problem}")
    if problem is not None:
        raise problem
    link = link_in(reply.body)
    if link is None:
        raise TryLater("made, but its link is not there yet")
    return Done(link)


def link_in(body: object) -> str | None:
    """The address of a file that is described under `file`."""
    return web_link(dig(body, "file", "download_url")) or web_link(dig(body, "file", "backup_download_url"))


def obstacle(reply: Reply) -> ProviderError | None:
    """Why a question was not answered; None if it was."""
    said, words = code_in(reply.body), words_in(reply)
    if reply.status < 500 and (reply.fine or said in codes.KNOWN):  # noqa: PLR2004 HTTP
        return codes.obstacle(said, words, after=reply.retry_after)
    if reply.status not in _AT_THE_DOOR and isinstance(reply.body, Mapping) and codes.says_missing(words):
        return NoSuchTicket(f"{reply.status}: {words}")
    return refusals.of_poll(reply, words)


def key_held(reply: Reply, problem: ProviderError | None) -> None:
    """Whether a question about nobody's task was let in.

    Args:
        reply: The answer.
        problem: Why it is not one about a task.

    Raises:
        Misconfigured: It was not let in, or this is not the API's address.
        TryLater: Nobody can say just now.
        UnexpectedReply: Answered unreadably.
    """
    said, words = code_in(reply.body), words_in(reply)
    if reply.status in _ELSEWHERE and said is None and not codes.says_missing(words):
        raise Misconfigured(MisconfiguredKind.ADDRESS, f"{reply.status}: {words}")
    inside = reply.fine and said is not None and said not in codes.BUSY and said not in codes.ACCOUNT
    if not inside and not isinstance(problem, NoSuchTicket):
        raise problem or UnexpectedReply("not an answer of MiniMax's API", raw=reply.excerpt)


def code_in(body: object) -> int | None:
    """The code in `base_resp`; None if there is none."""
    return code(dig(body, "base_resp", "status_code"))


def words_in(reply: Reply) -> str:
    """An answer's own reason, under any of the names in use, else its beginning."""
    said = (dig(reply.body, "base_resp", "status_msg"), dig(reply.body, "error"), reply.body)
    return next((words for one in said if (words := error_words(one))), reply.excerpt)


# ------------------------------------------------------------------------------------------------ callbacks


def read_callback(headers: Mapping[str, str], body: bytes) -> News:  # noqa: ARG001  # nothing in them is signed
    """A handshake, which wants its challenge back within three seconds, or word of a task.

    Raises:
        UnexpectedReply: Neither.
    """
    told = parsed(body)
    if shaken := handshake(told):
        return shaken
    task = text(dig(told, "task_id"))
    if not task:
        raise UnexpectedReply("a callback that names no task")
    return News(Ticket(task))


def handshake(told: object) -> News | None:
    """What a callback wants back that only tries whether the address is there; None if it is another."""
    challenge = dig(told, "challenge")
    return News(None, json.dumps({"challenge": challenge}).encode()) if text(challenge) else None
