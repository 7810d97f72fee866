"""`/usage`: who sees what, as a picture and in words."""

from datetime import date

import pytest

from bot.core.bad_command import BadCommand
from bot.core.charts import NotDrawn
from bot.core.model import CommunityId, Incoming, Paper, Place, User, UserId
from bot.core.statistics import Scope, Tally, Usage
from bot.core.texts import Say
from bot.core.using import PHONE, ShowUsage, Using, read_usage

ANN, BOSS = UserId("discord", "1"), UserId("discord", "2")
GUILD = CommunityId("discord", "77")


class Books:
    def __init__(self):
        self.asked = []

    async def usage(self, scope, days):
        self.asked.append((scope, days))
        return Usage(scope, ((date(2026, 11, 21), Tally(1, 0, 5)),), (("hailuo", Tally(1, 0, 5)),), ())


class Pencil:
    def __init__(self, *, broken=False):
        self.broken = broken
        self.looks = []

    async def draw(self, chart, look):
        self.looks.append(look)
        if self.broken:
            raise NotDrawn(chart.title)
        return f"{len(chart.panels)} panels".encode()


def said(user=ANN, *, admin=False, community=GUILD):
    return Incoming("k", User(user), Place("discord", "{}"), "/usage", community=community, admin=admin)


@pytest.mark.parametrize(
    ("incoming", "scope", "heading"),
    [
        (said(), Scope(user=ANN), "Your videos"),
        (said(admin=True), Scope(community=GUILD), "This server's videos"),
        (said(admin=True, community=None), Scope(user=ANN), "Your videos"),
        (said(BOSS), Scope(), "Everybody's videos"),
    ],
)
async def test_everybody_sees_what_is_theirs_to_see(incoming, scope, heading):
    books, pencil = Books(), Pencil()
    using = Using(statistics=books, charts=pencil, operators=[BOSS])
    reply = await using.answer(incoming, ShowUsage(7), "en")
    assert books.asked == [(scope, 7)]
    assert reply.text.splitlines()[:2] == [
        heading,
        "Since 2026-11-21: 1 video, 0 failed (100 % success), 5 credits.",
    ]
    assert reply.picture == Paper("usage.png", b"3 panels")
    assert pencil.looks == [PHONE]


async def test_words_are_enough_where_nothing_can_be_drawn():
    reply = await Using(statistics=Books(), charts=Pencil(broken=True), operators=()).answer(said(), ShowUsage(7), "en")
    assert reply.picture is None
    assert "5 credits" in reply.text


@pytest.mark.parametrize(("typed", "days"), [("", 30), ("1", 1), ("90", 90)])
def test_the_days_are_read(typed, days):
    assert read_usage(typed) == ShowUsage(days)


@pytest.mark.parametrize("typed", ["0", "91", "-1", "many", "7 days", "٣", "9" * 50])
def test_what_is_no_number_of_days_is_answered(typed):
    with pytest.raises(BadCommand) as bad:
        read_usage(typed)
    assert bad.value.sentence.say is Say.BAD_DAYS
