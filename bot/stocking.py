"""What the operator's settings put on the shelf: providers, catalogue and tariff."""

from collections.abc import Sequence
from dataclasses import replace

from bot.clock import SystemClock
from bot.core.catalog import Catalog
from bot.core.credits import Tariff
from bot.media.workshop import Workshop
from bot.settings import Settings
from providers.account import Rate
from providers.contract import Offer, Provider
from providers.http import Connections
from providers.openai_videos_server import Server
from providers.preview import NAME as PREVIEW
from providers.shelf import Wanted, Ways, stock


def make_tariff(settings: Settings, providers: Sequence[Provider]) -> Tariff:
    """What things cost and what people are given."""
    only_preview = all(provider.name == PREVIEW for provider in providers)
    return Tariff(
        credit_usd=settings.credit_usd,
        margin=settings.price_margin,
        starting_credits=settings.first_credits(only_preview=only_preview),
        daily_credits=settings.free_daily_credits,
        confirm_above=settings.confirm_above,
    )


def make_catalog(settings: Settings, providers: Sequence[Provider]) -> Catalog:
    """Everything that can be made: offers that take pictures by address only need a public one."""
    offers = (offer for provider in providers for offer in provider.offers if usable(offer, settings))
    paid = any(provider.name != PREVIEW for provider in providers)
    return Catalog(tuple(_ranked(offer, paid=paid) for offer in offers), make_tariff(settings, providers))


def usable(offer: Offer, settings: Settings) -> bool:
    """Whether the house can feed this offer: some take pictures by a public address only."""
    return settings.public_url is not None or not offer.picture_rules.by_url_only


def _ranked(offer: Offer, *, paid: bool) -> Offer:
    """Beside a real provider the preview is made only for those who ask for it, however cheap it is."""
    return replace(offer, by_name_only=True) if paid and offer.provider == PREVIEW else offer


def make_providers(settings: Settings, workshop: Workshop, connections: Connections) -> tuple[Provider, ...]:
    """The providers that the settings turn on, in the operator's order of preference."""
    return stock(
        Wanted(
            names=settings.provider_names,
            accounts=settings.accounts(),
            connections=connections,
            preview_rate=Rate(settings.preview_rpm, settings.preview_concurrency),
            folder=settings.data_dir,
            render=workshop.run,
            now=SystemClock().now,
            ways=_ways(settings),
        )
    )


def _ways(settings: Settings) -> Ways:
    server = Server(
        models=settings.openai_videos_models,
        seconds=settings.openai_videos_seconds,
        sizes=settings.openai_videos_sizes,
        usd_per_second=settings.openai_videos_usd_per_second,
        encoding=settings.openai_videos_encoding,
        pictures=settings.openai_videos_pictures,
    )
    return Ways(
        ai302_last_frame_key=settings.ai302_last_frame_key,
        ai302_callback_key=settings.ai302_callback_key,
        ai302_prompt_most=settings.ai302_prompt_most,
        relay_path_prefix=settings.relay_path_prefix,
        openai_videos=server,
    )
