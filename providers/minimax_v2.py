"""MiniMax's second contract, made for MiniMax-H3: what is asked lies in `content`, errors have real HTTP statuses.

Sources: MiniMax's API reference "Create Video Generation Task", "Query Task", "List Tasks", "Cancel or Delete Task"
(second version, 2026), cited as [reference]. What it costs stands in `minimax_prices.py`.
"""

from collections.abc import Mapping
from urllib.parse import quote

from providers import minimax_codes as codes
from providers.contract import (
    Done,
    Failed,
    LostCall,
    Mode,
    Offer,
    Order,
    Progress,
    Queued,
    Running,
    Ticket,
)
from providers.errors import NoSuchTicket, TryLater, UnexpectedReply
from providers.http import Api, Reply
from providers.minimax_lost import GENERATION, Listed, before, listed, pick
from providers.minimax_prices import H3, H3_MAX, Tariff, cells
from providers.minimax_v1 import bought
from providers.minimax_v2_refusals import missing, obstacle, submit_error
from providers.pictures import Frames, frames_of
from providers.reading import amount, code, dig, error_words, micros, parsed, text, web_link

SUBMIT_PATH = "/v2/video_generation"
QUERY_PATH = "/v2/query/video_generation"
PAGE_SIZE = 100
PAGES_MOST = 10
"""Pages of the list that are looked through for a lost task."""
RATIO = "16:9"
"""A clip from text alone needs a concrete shape; one from pictures takes theirs [reference]."""
PROMPT_MOST = 7000


TARIFFS: Mapping[str, Tariff] = {"MiniMax-H3": H3, "MiniMax-H3-Max": H3_MAX}
"""By wire model."""


def offers(provider: str) -> tuple[Offer, ...]:
    """What can be made through this contract."""
    return (_offer(provider, "h3", "MiniMax-H3"), _offer(provider, "h3-max", "MiniMax-H3-Max"))


def _offer(provider: str, model: str, wire_model: str) -> Offer:
    tariff = TARIFFS[wire_model]
    return Offer(
        provider=provider,
        model=model,
        wire_model=wire_model,
        formats=cells(tariff.sizes(*tariff.second), *Mode),
        prompt_most=PROMPT_MOST,
        prompt_needed_with_picture=True,
    )


