"""The place ladder: where a message goes when the place that was asked in does not take it any more."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.core.ports import PlaceGone
from bot.platforms.telegram.line import Spot, spot_of
from bot.platforms.telegram.places import Address
from bot.platforms.telegram.troubles import Declined, TopicGone

GONE = (Declined, PlaceGone)
"""Nothing can be done here any more; perhaps somewhere else."""

Posted = TypeVar("Posted")


def spots(address: Address) -> list[Spot]:
    """Where a message may go, best first: where it was asked for, the group without its topic, the person alone."""
    ladder = [spot_of(address)]
    if address.topic is not None:
        # A reply into another topic would be refused.
        ladder.append(Spot(address.chat))
    if not address.private:
        ladder.append(Spot(address.asker))
    return ladder


async def first_that_takes(
    address: Address, act: Callable[[Spot], Awaitable[Posted]], *, refusal: Exception | None = None
) -> Posted:
    """Go down the ladder until a spot takes it.

    Args:
        address: Where it was asked for.
        act: Posts at one spot.
        refusal: What the chat of *address* has answered already, if it takes nothing more.

    Raises:
        PlaceGone: None does.
    """
    for spot in spots(address):
        if refusal is not None and not isinstance(refusal, TopicGone) and spot.chat == address.chat:
            # It is the whole group that refuses us, not this topic of it.
            continue
        try:
            return await act(spot)
        except GONE as gone:
            refusal = gone
    raise PlaceGone(str(refusal)) from refusal
