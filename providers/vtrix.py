"""Vtrix: MiniMax's 01 series behind a gateway that wraps each request in `input[0].params`.

Sources: the provider's page "minimax-i2v-01-live" (doc.vtrix.ai, 2026), cited as [page]; its own command-line client
(github.com/VtrixAI/vtrix-cli, April 2026), cited as [client], for the envelope and the paths; and the public client
code of the other brands on the same gateway, SeaArt and SeaCloud (2026), cited as [siblings].
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from providers import refusals
from providers.contract import Done, Mode, News, Offer, Order, Pace, Progress, Queued, Running, Ticket
from providers.errors import Misconfigured, MisconfiguredKind, ProviderError, TryLater, UnexpectedReply
from providers.http import Reply
from providers.minimax_prices import SERIES_01, cells
from providers.minimax_v1 import handshake
from providers.pictures import Frames, frames_of
from providers.reading import amount, code, dig, error_words, micros, parsed, text, web_link
from providers.remote import RemoteProvider

NAME = "vtrix"
BASE_URL = "https://vtrix.ai"
"""The client's own default [client]; the gateway's other hosts serve the same paths."""
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=5.0)
"""No limits are documented: modest ones."""
SUBMIT = "/model/v1/generation"
NO_MONEY = range(40201, 40209)
"""Values of `error_code` that all mean too small a balance [siblings]."""
UPSTREAM_WAIT = timedelta(seconds=60)
"""How long MiniMax's rate limits ask for."""

_UPSTREAM_BUSY = re.compile(r"(?<![\w-])(1002|1039|1041|2045)(?![\w-])")
"""MiniMax's rate limits; codes of the model's maker travel inside the gateway's messages, where ids do so too."""
_UPSTREAM_NO_MONEY = re.compile(r"(?<![\w-])1008(?![\w-])")

# ---------------------------------------------------------------------------------------------------- what is on offer

OFFERS = (Offer(provider=NAME, model="live", wire_model="minimax_i2v_01_live", formats=cells(SERIES_01, Mode.IMAGE)),)
"""The one model of [page]; others that the gateway's siblings sell are not documented for this host.

No price list was found (a finished task names its cost): MiniMax's old list price stands in."""


# ------------------------------------------------------------------------------------------------------- what is asked


def to_body(order: Order, frames: Frames, callback_url: str | None) -> dict[str, object]:
    """The parameters of [page] in the envelope of [client].

    Length and size have one value each, which is also their default [page]: they are not sent.

    Args:
        order: What is wanted.
        frames: The pictures themselves.
        callback_url: Where the provider may call; None if nowhere.
    """
    given = {"prompt": order.prompt, "first_frame_image": frames.first, "callback_url": callback_url}
    return {"model": order.wire_model, "input": [{"params": {name: value for name, value in given.items() if value}}]}


# ---------------------------------------------------------------------------------------------------- what is answered


def to_ticket(reply: Reply) -> Ticket:
    """The task that a submit has made: an answer with an id, whatever else it says [client].

    Raises:
        ProviderError: None was made, or nobody can say.
    """
    reply = _opened(reply)
    bought = text(dig(reply.body, "id"))
    if not reply.fine or not bought:
        raise _not_taken(reply)
    return Ticket(bought)


def _not_taken(reply: Reply) -> ProviderError:
    """Why there is no task; the model's maker may have refused, and its codes travel inside the words [client]."""
    words = _words(reply.body)
    if reply.fine and _UPSTREAM_BUSY.search(words):
        return TryLater(words, after=UPSTREAM_WAIT)
    if reply.fine and _UPSTREAM_NO_MONEY.search(words):
        return Misconfigured(MisconfiguredKind.BALANCE, words)
    return refusals.not_taken(reply, words)


