"""What a message would cost, told while it is still being written."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.foreseeing import Quote
from bot.core.model import Incoming, Place, User
from bot.platforms.web.choices import OPTIONS, with_choices
from bot.platforms.web.upload import TEXT_MOST
from providers.contract import Offer

Quoting = Callable[[Incoming, int], Awaitable[Quote | None]]
"""What a wish would cost; its pictures are only counted."""


@dataclass(frozen=True, slots=True)
class Wares:
    """What can be had here."""

    offers: Callable[[], Sequence[Offer]]
    """What can be made at this moment, for the pickers."""
    quoting: Quoting


class Draft(BaseModel):
    """A message as it stands in the box."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", max_length=TEXT_MOST)
    photos: int = Field(default=0, ge=0, le=2)
    chosen: dict[str, str] = Field(default_factory=dict, max_length=len(OPTIONS))
    """What is picked beside the text, by the names in `OPTIONS`."""


def read_draft(body: bytes) -> Draft | None:
    """What the page says is in the box; None if no page of ours says that."""
    try:
        return Draft.model_validate_json(body)
    except ValidationError:
        return None


async def priced(draft: Draft, user: User, place: Place, quoting: Quoting) -> web.Response:
    """The price, the person's balance and a sentence about both; an empty sentence where there is nothing to tell."""
    text = with_choices(draft.text.strip(), draft.chosen)
    incoming = Incoming(key=f"{place.platform}:draft", user=user, place=place, text=text)
    quote = await quoting(incoming, draft.photos) or Quote("")
    told = {"sentence": quote.sentence, "price": quote.price, "balance": quote.balance, "enough": quote.enough}
    return web.json_response(told, headers={"Cache-Control": "no-store"})
