"""The commands of admins and operators as Discord shows them; the core refuses them to everybody else."""

from typing import Final

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread, Range, Transform

from bot.core.admin_commands import EVERY, MOST, NUMBERS
from bot.core.block_commands import REASON_MOST
from bot.core.model import AgeRule
from bot.core.statistics import MOST_DAYS
from bot.core.texts import Say
from bot.platforms.discord.asked import Manner
from bot.platforms.discord.finding import Finder, calmly
from bot.platforms.discord.languages import words_for
from bot.platforms.discord.menu import Front, Interaction, Tree
from bot.platforms.discord.orders import (
    block_text,
    channels_text,
    limit_text,
    move_text,
    one_word,
    owner,
    pattern_text,
    words,
)

NAME_MOST: Final = 100
"""Characters of a name: of a provider, of somebody in the books."""
LIST_MOST: Final = 2000
"""Characters of a list of models or of words."""
IN_SERVERS: Final = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
OF_SERVERS: Final = app_commands.AppInstallationType(guild=True, user=False)
CHANNEL_TYPES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]
"""Where a video can be asked for, as far as Discord lets an option name it."""
_LIMITS: Final = [app_commands.Choice(name=words_for(Say(f"choice_{name}")), value=name) for name in NUMBERS]

_AGE_RULES: Final = [
    app_commands.Choice(name=words_for(Say(f"limit_age_{rule}")), value=rule.value) for rule in AgeRule
]


