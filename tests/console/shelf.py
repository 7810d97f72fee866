"""Providers for the command line: instead of those of the settings, whichever a test puts on the shelf."""

import asyncio
from decimal import Decimal

from bot.media.workshop import Workshop
from bot.settings import Settings
from providers.contract import Format, Mode, Offer, PictureRules
from providers.http import Connections
from tests.fakes.provider import FakeProvider


class ProvingProvider(FakeProvider):
    """One that can say whether its key holds; a word that is an exception is raised."""

    def __init__(self, *args, word=None, **kwargs):
        super().__init__(*args, **kwargs)
        self._word = word

    async def prove(self):
        if isinstance(self._word, BaseException):
            raise self._word


class SilentProvider(ProvingProvider):
    """One that never answers."""

    async def prove(self):
        await asyncio.Event().wait()


class Meeting:
    """Providers that answer only once all of them have been asked."""

    def __init__(self, *names):
        self._all_here = asyncio.Barrier(len(names))
        self.providers = [_Meeting(name, self._all_here) for name in names]


class _Meeting(ProvingProvider):
    def __init__(self, name, all_here):
        super().__init__(name)
        self._all_here = all_here

    async def prove(self):
        await self._all_here.wait()


def formats(*shapes, mode=Mode.TEXT):
    """Formats from words such as `6 768P 0.28`."""
    cut = (shape.split() for shape in shapes)
    return tuple(Format(mode, resolution, int(seconds), Decimal(usd)) for seconds, resolution, usd in cut)


def offer(key, model, shapes, *, by_url_only=False):
    provider, _, wire_model = key.partition("/")
    return Offer(provider, model, wire_model, shapes, picture_rules=PictureRules(by_url_only=by_url_only))


def with_offers(provider, *offers):
    provider._offers = offers
    return provider


def putting(monkeypatch):
    """A function that puts providers on the shelf; they are handed open connections, as real ones are."""

    def put(*providers):
        def made(settings, workshop, connections):
            assert isinstance(settings, Settings)
            assert isinstance(workshop, Workshop)
            assert isinstance(connections, Connections)
            assert not connections.asking.closed
            return providers

        monkeypatch.setattr("bot.console.opening.make_providers", made)

    return put
