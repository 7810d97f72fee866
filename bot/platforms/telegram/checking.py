"""What `reelbot check` says of Telegram: token, groups, privacy mode and webhook, and what to change in BotFather."""

import asyncio
from dataclasses import dataclass

from aiohttp import ClientSession
from telegram import User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.platforms.telegram.account import Account, make_bot
from bot.platforms.telegram.troubles import meaning

VERIFY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at."""

    fine: bool
    words: str


async def verify(account: Account) -> list[Verdict]:
    """Look at everything that Telegram knows of the bot, changing nothing."""
    async with ClientSession() as session:
        bot = make_bot(account, session)
        try:
            async with asyncio.timeout(VERIFY_SECONDS):
                me, webhook = await bot.get_me(), await bot.get_webhook_info()
        except InvalidToken:
            mend = "the token is not accepted: copy it again from BotFather (/mybots, API Token) to TELEGRAM_TOKEN."
            return [Verdict(fine=False, words=mend)]
        except (TelegramError, TimeoutError) as trouble:
            why = type(meaning(trouble)).__name__ if isinstance(trouble, TelegramError) else "no answer in time"
            return [Verdict(fine=False, words=f"{account.api_base} cannot be asked ({why}): check TELEGRAM_API_BASE.")]
        return [Verdict(fine=True, words=f"the token belongs to @{me.username}"), *_groups(me), _way(account, webhook)]


def _groups(me: User) -> list[Verdict]:
    if me.can_join_groups is False:
        mend = "it may not join groups: in BotFather, /setjoingroups, choose Enable."
        return [Verdict(fine=False, words=mend)]
    if me.can_read_all_group_messages:
        words = "privacy mode is off: it is shown every message in its groups, and needs commands and replies only."
        return [Verdict(fine=True, words=f"{words} To change it: BotFather, /setprivacy, Enable; then add it anew.")]
    words = "privacy mode is on: in groups it hears commands and answers to its messages, which is all it needs."
    return [Verdict(fine=True, words=words)]


def _way(account: Account, webhook: WebhookInfo) -> Verdict:
    base = account.webhook_base
    if base is None:
        standing = "a webhook is set; it is taken down as soon as the bot polls."
        return Verdict(fine=True, words=standing if webhook.url else "it polls; no webhook stands in the way.")
    if not base.startswith("https://") and not account.local_server:
        return Verdict(fine=False, words="a webhook needs PUBLIC_URL with https, or set TELEGRAM_MODE=polling.")
    if not webhook.url.startswith(f"{base.rstrip('/')}/telegram/"):
        return Verdict(fine=True, words="the webhook is set as soon as the bot runs.")
    if webhook.last_error_message and webhook.pending_update_count:
        waiting = f"{webhook.pending_update_count} updates wait"
        return Verdict(fine=False, words=f"Telegram cannot deliver ({webhook.last_error_message}); {waiting}.")
    return Verdict(fine=True, words="the webhook is set and works.")
