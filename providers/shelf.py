"""The shelf: every provider there is, one place each; the house takes those that the operator turned on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from providers.account import Account, Rate
from providers.ai302 import PROMPT_MOST_01, Ai302Provider
from providers.aimlapi import AimlapiProvider
from providers.contract import Provider
from providers.http import Connections
from providers.minimax import MinimaxProvider
from providers.openai_hk import OpenaiHkProvider
from providers.openai_videos import OpenaiVideosProvider
from providers.openai_videos_server import Server
from providers.preview import PreviewProvider, Render
from providers.relay import RelayProvider
from providers.replicate import ReplicateProvider
from providers.vtrix import VtrixProvider


@dataclass(frozen=True, slots=True)
class Ways:
    """What single providers let the operator choose besides key and address."""

    ai302_last_frame_key: str = "last_frame_images"
    ai302_callback_key: str = "callback"
    ai302_prompt_most: int = PROMPT_MOST_01
    relay_path_prefix: str = "/minimax"
    openai_videos: Server = field(default_factory=Server)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator turned on, and what the providers need of the house."""

    names: tuple[str, ...]
    """In order of preference."""
    accounts: Mapping[str, Account]
    """Of every name but `preview`."""
    connections: Connections
    preview_rate: Rate
    folder: Path
    """Where providers that work on this machine keep their orders."""
    render: Render
    """Runs a child process that makes pictures."""
    now: Callable[[], datetime]
    ways: Ways = field(default_factory=Ways)


Maker = Callable[[Wanted, Account], Provider]

MAKERS: Mapping[str, Maker] = {
    "minimax": lambda wanted, account: MinimaxProvider(account=account, connections=wanted.connections),
    "openai_hk": lambda wanted, account: OpenaiHkProvider(account=account, connections=wanted.connections),
    "ai302": lambda wanted, account: Ai302Provider(
        account=account,
        connections=wanted.connections,
        last_frame_key=wanted.ways.ai302_last_frame_key,
        callback_key=wanted.ways.ai302_callback_key,
        prompt_most=wanted.ways.ai302_prompt_most,
    ),
    "vtrix": lambda wanted, account: VtrixProvider(account=account, connections=wanted.connections),
    "relay": lambda wanted, account: RelayProvider(
        account=account, connections=wanted.connections, path_prefix=wanted.ways.relay_path_prefix
    ),
    "aimlapi": lambda wanted, account: AimlapiProvider(account=account, connections=wanted.connections),
    "openai_videos": lambda wanted, account: OpenaiVideosProvider(
        account=account, connections=wanted.connections, server=wanted.ways.openai_videos
    ),
    "replicate": lambda wanted, account: ReplicateProvider(
        account=account, connections=wanted.connections, now=wanted.now
    ),
}
"""How each provider with an account is made."""


def stock(wanted: Wanted) -> tuple[Provider, ...]:
    """Make the providers that are wanted, in order."""
    return tuple(
        _preview(wanted) if name == "preview" else MAKERS[name](wanted, wanted.accounts[name]) for name in wanted.names
    )


def _preview(wanted: Wanted) -> Provider:
    return PreviewProvider(
        folder=wanted.folder / "preview",
        render=wanted.render,
        submits_per_minute=wanted.preview_rate.submits_per_minute,
        at_once=wanted.preview_rate.at_once,
    )
