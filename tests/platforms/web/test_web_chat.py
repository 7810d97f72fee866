import asyncio
import errno

import aiohttp
import pytest

from bot.core.model import ButtonAction, Clip, FileName, Paper, Place, Reply, State
from bot.core.ports import PlaceGone
from bot.platforms.web import board, upload
from tests.fakes.web_house import clip_in, running_house
from tests.platforms.web.browser_tab import tab

NO_CLIP_FILE = Clip(FileName("c.mp4"), 320, 180, 1.5, 1234, FileName("c.jpg"))


@pytest.fixture
async def house(tmp_path):
    async with running_house(tmp_path) as house:
        yield house


@pytest.fixture
async def page(house):
    async with tab(house.server.address) as page:
        await page.open()
        yield page


def _of(entries, kind):
    return [entry for entry in entries if entry["kind"] == kind]


# ------------------------------------------------------------------------------------------ who is at the page


async def test_the_first_visit_makes_a_person_who_is_known_from_then_on(house, page):
    await page.say("one", "message-0001")
    await page.say("two", "message-0002")
    first, second = house.core.received
    assert first.user.id == second.user.id
    assert first.user.id.platform == "web"


async def test_two_browsers_are_two_people(house, page):
    async with tab(house.server.address) as other:
        await other.open()
        await page.say("mine")
        await other.say("theirs")
        assert len({incoming.user.id for incoming in house.core.received}) == 2
        assert [entry["text"] for entry in _of(await other.entries(), "said")] == ["theirs"]


async def test_the_persons_cookie_is_out_of_reach_of_scripts_and_other_sites(house):
    async with tab(house.server.address) as page:
        async with page.session.get(f"{page.address}/chat/history") as answer:
            cookie = answer.cookies["reelbot_person"]
        assert (cookie["httponly"], cookie["samesite"], int(cookie["max-age"]) > 10**7) == (True, "Strict", True)


async def test_the_page_alone_makes_nobody_so_that_a_link_from_elsewhere_costs_nobody_their_conversation(house):
    async with tab(house.server.address) as page, page.session.get(page.address) as answer:
        assert not answer.cookies


async def test_a_forged_cookie_is_a_stranger(house):
    async with tab(house.server.address, Cookie="reelbot_person=me.x.y") as page:
        assert (await page.say())[0] == 401


async def test_the_language_is_the_browsers(house):
    async with tab(house.server.address, **{"Accept-Language": "fr;q=0.5, de-AT, *;q=0.1"}) as page:
        await page.open()
        await page.say()
        assert house.core.received[0].user.language == "de"


async def test_a_chosen_language_is_the_pages_own_from_then_on(house):
    async with tab(house.server.address, **{"Accept-Language": "en"}) as page:
        await page.open()
        await page.say("/language de")
        assert (await page.open())["texts"]["language"] == "de"
        async with page.session.get(page.address) as answer:
            assert '<html lang="de">' in await answer.text()


async def test_a_cookie_with_a_language_we_do_not_speak_says_nothing(house):
    async with (
        tab(house.server.address, **{"Accept-Language": "es", "Cookie": "reelbot_language=tlh"}) as page,
        page.session.get(page.address) as answer,
    ):
        assert '<html lang="es">' in await answer.text()


# ------------------------------------------------------------------------------------------ saying something


async def test_a_message_opens_a_job_and_both_are_in_the_history(house, page):
    status, answer = await page.say("a cat smiling")
    entries = await page.entries()
    assert (status, answer["accepted"], answer["job"]) == (200, True, house.core.latest.id)
    assert [entry["text"] for entry in _of(entries, "said")] == ["a cat smiling"]
    [note] = _of(entries, "note")
    assert (note["job"], note["state"], note["buttons"][0]["action"]) == (house.core.latest.id, "queued", "cancel")


async def test_the_same_key_twice_is_absorbed_and_answered_alike(house, page):
    first = await page.say(key="message-0001")
    second = await page.say(key="message-0001")
    assert first == second
    assert len(house.core.received) == 1
    assert len(_of(await page.entries(), "said")) == 1


