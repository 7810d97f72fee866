from decimal import Decimal

import pytest

from bot.core.catalog import Catalog, Unfit, Wish, spans
from bot.core.model import ListPrice
from bot.core.texts import Say
from providers.contract import CAMERA_MOVES, Format, Mode, Offer
from tests.core.test_credits import tariff

MOVES = frozenset(CAMERA_MOVES)


def shapes(mode, *rows):
    return tuple(Format(mode, resolution, seconds, Decimal(price)) for resolution, seconds, price in rows)


HAILUO = Offer(
    "minimax",
    "hailuo-02",
    "MiniMax-Hailuo-02",
    (
        *shapes(Mode.TEXT, ("768P", 6, "0.28"), ("768P", 10, "0.56"), ("1080P", 6, "0.49")),
        *shapes(Mode.IMAGE, ("768P", 6, "0.28"), ("512P", 6, "0.10")),
        *shapes(Mode.FIRST_LAST, ("768P", 6, "0.28")),
    ),
    camera_moves=MOVES,
)
RESOLD = Offer("ai302", "hailuo-02", "MiniMax-Hailuo-02", shapes(Mode.TEXT, ("768P", 6, "0.20")), camera_moves=MOVES)
LIVE = Offer("vtrix", "live", "minimax_i2v_01_live", shapes(Mode.IMAGE, ("720P", 6, "0.15")), prompt_most=200)
STORY = Offer("relay", "story", "story-1", shapes(Mode.IMAGE, ("720P", 6, "0.50")), prompt_needed_with_picture=True)
SHELF = Catalog((HAILUO, RESOLD, LIVE, STORY), tariff())


def chosen(wish, catalog=SHELF, **kwargs):
    choice = catalog.choose(wish, **kwargs)
    return choice.offer.key, choice.format.resolution, choice.format.seconds, choice.price


def refused(wish, catalog=SHELF, **kwargs):
    with pytest.raises(Unfit) as unfit:
        catalog.choose(wish, **kwargs)
    return unfit.value.sentence.say, dict(unfit.value.sentence.values)


def test_the_default_is_the_cheapest_offer_that_fits():
    assert chosen(Wish("a cat", 0)) == ("ai302/MiniMax-Hailuo-02", "768P", 6, 20)
    assert chosen(Wish("a cat", 1)) == ("vtrix/minimax_i2v_01_live", "720P", 6, 15)


def test_what_the_wish_names_is_honoured():
    assert chosen(Wish("a cat", 0, seconds=10)) == ("minimax/MiniMax-Hailuo-02", "768P", 10, 56)
    assert chosen(Wish("a cat", 1, model="hailuo-02", resolution="512P")) == (
        "minimax/MiniMax-Hailuo-02", "512P", 6, 10,
    )  # fmt: skip
    assert chosen(Wish("a cat", 1, moves=frozenset({"Zoom in"})))[0] == "minimax/MiniMax-Hailuo-02"


def test_a_provider_that_cannot_be_used_now_is_passed_over():
    assert chosen(Wish("a cat", 0), closed=frozenset({"ai302"}))[0] == "minimax/MiniMax-Hailuo-02"
    everybody = frozenset({"ai302", "minimax"})
    assert chosen(Wish("a cat", 0), closed=everybody)[0] == chosen(Wish("a cat", 0))[0]
    assert refused(Wish("a cat", 0), closed=everybody, barred=everybody)[0] is Say.NOBODY_CAN


def test_what_is_made_for_those_only_who_ask_for_it_is_nobodys_default():
    special = Offer("acme", "subject", "S2V", (Format(Mode.IMAGE, "720P", 6, Decimal("0.01")),), by_name_only=True)
    shelf = Catalog((special, *SHELF.offers), SHELF.tariff)
    assert chosen(Wish("a cat", 1), shelf)[0] != "acme/S2V"
    assert chosen(Wish("a cat", 1, model="subject"), shelf)[0] == "acme/S2V"


def test_the_operators_own_price_goes_before_the_list_price_and_decides_who_is_cheapest():
    shelf = SHELF.repriced((ListPrice("ai302/MiniMax-Hailuo-02", "768P", 6, Decimal("0.90")),))
    assert SHELF.repriced(()) is SHELF
    assert chosen(Wish("a cat", 0)) == ("ai302/MiniMax-Hailuo-02", "768P", 6, 20)
    assert chosen(Wish("a cat", 0), shelf) == ("minimax/MiniMax-Hailuo-02", "768P", 6, 28)
    closed = frozenset({"minimax"})
    assert chosen(Wish("a cat", 0), shelf, closed=closed) == ("ai302/MiniMax-Hailuo-02", "768P", 6, 90)


@pytest.mark.parametrize(
    ("lengths", "written"),
    [([6], "6"), ([10, 6], "6/10"), ([4, 5], "4/5"), ([4, 5, 6, 7, 10], "4–7/10"), ([], "")],  # noqa: RUF001
)
def test_lengths_are_written_as_people_write_them(lengths, written):
    assert spans(lengths) == written


