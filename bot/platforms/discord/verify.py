"""Looks whether Discord would take us, and makes the two links that invite the bot."""

import asyncio

import aiohttp
import discord
from pydantic import SecretStr

from bot.platforms.discord.listener import quiet_client
from bot.platforms.discord.rest import point_at

LOOK_SECONDS = 30.0
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)
"""What posting a clip in a channel or thread needs, and nothing more."""
PORTAL = "https://discord.com/developers/applications"


async def verify(*, token: SecretStr, api_base: str) -> list[tuple[bool, str]]:
    """Look at the token and the application; each finding is whether it is fine, and the words for the operator."""
    point_at(api_base)
    client = quiet_client()
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await client.login(token.get_secret_value())
            application = await client.application_info()
    except discord.LoginFailure:
        return [(False, f"DISCORD_TOKEN is not accepted: reset it at {PORTAL} under Bot, and set the new one.")]
    except (discord.DiscordException, aiohttp.ClientError, OSError) as trouble:
        return [
            (False, f"{api_base} cannot be asked ({type(trouble).__name__}): look at the network and the firewall.")
        ]
    finally:
        await client.close()
    return [(True, f"logged in as {client.user}"), *_findings(application)]


def _findings(application: discord.AppInfo) -> list[tuple[bool, str]]:
    found = []
    if application.interactions_endpoint_url:
        words = "the application has an Interactions Endpoint URL, so nothing reaches the bot: clear it under General"
        found.append((False, f"{words} Information at {PORTAL}."))
    if not application.bot_public:
        found.append((True, "only its owner can invite this bot: switch on Public Bot if others shall."))
    found.append((True, f"to add it to a server: {server_link(application.id)}"))
    found.append((True, f"to use it everywhere as oneself: {person_link(application.id)}"))
    if application.user_integration_config is None and application.guild_integration_config is not None:
        found.append((True, f"the second link works once User Install is on, under Installation at {PORTAL}."))
    return found


def server_link(application: int) -> str:
    """Adds the bot and its commands to a server, with the permissions it needs."""
    link = discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))
    return f"{link}&integration_type=0"


def person_link(application: int) -> str:
    """Gives one person the commands wherever they are."""
    return f"{discord.utils.oauth_url(application, scopes=('applications.commands',))}&integration_type=1"
