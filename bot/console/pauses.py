"""`reelbot providers pause|resume`: an operator's own word on who is given new videos."""

from bot.console.opening import open_providers
from bot.console.owners import actor
from bot.console.printing import Refusal, print_json, sentence
from bot.core.breaker import FAR
from bot.ground import open_books
from bot.settings import Settings


async def pause_provider(settings: Settings, provider: str, reason: str, *, as_json: bool) -> None:
    """Give nothing new to a provider, and keep why; a running bot knows it within seconds.

    Raises:
        Refusal: There is no such provider.
    """
    await _known(settings, provider)
    async with open_books(settings) as books:
        done = await books.store.pause_provider(provider, FAR, actor=actor(), reason=reason)
    _say(provider, "is paused" if done else "is paused already", paused=True, as_json=as_json)


async def resume_provider(settings: Settings, provider: str, reason: str, *, as_json: bool) -> None:
    """Use a paused provider again, even one that is not configured any more."""
    async with open_books(settings) as books:
        done = await books.store.resume_provider(provider, actor=actor(), reason=reason)
    if not done:
        await _known(settings, provider)
    _say(provider, "is in use again" if done else "is not paused", paused=False, as_json=as_json)


async def _known(settings: Settings, provider: str) -> None:
    async with open_providers(settings) as providers:
        names = [one.name for one in providers]
    if provider not in names:
        raise Refusal(f"“{provider}” is no provider that is turned on. There is: {', '.join(names) or 'none'}.")


def _say(provider: str, what: str, *, paused: bool, as_json: bool) -> None:
    if as_json:
        print_json({"provider": provider, "paused": paused})
    else:
        sentence(f"{provider} {what}.")
