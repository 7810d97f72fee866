"""A store that cannot be used every now and then."""

from bot.core.ports import StoreTrouble


class Flaky:
    """Fails as often as its script says of a verb, and is the store itself elsewhere."""

    def __init__(self, store, fails):
        self._store = store
        self._fails = dict(fails)

    def __getattr__(self, name):
        whole = getattr(self._store, name)

        async def call(*args, **kwargs):
            if self._fails.get(name, 0) > 0:
                self._fails[name] -= 1
                raise StoreTrouble("disk I/O error")
            return await whole(*args, **kwargs)

        return call
