"""The chats that the bot is in: a token turns one on."""

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_values import ApiBase, GatewayUrl, Mode, Token, YesNo


class ChatSettings(BaseSettings):
    """Tokens and addresses of Discord and Telegram; part of `Settings`."""

    discord_token: Token = Field(default=None, description="Token of the Discord bot; it turns Discord on.")
    discord_api_base: ApiBase = Field(
        default="https://discord.com/api/v10", description="Base address of Discord's API."
    )
    discord_gateway_url: GatewayUrl = Field(
        default=None, description="Address of Discord's gateway; Discord says it itself when not set."
    )
    telegram_token: Token = Field(default=None, description="Token of the Telegram bot; it turns Telegram on.")
    telegram_api_base: ApiBase = Field(
        default="https://api.telegram.org", description="Base address of the Bot API, or of a Bot API server of yours."
    )
    telegram_mode: Mode = Field(
        default="polling", description="How messages come from Telegram: `polling`, or `webhook` at `PUBLIC_URL`."
    )
    telegram_local_server: YesNo = Field(
        default=False, description="Whether `TELEGRAM_API_BASE` is a local Bot API server: clips up to 2 GB."
    )
