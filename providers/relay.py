"""A relay of the new-api family: takes MiniMax's v1 requests under a prefix, and answers in one of three shapes.

Sources: YutoAI, "POST /minimax/v1/video_generation" (docs.yutoai.net, api-349752638), cited as [page]; the pages of its
siblings (docs.anyapi.vip, doc.aimanyi.top, docs.crazyrouter.com); new-api's `dto/task.go`, `dto/openai_video.go` and
`relay/relay_task.go`. The shapes are MiniMax's own (**plain**), new-api's record of a task (**record**), and its
unified video object (**video**), which comes bare or wrapped. Prices are MiniMax's own, as none are documented.

A record's `fail_reason` holds a file's id or a link when all went well: it is never a verdict.
"""

from collections.abc import Mapping

from providers import minimax_codes as codes
from providers import minimax_v1, refusals
from providers.account import Account
from providers.contract import Done, Failed, FailReason, Order, Pace, Progress, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    ProviderError,
    TryLater,
    UnexpectedReply,
)
from providers.http import Connections, Reply
from providers.minimax_models import offers
from providers.minimax_v1 import Dialect, Made
from providers.pictures import frames_of
from providers.reading import amount, code, dig, error_words, text, web_link
from providers.remote import RemoteProvider

NAME = "relay"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""No limits are documented: modest ones, asking as often as MiniMax advises."""
OFFERS = offers(NAME, ("MiniMax-Hailuo-02", "MiniMax-Hailuo-2.3"), without=frozenset({"512P"}), needs_words=True)

_FINE = frozenset({"", "success", "ok", "0", "200"})
_QUOTA = frozenset({"quota_not_enough", "insufficient_user_quota", "pre_consume_token_quota_failed"})
_NO_CHANNEL = frozenset({"model_not_found", "get_channel_failed"})
"""new-api found nobody to pass the call on to (`middleware/distributor.go`, with HTTP 503)."""
_QUEUED = frozenset({"not_start", "submitted", "queued", "preparing", "queueing", "pending"})
_MADE = frozenset({"success", "succeeded", "completed"})
_FAILED = frozenset({"failure", "fail", "failed"})
_LINKS = (
    ("data", "file", "download_url"),
    ("data", "file", "backup_download_url"),
    ("result_url",),
    ("fail_reason",),
    ("url",),
    ("metadata", "url"),
)
"""Where records and videos keep the clip's address, the best place first."""
_FILES = (("data", "file_id"), ("data", "file", "file_id"), ("file_id",))
"""Where they keep the file's id, if they have no address."""


# ------------------------------------------------------------------------------------------------ the paid call


def task_id(body: object) -> str:
    """The task's id in any shape. A record's own `id` is its row in the relay's database and never meant."""
    return text(dig(body, "task_id")) or text(dig(body, "data", "task_id")) or text(dig(body, "id"))


def submit_error(reply: Reply) -> ProviderError | None:
    """What the answer to a paid call refuses; None if nothing. The relay hands on MiniMax's codes as its own."""
    word, told = _word(reply.body), _told(reply)
    if word in _NO_CHANNEL:
        return TryLater(told, after=reply.retry_after)
    if reply.status >= 500:  # noqa: PLR2004 HTTP
        return OutcomeUnknown(f"{reply.status}: {told}")
    if word in _QUOTA:
        return Misconfigured(MisconfiguredKind.BALANCE, told)
    if code(word) in codes.KNOWN:
        return codes.refusal(code(word), told, after=reply.retry_after)
    if reply.fine and word.lower() not in _FINE:
        return OutcomeUnknown(told)
    return minimax_v1.submit_error(reply)


# ------------------------------------------------------------------------------------------------ questions


def to_progress(reply: Reply) -> Progress | Made:
    """How a task stands, in any shape.

    Raises:
        ProviderError: No usable answer.
    """
    said = code(_word(reply.body))
    if said in codes.CONTENT and reply.status < 500:  # noqa: PLR2004 HTTP
        return Failed(FailReason.CONTENT, _told(reply))
    if problem := _gateway_obstacle(reply):
        raise problem
    record = dig(reply.body, "data")
    if isinstance(record, Mapping):
        return _standing(record, reply)
    if isinstance(reply.body, Mapping) and "base_resp" not in reply.body:
        return _standing(reply.body, reply)
    return minimax_v1.to_progress(reply)


