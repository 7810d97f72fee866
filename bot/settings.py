"""The one place that reads the environment and `.env`, and says what is wrong with them."""

import difflib
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, get_args

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.settings_chats import ChatSettings
from bot.settings_providers import TITLES, ProviderSettings
from bot.settings_values import (
    Address,
    Credits,
    DatabaseUrl,
    Days,
    Deadline,
    Factor,
    Folder,
    Gift,
    Level,
    ListenAddress,
    LogFormat,
    LogLevel,
    Names,
    Password,
    People,
    PublicUrl,
    Rate,
    Secret,
    Style,
    Switch,
    Switched,
    Wanted,
    YesNo,
    parse_names,
)

_ENCODING = "utf-8-sig"  # Windows editors begin a file with a mark that would else be part of the first name
_LIKENESS = 0.8
"""From 0 to 1: how much a name has to look like one of ours to be taken for a slip of the pen."""
_NOT_DERIVED = "default_factory_not_called"
STARTING_CREDITS_IN_PREVIEW = 100
KNOWN_PROVIDERS = (*TITLES, "preview")
"""What may stand in `PROVIDERS`, in the order used where it is empty."""


class BadSettings(Exception):
    """The bot must not start; `problems` holds one line for each wrong variable, fit to be shown to the operator."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _database_in(given: dict[str, Any]) -> SecretStr:
    return SecretStr(f"sqlite:///{(given['data_dir'] / 'reelbot.db').as_posix()}")


class Settings(ChatSettings, ProviderSettings):
    """Everything the operator can choose. Made by `load_settings`; making one by hand reads no environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    data_dir: Folder = Field(default=Path("data"), description="Folder of the database, the images and the clips.")
    database_url: DatabaseUrl = Field(
        default_factory=_database_in,
        examples=["sqlite:///DATA_DIR/reelbot.db"],
        description="Where jobs and credits are kept; a file in `DATA_DIR` when not set.",
    )
    listen: ListenAddress = Field(
        default=Address("127.0.0.1", 8080), description="Where the web server listens; port 0 takes any free one."
    )
    public_url: PublicUrl = Field(default=None, description="How the internet reaches the web server, if it does.")
    web_chat: Switched = Field(
        default=Switch.AUTO, description="The chat in the browser; `auto` is on when no other chat is set up."
    )
    admin_password: Password = Field(
        default=None,
        description="Opens the console at `/admin`, and the web chat where `LISTEN` is not a loopback address.",
    )
    secret_key: Secret = Field(
        default=None, description="Signs links, buttons and sessions; made once in `DATA_DIR` when not set."
    )
    operators: People = Field(
        default=(), description="Who may run operator commands in a chat, as `platform:id` with commas between."
    )
    providers: Names = Field(
        default=(), description="Video providers in order of preference; all that are set up when empty."
    )
    preview: Switched = Field(
        default=Switch.AUTO, description="The provider without key and AI; `auto` is on when there is no other."
    )
    preview_rpm: Rate = Field(default=None, description="Clips the preview provider may begin in a minute.")
    preview_concurrency: Rate = Field(default=None, description="Clips the preview provider makes at once.")
    credit_usd: Factor = Field(default=Decimal("0.01"), description="What one credit is worth, in US dollars.")
    price_margin: Factor = Field(
        default=Decimal("1.0"), description="People pay the provider's list price times this, rounded up."
    )
    starting_credits: Gift = Field(
        default="auto",
        description=(
            f"Given once to a new person; `auto`: {STARTING_CREDITS_IN_PREVIEW} with nothing but the preview provider,"
            " else 0."
        ),
    )
    free_daily_credits: Credits = Field(
        default=0, description="Each day at 00:00 UTC a person's credits are filled up to this number."
    )
    confirm_above: Credits = Field(default=100, description="Videos that cost more credits are asked about first.")
    job_deadline: Deadline = Field(
        default=timedelta(hours=1), description="A video that takes longer costs nothing, and is still delivered."
    )
    keep_days: Days = Field(default=7, description="How many days clips, images and prompts are kept.")
    allow_private_addresses: YesNo = Field(
        default=False,
        description="Lets clips be downloaded from loopback and private addresses, for servers of your own.",
    )
    log_level: Level = Field(default=LogLevel.INFO, description="Least important kind of line in the log.")
    log_format: Style = Field(default=LogFormat.PLAIN, description="`plain` for people, `json` for programs.")

    @property
    def provider_names(self) -> tuple[str, ...]:
        """The providers that are turned on, in the operator's order of preference."""
        on = set(self.accounts())
        if self.preview.decide(auto=not on):
            on.add("preview")
        return tuple(name for name in self.providers or KNOWN_PROVIDERS if name in on)

    @property
    def clustered(self) -> bool:
        """Whether several hosts may share the work: with PostgreSQL they may."""
        return self.database_url.get_secret_value().startswith("postgres")

    @property
    def web_chat_on(self) -> bool:
        """Whether the chat in the browser is served."""
        return self.web_chat.decide(auto=self.discord_token is None and self.telegram_token is None)

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """Every value that must never be seen in a log."""
        return tuple(value for _, value in self if isinstance(value, SecretStr))

    def first_credits(self, *, only_preview: bool) -> int:
        """What a new person is given, in credits; *only_preview*: no provider that costs money is on."""
        if self.starting_credits == "auto":
            return STARTING_CREDITS_IN_PREVIEW if only_preview else 0
        return self.starting_credits

    @model_validator(mode="after")
    def _strangers_must_log_in(self) -> Self:
        if self.web_chat_on and not self.listen.loopback and self.admin_password is None:
            raise ValueError(
                f"ADMIN_PASSWORD is not set: it has to be when LISTEN is {self.listen}, where others than this machine"
                " reach the web chat. Set one, or WEB_CHAT=off."
            )
        return self

    @model_validator(mode="after")
    def _a_webhook_needs_an_address(self) -> Self:
        if self.telegram_token is not None and self.telegram_mode == "webhook" and self.public_url is None:
            raise ValueError(
                "PUBLIC_URL is not set: it has to be where Telegram reaches us when TELEGRAM_MODE=webhook."
            )
        return self

    @model_validator(mode="after")
    def _a_key_needs_an_address(self) -> Self:
        if self.relay_api_key is not None and self.relay_base_url is None:
            raise ValueError("RELAY_BASE_URL is not set: it has to be the relay's address, for RELAY_API_KEY is set.")
        if self.openai_videos_api_key is not None and self.openai_videos_base_url is None:
            raise ValueError(
                "OPENAI_VIDEOS_BASE_URL is not set: it has to be the server's address, for OPENAI_VIDEOS_API_KEY is"
                " set."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - see above
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed in, so that a test never depends on the machine it runs on."""
        return (init_settings,)


def load_settings(
    env: Mapping[str, str] | None = None,
    dotenv: Path | None = Path(".env"),
    *,
    known_providers: Collection[str] = KNOWN_PROVIDERS,
) -> Settings:
    """Read the settings. The environment goes before the file, and an empty value counts as none.

    Args:
        env: Instead of the environment of this process.
        dotenv: A file of `NAME=value` lines; need not exist.
        known_providers: What may stand in `PROVIDERS`.

    Raises:
        BadSettings: Something is wrong; it names every wrong variable.
    """
    given = _given(_environment(env), _file(dotenv))
    problems = _unknown_providers(given.get("providers", ""), known_providers)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise BadSettings(*_problems(error, given), *problems) from None  # its text would show what was given
    if problems:
        raise BadSettings(*problems)
    return settings


def likely_typos(dotenv: Path | None = Path(".env")) -> tuple[str, ...]:
    """A warning for each name in the file that is none of ours but looks like one.

    Raises:
        BadSettings: The file cannot be read.
    """
    known = [_variable(field) for field in Settings.model_fields]
    unknown = [name.upper() for name in _file(dotenv) if name not in Settings.model_fields]
    likely = [(name, difflib.get_close_matches(name, known, n=1, cutoff=_LIKENESS)) for name in unknown]
    return tuple(f"{name} in {dotenv} is no setting. Did you mean {like[0]}?" for name, like in likely if like)


def wanted(field: FieldInfo) -> str:
    """What a right value of this setting looks like, as the end of the sentence "it has to be …"."""
    return next(mark.text for mark in field.metadata if isinstance(mark, Wanted))


def _variable(field: str) -> str:
    return field.upper()


def _environment(env: Mapping[str, str] | None) -> Mapping[str, str | None]:
    if env is None:
        return EnvSettingsSource(Settings).env_vars
    return {name.lower(): value for name, value in env.items()}


def _file(dotenv: Path | None) -> Mapping[str, str | None]:
    try:
        return DotEnvSettingsSource(Settings, env_file=dotenv, env_file_encoding=_ENCODING).env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{dotenv} cannot be read ({error}): make it a readable UTF-8 text file.") from error


def _given(env: Mapping[str, str | None], file: Mapping[str, str | None]) -> dict[str, str]:
    sources = [{name: value.strip() for name, value in source.items() if value} for source in (file, env)]
    return {
        name: value for source in sources for name, value in source.items() if value and name in Settings.model_fields
    }


def _unknown_providers(text: str, known: Collection[str]) -> tuple[str, ...]:
    unknown = [name for name in parse_names(text) if name not in known]
    if not unknown:
        return ()
    return (f"PROVIDERS names {', '.join(unknown)}: known providers are {', '.join(known)}.",)


def _problems(error: ValidationError, given: Mapping[str, str]) -> tuple[str, ...]:
    found = error.errors(include_url=False)
    # What is derived from a wrong value is not wrong itself.
    fields = dict.fromkeys(str(one["loc"][0]) for one in found if one["loc"] and one["type"] != _NOT_DERIVED)
    rules = [str(one["ctx"]["error"]) for one in found if not one["loc"]]
    return (*(_problem(field, given) for field in fields), *rules)


def _problem(name: str, given: Mapping[str, str]) -> str:
    field = Settings.model_fields[name]
    shown = "(not shown here)" if _is_secret(field) else f'"{given[name]}"'
    return f"{_variable(name)} is {shown}: it has to be {wanted(field)}."


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in {field.annotation, *get_args(field.annotation)}
