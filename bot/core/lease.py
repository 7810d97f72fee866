"""For how long this host may be sure, without asking, that its jobs are its own."""

from bot.core.standstill import too_long_since


class Lease:
    """Renewed when the others have heard of this host: one that they do not hear of loses its jobs, but not at once.

    As long as it was never renewed, nobody can be sure, and a job's row has to be looked at.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def renew(self, since: float) -> None:
        """The others have heard of us after the `moment` *since*, and whatever we carry was ours then."""
        self._since = since

    @property
    def holds(self) -> bool:
        """Whether all that we carry is still ours."""
        return self._since is not None and not too_long_since(self._since)