class _ChannelOfLimits(app_commands.Transformer):
    """A channel as limits name it, by its id: a thread counts as its channel."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return CHANNEL_TYPES

    async def transform(self, interaction: Interaction, value: AppCommandChannel | AppCommandThread, /) -> int:
        del interaction
        return value.parent_id if isinstance(value, AppCommandThread) else value.id


Channel = Transform[int, _ChannelOfLimits]


def declare_ruling(tree: Tree, front: Front, finder: Finder) -> None:
    """Put every command on *tree* that limits, counts, gives, takes, stops and blocks."""
    tree.add_command(_limits(front, finder))
    for name in ("grant", "take"):
        _declare_move(tree, front, name)
    for name in ("pause", "resume"):
        _declare_pause(tree, front, name)
    for name in ("block", "unblock"):
        tree.add_command(_blocks(front, name))
    _declare_about_blocks(tree, front)
    _declare_usage(tree, front)


# ------------------------------------------------------------------------------------------------ limits


def _limits(front: Front, finder: Finder) -> app_commands.Group:
    # What is shown to whom is each server's own choice and no lock: who may set limits is looked up each time.
    limits = app_commands.Group(
        name="limits",
        description=words_for(Say.ABOUT_LIMITS),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=IN_SERVERS,
        allowed_installs=OF_SERVERS,
    )
    _add_numbers(limits, front)
    _add_models(limits, front, finder)
    _add_channels(limits, front)
    _add_age_restricted(limits, front)
    _add_spoiler(limits, front)
    _add_pool(limits, front)
    return limits


def _add_numbers(limits: app_commands.Group, front: Front) -> None:
    @limits.command(name="show", description=words_for(Say.ABOUT_LIMITS_SHOW))
    async def show(interaction: Interaction) -> None:
        await front.ask(interaction, Manner.PRIVATE, "/limits show")

    @limits.command(name="set", description=words_for(Say.ABOUT_LIMITS_SET))
    @app_commands.describe(
        limit=words_for(Say.OPTION_LIMIT),
        value=words_for(Say.OPTION_VALUE),
        member=words_for(Say.OPTION_MEMBER),
        role=words_for(Say.OPTION_ROLE),
    )
    @app_commands.choices(limit=_LIMITS)
    async def set_limit(
        interaction: Interaction,
        limit: str,
        value: Range[str, 1, 20],
        member: discord.User | None = None,
        role: discord.Role | None = None,
    ) -> None:
        whom = member.id if member is not None else None
        # The role that everybody has is no role of its own: a limit for it is the limit itself.
        own_role = role.id if role is not None and not role.is_default() else None
        await front.ask(interaction, Manner.PRIVATE, limit_text(limit, value, whom, own_role))


def _add_models(limits: app_commands.Group, front: Front, finder: Finder) -> None:
    @limits.command(name="models", description=words_for(Say.ABOUT_LIMITS_MODELS))
    @app_commands.describe(names=words_for(Say.OPTION_NAMES))
    async def models(interaction: Interaction, names: Range[str, 1, LIST_MOST]) -> None:
        await front.ask(interaction, Manner.PRIVATE, words("/limits models", names.strip()))

    models.autocomplete("names")(calmly(finder.lists_of_models))


def _add_channels(limits: app_commands.Group, front: Front) -> None:
    about = words_for(Say.OPTION_CHANNEL)

    @limits.command(name="channels", description=words_for(Say.ABOUT_LIMITS_CHANNELS))
    @app_commands.rename(everywhere="all")
    @app_commands.describe(
        channel=about,
        channel_2=about,
        channel_3=about,
        channel_4=about,
        channel_5=about,
        everywhere=words_for(Say.OPTION_ALL_CHANNELS),
    )
    async def channels(  # noqa: PLR0913, PLR0917 the library makes the command's options of the parameters
        interaction: Interaction,
        channel: Channel | None = None,
        channel_2: Channel | None = None,
        channel_3: Channel | None = None,
        channel_4: Channel | None = None,
        channel_5: Channel | None = None,
        everywhere: bool = False,  # noqa: FBT001, FBT002 as above
    ) -> None:
        chosen = (channel, channel_2, channel_3, channel_4, channel_5)
        await front.ask(interaction, Manner.PRIVATE, channels_text(chosen, everywhere=everywhere))


def _add_age_restricted(limits: app_commands.Group, front: Front) -> None:
    @limits.command(name="age-restricted", description=words_for(Say.ABOUT_LIMITS_AGE_RESTRICTED))
    @app_commands.describe(where=words_for(Say.OPTION_AGE_RESTRICTED))
    @app_commands.choices(where=_AGE_RULES)
    async def age_restricted(interaction: Interaction, where: str) -> None:
        await front.ask(interaction, Manner.PRIVATE, f"/limits age-restricted {one_word(where)}")


def _add_spoiler(limits: app_commands.Group, front: Front) -> None:
    @limits.command(name="spoiler", description=words_for(Say.ABOUT_LIMITS_SPOILER))
    @app_commands.describe(on=words_for(Say.OPTION_COVERED))
    async def spoiler(interaction: Interaction, on: bool) -> None:  # noqa: FBT001 the library makes an option of it
        await front.ask(interaction, Manner.PRIVATE, f"/limits spoiler {'on' if on else 'off'}")


def _add_pool(limits: app_commands.Group, front: Front) -> None:
    @limits.command(name="pool", description=words_for(Say.ABOUT_LIMITS_POOL))
    @app_commands.describe(on=words_for(Say.OPTION_POOL))
    async def pool(interaction: Interaction, on: bool) -> None:  # noqa: FBT001 the library makes an option of it
        await front.ask(interaction, Manner.PRIVATE, f"/limits pool {'on' if on else 'off'}")


# ------------------------------------------------------------------------------------------------ credits, pauses


def _declare_move(tree: Tree, front: Front, name: str) -> None:
    @tree.command(name=name, description=words_for(Say(f"about_{name}")))
    @app_commands.describe(
        who=words_for(Say.OPTION_WHO), amount=words_for(Say.OPTION_AMOUNT), reason=words_for(Say.OPTION_REASON)
    )
    async def move(
        interaction: Interaction,
        who: Range[str, 1, NAME_MOST],
        amount: Range[int, 1, MOST],
        reason: Range[str, 1, REASON_MOST],
    ) -> None:
        await front.ask(interaction, Manner.PRIVATE, move_text(name, who, amount, reason))


def _declare_pause(tree: Tree, front: Front, name: str) -> None:
    @tree.command(name=name, description=words_for(Say(f"about_{name}")))
    @app_commands.describe(provider=words_for(Say.OPTION_PROVIDER), reason=words_for(Say.OPTION_REASON))
    async def pause(
        interaction: Interaction,
        provider: Range[str, 1, NAME_MOST] | None = None,
        reason: Range[str, 1, REASON_MOST] | None = None,
    ) -> None:
        named = one_word(provider) or (EVERY if reason else "")
        await front.ask(interaction, Manner.PRIVATE, words(f"/{name}", named, reason))


# ------------------------------------------------------------------------------------------------ blocks


def _blocks(front: Front, name: str) -> app_commands.Group:
    group = app_commands.Group(name=name, description=words_for(Say(f"about_{name}")))
    _add_words(group, front)
    _add_people(group, front)
    return group


def _add_words(group: app_commands.Group, front: Front) -> None:
    @group.command(name="words", description=words_for(Say.ABOUT_BLOCK_WORDS))
    @app_commands.rename(typed="words")
    @app_commands.describe(
        typed=words_for(Say.OPTION_WORDS), pattern=words_for(Say.OPTION_PATTERN), here=words_for(Say.OPTION_HERE)
    )
    async def block_words(
        interaction: Interaction,
        typed: Range[str, 1, LIST_MOST] | None = None,
        pattern: Range[str, 1, LIST_MOST] | None = None,
        here: bool = False,  # noqa: FBT001, FBT002 the library makes the command's options of the parameters
    ) -> None:
        text = block_text(group.name, "words", typed, pattern_text(pattern), here=here)
        await front.ask(interaction, Manner.PRIVATE, text)


def _add_people(group: app_commands.Group, front: Front) -> None:
    reasons = words_for(Say.OPTION_REASON)

    @group.command(name="person", description=words_for(Say.ABOUT_BLOCK_PERSON))
    @app_commands.describe(who=words_for(Say.OPTION_PERSON), reason=reasons, here=words_for(Say.OPTION_HERE))
    async def block_person(
        interaction: Interaction,
        who: discord.User,
        reason: Range[str, 1, REASON_MOST] | None = None,
        here: bool = False,  # noqa: FBT001, FBT002 the library makes the command's options of the parameters
    ) -> None:
        text = block_text(group.name, "person", owner(who.id), reason, here=here)
        await front.ask(interaction, Manner.PRIVATE, text)

    @group.command(name="server", description=words_for(Say.ABOUT_BLOCK_SERVER))
    @app_commands.describe(server=words_for(Say.OPTION_SERVER), reason=reasons)
    async def block_server(
        interaction: Interaction,
        server: Range[str, 1, NAME_MOST] | None = None,
        reason: Range[str, 1, REASON_MOST] | None = None,
    ) -> None:
        text = block_text(group.name, "server", one_word(server), reason, here=False)
        await front.ask(interaction, Manner.PRIVATE, text)


def _declare_about_blocks(tree: Tree, front: Front) -> None:
    @tree.command(name="blocked", description=words_for(Say.ABOUT_BLOCKED))
    async def blocked(interaction: Interaction) -> None:
        await front.ask(interaction, Manner.PRIVATE, "/blocked")

    @tree.command(name="report", description=words_for(Say.ABOUT_REPORT))
    @app_commands.describe(job=words_for(Say.OPTION_REPORTED_JOB), reason=words_for(Say.OPTION_REASON))
    async def report(
        interaction: Interaction, job: Range[str, 1, 30], reason: Range[str, 1, REASON_MOST] | None = None
    ) -> None:
        await front.ask(interaction, Manner.PRIVATE, words("/report", one_word(job), (reason or "").strip()))


# ------------------------------------------------------------------------------------------------ usage


def _declare_usage(tree: Tree, front: Front) -> None:
    @tree.command(name="usage", description=words_for(Say.ABOUT_USAGE))
    @app_commands.describe(days=words_for(Say.OPTION_DAYS))
    async def usage(interaction: Interaction, days: Range[int, 1, MOST_DAYS] | None = None) -> None:
        await front.ask(interaction, Manner.PRIVATE, words("/usage", days))
