"""A group's limits can be changed by buttons: by admins of that moment alone, through the same core as typed words."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from bot.core.model import CommunityId, LimitSet, Reply
from bot.core.signing import Signer
from bot.platforms.telegram.buttons import MOST_BYTES
from bot.platforms.telegram.composing import completed
from bot.platforms.telegram.limit_buttons import LISTED, Act, LimitButtons, LimitPress, View, digest
from providers.contract import Format, Mode, Offer
from tests.fakes.provider import FakeProvider
from tests.fakes.telegram.faults import bad_request, flood
from tests.platforms.telegram.at_work import SIGNER, FastClock, at_work
from tests.story.house import open_house

ANONYMOUS = 1087968824
FIRST = [
    "member_daily: off", "server_daily: off", "server_monthly: off", "member_running: 2 videos", "per_video: off",
    "models: all", "spoiler: off", "pool: off",
]  # fmt: skip


@dataclass
class RealCore:
    """The real core, with its own database; notes what it hears."""

    house: object
    texts: list

    async def receive(self, incoming):
        self.texts.append(incoming.text)
        return await self.house.intake.receive(incoming)


def shelf(*names):
    return [FakeProvider(f"acme{number}", model=name) for number, name in enumerate(names)]


@asynccontextmanager
async def open_group(telegram, folder, *, models=("hailuo", "flash", "kling"), inbox=None, memory=None):
    async with open_house(folder, providers=shelf(*models), running=False) as house:
        core = RealCore(house, [])
        async with at_work(
            telegram, folder, core=core, offers=house.catalog.offers, inbox=inbox, memory=memory
        ) as work:
            yield work


@pytest.fixture
async def work(telegram, tmp_path):
    async with open_group(telegram, tmp_path) as working:
        yield working


@pytest.fixture
def group(telegram, ana, ben):
    return telegram.supergroup("Cats", ana, (ben,))


async def limits(work, group):
    return await work.core.house.store.limits_of(CommunityId("telegram", str(group.id)))


async def asked(work, person, group, text="/limits", **where):
    """The keyboard that stands under the answer."""
    person.send_text(text, group, **where)
    await work.answered()
    return group.by_bot[-1]


async def press(work, person, post, *labels):
    """Press one after the other; how the last was answered."""
    answer = None
    for label in labels:
        answer = await person.press(post, label).answer()
        await work.answered()
    return answer


# ------------------------------------------------------------------------------------------ numbers and switches


@pytest.mark.parametrize("text", ["/limits", "/limits show", "/limits@reel_test_bot"])
async def test_the_limits_come_with_a_keyboard(work, ana, group, text):
    board = await asked(work, ana, group, text)
    assert board.text.startswith("What may be spent here:\nmember_daily, each member a day: off.")
    assert board.buttons == FIRST


async def test_a_limit_is_chosen_then_its_number_and_the_same_message_confirms_it(work, ana, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "member_daily")
    assert board.text.endswith("What shall member_daily be?")
    assert board.buttons == ["20", "50", "100", "200", "500", "1000", "✓ off", "Another number", "Back"]
    answer = await press(work, ana, board, "50")
    assert answer["text"] == "member_daily is now 50 credits. It was off."
    assert board.text.startswith("member_daily is now 50 credits. It was off.\n\nWhat may be spent here:")
    assert board.buttons[0] == "member_daily: 50 credits"
    assert (await limits(work, group)).member_daily == 50
    assert group.by_bot == [board]


async def test_buttons_say_to_the_core_what_people_type_and_the_books_say_who(work, ana, group):
    board = await asked(work, ana, group)
    await press(
        work, ana, board, "member_running", "off", "spoiler", "on", "pool", "on", "pool", "off", "models", "✓ all"
    )
    assert [text for text in work.core.texts if text != "/limits show"][1:] == [
        "/limits set member_running off", "/limits spoiler on", "/limits pool on", "/limits pool off",
        "/limits models all",
    ]  # fmt: skip
    changes = await work.core.house.store.limit_changes(CommunityId("telegram", str(group.id)), 9)
    assert {change.actor for change in changes} == {f"telegram:{ana.id}"}
    assert (await limits(work, group)) == LimitSet(member_running=None, spoiler=True)


async def test_a_number_of_ones_own_stands_among_the_steps_and_back_leads_back(work, ana, group):
    await asked(work, ana, group, "/limits set per_video 77")
    board = await asked(work, ana, group)
    await press(work, ana, board, "per_video")
    assert "✓ 77" in board.buttons
    await press(work, ana, board, "Back")
    assert board.buttons == [*FIRST[:4], "per_video: 77 credits", *FIRST[5:]]


async def test_what_is_set_already_is_said_to_be(work, ana, group):
    board = await asked(work, ana, group)
    answer = await press(work, ana, board, "pool", "✓ off")
    assert answer["text"] == "It is like that already. Nothing was changed."


async def test_typed_changes_are_confirmed_without_a_keyboard(work, ana, group):
    assert (await asked(work, ana, group, "/limits set pool on")).buttons == []
    assert (await asked(work, ana, group, "/limits pool on")).buttons == []


async def test_moments_stay_by_the_readers_clock_when_the_message_is_drawn_anew(work, ana, group):
    board = await asked(work, ana, group)
    before = [entity["type"] for entity in board.entities]
    await press(work, ana, board, "pool")
    assert before == [entity["type"] for entity in board.entities] == ["date_time"] * 4


# ------------------------------------------------------------------------------------------ another number


async def test_another_number_is_written_as_an_answer(work, ana, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "server_daily", "Another number")
    question = group.by_bot[-1]
    assert question.text.endswith("\n/limits set server_daily")
    assert question.markup == {"force_reply": True, "selective": True}
    assert question in ana.rung(group)
    confirmed = await asked(work, ana, group, "1234", reply_to=question)
    assert confirmed.text == "server_daily is now 1,234 credits. It was off."
    refused = await asked(work, ana, group, "a lot", reply_to=question)
    assert refused.text == "“a” is neither off nor a whole number up to 1000000000."
    assert (await limits(work, group)).server_daily == 1234


async def test_whoever_is_no_admin_writes_in_vain(work, ana, ben, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "server_daily", "Another number")
    refused = await asked(work, ben, group, "1", reply_to=group.by_bot[-1])
    assert refused.text == "Only the admins here may do that. Nothing was changed."
    assert (await limits(work, group)) == LimitSet()


@pytest.mark.parametrize(
    "composed",
    [
        "Say.\n/limits set member_daily and more",
        "“/limits set member_daily”",
        "/limits set member_daily\nhailuo · 6 s",
        "/video model=a seconds=6 resolution=768P a cat\n/limits set member_daily",
    ],
)
def test_only_our_own_question_is_answered_with_a_number(composed):
    assert not completed("50", composed).startswith("/limits")


# ------------------------------------------------------------------------------------------ lists


async def test_models_are_ticked_one_by_one(work, ana, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "models")
    assert board.buttons == ["✓ all", "✓ hailuo", "✓ flash", "✓ kling", "Back"]
    await press(work, ana, board, "✓ flash")
    assert board.buttons == ["all", "✓ hailuo", "flash", "✓ kling", "Back"]
    assert board.text.startswith("models is now hailuo, kling. It was all.")
    await press(work, ana, board, "flash", "✓ hailuo")
    assert (await limits(work, group)).models == {"flash", "kling"}
    await press(work, ana, board, "all")
    assert (await limits(work, group)).models is None


async def test_the_last_model_cannot_be_taken_away(work, ana, group):
    await asked(work, ana, group, "/limits models flash")
    board = await asked(work, ana, group)
    answer = await press(work, ana, board, "models", "✓ flash")
    assert (answer["alert"], "/limits models" in answer["text"]) == (True, True)
    assert (await limits(work, group)).models == {"flash"}


async def test_many_models_have_pages_and_a_tick_stays_on_its_own(telegram, tmp_path, ana, group):
    names = tuple(f"model-{number:02}" for number in range(2 * LISTED + 1))
    async with open_group(telegram, tmp_path, models=names) as work:
        board = await asked(work, ana, group)
        await press(work, ana, board, "models", "›", "›", "‹")  # noqa: RUF001 arrows
        here = [f"✓ {name}" for name in names[LISTED : 2 * LISTED]]
        assert board.buttons == ["✓ all", *here, "‹", "›", "Back"]  # noqa: RUF001 arrows
        await press(work, ana, board, here[3])
        assert board.buttons[4] == names[LISTED + 3]
        assert (await limits(work, group)).models == {*names} - {names[LISTED + 3]}


async def test_in_a_forum_topics_are_ticked_and_the_message_stays_in_its_own(telegram, work, ana):
    forum = telegram.forum("Films", ana, topics=("Cats", "Dogs"))
    cats = forum.topic("Cats")
    await asked(work, ana, forum, "/limits channels 1", topic=cats)
    board = await asked(work, ana, forum, topic=cats)
    assert "channels: 1" in board.buttons
    await press(work, ana, board, "channels")
    assert board.buttons == ["all", f"This topic ({cats.id})", "✓ General", "Back"]
    await press(work, ana, board, "This topic")
    assert (await limits(work, forum)).channels == {"1", str(cats.id)}
    assert board.topic == cats.id
    general = await asked(work, ana, forum)
    await press(work, ana, general, "channels", "✓ General")
    assert general.buttons == ["all", "General", f"✓ Topic {cats.id}", "Back"]


# ------------------------------------------------------------------------------------------ old keyboards


async def test_an_old_list_sets_nothing_else_than_it_shows(work, ana, ben, group):
    group.promote(ben)
    old, new = [await asked(work, person, group) for person in (ana, ben)]
    await press(work, ana, old, "models")
    await press(work, ben, new, "models", "✓ kling")
    answer = await press(work, ana, old, "✓ flash")
    assert "changed meanwhile" in answer["text"]
    assert (await limits(work, group)).models == {"hailuo", "flash"}
    assert old.buttons == ["all", "✓ hailuo", "✓ flash", "kling", "Back"]


async def test_a_model_that_is_gone_sets_nothing(telegram, tmp_path, ana, group):
    async with open_group(telegram, tmp_path) as work:
        board = await asked(work, ana, group)
        await press(work, ana, board, "models")
    async with open_group(telegram, tmp_path, models=("hailuo", "kling"), inbox=work.inbox, memory=work.memory) as work:
        answer = await press(work, ana, board, "✓ flash")
        assert "changed meanwhile" in answer["text"]
        assert (await limits(work, group)).models is None
        assert board.buttons == ["✓ all", "✓ hailuo", "✓ kling", "Back"]


async def test_an_old_number_sets_the_number_that_it_shows_after_any_restart(telegram, tmp_path, ana, group):
    async with open_group(telegram, tmp_path) as work:
        board = await asked(work, ana, group)
        await press(work, ana, board, "member_daily")
    async with open_group(telegram, tmp_path, inbox=work.inbox, memory=work.memory) as work:
        await asked(work, ana, group, "/limits set member_daily 5")
        answer = await press(work, ana, board, "100")
        assert answer["text"] == "member_daily is now 100 credits. It was 5 credits."


async def test_where_the_message_is_gone_the_chat_is_told_all_the_same(work, telegram, ana, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "pool")
    telegram.fail("editMessageText", bad_request("message to edit not found"))
    await press(work, ana, board, "on")
    assert group.by_bot[-1] is not board
    assert group.by_bot[-1].text.startswith("pool is now on. It was off.")


# ------------------------------------------------------------------------------------------ who may


async def test_a_foreign_press_is_refused_in_private_logged_and_changes_nothing(work, ana, ben, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "pool")
    before = (board.text, board.buttons)
    with capture_logs() as logs:
        answer = await press(work, ben, board, "on")
    assert (answer["text"], answer["alert"]) == ("Only the admins here may do that. Nothing was changed.", True)
    assert [line["who"] for line in logs if line["event"] == "refused to somebody who may not"] == [
        f"telegram:{ben.id}"
    ]
    assert (board.text, board.buttons) == before
    assert (await limits(work, group)) == LimitSet()


async def test_t46_a_demoted_admin_may_not_at_the_very_next_press(work, ana, ben, group):
    group.promote(ben)
    board = await asked(work, ben, group)
    await press(work, ben, board, "pool")
    group.demote(ben)
    answer = await press(work, ben, board, "on")
    assert answer["text"] == "Only the admins here may do that. Nothing was changed."
    assert not (await limits(work, group)).pool


async def test_t48_an_admin_who_only_deletes_messages_may_not(work, ana, ben, group):
    group.promote(ben, frozenset({"can_delete_messages"}))
    board = await asked(work, ana, group)
    assert (await press(work, ben, board, "pool"))["alert"]


async def test_t47_an_anonymous_admin_asks_presses_and_answers_without_being_named(work, ana, ben, group):
    group.promote(ben, hidden=True)
    board = await asked(work, ben, group, mask="group")
    assert board.buttons == FIRST
    await press(work, ben, board, "member_daily", "Another number")
    question = group.by_bot[-1]
    assert question.entities == [entity for entity in question.entities if entity["type"] == "code"]
    assert ben.rung(group) == []
    confirmed = await asked(work, ben, group, "60", reply_to=question, mask="group")
    assert confirmed.text == "member_daily is now 60 credits. It was off."


async def test_t47_somebody_who_writes_as_a_channel_gets_no_keyboard(work, ana, ben, group):
    refused = await asked(work, ben, group, mask="channel")
    assert (refused.text, refused.buttons) == ("Only the admins here may do that. Nothing was changed.", [])


async def test_where_rights_cannot_be_found_out_nothing_is_set(work, telegram, ana, group):
    board = await asked(work, ana, group)
    await press(work, ana, board, "pool")
    telegram.fail("getChatAdministrators", flood(60))
    answer = await press(work, ana, board, "on")
    assert (answer["text"], answer["alert"]) == (
        "I could not find out whether you are an admin here. Please try again.",
        True,
    )
    assert not (await limits(work, group)).pool


async def test_a_button_that_was_carried_into_a_private_chat_sets_nothing(work, ana, group):
    board = await asked(work, ana, group)
    ana.send_text("/help")
    await work.answered()
    pressed = ana.press_forged(ana.chat.by_bot[-1], board.button("pool")["callback_data"])
    assert "Limits belong to a server or a group" in (await pressed.answer())["text"]


async def test_limits_that_can_no_longer_be_shown_leave_the_confirmation(telegram, tmp_path, ana, group):
    """The answer to the press says what was done; the message is drawn anew by the next one."""
    replies = [Reply("all", limits=LimitSet()), Reply("all", limits=LimitSet()), Reply("done", limits=LimitSet())]

    class Breaking:
        async def receive(self, incoming):
            return replies.pop(0) if replies else Reply("I cannot write anything down.")

    async with at_work(telegram, tmp_path, core=Breaking()) as work:
        board = await asked(work, ana, group)
        data = LimitButtons(offers=tuple, signer=SIGNER, clock=work.clock).page("pool", View(LimitSet(), "en"))
        pressed = ana.press_forged(board, data.inline_keyboard[0][1].callback_data)
        assert (await pressed.answer())["text"] == "done"
        await work.answered()
        assert board.text == "all"


# ------------------------------------------------------------------------------------------ pure


def offer(model):
    return Offer("preview", model, model, (Format(Mode.TEXT, "768P", 6, Decimal("0.28")),))


LONG = [offer("m" * 60 + str(number)) for number in range(20)]
FULL = LimitSet(
    member_daily=10**9, server_daily=10**9, server_monthly=10**9, member_running=10**9, per_video=10**9,
    models=frozenset(one.model for one in LONG), channels=frozenset({str(2**63), "1"}),
)  # fmt: skip


@pytest.fixture
def buttons():
    return LimitButtons(offers=lambda: LONG, signer=SIGNER, clock=FastClock())


def drawn(buttons, limits):
    view = View(limits, "en", channel=str(2**63))
    boards = [buttons.menu(view), *(buttons.page(name, view, 1) for name in ("models",))]
    boards += [buttons.page(name, view) for name in (*list(FULL.__slots__)[:7], "spoiler", "pool")]
    return [button.callback_data for board in boards for row in board.inline_keyboard for button in row]


@pytest.mark.parametrize("limits", [FULL, LimitSet()])
def test_t49_every_button_fits_into_64_bytes_and_comes_back(buttons, limits):
    every = drawn(buttons, limits)
    assert max(len(data.encode()) for data in every) <= MOST_BYTES
    assert all(buttons.read(data) is not None for data in every)
    assert {buttons.read(data).act for data in every} == set(Act)


@pytest.mark.parametrize("forged", ["", "limits", "a.b.c", "\ud800"])
def test_t49_what_we_did_not_sign_sets_nothing(buttons, forged):
    assert buttons.read(forged) is None


def test_a_button_of_another_house_sets_nothing(buttons):
    theirs = LimitButtons(offers=tuple, signer=Signer(b"another secret, just as long"), clock=FastClock())
    assert all(buttons.read(data) is None for data in drawn(theirs, FULL))


def test_a_list_is_ticked_only_as_it_was_shown(buttons):
    view = View(LimitSet(channels=frozenset({"7"})), "en", channel="9")
    shown = LimitPress(Act.TICK, "channels", digest("9"), digest("7"))
    assert buttons.ticked(shown, view) == {"7", "9"}
    assert buttons.ticked(replace(shown, seen=digest("all")), view) is None
    assert buttons.ticked(replace(shown, value=digest("8")), view) is None


def test_a_page_that_is_no_longer_there_is_the_last_one(buttons):
    view = View(LimitSet(), "en")
    assert buttons.page_of(LimitPress(Act.OPEN, "models", "99"), view) == 2
    assert buttons.page_of(LimitPress(Act.OPEN, "channels", "99"), view) == 0