async def test_a_retry_that_overtakes_the_first_try_waits_for_its_answer(house, page):
    house.core.before_answer.clear()
    async with asyncio.TaskGroup() as group:
        tries = [group.create_task(page.say(key="message-0001")) for _ in range(3)]
        await house.core.asked.wait()
        house.core.before_answer.set()
    assert len(house.core.jobs) == 1
    assert {answer.result()[1]["job"] for answer in tries} == {house.core.latest.id}


async def test_a_message_that_was_saved_but_not_answered_before_a_crash_is_answered_on_retry(house, page, monkeypatch):
    async def crash(_incoming):
        raise ConnectionError("the process dies here")

    monkeypatch.setattr(house.chat, "_receive", crash)
    with pytest.raises(aiohttp.ContentTypeError, match="500"):
        await page.say(key="message-0001")
    monkeypatch.setattr(house.chat, "_receive", house.core.receive)
    status, answer = await page.say(key="message-0001")
    assert (status, answer["accepted"]) == (200, True)
    assert len(_of(await page.entries(), "said")) == 1


async def test_photos_arrive_in_order_and_are_gone_afterwards(house, page):
    await page.say("from here to there", pictures=[("a.jpg", b"first"), ("b" * 200 + ".jpg", b"last")])
    assert house.core.photos == [[b"first", b"last"]]
    assert house.files.left_in_scratch == []
    [said] = _of(await page.entries(), "said")
    assert said["pictures"] == ["a.jpg", "b" * 76 + ".jpg"]


async def test_a_photo_alone_is_a_message(house, page):
    assert (await page.say("", pictures=[("a.jpg", b"first")]))[0] == 200
    assert house.core.received[0].text == ""


async def test_a_photo_for_which_there_is_no_room_is_said_to_be_so_and_can_be_sent_again(house, page, monkeypatch):
    async def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(house.files, "receive", full)
        status, answer = await page.say(key="message-0001", pictures=[("a.jpg", b"first")])
    assert (status, "nothing was started or charged" in answer["error"]) == (503, True)
    assert (await page.entries(), house.core.received) == ([], [])

    status, answer = await page.say(key="message-0001", pictures=[("a.jpg", b"first")])
    assert (status, answer["accepted"], house.core.photos) == (200, True, [[b"first"]])


async def test_a_photo_that_is_too_large_is_refused_by_name_and_nothing_is_said(house, page, monkeypatch):
    monkeypatch.setattr(upload, "PICTURE_MOST_BYTES", 1000)
    status, answer = await page.say(pictures=[("huge.jpg", b"x" * 300_000)])
    assert (status, answer["error"]) == (413, "“huge.jpg” is too large: a photo may have 25 MB.")
    assert (await page.entries(), house.core.received, house.files.left_in_scratch) == ([], [], [])


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"text": "  "}, 400, "Write what the video should show"),
        ({"text": "x" * 20_001}, 413, "at most 20000 characters"),
        ({"key": "short"}, 400, "arrived damaged"),
        ({"key": "has spaces in it"}, 400, "arrived damaged"),
    ],
    ids=["empty", "long", "short key", "strange key"],
)
async def test_what_cannot_be_taken_is_refused_in_one_sentence(page, house, options, status, words):
    answered, answer = await page.say(**options)
    assert (answered, words in answer["error"], house.core.received) == (status, True, [])


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--\r\n",
        ),
    ],
    ids=["json", "no boundary", "no parts", "no text", "nested"],
)
async def test_a_damaged_form_is_refused(page, kind, body):
    async with page.session.post(
        f"{page.address}/chat/messages", data=body, headers={"Origin": page.address, "Content-Type": kind}
    ) as answer:
        assert (answer.status, (await answer.json())["error"]) == (
            400,
            "That message arrived damaged. Please send it again.",
        )


async def test_unknown_fields_of_a_form_are_passed_over(house, page):
    assert (await page.say(colour="red"))[0] == 200


async def test_what_was_picked_is_typed_at_the_end(house, page):
    await page.say("a cat", model="hailuo", seconds="6", resolution="768P")
    assert house.core.received[0].text == "a cat model=hailuo seconds=6 resolution=768P"
    [said] = _of(await page.entries(), "said")
    assert said["text"] == "a cat"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a cat seconds=10", "a cat seconds=10 resolution=768P"),
        ("/video a cat", "/video a cat seconds=6 resolution=768P"),
        ("/jobs", "/jobs"),
        ("/nonsense", "/nonsense"),
    ],
)
async def test_what_the_text_says_itself_wins_over_what_was_picked(house, page, text, sent):
    await page.say(text, seconds="6", resolution="768P", model="no such;model")
    assert house.core.received[0].text == sent