def to_progress(reply: Reply) -> Progress:
    """Statuses of [client] (`in_progress`, `completed`, `failed`) and of its manual (`pending`, `processing`).

    Every error code of [page] ends the task without a clip, for a reason of the provider's, unless the message
    carries a refusal of the model's maker.

    Raises:
        ProviderError: No usable answer.
    """
    reply = _opened(reply)
    words = _words(reply.body)
    if not reply.fine:
        raise refusals.of_poll(reply, words)
    match text(dig(reply.body, "status")).lower():
        case "pending":
            return Queued()
        case "completed":
            return Done(_clip(reply), micros(amount(dig(reply.body, "usage", "cost"))))
        case "failed":
            return refusals.failed(words)
        case "":
            raise UnexpectedReply("a task without a status", raw=reply.excerpt)
        case _:
            return Running(_percent(dig(reply.body, "progress")))


def _opened(reply: Reply) -> Reply:
    """The reply with the status that an envelope names: `{"status": {"code": 402, …}, "data": null}` [siblings]."""
    if reply.status >= 500:  # noqa: PLR2004 HTTP
        return reply
    if code(dig(reply.body, "status", "error_code")) in NO_MONEY:
        return replace(reply, status=402)
    named = code(dig(reply.body, "status", "code"))
    if reply.fine and named is not None and 400 <= named < 600:  # noqa: PLR2004 HTTP
        return replace(reply, status=named)
    return reply


def _words(body: object) -> str:
    """The error's code and message: an object [page], plain text [client], or the envelope's own [siblings].

    Codes are told without their leading zeros, which JSON's whole numbers cannot have.
    """
    error = dig(body, "error")
    message = error_words(error) or text(dig(body, "message")) or text(dig(body, "status", "message"))
    number = code(dig(error, "code"))
    return message if number is None or str(number) == message else f"{number}: {message}"


def _clip(reply: Reply) -> str:
    """The first link to a video, else the first link."""
    links = sorted(_links(dig(reply.body, "output")), key=lambda link: not link[0].startswith("video"))
    if not links:
        raise UnexpectedReply("completed without an address", raw=reply.excerpt)
    return links[0][1]


def _links(output: object) -> Iterator[tuple[str, str]]:
    """Type and address of everything in `output[].content[]` that has an address."""
    for group in output if isinstance(output, list) else ():
        content = dig(group, "content")
        for made in content if isinstance(content, list) else ():
            if link := web_link(dig(made, "url")):
                yield text(dig(made, "type")).lower(), link


def _percent(progress: object) -> float | None:
    """A fraction, 1 when completed [client]; the bounds say nothing while a task is being made."""
    done = amount(progress)
    return float(done * 100) if done is not None and 0 < done < 1 else None


# ----------------------------------------------------------------------------------------------------------- callbacks


def to_news(body: bytes) -> News:
    """What a callback tells. Its form is undocumented: any JSON object is one, and names the task if it has an id.

    An address that is handed on to the model's maker is tried with a `challenge` first (MiniMax, video generation,
    `callback_url`), which is given back.

    Raises:
        UnexpectedReply: It is no JSON object.
    """
    told = parsed(body)
    if not isinstance(told, Mapping):
        raise UnexpectedReply("a callback that is no JSON object")
    if shaken := handshake(told):
        return shaken
    named = text(told.get("id")) or text(told.get("task_id"))
    return News(Ticket(named) if named else None)


# -------------------------------------------------------------------------------------------------------- the provider


class VtrixProvider(RemoteProvider):
    """Speaks to Vtrix, or to another brand of its gateway."""

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`."""
        body = to_body(order, frames_of(order), callback_url)
        return to_ticket(await self._api.pay(SUBMIT, body, look=order.last_look))

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return to_progress(await self._asked(ticket.id))

    async def prove(self) -> None:
        """As `Proves.prove`: asks about a task that nobody has."""
        reply = _opened(await self._asked("none"))
        refusals.key_held(reply, _words(reply.body))

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> News:  # noqa: ARG002  # nothing is signed
        """As `CallsBack.read_callback`."""
        return to_news(body)

    async def _asked(self, id: str) -> Reply:
        return await self._api.ask(f"{SUBMIT}/task/{quote(id, safe='')}")
