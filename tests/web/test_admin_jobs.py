"""Jobs in the console: found, read whole, and decided about."""

import asyncio

import pytest

from bot.core.model import Charge, FileName, Reason, State
from bot.core.store import Change
from tests.contracts.store_scene import ANN, BEN, CLIP, GUILD
from tests.fakes.admin_house import admin_house
from tests.web.console_client import Operator


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        await house.scene.rich(ANN, 1000)
        await house.scene.rich(BEN, 1000)
        yield house


@pytest.fixture
def operator(house, client):
    return Operator(house, client)


async def unsure(house):
    job = await house.scene.submitting(price=5)
    return await house.store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))


async def keep_clip(house):
    def write():
        path = house.files.clip(FileName(CLIP.file))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"clip")

    await asyncio.to_thread(write)


class TestList:
    async def test_every_filter_finds_its_jobs(self, house, operator):
        here = await house.scene.queued(ANN, community=GUILD)
        there = await house.scene.rendering(BEN, offer="acme/card")
        for query, found, hidden in (
            ("state=queued", here, there),
            ("provider=acme", there, here),
            ("person=web:ben", there, here),
            ("server=discord:77", here, there),
        ):
            said = await operator.says(f"/admin/jobs?{query}")
            assert found.id in said
            assert hidden.id not in said

    @pytest.mark.parametrize("query", ["state=happy", "person=somebody", "server=77"])
    async def test_a_filter_that_cannot_be_meant_is_told(self, operator, query):
        page = await operator.get(f"/admin/jobs?{query}")
        assert 'class="said problem" role="alert"' in page

    async def test_a_job_is_found_by_its_id(self, house, operator):
        job = await house.scene.queued()
        async with operator.client.get(
            f"{house.server.address}/admin/jobs?find=%23{job.id.upper()}", headers=house.session, allow_redirects=False
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, f"/admin/jobs/{job.id}")
        assert "There is no job “nothing”." in await operator.says("/admin/jobs?find=nothing")

    async def test_a_long_list_goes_on_page_by_page_within_its_filter(self, house, operator):
        jobs = [await house.scene.queued(ANN, price=1) for _ in range(53)]
        await house.scene.queued(BEN)
        first = await operator.get("/admin/jobs?person=web:ann")
        following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = await operator.get(following)
        assert first.count('id="job-') == 50
        assert second.count('id="job-') == 3
        assert all(f'id="job-{job.id}"' in first + second for job in jobs)
        assert 'rel="next"' not in second

    @pytest.mark.parametrize("after", ["", "x", "12~", "٣~x", "9999999999999999~x", "-5~x"])
    async def test_a_damaged_place_in_the_list_is_its_beginning(self, house, operator, after):
        job = await house.scene.queued()
        assert job.id in await operator.says(f"/admin/jobs?after={after}")


class TestOne:
    async def test_its_whole_story_is_told_with_times_and_money(self, house, operator):
        job = await house.scene.queued(ANN, community=GUILD, price=5)
        await house.scene.admit(job)
        house.clock.advance(seconds=42)
        job = await house.store.move(job, Change(State.SUBMITTING, begins_attempt=True))
        job = await house.store.move(job, Change(State.RENDERING, ticket="task-9", detail="accepted"))
        house.clock.advance(minutes=3)
        change = Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.CONTENT, cost_micros=280_000)
        await house.store.move(job, change)
        said = await operator.says(f"/admin/jobs/{job.id}")
        for words in (
            "failed since 2026-11-21 09:03:42",
            "Asked by web:ann in discord:77",
            "Ended 2026-11-21 09:03:42, after 3 min 42 s",
            "Provider preview/card, task task-9",
            "5 credits, given back, from web:ann",
            "0.2800 USD, as the provider says",
            "2026-11-21 09:00:00 queued 42 s opened",
            "2026-11-21 09:00:42 rendering 3 min 00 s accepted",
            "hold -5 +5",
            "release +5 -5",
            "1 preview/card 2026-11-21 09:00:42 rendering task-9",
        ):
            assert words in said

    async def test_who_paid_from_a_pool_is_told(self, house, operator):
        wallet = await house.store.wallet(str(GUILD))
        job = await house.scene.queued(ANN, community=GUILD, price=0, pooled=True, payer=wallet.id)
        assert "held, from discord:77" in await operator.says(f"/admin/jobs/{job.id}")

    async def test_a_kept_clip_can_be_watched(self, house, operator):
        job = await house.scene.delivered()
        assert "It is no longer kept." in await operator.says(f"/admin/jobs/{job.id}")
        await keep_clip(house)
        page = await operator.get(f"/admin/jobs/{job.id}")
        link = page.split('<video controls preload="metadata" src="')[1].split('"')[0]
        assert await operator.get(link) == "clip"

    async def test_a_job_that_never_was_is_not_there(self, operator):
        assert await operator.status("/admin/jobs/nothing") == 404


