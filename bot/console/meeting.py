"""What `reelbot check` says of the chats: whether people reach the bot there, and what to change where they do not."""

import asyncio

from bot.console.finding import Finding
from bot.settings import Settings


async def chats(settings: Settings) -> list[Finding]:
    """Look at every chat that is set up, all at once."""
    if settings.discord_token is None and settings.telegram_token is None and not settings.web_chat_on:
        mend = "nobody can ask for anything: set DISCORD_TOKEN, TELEGRAM_TOKEN or WEB_CHAT=on."
        return [Finding("chats", fine=False, words=mend)]
    async with asyncio.TaskGroup() as group:
        telegram, discord = group.create_task(_telegram(settings)), group.create_task(_discord(settings))
    return [*_web(settings), *telegram.result(), *discord.result()]


def _web(settings: Settings) -> list[Finding]:
    if not settings.web_chat_on:
        return []
    reach = settings.public_url or f"http://{settings.listen}"
    return [Finding("web", fine=True, words=f"at {reach}")]


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.telegram_token is None:
        return []
    from bot.platforms.telegram.account import Account  # noqa: PLC0415 only where it is set up, for it loads slowly
    from bot.platforms.telegram.checking import verify  # noqa: PLC0415 likewise

    account = Account(
        token=settings.telegram_token,
        api_base=settings.telegram_api_base or "",
        local_server=settings.telegram_local_server,
        webhook_base=settings.public_url if settings.telegram_mode == "webhook" else None,
    )
    return [Finding("Telegram", fine=verdict.fine, words=verdict.words) for verdict in await verify(account)]


async def _discord(settings: Settings) -> list[Finding]:
    if settings.discord_token is None:
        return []
    from bot.platforms.discord.verify import verify  # noqa: PLC0415 likewise

    found = await verify(token=settings.discord_token, api_base=settings.discord_api_base or "")
    return [Finding("Discord", fine=fine, words=words) for fine, words in found]
