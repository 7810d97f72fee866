"""The operator's accounts with video APIs: four settings each, and a few that only one of them has."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings_values import (
    ApiBase,
    ApiKey,
    Encoding,
    FieldName,
    Lengths,
    Models,
    PathPrefix,
    Price,
    PromptMost,
    Rate,
    Sizes,
    YesNo,
)
from providers import ai302, aimlapi, minimax, openai_hk, replicate, vtrix
from providers.account import Account
from providers.account import Rate as ProviderRate

TITLES: Mapping[str, str] = {
    "minimax": "MiniMax",
    "openai_hk": "openai-hk",
    "ai302": "302.AI",
    "vtrix": "Vtrix",
    "relay": "YutoAI or a relay of its family",
    "aimlapi": "AI/ML API",
    "openai_videos": "a server that speaks `/v1/videos`",
    "replicate": "Replicate",
}
"""Every provider with an account, in the order used where `PROVIDERS` is empty, and what it is called."""


def _key(name: str) -> Any:  # noqa: ANN401 pydantic's own type of a field
    return Field(default=None, description=f"Key of {TITLES[name]}; it turns this provider on.")


def _base(name: str, default: str | None) -> Any:  # noqa: ANN401 likewise
    where = "Address of" if default is None else "Base address of"
    return Field(default=default, description=f"{where} {TITLES[name]}.")


def _rpm(name: str) -> Any:  # noqa: ANN401 likewise
    return Field(default=None, description=f"Videos that {TITLES[name]} may be asked for in a minute, at the most.")


def _concurrency(name: str) -> Any:  # noqa: ANN401 likewise
    return Field(default=None, description=f"Videos that {TITLES[name]} may be making for us at once, at the most.")


class ProviderSettings(BaseSettings):
    """Accounts, keys and addresses of the paid providers; part of `Settings`."""

    minimax_api_key: ApiKey = _key("minimax")
    minimax_base_url: ApiBase = _base("minimax", minimax.BASE_URL)
    minimax_rpm: Rate = _rpm("minimax")
    minimax_concurrency: Rate = _concurrency("minimax")
    openai_hk_api_key: ApiKey = _key("openai_hk")
    openai_hk_base_url: ApiBase = _base("openai_hk", openai_hk.BASE_URL)
    openai_hk_rpm: Rate = _rpm("openai_hk")
    openai_hk_concurrency: Rate = _concurrency("openai_hk")
    ai302_api_key: ApiKey = _key("ai302")
    ai302_base_url: ApiBase = _base("ai302", ai302.BASE_URL)
    ai302_rpm: Rate = _rpm("ai302")
    ai302_concurrency: Rate = _concurrency("ai302")
    ai302_last_frame_key: FieldName = Field(
        default="last_frame_images", description="What 302.AI calls the last frame; MiniMax says `last_frame_image`."
    )
    ai302_callback_key: FieldName = Field(
        default="callback", description="What 302.AI calls the callback address; MiniMax says `callback_url`."
    )
    ai302_prompt_most: PromptMost = Field(
        default=ai302.PROMPT_MOST_01,
        description=(
            "Longest prompt for 302.AI's models of the 01 series, in characters; its page says under 200, MiniMax"
            " itself takes 2000."
        ),
    )
    vtrix_api_key: ApiKey = _key("vtrix")
    vtrix_base_url: ApiBase = _base("vtrix", vtrix.BASE_URL)
    vtrix_rpm: Rate = _rpm("vtrix")
    vtrix_concurrency: Rate = _concurrency("vtrix")
    relay_api_key: ApiKey = _key("relay")
    relay_base_url: ApiBase = _base("relay", None)
    relay_rpm: Rate = _rpm("relay")
    relay_concurrency: Rate = _concurrency("relay")
    relay_path_prefix: PathPrefix = Field(
        default="/minimax", description="What stands before `/v1/video_generation` at the relay."
    )
    aimlapi_api_key: ApiKey = _key("aimlapi")
    aimlapi_base_url: ApiBase = _base("aimlapi", aimlapi.BASE_URL)
    aimlapi_rpm: Rate = _rpm("aimlapi")
    aimlapi_concurrency: Rate = _concurrency("aimlapi")
    openai_videos_api_key: ApiKey = Field(
        default=None, description=f"Key of {TITLES['openai_videos']}, if it wants one."
    )
    openai_videos_base_url: ApiBase = Field(
        default=None, description=f"Address of {TITLES['openai_videos']}; it turns this provider on."
    )
    openai_videos_rpm: Rate = _rpm("openai_videos")
    openai_videos_concurrency: Rate = _concurrency("openai_videos")
    openai_videos_models: Models = Field(
        default=(),
        description=(
            "Models that this server makes, with commas between; `h3=MiniMax-H3` gives one another name; its own when"
            " empty."
        ),
    )
    openai_videos_seconds: Lengths = Field(default=(4, 8, 12), description="Lengths that this server makes.")
    openai_videos_sizes: Sizes = Field(default=("1280x720",), description="Sizes that this server makes.")
    openai_videos_usd_per_second: Price = Field(
        default=Decimal(0), description="What a second of video costs there, in US dollars."
    )
    openai_videos_pictures: YesNo = Field(default=True, description="Whether this server makes a clip from a picture.")
    openai_videos_encoding: Encoding = Field(
        default="multipart",
        description="How this server wants its orders: `multipart`, `json`, or `mixed` (JSON without a picture).",
    )
    replicate_api_key: ApiKey = _key("replicate")
    replicate_base_url: ApiBase = _base("replicate", replicate.BASE_URL)
    replicate_rpm: Rate = _rpm("replicate")
    replicate_concurrency: Rate = _concurrency("replicate")

    def accounts(self) -> dict[str, Account]:
        """The accounts that are set up, by name: those with a key and an address, or with an address that is enough."""
        found = {name: self._account(name) for name in TITLES}
        return {name: account for name, account in found.items() if account is not None}

    def _account(self, name: str) -> Account | None:
        key: SecretStr | None = getattr(self, f"{name}_api_key")
        base_url: str | None = getattr(self, f"{name}_base_url")
        if base_url is None or (key is None and name != "openai_videos"):
            return None
        rate = ProviderRate(getattr(self, f"{name}_rpm"), getattr(self, f"{name}_concurrency"))
        return Account(key or SecretStr(""), base_url, rate)
