"""Usage for people: the same figures as a chart and as text for those who cannot see it."""

from collections.abc import Iterable, Iterator

from bot.core.charts import Chart, Panel, Series, Tone
from bot.core.statistics import Spender, Tally, Usage
from bot.core.texts import Say, Sentence, say

MODELS = 8
"""How many models the chart shows; the text names them all."""


def usage_text(usage: Usage, language: str) -> str:
    """Every figure of the chart in words, a line each; days on which nothing happened are left out."""
    return "\n".join(say(sentence, language) for sentence in _sentences(usage))


def _sentences(usage: Usage) -> Iterator[Sentence]:
    yield _total(usage)
    for day, tally in usage.days:
        if tally != Tally():
            yield Sentence(Say.USAGE_DAY, {"day": day.isoformat(), **_values(tally)})
    if usage.models:
        yield Sentence(Say.USAGE_MODELS)
    for model, tally in usage.models:
        yield Sentence(Say.USAGE_MODEL, {"model": model, **_values(tally)})
    if usage.spenders:
        yield Sentence(Say.USAGE_SPENDERS)
    for spender in usage.spenders:
        values = {"who": _who(spender), "videos": spender.videos, "credits": spender.credits}
        yield Sentence(Say.USAGE_SPENDER, values)


def _total(usage: Usage) -> Sentence:
    total, first = usage.total, usage.days[0][0].isoformat()
    if total == Tally():
        return Sentence(Say.USAGE_NOTHING, {"first": first})
    percent = round((total.success or 0) * 100)
    return Sentence(Say.USAGE_TOTAL, {"first": first, "percent": percent, **_values(total)})


def _values(tally: Tally) -> dict[str, object]:
    return {"videos": tally.videos, "failed": tally.failed, "credits": tally.credits}


def _who(spender: Spender) -> str:
    return spender.name or str(spender.user)


def usage_chart(usage: Usage, language: str) -> Chart:
    """Videos and credits by day, videos by model, and who spent most, unless it is one person's own."""
    words = _Words(language)
    days = tuple(f"{day:%m-%d}" for day, _ in usage.days)
    panels = [
        Panel(words(Say.USAGE_CHART_VIDEOS), days, words.videos(tally for _, tally in usage.days)),
        Panel(words(Say.USAGE_CHART_CREDITS), days, words.credits(tally.credits for _, tally in usage.days)),
    ]
    if usage.models:
        names = tuple(model for model, _ in usage.models[:MODELS])
        videos = words.videos(tally for _, tally in usage.models[:MODELS])
        panels.append(Panel(words(Say.USAGE_CHART_MODELS), names, videos, ranked=True))
    if usage.spenders and usage.scope.user is None:
        names = tuple(_who(spender) for spender in usage.spenders)
        spent = words.credits(spender.credits for spender in usage.spenders)
        panels.append(Panel(words(Say.USAGE_CHART_SPENDERS), names, spent, ranked=True))
    return Chart(words(Say.USAGE_CHART_TITLE), say(_total(usage), language), tuple(panels))


class _Words:
    """The chart's words in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, name: Say) -> str:
        return say(Sentence(name), self._language)

    def videos(self, tallies: Iterable[Tally]) -> tuple[Series, Series]:
        found = tuple(tallies)
        return (
            Series(self(Say.USAGE_MADE), tuple(tally.videos for tally in found), Tone.GOOD),
            Series(self(Say.USAGE_FAILED), tuple(tally.failed for tally in found), Tone.BAD),
        )

    def credits(self, amounts: Iterable[int]) -> tuple[Series]:
        return (Series(self(Say.USAGE_CREDITS), tuple(amounts), Tone.MONEY),)
