from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.core.model import Health, ListPrice, Request, State
from bot.core.store import Change
from providers.contract import Mode
from tests.console.shelf import formats, offer, with_offers
from tests.fakes.provider import FakeProvider

LATER = datetime(2126, 11, 21, 9, 0, tzinfo=UTC)
BEFORE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def write_health(cli, **facts):
    health = Health(**{"provider": "acme", "closed_until": None, "why": "", "trouble": "", "trouble_at": None,
                       "worked_at": None, "told": ""} | facts)  # fmt: skip
    cli.prepare(lambda scene: scene.store.write_health(health))


def acme(*shapes):
    return with_offers(FakeProvider(), offer("acme/Acme-1", "hailuo-02", formats(*(shapes or ("6 768P 0.28",)))))


# ---------------------------------------------------------------------------------------------- health


def test_a_fresh_machine_shows_the_preview_and_all_it_makes(cli):
    head, first, _, columns, *shown = lines(cli.text("providers"))

    assert head == "provider health pace last success (UTC)"
    assert first.startswith("preview never used ")
    assert columns == "provider model length size USD credits from"
    assert shown[0] == "preview preview 6 s 768P 0.06 6 text, picture, two pictures"
    assert len(shown) == 4


def test_without_providers_the_list_says_what_to_do(cli, monkeypatch):
    monkeypatch.setenv("PREVIEW", "off")

    assert cli.text("providers") == "No provider is turned on: set a key, or PREVIEW=on.\n"


def test_a_provider_that_works_is_open_with_its_pace_and_its_last_success(cli, put):
    put(acme())
    write_health(cli, worked_at=BEFORE)

    assert lines(cli.text("providers"))[1] == "acme open 60/min, 10 at once 2026-01-02 03:04"


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("key", "its key is refused"),
        ("balance", "its balance is used up"),
        ("plan", "its plan does not allow it"),
        ("address", "its address is wrong"),
        ("busy", "it is busy or cannot be reached"),
    ],
)
def test_a_closed_provider_says_until_when_and_why(cli, put, why, words):
    put(acme())
    write_health(cli, closed_until=LATER, why=why, trouble="HTTP 402 [bold]top up[/]", trouble_at=BEFORE)
    text = " ".join(cli.text("providers").split())

    assert "closed until 2126-11-21" in text
    assert all(word in text for word in words.split())
    assert "Last trouble of acme, 2026-01-02 03:04 UTC: HTTP 402 [bold]top up[/]" in text


def test_a_provider_whose_time_is_over_is_open_again(cli, put):
    put(acme())
    write_health(cli, closed_until=BEFORE, why="busy", trouble="429")
    shown = lines(cli.text("providers"))

    assert shown[1] == "acme open 60/min, 10 at once"
    assert shown[2] == "Last trouble of acme: 429"


def test_programs_get_everything(cli, put):
    put(acme())
    write_health(cli, closed_until=LATER, why="key", trouble="401", trouble_at=BEFORE, told="key")
    cli.prepare(lambda scene: scene.store.set_list_price(ListPrice("acme/Acme-1", "768P", 6, Decimal("0.3")), "op"))
    found = cli.json("providers")

    (provider,) = found["providers"]
    assert (provider["provider"], provider["open"], provider["pace"]["at_once"]) == ("acme", False, 10)
    assert provider["health"] == {
        "provider": "acme", "closed_until": "2126-11-21T09:00:00+00:00", "why": "key", "trouble": "401",
        "trouble_at": "2026-01-02T03:04:00+00:00", "worked_at": None, "told": "key",
    }  # fmt: skip
    (made,) = found["offers"]
    assert made["formats"] == [{"mode": "text", "resolution": "768P", "seconds": 6, "price_usd": "0.3"}]
    assert found["list_prices"] == [{"offer": "acme/Acme-1", "resolution": "768P", "seconds": 6, "usd": "0.3"}]
    assert found["left_out"] == []


# ---------------------------------------------------------------------------------------------- models and prices


def rows(cli) -> list[str]:
    shown = lines(cli.text("providers"))
    return shown[shown.index("provider model length size USD credits from") + 1 :]


def test_lengths_in_a_row_share_a_line_with_their_prices(cli, put):
    put(acme(*(f"{seconds} 768P {seconds * 0.1:.2f}" for seconds in range(4, 16)), "6 1080P 1", "10 1080P 1.515"))

    assert rows(cli) == [
        "acme hailuo-02 4-15 s 768P 0.40-1.50 40-150 text",
        "acme hailuo-02 6 s 1080P 1.00 100 text",
        "acme hailuo-02 10 s 1080P 1.515 152 text",
    ]


