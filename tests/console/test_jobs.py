import pytest

from bot.console.jobs import _give_up
from bot.console.printing import Refusal
from bot.console.sheet import job_sheet
from bot.core.model import Charge, CommunityId, FileName, Place, Reason, Request, State
from bot.core.store import Change, Lost

LONG = "a cat that walks along a very long wall " * 3


async def queued(scene):
    await scene.rich()
    return await scene.queued()


async def delivered(scene):
    await scene.rich()
    return await scene.delivered()


async def undelivered(scene):
    await scene.rich()
    change = Change(State.UNDELIVERED, charge=Charge.RELEASED, reason=Reason.PLACE_GONE)
    return await scene.store.move(await scene.delivering(), change)


async def unsure(scene):
    await scene.rich()
    change = Change(State.UNSURE, charge=Charge.RELEASED, detail="the answer was lost")
    return await scene.store.move(await scene.submitting(), change)


async def overdue(scene):
    await scene.rich()
    return await scene.store.move(await scene.rendering(), Change(State.OVERDUE, charge=Charge.RELEASED))


def test_without_jobs_the_list_is_a_sentence(cli):
    assert cli.text("jobs", "list") == "There are no such jobs.\n"
    assert cli.json("jobs", "list") == []


def test_the_list_fits_into_eighty_columns_with_ids_and_times_whole(cli):
    async def two(scene):
        await scene.rich()
        long = Request("hailuo", LONG, 6, "768P")
        return await scene.queued(), await scene.delivered(request=long)

    first, second = cli.prepare(two)
    head, newest, oldest = cli.text("jobs", "list").splitlines()

    assert head.split() == ["id", "created", "(UTC)", "state", "credits", "asked", "by", "prompt"]
    assert newest.split()[:5] == [second.id, *f"{second.created_at:%Y-%m-%d %H:%M}".split(), "delivered", "5"]
    assert newest.rstrip().endswith("…")
    assert oldest.split()[0] == first.id
    assert oldest.rstrip().endswith("web:ann   a cat smiling")


def test_a_program_that_reads_the_list_gets_whole_lines(cli, monkeypatch):
    async def long(scene):
        await scene.rich()
        return await scene.queued(place=Place("web", "x"), request=Request("hailuo", "word " * 11, 6, "768P"))

    cli.prepare(long)
    monkeypatch.delenv("COLUMNS")

    assert cli("jobs", "list").stdout.splitlines()[1].rstrip().endswith(("word " * 11).strip())


def test_the_list_can_be_narrowed_to_a_state_and_a_number(cli):
    async def three(scene):
        await scene.rich()
        return [await scene.queued(), await scene.queued(), await scene.delivered()]

    jobs = cli.prepare(three)

    assert {job["id"] for job in cli.json("jobs", "list", "--state", "queued")} == {jobs[0].id, jobs[1].id}
    assert len(cli.json("jobs", "list", "--most", 1)) == 1
    assert cli.text("jobs", "list", "--state", "unsure") == "There are no such jobs.\n"


def test_an_unknown_state_is_answered_with_those_there_are(cli):
    assert cli.refusal("jobs", "list", "--state", "lost").startswith("“lost” is no state. There is: asking, queued,")


def test_show_is_a_sheet_to_read(cli):
    job = cli.prepare(delivered)
    sheet = cli.text("jobs", "show", f"#{job.id.upper()}")

    lines = [line.split(None, 1) for line in sheet.splitlines() if line]
    shown = {first: rest.strip() for first, rest in (line for line in lines if len(line) == 2)}
    assert next(iter(shown.items())) == ("job", job.id)
    assert shown["state"] == f"delivered since {job.changed_at:%Y-%m-%d %H:%M} UTC"
    assert shown["prompt"] == "a cat smiling"
    assert shown["video"] == "hailuo, 6 s, 768P, from text"
    assert shown["credits"] == "5, charged"
    assert shown["provider"] == "preview/card, task t-1"
    assert shown["billed"] == "0.0007 USD, as the provider says"
    assert shown["clip"] == "a.mp4, 1280 x 720, 6.0 s, 0.0 MB"
    assert "at (UTC)          state       story" in sheet
    assert f"{job.created_at:%Y-%m-%d %H:%M}  queued      opened" in sheet
    for ugly in ("{", "None", "False", "State.", "+00:00"):
        assert ugly not in sheet


def test_show_as_json_holds_the_job_and_its_story(cli):
    job = cli.prepare(delivered)
    shown = cli.json("jobs", "show", job.id)

    assert (shown["job"]["id"], shown["job"]["user"]) == (job.id, {"platform": "web", "id": "ann"})
    assert [line["state"] for line in shown["story"]][-1] == "delivered"


def test_the_sheet_says_what_is_unusual(cli):
    async def strange(scene):
        await scene.rich()
        request = Request("hailuo", "a\ncat", 6, "768P", FileName("a.jpg"), FileName("b.jpg"))
        job = await scene.rendering(community=CommunityId("discord", "77"), request=request)
        job = await scene.store.cancel_refused(job)
        return await scene.store.move(job, Change(State.OVERDUE, charge=Charge.RELEASED))

    shown = dict(job_sheet(cli.prepare(strange)))

    assert shown["state"].endswith("UTC, and the person has not heard of it yet")
    assert shown["asked by"] == "web:ann in discord:77"
    assert shown["prompt"] == "a cat"
    assert shown["video"] == "hailuo, 6 s, 768P, from two pictures"
    assert shown["cancel"] == "asked for, and too late"
    assert shown["credits"] == "5, given back"
    assert "deadline" in shown
    assert not {"clip", "billed", "why"} & shown.keys()


