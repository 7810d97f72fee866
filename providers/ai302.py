"""302.AI: MiniMax's v1 passed through under `/minimaxi`, at one price a video.

Source: the product page "I2V-01-live" of 302.AI, cited as [page]; it prints no paths, those are of its "Files" page and
its clients. What [page] leaves open or cuts off (which size goes with which length) is MiniMax's own.
Two keys are spelled otherwise than MiniMax spells them, `last_frame_images` and `callback`; as the calls are passed
through, these may be slips of the page, so both can be set; so can the length of prompts, of which the page says two
things.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from providers import minimax_v1
from providers.account import Account
from providers.contract import News, Offer, Order, Pace, Progress, Ticket
from providers.http import Connections
from providers.minimax_models import has_one_size, offers
from providers.minimax_v1 import Dialect, MinimaxV1
from providers.remote import RemoteProvider

NAME = "ai302"
BASE_URL = "https://api.302.ai"
USUAL_PACE = Pace(submits_per_minute=10, at_once=5, ask_seconds_least=10.0)
"""No limits are documented: modest ones, asking as often as MiniMax advises."""
PRICE_USD = Decimal("0.5")
"""0.5 PTC a video whatever its size [page]; 1 PTC, 302.AI's own unit, is taken as 1 USD."""
NO_CHANNEL = -10008
"""The gateway's own `err_code` for "No available channels currently": passed on to nobody."""
WIRE_MODELS = ("MiniMax-Hailuo-02", "I2V-01", "I2V-01-live", "T2V-01-Director", "I2V-01-Director")

PROMPT_MOST_01 = 199
"""Longest prompt for the models of the 01 series: "must be under 200 characters" [page]. MiniMax itself takes 2000."""


def on_offer(prompt_most: int = PROMPT_MOST_01) -> tuple[Offer, ...]:
    """MiniMax's matrix at this seller's price.

    For Hailuo 02, MiniMax's own 2000 characters hold: "less than 200 words" [page] is about as much.
    """
    every = offers(NAME, WIRE_MODELS, price_usd=PRICE_USD)
    return tuple(replace(one, prompt_most=prompt_most) if has_one_size(one.wire_model) else one for one in every)


class Ai302Provider(RemoteProvider):
    """Speaks to 302.AI.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
        last_frame_key: What the last frame is called.
        callback_key: What the address to call back is called.
        prompt_most: Longest prompt for the models of the 01 series, in characters.
    """

    name, usual_pace = NAME, USUAL_PACE

    def __init__(
        self,
        *,
        account: Account,
        connections: Connections,
        last_frame_key: str = "last_frame_images",
        callback_key: str = "callback",
        prompt_most: int = PROMPT_MOST_01,
    ) -> None:
        super().__init__(account=account, connections=connections)
        dialect = Dialect("/minimaxi", last_frame_key, callback_key, not_passed_on=frozenset({NO_CHANNEL}))
        self._v1 = MinimaxV1(api=self._api, dialect=dialect)
        self.offers = on_offer(prompt_most)

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`. For the 01 series, [page] knows of no callback."""
        called_back = None if has_one_size(order.wire_model) else callback_url
        return await self._v1.submit(order, callback_url=called_back)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return await self._v1.poll(ticket)

    async def prove(self) -> None:
        """As `Proves.prove`; a question costs nothing [page]."""
        await self._v1.prove()

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> News:
        """As `CallsBack.read_callback`; MiniMax's callbacks are passed through too."""
        return minimax_v1.read_callback(headers, body)
