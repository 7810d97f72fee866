"""The bot's account: its token, the server it talks to, and the library's bot made of both."""

from dataclasses import dataclass

from aiohttp import ClientSession
from pydantic import SecretStr
from telegram import Bot

from bot.platforms.telegram.wire import UpdatesWire, Wire


@dataclass(frozen=True, slots=True)
class Account:
    """What the operator configured."""

    token: SecretStr
    api_base: str = "https://api.telegram.org"
    """Of Telegram's server or one's own; plain http and loopback are fine."""
    local_server: bool = False
    """Whether that is a server in local mode, which takes clips of up to 2000 MB."""
    webhook_base: str | None = None
    """How the internet reaches us, if Telegram is to call; None polls."""


def make_bot(account: Account, session: ClientSession, updates: UpdatesWire | None = None) -> Bot:
    """The library's bot. Its `repr` and its debug log hold the token.

    Args:
        account: What the operator configured.
        session: Carries every call.
        updates: The way that updates come, for whoever wants them raw.
    """
    base, wire = account.api_base.rstrip("/"), Wire(session=session)
    return Bot(
        account.token.get_secret_value(),
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=wire,
        get_updates_request=updates or wire,
    )
