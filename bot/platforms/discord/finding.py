"""What Discord suggests while a person types an option: models with their prices, and what each of them can do."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final

import discord
import structlog
from discord.app_commands import Choice

from bot.core.catalog import Catalog
from bot.core.model import CommunityId, LimitSet
from bot.core.store import StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.asked import is_installed, language_of
from bot.platforms.discord.places import NAME
from providers.contract import CAMERA_MOVES, Offer

CHOICES_MOST: Final = 25
CHOICE_MOST: Final = 100
"""Characters of a suggestion (Discord, Application Commands)."""
ALL: Final = "all"
log = structlog.get_logger("reelbot.discord")


class Finder:
    """Suggests; what it suggests binds nobody, for people may type anything all the same.

    Args:
        catalog: Everything on the shelf at this moment's prices.
        limits_of: What a server allows.
    """

    def __init__(
        self,
        *,
        catalog: Callable[[], Awaitable[Catalog]],
        limits_of: Callable[[CommunityId], Awaitable[LimitSet]],
    ) -> None:
        self._catalog = catalog
        self._limits_of = limits_of

    async def models(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """The models that this server allows, each with its lowest price."""
        offers, catalog = await self._offers(interaction)
        names = dict.fromkeys(offer.model for offer in offers)
        language = language_of(interaction)
        return [
            Choice(name=_priced(catalog, offers, name, language), value=name[:CHOICE_MOST])
            for name in matching(names, typed)
        ]

    async def lists_of_models(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """Every model there is, or all of them; after a comma one more."""
        del interaction
        before, comma, last = typed.rpartition(",")
        front = f"{before.strip()}, " if comma else ""
        names = [ALL, *(await self._catalog()).models()]
        return [_same(front + name) for name in matching(names, last) if len(front) + len(name) <= CHOICE_MOST]

    async def cameras(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """The moves that the chosen model follows; after a comma one more of them."""
        offers, _ = await self._offers(interaction)
        chosen = getattr(interaction.namespace, "model", None)
        followed = frozenset[str]().union(*(o.camera_moves for o in offers if chosen in {None, o.model}))
        before, comma, last = typed.rpartition(",")
        front = f"{before.strip()}, " if comma else ""
        moves = matching((move for move in CAMERA_MOVES if move in followed), last.strip())
        return [_same(f"{front}{move}") for move in moves if len(front) + len(move) <= CHOICE_MOST]

    async def resolutions(self, interaction: discord.Interaction[Any], typed: str) -> list[Choice[str]]:
        """The sizes that the chosen model makes."""
        offers, _ = await self._offers(interaction)
        chosen = getattr(interaction.namespace, "model", None)
        sizes = dict.fromkeys(f.resolution for o in offers if chosen in {None, o.model} for f in o.formats)
        return [_same(size) for size in matching(sizes, typed)]

    async def _offers(self, interaction: discord.Interaction[Any]) -> tuple[list[Offer], Catalog]:
        catalog = await self._catalog()
        allowed = None
        if is_installed(interaction):
            # The settings of a server that has not installed the bot are nobody's business.
            allowed = (await self._limits_of(CommunityId(NAME, str(interaction.guild_id)))).models
        return [offer for offer in catalog.offers if allowed is None or offer.model in allowed], catalog


Suggest = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, list[Choice[str]]]]


def calmly(suggest: Suggest) -> Suggest:
    """Suggest nothing while the database is in trouble; people can type all the same."""

    async def suggested(interaction: discord.Interaction[Any], current: str) -> list[Choice[str]]:
        try:
            return await suggest(interaction, current)
        except StoreTrouble as trouble:
            log.warning("nothing can be suggested", detail=repr(trouble))
            return []

    return suggested


def matching(names: Iterable[str], typed: str) -> list[str]:
    """At most 25 names that hold what was typed, those that begin with it first."""
    wanted = typed.strip().lower()
    found = [name for name in names if wanted in name.lower()]
    return sorted(found, key=lambda name: not name.lower().startswith(wanted))[:CHOICES_MOST]


def _priced(catalog: Catalog, offers: Iterable[Offer], model: str, language: str) -> str:
    prices = (catalog.tariff.price(f.price_usd) for offer in offers if offer.model == model for f in offer.formats)
    sentence = Sentence(Say.MODEL_CHOICE, {"model": model, "price": min(prices)})
    return say(sentence, language)[:CHOICE_MOST]


def _same(value: str) -> Choice[str]:
    return Choice(name=value[:CHOICE_MOST], value=value[:CHOICE_MOST])
