"""The OpenAI Videos shape (`/v1/videos`), as an operator's own GPU server or gateway speaks it.

The vendor has shut its own API down (package `openai` 3.52.0, cited as [shape]: on 2026-09-24); the shape lives on.
Further sources: vLLM-Omni, "Videos API"; SGLang, "SGLang Diffusion OpenAI API"; LiteLLM, "/videos". They differ in how
a request is packed, in a few status words and in how they word errors.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from providers import refusals
from providers.account import Account
from providers.contract import (
    Done,
    Failed,
    Format,
    Mode,
    Offer,
    Order,
    Pace,
    Picture,
    Progress,
    Queued,
    Running,
    Ticket,
)
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    ProviderError,
    RefusalKind,
    Refused,
    UnexpectedReply,
)
from providers.http import Connections, Reply
from providers.inline import Form
from providers.openai_videos_server import Server, nearest
from providers.pictures import from_disk, inline
from providers.reading import amount, dig, error_words, text, web_link
from providers.remote import RemoteProvider

NAME = "openai_videos"
ONLY_MODEL = "video"
"""The public name where the server has one model and wants no name."""
USUAL_PACE = Pace(submits_per_minute=30, at_once=4, ask_seconds_least=2.0)
"""A GPU of one's own queues by itself and does not mind questions."""

_MONEY = re.compile(
    r"insufficient_(?:\w*quota|balance|credit|fund)|quota_not_enough|budget_exceeded|billing", re.IGNORECASE
)
"""How [shape], new-api and LiteLLM name an error about money."""
_GONE = re.compile(r"task_not_exist|record not found", re.IGNORECASE)
"""How gateways say, with 400 or 500, that they know no such video (new-api; MiniMax behind LiteLLM)."""
_PROOFS = ("/v1/models", "/models", "/v1/videos/none")
"""Asked in turn: most servers list their models, SGLang describes its one, and all know a video when they see none."""

# ----------------------------------------------------------------------------------------------------- what is on offer


def on_offer(server: Server) -> tuple[Offer, ...]:
    """An offer for each model; all can do the same."""
    modes = (Mode.TEXT, Mode.IMAGE) if server.pictures else (Mode.TEXT,)
    cells = [(size, seconds, mode) for size in server.resolutions for seconds in server.seconds for mode in modes]
    formats = tuple(Format(mode, size, seconds, server.usd_per_second * seconds) for size, seconds, mode in cells)
    return tuple(
        Offer(NAME, public, model, formats, prompt_needed_with_picture=True)
        for model, public in (server.names or {ONLY_MODEL: ONLY_MODEL}).items()
    )


# -------------------------------------------------------------------------------------------------------- what is asked


def to_fields(order: Order, server: Server, size: str) -> dict[str, str]:
    """The request of [shape] but for the picture; the length is text there."""
    model = {"model": order.wire_model} if server.models else {}
    return {**model, "prompt": order.prompt, "seconds": str(order.seconds), "size": size}


def to_packed(fields: Mapping[str, str], picture: Picture | None, server: Server) -> Mapping[str, object] | Form:
    """The fields and the picture, packed as the server wants them."""
    if server.encoding == "json" and picture is not None:
        return {**fields, "input_reference": {"image_url": inline(picture)}}
    if server.encoding == "json" or (server.encoding == "mixed" and picture is None):
        return fields
    return Form(fields, {"input_reference": inline(picture)} if picture is not None else {})


def _measured(path: Path) -> float:
    with Image.open(path) as image:
        return image.width / image.height


# ----------------------------------------------------------------------------------------------------- what is answered


def of_submit(reply: Reply) -> ProviderError:
    """What an answer without a video means. The kind of the error goes before the status: 429 may be about money."""
    kind, told = _kind(reply), f"{reply.status}: {_said(reply)}"
    if reply.status < 500 and refusals.about_content(kind):  # noqa: PLR2004 HTTP
        return Refused(RefusalKind.CONTENT, told)
    if reply.status < 500 and _MONEY.search(kind):  # noqa: PLR2004 HTTP
        return Misconfigured(MisconfiguredKind.BALANCE, told)
    return refusals.not_taken(reply, _said(reply))


