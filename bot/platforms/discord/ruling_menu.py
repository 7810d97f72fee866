"""The commands of admins and operators as Discord shows them; the core refuses them to everybody else."""

from typing import Any, Final

import discord
from discord import app_commands
from discord.app_commands import Range, Transform

from bot.core.admin_commands import MOST, NUMBERS
from bot.core.block_commands import REASON_MOST
from bot.core.statistics import MOST_DAYS
from bot.core.texts import Say
from bot.platforms.discord.asked import Front, Manner
from bot.platforms.discord.finding import Finder, calmly
from bot.platforms.discord.languages import words_for
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

