"""MiniMax's own API: two contracts side by side on one key, told apart by the model.

Source: MiniMax's API reference (platform.minimax.io, 2026). The Hailuo and 01 models speak the first
(`minimax_v1.py`), the H3 models the second (`minimax_v2.py`), which alone can cancel and list tasks.
"""

from collections.abc import Mapping

from providers import minimax_models, minimax_v1, minimax_v2
from providers.account import Account
from providers.contract import LostCall, News, Order, Pace, Progress, Ticket
from providers.errors import TryLater
from providers.http import Connections
from providers.minimax_v1 import Dialect, MinimaxV1
from providers.minimax_v2 import MinimaxV2
from providers.remote import RemoteProvider

NAME = "minimax"
BASE_URL = "https://api.minimax.io"
"""The global host. A key of the Chinese one belongs to https://api.minimaxi.com and is refused here, and vice versa."""
USUAL_PACE = Pace(submits_per_minute=5, at_once=15, ask_seconds_least=10.0)
"""5 videos a minute and 15 H3 tasks at once for a paying key, a question every 10 seconds (MiniMax, "Rate limits" and
"Video Generation", 2026)."""
OFFERS = minimax_models.offers(NAME, minimax_models.MODELS) + minimax_v2.offers(NAME)
_SECOND = frozenset(minimax_v2.TARIFFS)


class MinimaxProvider(RemoteProvider):
    """Speaks to MiniMax."""

    name, offers, usual_pace = NAME, OFFERS, USUAL_PACE

    def __init__(self, *, account: Account, connections: Connections) -> None:
        super().__init__(account=account, connections=connections)
        self._first = MinimaxV1(api=self._api, dialect=Dialect())
        self._second = MinimaxV2(api=self._api)

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """As `Provider.submit`."""
        return await self._speaking(order.wire_model).submit(order, callback_url=callback_url)

    async def poll(self, ticket: Ticket) -> Progress:
        """As `Provider.poll`."""
        return await self._speaking(ticket.wire_model).poll(ticket)

    async def prove(self) -> None:
        """As `Proves.prove`; by the first contract, which every kind of key may use."""
        await self._first.prove()

    async def cancel(self, ticket: Ticket) -> bool:
        """As `Cancels.cancel`: a task of the first contract runs to its end."""
        return ticket.wire_model in _SECOND and await self._second.cancel(ticket)

    async def find(self, lost: LostCall) -> Ticket:
        """As `Finds.find`, but never None.

        Raises:
            TryLater: Not listed (yet), or a task of the first contract, which lists none.
            UnexpectedReply: More than one task could be it.
        """
        if lost.order.wire_model not in _SECOND:
            raise TryLater(f"tasks of {lost.order.wire_model} are not listed")
        return await self._second.find(lost)

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> News:
        """As `CallsBack.read_callback`. MiniMax signs nothing."""
        told_of = minimax_v2.called_back(body)
        return News(Ticket(told_of)) if told_of else minimax_v1.read_callback(headers, body)

    def _speaking(self, wire_model: str) -> MinimaxV1 | MinimaxV2:
        return self._second if wire_model in _SECOND else self._first