def to_progress(reply: Reply, *, content: str) -> Progress:
    """Statuses of [shape], of LiteLLM and of SGLang.

    Args:
        reply: The answer.
        content: Where the server itself has the clip of this video, once it is finished.

    Raises:
        ProviderError: No usable answer.
    """
    if not reply.fine:
        gone = reply.status in {400, 500} and _GONE.search(f"{_kind(reply)} {_said(reply)}")
        raise NoSuchTicket(_said(reply)) if gone else refusals.of_poll(reply, _said(reply))
    match text(dig(reply.body, "status")).lower():
        case "queued" | "pending":
            return Queued()
        case "completed":
            return Done(_link(reply, content))
        case "failed" | "cancelled" | "canceled" | "expired" | "deleted" as status:
            return replace(refusals.failed(f"{_kind(reply)} {_said(reply)}"), detail=_said(reply) or status)
        case "":
            raise UnexpectedReply("a video without a status", raw=reply.excerpt)
        case _:
            return Running(_percent(reply))


def _link(reply: Reply, content: str) -> str:
    """A link of somewhere else, where a gateway gives one; not the server's own under a name it has for itself."""
    own = content[content.rindex("/videos/") :]
    found = (dig(reply.body, *path) for path in (("url",), ("video_url",), ("output", 0)))
    links = (link for one in found if (link := web_link(one)) and not link.partition("?")[0].endswith(own))
    return next(links, content)


def _percent(reply: Reply) -> float | None:
    """None at 0, where a server that does not measure stays until the end."""
    percent = amount(dig(reply.body, "progress"))
    return float(min(percent, Decimal(100))) if percent is not None and percent > 0 else None


def _said(reply: Reply) -> str:
    """An error's words, as [shape] has them, or FastAPI."""
    places = (("error",), ("detail",), ("detail", 0), ("message",))
    return next((words for place in places if (words := error_words(dig(reply.body, *place)))), "")


def _kind(reply: Reply) -> str:
    """An error's own name for itself."""
    places = (("error", "code"), ("error", "type"), ("code",))
    return " ".join(text(dig(reply.body, *place)) for place in places)


def _path(ticket: Ticket) -> str:
    return f"/v1/videos/{quote(ticket.id, safe='')}"


# --------------------------------------------------------------------------------------------------------- the provider


class OpenaiVideosProvider(RemoteProvider):
    """Speaks to one server.

    Args:
        account: The operator's account; the key may be empty, and the address may end in `/v1` or not.
        connections: Shared by all providers.
        server: What the operator says of it.
    """

    name, usual_pace = NAME, USUAL_PACE

    def __init__(self, *, account: Account, connections: Connections, server: Server | None = None) -> None:
        self._base = account.base_url.rstrip("/").removesuffix("/v1").rstrip("/")
        super().__init__(account=replace(account, base_url=self._base), connections=connections)
        self._server = server or Server()
        self.offers = on_offer(self._server)

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:  # noqa: ARG002  # calls nobody back
        """As `Provider.submit`."""
        fields = to_fields(order, self._server, await self._size(order))
        packed = to_packed(fields, order.first_frame, self._server)
        reply = await self._api.pay("/v1/videos", packed, look=order.last_look)
        bought = text(dig(reply.body, "id"))
        if not reply.fine or not bought:
            raise of_submit(reply)
        return Ticket(bought)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        path = _path(ticket)
        return to_progress(await self._api.ask(path), content=f"{self._base}{path}/content")

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`: with the key from the server itself, without it from anywhere else."""
        if done.url.startswith(f"{self._base}/"):
            return self._api.stream(done.url.removeprefix(self._base))
        return super().fetch(done)

    async def prove(self) -> None:
        """As `Proves.prove`."""
        for path in _PROOFS:
            reply = await self._api.ask(path)
            if reply.status in {401, 402, 403, 429} or reply.status >= 500:  # noqa: PLR2004 HTTP
                raise refusals.of_poll(reply, _said(reply))
            if reply.fine and reply.body:
                return
        refusals.key_held(reply, _said(reply))

    async def cancel(self, ticket: Ticket) -> bool:
        """As `Cancels.cancel`: the video is deleted while it is being made, never once it is finished.

        What a gateway is billed for what it had begun is not documented.
        """
        if not isinstance(await self.poll(ticket), Queued | Running):
            return False
        reply = await self._api.ask(_path(ticket), method="DELETE")
        if not reply.fine:
            return False
        try:
            return isinstance(await self.poll(ticket), Failed)
        except NoSuchTicket:
            return True

    async def _size(self, order: Order) -> str:
        sizes = self._server.sizes_of(order.resolution)
        if order.first_frame is None or len(sizes) == 1:
            return sizes[0]
        return nearest(sizes, await from_disk(partial(_measured, order.first_frame.path)))
