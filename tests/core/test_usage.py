"""Usage as people are shown it: a chart, and the same figures in words."""

from datetime import date

import pytest

from bot.core.charts import Chart, Panel, Series, Tone
from bot.core.model import CommunityId, UserId
from bot.core.statistics import Scope, Spender, Tally, Usage
from bot.core.usage import MODELS, usage_chart, usage_text

ANN, BEN = UserId("web", "ann"), UserId("web", "ben")
DAYS = ((date(2026, 11, 20), Tally()), (date(2026, 11, 21), Tally(3, 1, 1500)))
USAGE = Usage(
    Scope(community=CommunityId("discord", "77")),
    DAYS,
    (("hailuo", Tally(2, 1, 1000)), ("seedance", Tally(1, 0, 500))),
    (Spender(ANN, "Ann", 2, 1000), Spender(BEN, "", 1, 500)),
)
QUIET = Usage(Scope(), ((date(2026, 11, 21), Tally()),), (), ())


def test_every_figure_is_said_in_words():
    assert usage_text(USAGE, "en").splitlines() == [
        "Since 2026-11-20: 3 videos, 1 failed (75 % success), 1,500 credits.",
        "2026-11-21 · 3 videos, 1 failed, 1,500 credits",
        "By model:",
        "hailuo · 2 videos, 1 failed, 1,000 credits",
        "seedance · 1 video, 0 failed, 500 credits",
        "Who spent most:",
        "Ann · 1,000 credits, 2 videos",
        "web:ben · 500 credits, 1 video",
    ]


def test_quiet_days_are_one_sentence():
    assert usage_text(QUIET, "en") == "Nothing was made since 2026-11-21."


def test_the_chart_shows_the_same_figures():
    days = ("11-20", "11-21")
    delivered, failed = Series("delivered", (0, 3), Tone.GOOD), Series("failed", (0, 1), Tone.BAD)
    assert usage_chart(USAGE, "en") == Chart(
        "Usage",
        "Since 2026-11-20: 3 videos, 1 failed (75 % success), 1,500 credits.",
        (
            Panel("Videos by day", days, (delivered, failed)),
            Panel("Credits by day", days, (Series("credits", (0, 1500), Tone.MONEY),)),
            Panel(
                "Videos by model",
                ("hailuo", "seedance"),
                (Series("delivered", (2, 1), Tone.GOOD), Series("failed", (1, 0), Tone.BAD)),
                ranked=True,
            ),
            Panel(
                "Credits by person",
                ("Ann", "web:ben"),
                (Series("credits", (1000, 500), Tone.MONEY),),
                ranked=True,
            ),
        ),
    )


def test_the_chart_of_quiet_days_has_days_alone():
    assert [panel.ranked for panel in usage_chart(QUIET, "en").panels] == [False, False]


def test_a_person_is_not_shown_themselves_as_the_only_one_who_spent():
    own = Usage(Scope(user=ANN), DAYS, USAGE.models, USAGE.spenders[:1])
    assert [panel.title for panel in usage_chart(own, "en").panels] == [
        "Videos by day",
        "Credits by day",
        "Videos by model",
    ]


def test_a_chart_names_a_few_models_and_the_text_all():
    many = tuple((f"model {number}", Tally(1)) for number in range(MODELS + 3))
    usage = Usage(Scope(), DAYS, many, ())
    assert len(usage_chart(usage, "en").panels[2].labels) == MODELS
    assert f"model {MODELS + 2}" in usage_text(usage, "en")


@pytest.mark.parametrize(
    ("tally", "share"), [(Tally(), None), (Tally(1, 0), 1.0), (Tally(0, 2), 0.0), (Tally(3, 1), 0.75)]
)
def test_success_is_the_share_of_what_was_tried(tally, share):
    assert tally.success == share