def test_a_photo_may_come_without_words_where_the_model_allows_it():
    assert chosen(Wish("", 1))[0] == "vtrix/minimax_i2v_01_live"
    assert refused(Wish("", 0))[0] is Say.EMPTY_PROMPT
    assert refused(Wish("", 1, model="story")) == (
        Say.PROMPT_NEEDED,
        {"model": "story", "models": "hailuo-02, live"},
    )
    assert refused(Wish("", 1), Catalog((STORY,), tariff()))[0] is Say.NOTHING_NEEDS_NO_WORDS


@pytest.mark.parametrize(
    ("offer", "wish", "name"),
    [
        (STORY, Wish("x", 0), Say.NOTHING_NEEDS_NO_PICTURE),
        (RESOLD, Wish("x", 1), Say.NOTHING_TAKES_A_PICTURE),
        (RESOLD, Wish("x", 2), Say.NOTHING_TAKES_TWO_PICTURES),
        (LIVE, Wish("x" * 300, 1), Say.PROMPT_TOO_LONG),
        (LIVE, Wish("x", 1, moves=frozenset({"Shake"})), Say.NOTHING_HAS_MOVES),
    ],
)
def test_where_nothing_would_fit_no_list_of_nothing_is_shown(offer, wish, name):
    assert refused(wish, Catalog((offer,), tariff()))[0] is name


@pytest.mark.parametrize(
    ("wish", "name", "values"),
    [
        (Wish("x", 0, model="sora"), Say.NO_SUCH_MODEL, {"given": "sora", "models": "hailuo-02, live, story"}),
        (Wish("x", 0, model="live"), Say.MODEL_NEEDS_PICTURE, {"model": "live", "models": "hailuo-02"}),
        (Wish("x", 2, model="live"), Say.MODEL_TAKES_ONE_PICTURE, {"model": "live", "models": "hailuo-02"}),
        (
            Wish("x" * 300, 1, model="live"),
            Say.PROMPT_TOO_LONG_FOR,
            {"length": 300, "model": "live", "most": 200, "models": "hailuo-02, story"},
        ),
        (
            Wish("x", 1, model="live", moves=frozenset({"Shake"})),
            Say.MODEL_HAS_NO_MOVES,
            {"model": "live", "move": "Shake", "models": "hailuo-02"},
        ),
        (Wish("x", 2, seconds=10), Say.NO_SUCH_FORMAT, {"formats": "6 s 768P"}),
    ],
)
def test_what_does_not_fit_is_refused_naming_what_would(wish, name, values):
    assert refused(wish) == (name, values)


def test_moves_that_no_single_model_follows_are_refused_too():
    left = Offer("a", "left", "l", shapes(Mode.TEXT, ("768P", 6, "1")), camera_moves=frozenset({"Pan left"}))
    right = Offer("b", "right", "r", shapes(Mode.TEXT, ("768P", 6, "1")), camera_moves=frozenset({"Pan right"}))
    wish = Wish("x", 0, moves=frozenset({"Pan left", "Pan right"}))

    name, values = refused(wish, Catalog((left, right), tariff()))

    assert (name, values) == (Say.NOTHING_HAS_MOVES, {"move": "Pan left"})


def test_a_photo_for_a_model_that_takes_none_names_those_that_do():
    text_only = Catalog((RESOLD, LIVE), tariff())

    assert refused(Wish("x", 1, model="hailuo-02"), text_only) == (
        Say.MODEL_NEEDS_NO_PICTURE,
        {"model": "hailuo-02", "models": "live"},
    )


def test_models_that_the_admins_do_not_allow_are_refused_naming_the_allowed():
    assert refused(Wish("x", 0, model="hailuo-02"), allowed=frozenset({"live"})) == (
        Say.MODEL_NOT_ALLOWED,
        {"model": "hailuo-02", "models": "live"},
    )
    assert SHELF.models(frozenset({"live"})) == ("live",)


def test_an_empty_shelf_says_that_nobody_can():
    empty = Catalog((), tariff())

    assert refused(Wish("x", 0), empty)[0] is Say.NOBODY_CAN
    assert (empty.cheapest(), empty.models()) == (None, ())


def test_moving_on_keeps_the_model_and_the_format_and_skips_what_is_closed():
    wish = Wish("x", 0, model="hailuo-02", seconds=6, resolution="768P")

    for closed in ("ai302", RESOLD.key):
        choice = SHELF.next_offer(wish, closed=frozenset({closed}))
        assert choice is not None
        assert choice.offer is HAILUO
    assert SHELF.next_offer(wish, closed=frozenset({"ai302", "minimax"})) is None


def test_an_offer_is_found_by_its_key_until_the_operator_removes_it():
    assert SHELF.offer(LIVE.key) is LIVE
    assert SHELF.offer("gone/model") is None
    assert SHELF.cheapest() == 10