def test_the_sheet_says_why_it_ended(cli):
    shown = dict(job_sheet(cli.prepare(undelivered)))

    assert shown["why"] == "The video is ready, but could not be posted where you asked for it."
    assert "deadline" not in shown


@pytest.mark.parametrize("command", ["show", "cancel", "redeliver", "settle"])
def test_an_unknown_job_is_said_to_be_unknown(cli, command):
    cli.prepare(queued)

    assert cli.refusal("jobs", command, "zzzzzzzzzz") == (
        "There is no job zzzzzzzzzz. `reelbot jobs list` shows the latest."
    )


def test_cancel_leaves_word_for_the_running_bot(cli):
    job = cli.prepare(queued)

    assert cli.text("jobs", "cancel", job.id) == f"Job {job.id} will be stopped if it still can be.\n"
    assert cli.json("jobs", "cancel", job.id)["cancel_asked"] is True
    assert dict(job_sheet(cli.prepare(lambda scene: scene.store.job(job.id))))["cancel"] == "asked for"


def test_what_has_ended_is_not_cancelled(cli):
    job = cli.prepare(delivered)

    assert cli.refusal("jobs", "cancel", job.id) == f"Job {job.id} has already ended: it is delivered."


@pytest.fixture
def kept_clip(cli):
    """The file that the prepared jobs speak of."""
    clips = cli.database.parent / "clips"
    clips.mkdir(parents=True)
    (clips / "a.mp4").write_bytes(b"clip")


def test_a_clip_that_was_deleted_is_not_redelivered(cli):
    job = cli.prepare(delivered)

    assert cli.refusal("jobs", "redeliver", job.id) == (
        f"The clip of job {job.id} is no longer there: it was deleted, or its days are over."
    )


@pytest.mark.usefixtures("kept_clip")
def test_redeliver_sends_the_clip_again(cli):
    job = cli.prepare(delivered)

    assert cli.text("jobs", "redeliver", job.id) == f"Job {job.id} is being delivered again.\n"
    assert cli.json("jobs", "show", job.id)["job"]["state"] == "delivering"


@pytest.mark.usefixtures("kept_clip")
def test_redeliver_as_json_is_the_job(cli):
    job = cli.prepare(delivered)

    assert cli.json("jobs", "redeliver", job.id)["state"] == "delivering"


def test_a_job_without_a_clip_is_not_redelivered(cli):
    job = cli.prepare(queued)

    assert cli.refusal("jobs", "redeliver", job.id) == f"Job {job.id} is queued and has no clip to send again."


@pytest.mark.usefixtures("kept_clip")
def test_redelivering_what_was_given_back_costs_its_price_again(cli):
    job = cli.prepare(undelivered)
    cli.text("credits", "take", "web:ann", 98)

    assert cli.refusal("jobs", "redeliver", job.id) == (
        "Its credits were given back, so it costs 5 again, and web:ann has 2."
    )


def test_an_unsure_job_whose_task_was_found_goes_on_free(cli):
    job = cli.prepare(unsure)
    said = cli.text("jobs", "settle", job.id, "--ticket", "t-9")

    assert said == f"Job {job.id} goes on with task t-9; the clip will be free.\n"
    after = cli.json("jobs", "show", job.id)["job"]
    assert (after["state"], after["ticket"], after["charge"]) == ("rendering", "t-9", "released")


def test_a_task_of_another_job_cannot_be_that_of_an_unsure_one(cli):
    async def two(scene):
        job = await unsure(scene)
        return job, await scene.rendering()

    job, other = cli.prepare(two)

    assert cli.refusal("jobs", "settle", job.id, "--ticket", other.ticket) == (
        f"Task {other.ticket} cannot be that of job {job.id}: another paid call brought it, or the job moved on."
    )


def test_an_empty_task_id_is_a_mistake(cli):
    job = cli.prepare(unsure)

    assert cli.refusal("jobs", "settle", job.id, "--ticket", "") == (
        "The task id is empty: write it as the provider's console shows it."
    )


@pytest.mark.parametrize("story", [unsure, overdue])
def test_without_a_task_the_job_is_ended_as_failed(cli, story):
    job = cli.prepare(story)
    after = cli.json("jobs", "settle", job.id)

    assert (after["state"], after["reason"], after["charge"]) == ("failed", "by_operator", "released")
    assert cli.json("credits", "show", "web:ann")["wallet"]["balance"] == 100
    assert cli.refusal("jobs", "settle", job.id) == (
        f"Job {job.id} is failed; only unsure and overdue jobs are settled by hand."
    )


def test_ending_by_hand_says_that_the_credits_are_back(cli):
    job = cli.prepare(unsure)

    assert (
        cli.text("jobs", "settle", job.id) == f"Job {job.id} is ended as failed; its 5 credits have been given back.\n"
    )


def test_an_overdue_job_has_its_task_already(cli):
    job = cli.prepare(overdue)

    assert cli.refusal("jobs", "settle", job.id, "--ticket", "t-9") == (
        f"Job {job.id} is overdue and has its task already: t-1."
    )


async def test_a_job_that_moves_on_at_the_same_moment_is_not_ended(scene_job):
    class Moved:
        async def settle(self, job, change, *, was, by):
            raise Lost

    with pytest.raises(Refusal, match="has just changed; look again"):
        await _give_up(Moved(), scene_job)


@pytest.fixture
def scene_job(cli):
    return cli.prepare(unsure)