async def test_before_the_chat_runs_it_says_so(house, page):
    chat = house.chat
    receive, chat._receive = chat._receive, None
    try:
        status, answer = await page.say()
    finally:
        chat._receive = receive
    assert (status, answer["error"]) == (503, "The bot is still starting. Please try again in a moment.")


# ------------------------------------------------------------------------------------------ answers


async def test_a_plain_answer_is_a_bubble_of_its_own(house, page):
    house.core.replies["/credits"] = Reply("You have 100 credits.")
    _, answer = await page.say("/credits")
    assert answer["entry"]["text"] == "You have 100 credits."
    assert [entry["text"] for entry in _of(await page.entries(), "reply")] == ["You have 100 credits."]


async def test_a_paper_is_handed_over_and_kept_nowhere(house, page):
    _, answer = await page.say("/export", "message-0001")
    assert answer["paper"] == {"name": "reelbot.json", "base64": "eyJ5b3UiOiAxfQ=="}
    assert "eyJ5b3" not in str(await page.entries())
    _, again = await page.say("/export", "message-0001")
    assert again["paper"] == answer["paper"]


async def test_a_picture_comes_beside_the_words_and_is_kept_nowhere(house, page):
    house.core.replies["/usage"] = Reply("Your videos", picture=Paper("usage.png", b"png"))
    _, answer = await page.say("/usage", "message-0001")
    assert (answer["picture"], answer["paper"]) == ({"name": "usage.png", "base64": "cG5n"}, None)
    assert answer["entry"]["text"] == "Your videos"
    assert "cG5n" not in str(await page.entries())
    _, again = await page.say("/usage", "message-0001")
    assert again["picture"] == answer["picture"]


async def test_edit_puts_the_prompt_back_into_the_box_also_on_retry(house, page):
    await page.say("a cat smiling")
    job = house.core.latest.id
    _, answer = await page.click("edit", job)
    _, again = await page.click("edit", job)
    assert (answer["compose"], again["compose"]) == ("a cat smiling", "a cat smiling")
    assert len(house.core.received) == 2


@pytest.mark.parametrize("action", list(ButtonAction))
async def test_a_button_is_a_command_with_the_jobs_id(house, page, action):
    await page.say()
    job = house.core.latest.id
    assert (await page.click(action, job))[0] == 200
    assert house.core.received[-1].text == f"/{action} {job}"
    assert house.core.received[-1].key.endswith(":click-0001")


async def test_a_click_twice_starts_one_job(house, page):
    await page.say()
    job = house.core.latest.id
    await page.click("again", job, "click-0001")
    await page.click("again", job, "click-0001")
    assert len(house.core.jobs) == 2


async def test_somebody_elses_button_is_sent_under_ones_own_name(house, page):
    await page.say()
    async with tab(house.server.address) as other:
        await other.open()
        _, answer = await other.click("cancel", house.core.latest.id)
        assert "You have no video" in answer["entry"]["text"]


@pytest.mark.parametrize("click", [{}, {"job": "../../x", "action": "again", "key": "click-0001"}, []], ids=str)
async def test_a_damaged_click_is_refused(house, page, click):
    status, _ = await page.post("/chat/buttons", json=click)
    assert (status, house.core.received) == (400, [])


async def test_a_message_from_another_site_is_refused(house, page):
    headers = {"Origin": "https://evil.example"}
    async with page.session.post(f"{page.address}/chat/messages", data={"text": "x"}, headers=headers) as answer:
        assert answer.status == 403


async def test_an_erased_conversation_begins_anew_on_every_page(house, page):
    await page.say("a secret", "message-0001")
    await page.open()
    async with page.listening() as events:

        async def forget(incoming):
            house.messages.erase(incoming.user.id)
            return Reply("It is all erased.")

        house.chat._receive = forget
        await page.say("/forget yes", "message-0002")
        await events.until("refresh")
    assert [entry["text"] for entry in await page.entries()] == ["It is all erased."]
    assert house.chat._board._shown == {}


