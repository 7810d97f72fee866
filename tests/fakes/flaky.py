"""A store that cannot be used every now and then."""

from bot.core.store import StoreTrouble


class Flaky:
    """Fails as often as its script says of a verb, and is the store itself elsewhere."""

    def __init__(self, store, fails):
        self._store = store
        self._fails = dict(fails)
        self._calls = 0
        self._new = set()

    @property
    def busy(self):
        """Whether a call is under way, or a job has come to life that nobody carries yet."""
        return bool(self._calls or self._new)

    def __getattr__(self, name):
        whole = getattr(self._store, name)

        async def call(*args, **kwargs):
            if self._fails.get(name, 0) > 0:
                self._fails[name] -= 1
                raise StoreTrouble("disk I/O error")
            self._calls += 1
            try:
                result = await whole(*args, **kwargs)
            finally:
                self._calls -= 1
            self._watch(name, args, result)
            return result

        return call

    def _watch(self, name, args, result):
        if name == "open_job":
            self._new.add(result[0].id)
        elif name == "redeliver":
            self._new.add(result.id)
        elif name == "seize":
            self._new.discard(args[0])
        elif name == "seize_these":
            self._new.difference_update(args[0])
        elif name == "seize_all":
            self._new.clear()
