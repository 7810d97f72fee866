"""The providers' part of `reelbot check`: whether there are any, and whether their keys hold."""

import asyncio
from collections.abc import Sequence

from bot.console.finding import Finding
from bot.settings import Settings
from bot.stocking import make_catalog, usable
from providers.contract import Offer, Proves, Provider
from providers.errors import Misconfigured, MisconfiguredKind, ProviderError, TryLater, UnexpectedReply

PROVE_WITHIN = 30.0
"""Seconds that a provider may take to say whether the key holds."""


async def look_at_providers(settings: Settings, providers: Sequence[Provider]) -> list[Finding]:
    """What can be made, what cannot for want of a public address, and whether each key holds, all asked at once."""
    with_key = {name for name, account in settings.accounts().items() if account.key}
    async with asyncio.TaskGroup() as group:
        proofs = [
            group.create_task(
                _prove(provider.name, provider, with_key=provider.name in with_key), name=f"prove {provider.name}"
            )
            for provider in providers
            if isinstance(provider, Proves)
        ]
    return [_shelf(settings, providers), *(proof.result() for proof in proofs), *_left_out(settings, providers)]


def left_out(settings: Settings, providers: Sequence[Provider]) -> tuple[Offer, ...]:
    """Offers that take pictures by address only, and cannot be made for want of a public one."""
    return tuple(offer for provider in providers for offer in provider.offers if not usable(offer, settings))


def _shelf(settings: Settings, providers: Sequence[Provider]) -> Finding:
    names = ", ".join(provider.name for provider in providers)
    if not names:
        mend = "no provider can make anything: set a provider's key, or PREVIEW=on."
        return Finding("providers", fine=False, words=mend)
    models = make_catalog(settings, providers).models()
    if not models:
        return Finding("providers", fine=False, words=f"{names} can make nothing: set PUBLIC_URL, or another key.")
    return Finding("providers", fine=True, words=f"{names}: {', '.join(models)}")


async def _prove(name: str, provider: Proves, *, with_key: bool) -> Finding:
    try:
        async with asyncio.timeout(PROVE_WITHIN):
            await provider.prove()
    except TimeoutError:
        return Finding(name, fine=False, words=f"did not answer within {PROVE_WITHIN:.0f} seconds: try again.")
    except ProviderError as trouble:
        return Finding(name, fine=False, words=_mend(name, trouble))
    return Finding(name, fine=True, words="key holds" if with_key else "answers; it has no key")


def _mend(name: str, trouble: ProviderError) -> str:
    key, address = f"{name.upper()}_API_KEY", f"{name.upper()}_BASE_URL"
    match trouble:
        case Misconfigured(kind=MisconfiguredKind.KEY):
            return f"the key is refused ({trouble}): check {key} and {address}."
        case Misconfigured(kind=MisconfiguredKind.BALANCE):
            return f"the balance is used up ({trouble}): top it up at the provider."
        case Misconfigured(kind=MisconfiguredKind.PLAN):
            return f"the plan does not allow it ({trouble}): change it at the provider."
        case Misconfigured() | UnexpectedReply():
            return f"this is not the provider's address ({trouble}): check {address}."
        case TryLater():
            return f"does not answer ({trouble}): try again, or check {address}."
        case _:
            return f"said nothing about the key ({trouble}): try again."


def _left_out(settings: Settings, providers: Sequence[Provider]) -> list[Finding]:
    names = ", ".join(offer.key for offer in left_out(settings, providers))
    if not names:
        return []
    words = f"left out, for they take pictures by address only: {names}. Set PUBLIC_URL to have them."
    return [Finding("public address", fine=True, words=words)]