def _standing(task: Mapping[str, object], reply: Reply) -> Progress | Made:
    """What a record or a video says of itself; its status alone decides."""
    word = text(task.get("status")).lower()
    if word in _FAILED:
        return _failed(task)
    if word in _MADE:
        return _made(task)
    if not word:
        raise UnexpectedReply("a task without a status", raw=reply.excerpt)
    return Queued() if word in _QUEUED else Running(_percent(task.get("progress")))


def _made(task: Mapping[str, object]) -> Done | Made:
    link = next((link for path in _LINKS if (link := web_link(dig(task, *path)))), None)
    if link is not None:
        return Done(link)
    file_id = next((found for path in _FILES if (found := text(dig(task, *path)))), None)
    if file_id is None:
        raise TryLater("made, but neither its link nor its file is there yet")
    return Made(file_id)


def _failed(task: Mapping[str, object]) -> Failed:
    said = minimax_v1.code_in(task.get("data")) or minimax_v1.code_in(task) or code(dig(task, "error", "code"))
    reasons = (task.get("error"), task.get("fail_reason"), dig(task, "data", "base_resp"), task.get("base_resp"))
    words = next((words for one in reasons if (words := error_words(one))), "")
    return Failed(codes.fail_reason(said, words), f"{said or ''} {words}".strip())


def _percent(progress: object) -> float | None:
    """A number from 0 to 100, or the same with a sign behind it."""
    done = amount(progress.rstrip("% ") if isinstance(progress, str) else progress)
    return None if done is None else min(max(float(done), 0.0), 100.0)


def _gateway_obstacle(reply: Reply) -> ProviderError | None:
    """Why the relay itself did not answer a question; None if it did, or if MiniMax's own words say more."""
    word, told = _word(reply.body), _told(reply)
    if word == "task_not_exist":
        return NoSuchTicket(told)
    if word in _QUOTA:
        return Misconfigured(MisconfiguredKind.BALANCE, told)
    if minimax_v1.code_in(reply.body) is not None or (reply.fine and word.lower() in _FINE):
        return None
    if reply.fine or (code(word) in codes.KNOWN and reply.status < 500):  # noqa: PLR2004 HTTP
        return codes.obstacle(code(word), told, after=reply.retry_after) or TryLater(told)
    return refusals.of_poll(reply, told)


# ------------------------------------------------------------------------------------------------ the relay's words


def _word(body: object) -> str:
    """The relay's own code: at the top, or under `error` where that is not a task's."""
    if isinstance(body, Mapping) and "status" in body:
        return text(body.get("code"))
    return text(dig(body, "code")) or text(dig(body, "error", "code"))


def _told(reply: Reply) -> str:
    """The relay's code and its reason, for the log and for the words in it."""
    return f"{_word(reply.body)} {minimax_v1.words_in(reply)}".strip()


# ------------------------------------------------------------------------------------------------ the provider


class RelayProvider(RemoteProvider):
    """Speaks to a relay whose address the operator knows.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
        path_prefix: Before every path.
    """

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    def __init__(self, *, account: Account, connections: Connections, path_prefix: str = "/minimax") -> None:
        super().__init__(account=account, connections=connections)
        self._dialect = Dialect(prefix=path_prefix, callback_key=None)

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # calls nobody back
        """As `Provider.submit`."""
        body = minimax_v1.to_body(order, self._dialect, frames_of(order))
        reply = await self._api.pay(f"{self._dialect.prefix}/v1/video_generation", body, look=order.last_look)
        return minimax_v1.bought(task_id(reply.body), submit_error(reply), order, reply)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`; asks for the link too where the answer has none."""
        progress = to_progress(await self._asked("/v1/query/video_generation", {"task_id": ticket.id}))
        return await self._link(progress.file_id) if isinstance(progress, Made) else progress

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = await self._asked("/v1/query/video_generation", {"task_id": minimax_v1.NOBODYS_TASK})
        if reply.fine and _word(reply.body) == "success":
            return  # whatever it says of the task, it let us in
        minimax_v1.key_held(reply, _gateway_obstacle(reply) or minimax_v1.obstacle(reply))

    async def _link(self, file_id: str) -> Progress:
        """Some relays of the family serve the second path only."""
        reply = await self._asked("/v1/files/retrieve", {"file_id": file_id})
        if reply.status == 404:  # noqa: PLR2004 HTTP
            reply = await self._asked("/v1/file", {"file_id": file_id})
        return minimax_v1.to_link(reply)

    async def _asked(self, path: str, params: Mapping[str, str]) -> Reply:
        return await self._api.ask(f"{self._dialect.prefix}{path}", params=params)