class MinimaxV2:
    """Speaks the second contract.

    Args:
        api: The operator's access to it.
    """

    def __init__(self, *, api: Api) -> None:
        self._api = api

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`."""
        body = to_body(order, frames_of(order), callback_url)
        reply = await self._api.pay(SUBMIT_PATH, body, look=order.last_look)
        return bought(text(dig(reply.body, "task_id")), submit_error(reply), order, reply)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._api.ask(f"{QUERY_PATH}/{quote(ticket.id, safe='')}"))

    async def cancel(self, ticket: Ticket) -> bool:
        """As `Cancels.cancel`.

        Asks first: the same call that cancels a waiting task deletes a finished one, with its clip [reference].
        """
        if not isinstance(await self.poll(ticket), Queued):
            return False
        return to_cancelled(await self._api.ask(f"{SUBMIT_PATH}/{quote(ticket.id, safe='')}", method="DELETE"))

    async def find(self, lost: LostCall) -> Ticket:
        """As `Finds.find`, but never None: a request may still be on its way while its task is not listed.

        Raises:
            TryLater: Not listed (yet), or too far back in the list.
            UnexpectedReply: More than one task could be it, or another call was made at the same time whose task nobody
                knows yet.
        """
        _alone(lost.rivals)
        found = pick(await self._tasks_since(lost), lost)
        if found is None:
            raise TryLater("no task is listed that the lost call can have made")
        if lost.rivals_now is not None:
            _alone(await lost.rivals_now())
        return Ticket(found, wire_model=lost.order.wire_model)

    async def _tasks_since(self, lost: LostCall) -> tuple[Listed, ...]:
        """Every task made since the lost call began, and some from before it: the newest come first."""
        seen: tuple[Listed, ...] = ()
        for number in range(1, PAGES_MOST + 1):
            reply = await self._page(number, lost.order.wire_model)
            page, total = listed(reply), code(dig(reply.body, "total"))
            seen += page
            if all(before(task, lost) for task in page) or (total is not None and len(seen) >= total):
                return seen
        raise TryLater("the list of tasks is too long to look through")

    async def _page(self, number: int, wire_model: str) -> Reply:
        wanted = {"filter.model": wire_model, "filter.task_type": GENERATION}
        params = {"page_num": str(number), "page_size": str(PAGE_SIZE), **wanted}
        reply = await self._api.ask(QUERY_PATH, params=params)
        problem = obstacle(reply)
        if isinstance(problem, NoSuchTicket):
            raise UnexpectedReply(f"the list of tasks was refused: {problem}", raw=reply.excerpt) from problem
        if problem is not None:
            raise problem
        return reply


def _alone(rivals: int) -> None:
    if rivals:
        raise UnexpectedReply(f"{rivals} other calls were made around the same time, and nobody knows their tasks")


# ---------------------------------------------------------------------------------------------- what is asked


def to_body(order: Order, frames: Frames, callback_url: str | None = None) -> dict[str, object]:
    """The request of [reference]."""
    pictures = [
        {"type": "image_url", "image_url": {"url": url}, "role": role}
        for role, url in (("first_frame", frames.first), ("last_frame", frames.last))
        if url
    ]
    return {
        "model": order.wire_model,
        "content": [{"type": "text", "text": order.prompt}, *pictures],
        "resolution": order.resolution,
        "duration": order.seconds,
        **({} if pictures else {"ratio": RATIO}),
        **({"callback_url": callback_url} if callback_url else {}),
    }


# ---------------------------------------------------------------------------------------------- what is answered


def to_progress(reply: Reply) -> Progress:
    """Statuses of [reference], and `expired`, which resellers of this contract name besides.

    Raises:
        ProviderError: As `Provider.poll` says.
    """
    if problem := obstacle(reply):
        raise problem
    task = dig(reply.body, "task") or reply.body
    match text(dig(task, "status")).lower():
        case "queued":
            return Queued()
        case "succeeded":
            return _done(task, reply)
        case "failed" | "cancelled" | "expired" as ended:
            words = error_words(dig(task, "error")) or ended
            return Failed(codes.fail_reason(code(dig(task, "error", "code")), words), words)
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running()


def _done(task: object, reply: Reply) -> Done:
    link = web_link(dig(task, "content", "url"))
    if link is None:
        raise UnexpectedReply("succeeded without an address", raw=reply.excerpt)
    return Done(link, cost_micros=_cost_micros(task))


def _cost_micros(task: object) -> int | None:
    """What the task's usage comes to; None if it says nothing usable."""
    tariff = TARIFFS.get(text(dig(task, "model")))
    price = tariff.second.get(text(dig(task, "resolution")).upper()) if tariff else None
    seconds = amount(dig(task, "usage", "output_seconds"))
    if tariff is None or price is None or seconds is None:
        return None
    pictures = code(dig(task, "usage", "input_image_count")) or 0
    return micros(price * seconds + tariff.picture * max(0, pictures - tariff.pictures_free))


def to_cancelled(reply: Reply) -> bool:
    """Whether a waiting task was cancelled; one that is under way or over is answered with an error [reference].

    Raises:
        ProviderError: Nobody can say.
    """
    if reply.status in {400, 409, 422} and not missing(reply):
        return False
    if problem := obstacle(reply):
        raise problem
    return text(dig(reply.body, "action")).lower() == "cancelled"


def called_back(body: bytes) -> str:
    """The task that a callback speaks of, in the form of an answer to a question [reference]; "" if it has another."""
    told = parsed(body)
    return text(dig(told, "task", "id")) or (text(dig(told, "id")) if dig(told, "status") else "")