def test_two_lengths_in_a_row_are_no_range(cli, put):
    put(acme("6 768P 0.28", "5 768P 0.28"))

    assert rows(cli) == ["acme hailuo-02 5 s 768P 0.28 28 text", "acme hailuo-02 6 s 768P 0.28 28 text"]


def test_what_can_be_made_from_different_sources_for_the_same_price_shares_a_line(cli, put):
    shape = "6 768P 0.28"
    by_picture = formats(shape, mode=Mode.IMAGE)
    put(with_offers(FakeProvider(), offer("acme/t", "one", formats(shape)), offer("acme/i", "one", by_picture)))

    assert rows(cli) == ["acme one 6 s 768P 0.28 28 text, picture"]


def test_a_price_of_ones_own_is_marked_and_breaks_the_range(cli, put):
    put(acme(*(f"{seconds} 768P 0.28" for seconds in range(4, 11))))
    cli.text("providers", "price", "acme/Acme-1", "768P", 7, "0.35")

    assert rows(cli) == [
        "acme hailuo-02 4-6 s 768P 0.28 28 text",
        "acme hailuo-02 7 s 768P 0.35 * 35 text",
        "acme hailuo-02 8-10 s 768P 0.28 28 text",
        "* your own list price, set by `reelbot providers price`.",
    ]


def test_offers_that_need_a_public_address_are_named(cli, put, monkeypatch):
    by_url = offer("acme/live", "live", formats("6 768P 0.28", mode=Mode.IMAGE), by_url_only=True)
    put(with_offers(FakeProvider(), by_url))

    assert rows_after_health(cli) == ["Nothing can be made.", "Left out for want of PUBLIC_URL: acme/live."]
    assert cli.json("providers")["left_out"] == ["acme/live"]
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
    assert rows(cli) == ["acme live 6 s 768P 0.28 28 picture"]


def rows_after_health(cli) -> list[str]:
    shown = lines(cli.text("providers"))
    return shown[shown.index("") + 1 :]


# ---------------------------------------------------------------------------------------------- a price of one's own


def test_a_price_is_set_and_taken_away_again(cli, put):
    put(acme())

    assert cli.text("providers", "price", "acme/Acme-1", "768p", 6, "0.30") == (
        "acme/Acme-1, 6 s 768P, is now listed at 0.30 USD.\n"
    )
    assert rows(cli)[0] == "acme hailuo-02 6 s 768P 0.30 * 30 text"
    assert cli.text("providers", "price", "acme/Acme-1", "768P", 6, "off") == (
        "acme/Acme-1, 6 s 768P, is listed at the provider's own price again.\n"
    )
    assert rows(cli) == ["acme hailuo-02 6 s 768P 0.28 28 text"]
    assert cli.text("providers", "price", "acme/Acme-1", "768P", 6, "off") == (
        "acme/Acme-1, 6 s 768P, is listed at the provider's own price already.\n"
    )


def test_who_set_a_price_is_written_down(cli, put):
    put(acme())
    cli.text("providers", "price", "acme/Acme-1", "768P", 6, "0.30")

    (logged,) = [line for line in cli.contents() if line.startswith('INSERT INTO "price_changes"')]
    assert "'operator@" in logged
    assert "'0.30'" in logged


def test_a_clip_may_be_listed_at_nothing(cli, put):
    put(acme())

    assert cli.json("providers", "price", "acme/Acme-1", "768P", 6, "-0") == [
        {"offer": "acme/Acme-1", "resolution": "768P", "seconds": 6, "usd": "0"}
    ]


def test_an_offer_is_found_by_its_model_where_that_is_enough(cli, put):
    put(acme())

    assert cli.json("providers", "price", "acme/hailuo-02", "768P", 6, "1e1") == [
        {"offer": "acme/Acme-1", "resolution": "768P", "seconds": 6, "usd": "10"}
    ]


def test_a_model_that_a_provider_makes_in_two_ways_is_not_enough(cli, put):
    shapes = formats("6 768P 0.28")
    put(with_offers(FakeProvider(), offer("acme/t2v", "one", shapes), offer("acme/i2v", "one", shapes)))

    assert cli.refusal("providers", "price", "acme/one", "768P", 6, "1") == (
        "“acme/one” names more than one offer. There is: acme/t2v, acme/i2v."
    )


def test_an_unknown_offer_is_refused_with_those_of_its_provider_or_else_with_all(cli, put):
    put(acme(), FakeProvider("zeta"))

    assert cli.refusal("providers", "price", "nobody/nonsense", "768P", 6, "1") == (
        "“nobody/nonsense” is no offer. There is: acme/Acme-1, zeta/Acme-1."
    )
    assert cli.refusal("providers", "price", "acme/nonsense", "768P", 6, "1") == (
        "“acme/nonsense” is no offer. There is: acme/Acme-1."
    )


