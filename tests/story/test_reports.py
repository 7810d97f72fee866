"""A report reaches the admins of where the clip is, once for each clip, as far as their chat lets us."""

from structlog.testing import capture_logs

from bot.core.alerts import Admins, Alerts
from bot.core.model import ButtonAction, CommunityId, State, User, UserId
from bot.core.ports import NotNow
from bot.core.texts import Say, Sentence
from tests.story.house import ANA, BEN, open_house

SERVER = CommunityId("web", "server")
ELSEWHERE = CommunityId("web", "elsewhere")
CEM, DAN = (User(UserId("web", name), name) for name in ("cem", "dan"))
OLA = UserId("web", "ola")
HERE = "Thank you. Whoever runs this bot is told, and the admins here as far as I can reach them."


async def made(house, **where):
    return await house.until(await house.say("a cat\nsmiling", **where), State.DELIVERED)


async def test_everybody_finds_a_report_button_under_a_clip_in_a_community_and_nobody_in_private(tmp_path):
    async with open_house(tmp_path) as house:
        await made(house, community=SERVER)
        await made(house)

        shown = [[button.action for button in delivery.note.buttons] for _, delivery in house.platform.delivered]
        assert [ButtonAction.REPORT in actions for actions in shown] == [True, False]
        assert [action for action in ButtonAction if action.for_all] == [ButtonAction.REPORT]


async def test_admins_are_told_of_a_clip_once_and_not_by_whom(tmp_path):
    async with open_house(tmp_path, operators=(OLA,)) as house:
        house.platform.handle = "7:12"
        job = await made(house, community=SERVER)
        first = await house.say(f"/report {job.id} not nice", user=BEN, community=SERVER)
        await house.gear.bulletins.tell()
        await house.say(f"/report {job.id}", community=SERVER)
        await house.gear.bulletins.tell()

        assert first.text == HERE
        [(community, text, handle)] = house.platform.admins_told
        assert (community, handle) == (SERVER, "7:12")
        assert text == (
            f"Somebody reports video {job.id}, shown in your server or group, made by web:ana: “a cat smiling”. They "
            "say: “not nice”. Please look at it, and delete the message if it should not be there. /block person "
            "web:ana keeps its maker from making more."
        )
        assert len(house.platform.written) == 2


async def test_a_press_without_a_reason_says_none(tmp_path):
    async with open_house(tmp_path) as house:
        job = await made(house, community=SERVER)
        await house.say(f"/report {job.id}", user=BEN, community=SERVER)
        await house.gear.bulletins.tell()

        assert "They say" not in house.platform.admins_told[0][1]


async def test_a_report_from_a_private_chat_concerns_no_admin(tmp_path):
    async with open_house(tmp_path) as house:
        job = await made(house)

        assert (await house.say(f"/report {job.id}")).text == "Thank you. Whoever runs this bot is told."
        await house.gear.bulletins.tell()
        assert house.platform.admins_told == []


async def test_a_clip_is_reported_where_it_was_shown_and_the_admins_there_are_told_too(tmp_path):
    async with open_house(tmp_path) as house:
        job = await made(house, community=SERVER)
        await house.say(f"/report {job.id}", user=BEN, community=SERVER)
        typed = await house.say(f"/report {job.id}", user=CEM, community=ELSEWHERE)
        pressed = await house.say(f"/report {job.id}", user=CEM, community=ELSEWHERE, pressed="8:13")
        await house.say(f"/report {job.id}", user=DAN, community=ELSEWHERE, pressed="8:13")
        await house.gear.bulletins.tell()

        assert typed.text == f"There is no video with the id {job.id} here."
        assert pressed.text == HERE
        assert [(community, handle) for community, _, handle in house.platform.admins_told] == [
            (SERVER, job.handle), (ELSEWHERE, "8:13"),
        ]  # fmt: skip


async def test_a_clip_shown_where_the_bot_has_no_say_is_reported_to_the_admins_of_where_it_was_made(tmp_path):
    async with open_house(tmp_path) as house:
        public, private = await made(house, community=SERVER), await made(house)
        assert (await house.say(f"/report {public.id}", user=BEN, pressed="8:13")).text == HERE
        assert (await house.say(f"/report {private.id}", user=BEN, pressed="8:14")).text != HERE
        await house.gear.bulletins.tell()

        assert [community for community, _, _ in house.platform.admins_told] == [SERVER]


async def test_admins_are_told_when_the_chat_can_be_reached_again(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_admins = [NotNow(5.0), ConnectionError("cut"), None]
        job = await made(house, community=SERVER)
        await house.say(f"/report {job.id}", user=BEN, community=SERVER)
        for _ in range(4):
            await house.gear.bulletins.tell()

        assert len(house.platform.admins_told) == 1


async def test_that_no_admin_could_be_reached_is_logged_and_not_tried_for_ever(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.admins_listen = False
        job = await made(house, community=SERVER)
        await house.say(f"/report {job.id}", user=BEN, community=SERVER)
        with capture_logs() as logs:
            await house.gear.bulletins.tell()
            await house.gear.bulletins.tell()

        assert [log["community"] for log in logs if log["event"] == "no admin could be reached"] == ["web:server"]


async def test_who_may_have_been_told_is_not_told_twice(tmp_path, monkeypatch):
    async with open_house(tmp_path) as house:
        monkeypatch.setattr(house.platform, "tell_admins", too_slow)
        news = Sentence(Say.ADMIN_REPORT_BARE, {"job": "x", "maker": ANA.id, "prompt": ""})
        alerts = Alerts(platforms={"web": house.platform}, operators=())

        assert await alerts.tell_admins(Admins(SERVER, None), news)


async def test_a_chat_whose_communities_have_no_admins_is_not_asked():
    alerts = Alerts(platforms={}, operators=())
    assert await alerts.tell_admins(Admins(SERVER, None), Sentence(Say.REPORTED))


async def too_slow(*_args):
    raise TimeoutError


async def test_refusals_are_logged_with_who_and_why(tmp_path):
    async with open_house(tmp_path) as house:
        job = await made(house, community=SERVER)
        with capture_logs() as logs:
            await house.say(f"/delete {job.id}", user=BEN, community=SERVER)
            await house.say("/nonsense", user=BEN)

        assert [(log["who"], log["why"]) for log in logs if log["event"] == "refused"] == [
            ("web:ben", "no_such_job"), ("web:ben", "unknown_command"),
        ]  # fmt: skip
        assert [log["what"] for log in logs if log["event"] == "refused somebody else's video"] == [f"/delete {job.id}"]


async def test_credits_say_what_may_still_be_spent_in_a_server_and_whether_it_pays(tmp_path):
    async with open_house(tmp_path) as house:
        await made(house, community=SERVER)
        bare = (await house.say("/credits", community=SERVER)).text
        await house.say("/limits set member_daily 50", user=BEN, community=SERVER, admin=True)
        await house.say("/limits pool on", user=BEN, community=SERVER, admin=True)
        lines = (await house.say("/credits", community=SERVER)).text.splitlines()

        assert "Here " not in bare
        assert "Here you may spend 22 credits more today, of 50 credits." in lines
        assert "Here the server pays as long as it can: it has 0 credits." in lines
