"""Conversations in memory, with the rules of the port."""

from dataclasses import replace

from bot.core.model import Message


class FakeMessages:
    def __init__(self, clock):
        self._clock = clock
        self._entries: list[Message] = []
        self._keys: set[tuple[str, str]] = set()
        self._next = 1
        self.writes = 0
        self.states = {}
        """Of jobs, where it matters."""
        self._until = {}

    async def add(self, user, kind, body, *, key=None):
        if key is not None and (str(user), key) in self._keys:
            return None
        if key is not None:
            self._keys.add((str(user), key))
        return self._append(user, kind, body, None)

    async def put_note(self, user, job, body, *, while_in=None):
        self.writes += 1
        for index, entry in enumerate(self._entries):
            if (entry.user, entry.job) == (user, job):
                if while_in is not None and self.states.get(job, while_in) != while_in:
                    return entry
                self._entries[index] = replace(entry, body=body)
                return self._entries[index]
        return self._append(user, "note", body, job)

    async def remove(self, user, job):
        for entry in self._entries:
            if (entry.user, entry.job) == (user, job):
                self._entries.remove(entry)
                return entry.id
        return None

    async def recent(self, user, most):
        return [entry for entry in self._entries if entry.user == user][-most:]

    async def newest(self, users):
        return {user: max(entry.id for entry in self._entries if entry.user == user) for user in users
                if any(entry.user == user for entry in self._entries)}  # fmt: skip

    async def watch(self, users, until):
        self._until.update(dict.fromkeys(users, until))

    async def watching(self):
        return frozenset(user for user, until in self._until.items() if until > self._clock.now())

    def erase(self, user):
        """What `/forget` does to a conversation."""
        self._entries = [entry for entry in self._entries if entry.user != user]

    def _append(self, user, kind, body, job):
        entry = Message(self._next, user, self._clock.now(), kind, body, job)
        self._next += 1
        self._entries.append(entry)
        return entry