@pytest.mark.parametrize(("resolution", "seconds"), [("4K", 6), ("768P", 7)])
def test_an_unknown_format_is_refused_with_those_that_there_are(cli, put, resolution, seconds):
    put(acme("3 768P 1", "5 768P 1", "6 768P 1", "8 768P 1", "9 768P 1", "10 768P 1", "6 1080P 1"))

    assert cli.refusal("providers", "price", "acme/Acme-1", resolution, seconds, "1") == (
        f"acme/Acme-1 makes no {seconds} s {resolution}."
        " There is: 3 s 768P, 5 s 768P, 6 s 768P, 8-10 s 768P, 6 s 1080P."
    )


@pytest.mark.parametrize("usd", ["much", "-1", "nan", "inf", "10001", "0.1234567", "1e30", "0,28"])
def test_what_is_no_price_is_refused(cli, put, usd):
    put(acme())

    assert cli.refusal("providers", "price", "acme/Acme-1", "768P", 6, usd) == (
        f"“{usd}” is neither off nor a price in US dollars, such as 0.28."
    )


def test_a_price_of_what_nobody_offers_any_more_can_be_taken_away(cli, put):
    put(acme())
    cli.prepare(lambda scene: scene.store.set_list_price(ListPrice("gone/x", "768P", 6, Decimal("0.3")), "op"))

    assert cli.json("providers", "price", "gone/x", "768P", 6, "off") == []


# ---------------------------------------------------------------------------------------------- costs


def bought(cli, *costs, **kind):
    cli.prepare(lambda scene: buy(scene, *((cost, kind) for cost in costs)))


async def buy(scene, *clips):
    await scene.rich()
    for cost_micros, kind in clips:
        job = await scene.rendering(**{"offer": "acme/Acme-1", **kind})
        await scene.store.move(job, Change(State.FETCHING, result_url="https://x/y", cost_micros=cost_micros))


def test_with_nothing_bought_there_are_no_costs(cli, put):
    put(acme())

    assert cli.text("providers", "--costs") == "Nothing has been bought yet.\n"
    assert cli.json("providers", "--costs") == []


def test_what_clips_cost_stands_beside_their_list_price(cli, put):
    put(acme())
    bought(cli, 300_000, 316_000)

    head, row = lines(cli.text("providers", "--costs"))
    assert head == "offer length size from clips list USD reported USD drift"
    assert row == "acme/Acme-1 6 s 768P text 2 0.56 0.616 +10.0 %"
    assert cli.json("providers", "--costs") == [
        {
            "offer": "acme/Acme-1", "resolution": "768P", "seconds": 6, "source": "text", "clips": 2, "billed": 2,
            "list_usd": "0.56", "reported_usd": "0.616", "drift_percent": "10.0",
        }
    ]  # fmt: skip


def test_the_drift_is_that_of_the_clips_whose_cost_was_told(cli, put):
    put(acme())
    bought(cli, 252_000, None, None)

    assert lines(cli.text("providers", "--costs"))[1] == "acme/Acme-1 6 s 768P text 3 0.84 0.252 for 1 -10.0 %"


def test_a_cost_that_was_never_told_is_no_drift(cli, put):
    put(acme())
    bought(cli, None)

    assert lines(cli.text("providers", "--costs"))[1] == "acme/Acme-1 6 s 768P text 1 0.28 not reported"


def test_a_price_of_ones_own_is_the_list_price(cli, put):
    put(acme())
    cli.text("providers", "price", "acme/Acme-1", "768P", 6, "0.30")
    bought(cli, 300_000)

    assert lines(cli.text("providers", "--costs"))[1] == "acme/Acme-1 6 s 768P text 1 0.30 0.30 +0.0 %"


def test_a_clip_listed_at_nothing_has_no_drift(cli, put):
    put(acme("6 768P 0"))
    bought(cli, 300_000)

    assert lines(cli.text("providers", "--costs"))[1] == "acme/Acme-1 6 s 768P text 1 0.00 0.30"


def test_what_is_not_offered_any_more_was_bought_all_the_same(cli, put):
    put(acme())
    framed = Request("hailuo-02", "a cat", 6, "768P", "a.png", "b.png")
    cli.prepare(lambda scene: buy(scene, (300_000, {"offer": "gone/x"}), (300_000, {"request": framed})))
    first, second = cli.json("providers", "--costs")

    assert (first["source"], first["list_usd"], first["reported_usd"]) == ("two pictures", None, "0.3")
    assert (second["offer"], second["list_usd"], second["drift_percent"]) == ("gone/x", None, None)
    assert "not offered" in cli.text("providers", "--costs")
