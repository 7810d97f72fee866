"""What all providers behind an API have in common: who they are, their pace, and how a clip is fetched."""

from collections.abc import AsyncIterator, Mapping

from providers.account import Account
from providers.contract import Done, Offer, Pace
from providers.http import Api, Connections


class RemoteProvider:
    """To be derived from by every provider that lives behind an address; `submit` and `poll` are its own.

    Args:
        account: The operator's account.
        connections: Shared by all providers.
        headers: Sent with every call, besides the key.
    """

    name: str
    offers: tuple[Offer, ...]
    usual_pace: Pace
    """Where the operator sets no limits of their own."""

    def __init__(self, *, account: Account, connections: Connections, headers: Mapping[str, str] | None = None) -> None:
        self._api = Api(account=account, connections=connections, headers=headers)
        self._connections = connections
        self._rate = account.rate

    @property
    def pace(self) -> Pace:
        return self._rate.applied(self.usual_pace)

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """As `Provider.fetch`: from behind a link of anybody's, without the key."""
        return self._connections.download(done.url)