# ------------------------------------------------------------------------------------------ notes and clips


async def test_progress_is_live_and_not_written_each_time(house, page):
    await page.say()
    job = house.core.latest
    await house.core.move(job, State.RENDERING, percent=0)
    written = house.messages.writes
    await page.open()
    async with page.listening() as events:
        for percent in range(1, 40):
            await house.core.move(job, State.RENDERING, percent=percent)
        await events.until("entry", percent=39)
    assert house.messages.writes == written
    [note] = _of(await page.entries(), "note")
    assert note["percent"] == 39


async def test_a_clip_gets_links_that_are_made_when_it_is_read(house, page):
    await page.say()
    await house.core.deliver(house.core.latest, NO_CLIP_FILE)
    [before] = _of(await page.entries(), "note")
    house.clock.advance(days=30)
    [after] = _of(await page.entries(), "note")
    assert before["clip"]["url"] != after["clip"]["url"]
    assert after["clip"]["thumbnail"].startswith("/media/")
    assert after["clip"]["download"] == after["clip"]["url"] + "?download=1"
    assert {name: after["clip"][name] for name in ("width", "height", "seconds", "size")} == {
        "width": 320,
        "height": 180,
        "seconds": 1.5,
        "size": 1234,
    }
    assert "/media/" not in (await house.messages.recent(house.core.latest.incoming.user.id, 9))[-1].body


async def test_the_clip_of_a_note_really_plays(house, page):
    clip = await asyncio.to_thread(clip_in, house.files)
    await page.say()
    await house.core.deliver(house.core.latest, clip)
    [note] = _of(await page.entries(), "note")
    async with page.session.get(page.address + note["clip"]["url"]) as answer:
        assert (answer.content_type, len(await answer.read())) == ("video/mp4", clip.size)


async def test_a_clip_survives_a_restart_and_what_is_shown_after_it(house, page):
    await page.say()
    job = house.core.latest
    await house.core.deliver(job, NO_CLIP_FILE)
    fresh = house.new_chat()
    await fresh.show(job.incoming.place, house.core.note(job))
    assert _of(await page.entries(), "note")[0]["clip"] is not None


async def test_a_stranger_note_after_a_restart_has_no_clip(house, page):
    await page.say()
    job = house.core.latest
    fresh = house.new_chat()
    job.state = State.DELIVERING
    handle = await fresh.show(job.incoming.place, house.core.note(job))
    recent = await house.messages.recent(job.incoming.user.id, 9)
    assert (str(recent[1].id), '"clip":null' in recent[1].body) == (handle, True)


async def test_memory_for_notes_is_bounded(house, page, monkeypatch):
    monkeypatch.setattr(board, "NOTES_IN_MEMORY", 2)
    for number in range(4):
        await page.say(key=f"message-000{number}")
    assert len(house.chat._board._shown) == 2
    assert len(_of(await page.entries(), "note")) == 4


@pytest.mark.parametrize(
    ("state", "kept"), [(State.UNDELIVERED, True), (State.CANCELLED, False), (State.FAILED, False)]
)
async def test_endings_without_a_clip_take_it_away(house, page, state, kept):
    await page.say()
    await house.core.deliver(house.core.latest, NO_CLIP_FILE)
    await house.core.move(house.core.latest, state)
    assert (_of(await page.entries(), "note")[0]["clip"] is not None) is kept


async def test_an_answer_that_was_overtaken_by_news_does_not_turn_the_note_back(house, page):
    async def slow(incoming):
        reply = await house.core.receive(incoming)
        await house.core.move(house.core.latest, State.RENDERING, percent=3)
        return reply

    house.chat._receive = slow
    await page.say()
    assert _of(await page.entries(), "note")[0]["state"] == "rendering"


async def test_a_note_for_nobody_is_told_nowhere(house):
    nobody = Place("web", "not json")
    with pytest.raises(PlaceGone):
        await house.chat.show(nobody, None)


# ------------------------------------------------------------------------------------------ live events


