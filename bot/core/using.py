"""Answers `/usage`: what an operator, a server's admin or a person may see, as a picture and in words."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.core.bad_command import BadCommand
from bot.core.charts import Charts, Look, NotDrawn
from bot.core.model import Incoming, Paper, Reply, UserId
from bot.core.statistics import MOST_DAYS, Scope, Statistics, Usage
from bot.core.texts import Say, Sentence, say
from bot.core.usage import usage_chart, usage_text

USUAL_DAYS = 30
SHOWN = 30
"""Characters of what somebody typed that are said back to them."""
PHONE = Look(dark=True, wide=False)
"""Chats are dark and small more often than not, and a dark picture harms no light one."""


@dataclass(frozen=True, slots=True)
class ShowUsage:
    """Show what was made and spent."""

    days: int


def read_usage(rest: str) -> ShowUsage:
    """Read what stands behind `/usage`.

    Raises:
        BadCommand: It is no number of days.
    """
    if not rest:
        return ShowUsage(USUAL_DAYS)
    if rest.isascii() and rest.isdigit() and len(rest) <= len(str(MOST_DAYS)) and 1 <= int(rest) <= MOST_DAYS:
        return ShowUsage(int(rest))
    raise BadCommand(Sentence(Say.BAD_DAYS, {"given": rest[:SHOWN], "most": MOST_DAYS}))


class Using:
    """Counts, draws and says.

    Args:
        statistics: Counts.
        charts: Draws.
        operators: Who may see everything.
    """

    def __init__(self, *, statistics: Statistics, charts: Charts, operators: Collection[UserId]) -> None:
        self._statistics = statistics
        self._charts = charts
        self._operators = frozenset(operators)

    async def answer(self, incoming: Incoming, wanted: ShowUsage, language: str) -> Reply:
        """What the asker may see: an operator everything, an admin their server, everybody else their own."""
        scope, heading = self._scope(incoming)
        usage = await self._statistics.usage(scope, wanted.days)
        text = f"{say(Sentence(heading), language)}\n{usage_text(usage, language)}"
        return Reply(text=text, picture=await self._picture(usage, language))

    def _scope(self, incoming: Incoming) -> tuple[Scope, Say]:
        if incoming.user.id in self._operators:
            return Scope(), Say.USAGE_OF_ALL
        if incoming.admin and incoming.community is not None:
            return Scope(community=incoming.community), Say.USAGE_OF_SERVER
        return Scope(user=incoming.user.id), Say.USAGE_OF_PERSON

    async def _picture(self, usage: Usage, language: str) -> Paper | None:
        try:
            return Paper("usage.png", await self._charts.draw(usage_chart(usage, language), PHONE))
        except NotDrawn:
            # The words say the same.
            return None