class TestDeciding:
    async def test_a_job_is_cancelled_and_its_carrier_is_woken(self, house, operator):
        job = await house.scene.rendering()
        page = f"/admin/jobs/{job.id}"
        assert await operator.send(page, "/cancel") == "It will be stopped if it still can be."
        assert (await house.store.job(job.id)).cancel_asked
        assert house.engine.ensured == [job.id]
        assert "Cancel asked for" in await operator.says(page)

    async def test_what_has_ended_is_not_cancelled(self, house, operator):
        job = await house.scene.rendering()
        where, fields = await operator.form(f"/admin/jobs/{job.id}", "/cancel")
        await house.store.move(job, Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.PROVIDER))
        assert await operator.post(where, fields) == "It has already ended: it is failed."

    async def test_a_clip_is_delivered_again(self, house, operator):
        job = await house.scene.delivered()
        await keep_clip(house)
        assert await operator.send(f"/admin/jobs/{job.id}", "/redeliver") == "It is being delivered again."
        assert (await house.store.job(job.id)).state is State.DELIVERING
        assert house.engine.ensured == [job.id]

    async def test_a_clip_that_is_gone_cannot_be_delivered_again(self, house, operator):
        job = await house.scene.delivered()
        await keep_clip(house)
        where, fields = await operator.form(f"/admin/jobs/{job.id}", "/redeliver")
        await house.files.remove_clips([CLIP.file])
        assert "There is no clip to send again" in await operator.post(where, fields)

    async def test_a_clip_on_its_way_is_not_sent_twice(self, house, operator):
        job = await house.scene.delivered()
        await keep_clip(house)
        where, fields = await operator.form(f"/admin/jobs/{job.id}", "/redeliver")
        await operator.post(where, fields)
        assert await operator.post(where, fields) == "It is delivering: only what has ended is sent again."

    async def test_a_clip_whose_credits_were_given_back_costs_again(self, house, operator):
        job = await house.scene.delivering(ANN, price=600)
        await house.store.move(job, Change(State.UNDELIVERED, charge=Charge.RELEASED, reason=Reason.PLACE_GONE))
        await house.scene.queued(ANN, price=900)
        await keep_clip(house)
        said = await operator.send(f"/admin/jobs/{job.id}", "/redeliver")
        assert said == "Its credits were given back, so it costs 600 again, and 100 are there."

    async def test_an_unsure_job_goes_on_with_the_task_that_was_found(self, house, operator):
        job = await unsure(house)
        said = await operator.send(f"/admin/jobs/{job.id}", "/adopt", ticket=" task-7 ")
        assert said == "It goes on with task task-7; the clip will be free."
        adopted = await house.store.job(job.id)
        assert (adopted.state, adopted.ticket) == (State.RENDERING, "task-7")
        assert house.engine.ensured == [job.id]

    async def test_a_task_of_another_job_is_not_adopted(self, house, operator):
        await house.scene.rendering(BEN)
        job = await unsure(house)
        said = await operator.send(f"/admin/jobs/{job.id}", "/adopt", ticket="t-1")
        assert said.startswith("Task t-1 cannot be this job's")
        assert await operator.send(f"/admin/jobs/{job.id}", "/adopt", ticket="") == (
            "The task id is empty: write it as the provider's console shows it."
        )
        assert (await house.store.job(job.id)).state is State.UNSURE

    async def test_an_unsure_job_is_given_up(self, house, operator):
        job = await unsure(house)
        said = await operator.send(f"/admin/jobs/{job.id}", "/give-up")
        assert said == "It is ended as failed; its 5 credits have been given back."
        ended = await house.store.job(job.id)
        assert (ended.state, ended.reason) == (State.FAILED, Reason.BY_OPERATOR)
        assert (await house.store.story(job.id))[-1].detail == "console"
        assert await house.store.verify() == []

    async def test_what_moved_on_meanwhile_is_not_settled(self, house, operator):
        job = await unsure(house)
        page = f"/admin/jobs/{job.id}"
        forms = [await operator.form(page, act) for act in ("/adopt", "/give-up")]
        await house.store.adopt(job.id, "t-8")
        said = [await operator.post(where, fields | {"ticket": "t-9"}) for where, fields in forms]
        assert said == [
            "It is rendering: only an unsure job looks for its task.",
            "It is rendering: only unsure and overdue jobs are ended by hand.",
        ]

    async def test_a_form_about_no_job_is_refused(self, house, operator):
        job = await house.scene.rendering()
        _, fields = await operator.form(f"/admin/jobs/{job.id}", "/cancel")
        assert await operator.post("/admin/jobs/nothing/cancel", fields) == 404
        assert await operator.post(f"/admin/jobs/{job.id}/explode", fields) == 404