async def test_every_open_page_of_a_person_hears_the_news_and_nobody_elses(house, page):
    async with tab(house.server.address) as stranger:
        await stranger.open()
        async with page.listening() as one, page.listening() as two, stranger.listening() as other:
            await page.say("a cat")
            for events in (one, two):
                assert (await events.until("entry", kind="said"))["text"] == "a cat"
                await events.until("seen", key="message-0001")
                await events.until("entry", kind="note", state="queued")
            await stranger.say("a dog")
            assert (await other.until("entry", kind="said"))["text"] == "a dog"


async def test_a_page_that_comes_back_hears_what_it_missed(house, page):
    await page.say()
    await page.open()
    job = house.core.latest
    async with page.listening() as events:
        await house.core.move(job, State.RENDERING, percent=10)
        await events.until("entry", percent=10)
        last = events.last_id
    await house.core.move(job, State.RENDERING, percent=20)
    await house.core.deliver(job, NO_CLIP_FILE)
    async with page.listening(last) as events:
        assert (await events.next())[1]["state"] == "delivered"


async def test_the_browsers_own_last_event_id_counts_more_than_the_address(house, page):
    await page.say()
    history = await page.open()
    await house.core.move(house.core.latest, State.RENDERING, percent=10)
    newest = (await page.open())["cursor"]
    await house.core.move(house.core.latest, State.RENDERING, percent=20)
    async with page.session.get(
        f"{page.address}/chat/events", params={"after": history["cursor"]}, headers={"Last-Event-ID": newest}
    ) as answer:
        await answer.content.readuntil(b"\n\n")
        block = await answer.content.readuntil(b"\n\n")
        assert b'"percent": 20' in block


@pytest.mark.parametrize("cursor", ["an-earlier-start-5", "nonsense", "x-²"])
async def test_a_page_from_before_a_restart_is_told_to_load_anew(page, cursor):
    async with page.listening(cursor) as events:
        assert await events.next() == ("refresh", {})


async def test_a_quiet_line_is_kept_open_by_heartbeats(house, page):
    async with page.listening() as events, asyncio.TaskGroup() as group:
        heard = group.create_task(events.next())
        while not heard.done():
            house.clock.advance(seconds=15)
            await asyncio.sleep(0.001)
        assert heard.result() is None


async def test_streams_end_when_the_chat_does(tmp_path):
    async with tab("") as page:
        async with running_house(tmp_path) as house:
            page.address = house.server.address
            await page.open()
            listening = page.listening()
            events = await listening.__aenter__()
        assert await events.ended()
        await listening.__aexit__(None, None, None)


async def test_the_sixth_page_takes_the_place_of_the_oldest(page):
    async with page.listening() as oldest:
        more = [page.listening() for _ in range(5)]
        for listening in more:
            await listening.__aenter__()
        assert (await oldest.next())[0] == "elsewhere"
        assert await oldest.ended()
        for listening in more:
            await listening.__aexit__(None, None, None)


async def test_a_page_that_went_away_is_noticed(house, page):
    async with page.listening():
        assert house.chat._streams._open
    while house.chat._streams._open:
        house.clock.advance(seconds=15)
        await asyncio.sleep(0.001)


# ------------------------------------------------------------------------------------------ the page's files


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/page/style.css", "text/css"),
        ("/page/chat.js", "text/javascript"),
        ("/page/composer.js", "text/javascript"),
        ("/page/dom.js", "text/javascript"),
        ("/page/entries.js", "text/javascript"),
        ("/page/network.js", "text/javascript"),
        ("/page/icon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ],
)
async def test_the_page_and_its_files_are_served(page, path, kind):
    async with page.session.get(page.address + path) as answer:
        assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (200, kind, "no-cache")


async def test_the_page_brings_no_script_and_no_style_inside_it(page):
    async with page.session.get(page.address) as answer:
        html = await answer.text()
    assert "<style" not in html
    assert "style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/page/')


async def test_the_history_brings_what_the_page_needs(page):
    history = await page.open()
    assert [model["name"] for model in history["models"]] == ["hailuo", "seedance"]
    assert {"mode": "text", "resolution": "768P", "seconds": 6} in history["models"][0]["formats"]
    assert history["models"][1]["moves"] == ["Zoom in"]
    assert len(history["moves"]) == 15
    assert history["commands"][0] == {"name": "video", "about": "Make a video"}
    assert history["texts"]["send"] == "Send"
    assert history["limits"]["picture_bytes"] == 25 * 1024 * 1024
