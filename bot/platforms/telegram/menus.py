"""Command menus: what Telegram offers when somebody types a slash, by scope and language."""

import hashlib
from collections.abc import Sequence

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.core.admin_commands import ADMIN_COMMANDS
from bot.core.commands import COMMANDS
from bot.core.store import Memory, StoreTrouble
from bot.core.texts import LANGUAGES, Say, Sentence, say
from bot.platforms.telegram.places import NAME

DESCRIPTION_MOST = 256
"""Characters (Bot API, BotCommand)."""
_IN_GROUPS = ("video", "again", "job", "cancel", "credits", "models", "help", "privacy", "report")
_KEY = "menus"

Menu = tuple[BotCommandScope, str | None, Sequence[BotCommand]]
"""For whom, in which language (None is every other one), and what."""

log = structlog.get_logger("reelbot.telegram")


def menus() -> list[Menu]:
    """Every menu. Scopes only shape menus: who may do what is looked at when it is done."""
    scopes: tuple[tuple[BotCommandScope, Sequence[str]], ...] = (
        (BotCommandScopeDefault(), COMMANDS),
        (BotCommandScopeAllPrivateChats(), COMMANDS),
        (BotCommandScopeAllGroupChats(), _IN_GROUPS),
        (BotCommandScopeAllChatAdministrators(), (*_IN_GROUPS, "usage", *ADMIN_COMMANDS)),
    )
    languages: tuple[tuple[str | None, str], ...] = (
        (None, "en"),
        *((code, code) for code in LANGUAGES if code != "en"),
    )
    return [
        (scope, code, [_command(name, language) for name in names])
        for scope, names in scopes
        for code, language in languages
    ]


def _command(name: str, language: str) -> BotCommand:
    return BotCommand(name, say(Sentence(Say(f"about_{name}")), language)[:DESCRIPTION_MOST])


async def set_menus(bot: Bot, memory: Memory) -> bool:
    """Set all menus unless they are as we set them last; False if that has to be tried again."""
    wanted = menus()
    words = repr([(scope.to_json(), code, [one.to_json() for one in commands]) for scope, code, commands in wanted])
    print_of_all = hashlib.sha256(words.encode()).hexdigest()
    try:
        if await memory.kept(NAME, _KEY) == print_of_all:
            return True
        for scope, code, commands in wanted:
            await bot.set_my_commands(commands, scope=scope, language_code=code)
        await memory.keep(NAME, _KEY, print_of_all)
    except (TelegramError, StoreTrouble) as trouble:
        log.warning("the command menus could not be set", trouble=type(trouble).__name__)
        return False
    return True
