"""What must hold of forgetting a person, of files nobody needs, and of our own chat's messages."""

from datetime import timedelta

from bot.core.model import Charge, Clip, FileName, JobId, Request, State
from bot.core.store import Change, Grant
from tests.contracts.store_scene import ANN, BEN, CLIP


class ForgettingContract:
    async def test_forgetting_erases_what_was_said_and_keeps_the_books(self, store, scene):
        await scene.rich()
        job = await store.told(await scene.delivered(request=self.request()), "note")
        await store.add(ANN.id, "said", "{}")

        pictures, clips = await store.forget(ANN.id)

        forgotten = await store.job(job.id)
        assert (pictures, clips) == (["one.png"], [CLIP.thumbnail, CLIP.file])
        assert (forgotten.request.prompt, forgotten.place.address, forgotten.handle) == ("", "", None)
        assert forgotten.user.platform == "forgotten"
        assert "'ann" not in repr(forgotten)
        assert await store.jobs_of(ANN.id, 5) == []
        assert await store.recent(ANN.id, 5) == []
        assert await store.receipts(str(ANN.id), 5) == []
        assert (await store.wallet(str(forgotten.user))).balance == 95
        assert await store.verify() == []

    async def test_forgetting_erases_what_chats_remember_of_the_persons_videos_alone(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        mine = await store.told(await scene.delivered(), None)
        running, theirs = await scene.rendering(), await store.told(await scene.delivered(BEN), None)
        for job in (mine, running, theirs):
            await store.keep("web", f"note:{job.id}", "room-1")
            await store.keep("web", f"detour:{job.id}", "room-2")
        await store.keep("elsewhere", f"note:{mine.id}", "of another chat")

        await store.forget(ANN.id)

        assert [await store.kept("web", f"{kind}:{mine.id}") for kind in ("note", "detour")] == [None, None]
        assert await store.kept("web", f"note:{theirs.id}") == "room-1"
        assert await store.kept("elsewhere", f"note:{mine.id}") == "of another chat"
        # It is needed until the person has heard how it ended.
        assert await store.kept("web", f"note:{running.id}") == "room-1"
        ended = await store.move(await store.job(running.id), Change(State.CANCELLED, charge=Charge.RELEASED))
        await store.told(ended, None)
        await store.expired_files(scene.clock.now())
        assert await store.kept("web", f"note:{running.id}") is None

    async def test_files_of_a_forgotten_person_are_given_out_again_should_their_deletion_have_failed(
        self, store, scene
    ):
        await scene.rich()
        job = await scene.queued(request=self.request())
        await store.ask_cancel(job.id)
        ended = await store.move(await store.seize(job.id), Change(State.CANCELLED, charge=Charge.RELEASED))
        await store.told(ended, None)
        await store.forget(ANN.id)
        scene.clock.advance(days=9)

        assert await store.known_files() == ({"one.png"}, frozenset())
        assert await store.expired_files(scene.clock.now()) == (["one.png"], [])

    async def test_a_running_job_of_a_forgotten_person_is_asked_to_stop(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        since = scene.clock.now()

        await store.forget(ANN.id)

        assert await store.nudged(since) == [job.id]
        mine = await store.job(job.id)
        assert (mine.cancel_asked, mine.owner, mine.place) == (True, job.owner, job.place)
        mine = await store.move(mine, Change(State.CANCELLED, charge=Charge.RELEASED))
        await store.told(mine, None)
        assert await store.verify() == []
        await store.expired_files(scene.clock.now())
        assert (await store.job(job.id)).place.address == ""

    async def test_a_forgotten_person_is_somebody_new_but_is_not_given_the_same_gift_again(self, store):
        start = Grant("start:ann", 30, "reelbot", "start")
        await store.welcome(ANN, [start])
        await store.forget(ANN.id)

        account = await store.welcome(ANN, [start])

        assert (account.name, account.wallet.balance) == ("Ann", 0)

    async def test_forgetting_leaves_others_alone(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        job = await scene.delivered(BEN)

        assert await store.forget(ANN.id) == ([], [])

        assert await store.job(job.id) == job

    def request(self):
        return Request("hailuo", "'ann's cat'", 6, "768P", FileName("one.png"))


class UpkeepContract:
    async def test_files_of_jobs_that_ended_long_ago_are_given_out_for_a_day(self, store, scene):
        await scene.rich()
        await self.ended_with(store, scene, "a", "old.png")
        scene.clock.advance(days=8)
        before = scene.clock.now() - timedelta(days=7)

        first = await store.expired_files(before)
        scene.clock.advance(hours=23)
        again = await store.expired_files(before)
        scene.clock.advance(hours=2)
        await store.expired_files(before)

        assert first == again == (["old.png"], ["a.jpg", "a.mp4"])
        assert await store.expired_files(before) == ([], [])

    async def test_what_ended_lately_or_lives_is_kept(self, store, scene):
        await scene.rich()
        await scene.queued(request=self.wish("living.png"))
        before = scene.clock.now()
        scene.clock.advance(seconds=1)
        await self.ended_with(store, scene, "b", "new.png")

        assert await store.expired_files(before) == ([], [])

    async def test_a_picture_that_a_later_job_uses_again_is_kept(self, store, scene):
        await scene.rich()
        await self.ended_with(store, scene, "a", "shared.png")
        scene.clock.advance(days=8)
        await scene.queued(request=self.wish("shared.png"))

        assert await store.expired_files(scene.clock.now()) == ([], ["a.jpg", "a.mp4"])

    async def test_a_clip_that_is_being_sent_again_is_kept_until_it_has_ended_again(self, store, scene):
        await scene.rich()
        job = await self.ended_with(store, scene, "a", "old.png")
        scene.clock.advance(days=8)
        await store.expired_files(scene.clock.now())
        await store.redeliver(job.id)
        scene.clock.advance(days=3)

        assert await store.expired_files(scene.clock.now()) == ([], [])
        await store.move(await store.seize(job.id), Change(State.DELIVERED))
        scene.clock.advance(days=8)
        assert await store.expired_files(scene.clock.now()) == (["old.png"], ["a.jpg", "a.mp4"])

    async def test_words_are_kept_as_long_as_files_and_no_longer(self, store, scene):
        await scene.rich()
        old = await self.ended_with(store, scene, "a", "old.png")
        wordless = await store.told(await self.failed(store, scene), None)
        untold, living = await self.failed(store, scene), await scene.queued()
        scene.clock.advance(days=8)
        new = await self.ended_with(store, scene, "b", "new.png")
        await store.expired_files(scene.clock.now() - timedelta(days=7))

        assert [(await store.job(job.id)).request.prompt for job in (old, wordless)] == ["", ""]
        assert (await store.job(old.id)).result_url is None
        kept = [(await store.job(job.id)).request.prompt for job in (untold, living, new)]
        assert kept == ["a cat smiling", "a cat smiling", "a cat"]
        assert (await store.told(untold, None)).request.prompt == "a cat smiling"
        scene.clock.advance(days=3)
        await store.expired_files(scene.clock.now() - timedelta(days=7))
        assert (await store.job(untold.id)).request.prompt == ""
        assert await store.verify() == []

    async def test_what_a_chat_remembers_of_a_job_goes_with_its_words(self, store, scene):
        await scene.rich()
        old = await store.told(await self.failed(store, scene), None)
        scene.clock.advance(days=8)
        new = await store.told(await self.failed(store, scene), None)
        for key in (f"note:{old.id}", f"detour:{old.id}", f"note:{new.id}", "moved:-1"):
            await store.keep("web", key, "x")
        await store.expired_files(scene.clock.now() - timedelta(days=7))

        assert [await store.kept("web", f"{kind}:{old.id}") for kind in ("note", "detour")] == [None, None]
        assert [await store.kept("web", key) for key in (f"note:{new.id}", "moved:-1")] == ["x", "x"]

    async def test_a_conversation_is_kept_as_long_as_files_but_for_jobs_that_live_or_ended_lately(self, store, scene):
        await scene.rich()
        living, old = await scene.queued(), await scene.delivered()
        await store.add(ANN.id, "said", "long ago")
        for job in (living, old):
            await store.put_note(ANN.id, job.id, job.state)
        scene.clock.advance(days=8)
        await store.add(ANN.id, "said", "just now")
        await store.expired_files(scene.clock.now() - timedelta(days=7))

        assert [message.body for message in await store.recent(ANN.id, 9)] == ["queued", "just now"]

    async def failed(self, store, scene):
        return await store.move(await scene.queued(), Change(State.FAILED, charge=Charge.RELEASED))

    async def ended_with(self, store, scene, name, picture):
        job = await scene.rendering(request=self.wish(picture))
        clip = Clip(FileName(f"{name}.mp4"), 1, 1, 1.0, 1, FileName(f"{name}.jpg"))
        return await store.move(job, Change(State.DELIVERED, clip=clip, charge=Charge.SPENT))

    def wish(self, picture):
        return Request("hailuo", "a cat", 6, "768P", FileName(picture))


class MessagesContract:
    async def test_the_newest_messages_come_oldest_first(self, store, scene):
        for body in ("one", "two", "three"):
            await store.add(ANN.id, "said", body)
        await store.add(BEN.id, "said", "four")

        recent = await store.recent(ANN.id, 2)

        assert [(entry.kind, entry.body, entry.at) for entry in recent] == [
            ("said", "two", scene.clock.now()),
            ("said", "three", scene.clock.now()),
        ]
        assert recent[0].id < recent[1].id

    async def test_a_key_is_used_once_by_each_person(self, store):
        assert await store.add(ANN.id, "said", "hello", key="k")
        assert await store.add(ANN.id, "said", "hello", key="k") is None
        assert await store.add(BEN.id, "said", "hello", key="k")

    async def test_a_jobs_note_is_written_in_place(self, store):
        first = await store.put_note(ANN.id, JobId("job0000001"), "waiting")
        await store.add(ANN.id, "said", "hello")
        second = await store.put_note(ANN.id, JobId("job0000001"), "ready")

        assert (second.id, second.kind, second.body, second.job) == (first.id, "note", "ready", "job0000001")
        assert [entry.body for entry in await store.recent(ANN.id, 5)] == ["ready", "hello"]

    async def test_a_note_of_a_state_that_is_over_is_not_written_over_a_newer_one(self, store, scene):
        await scene.rich()
        job = await scene.rendering()
        first = await store.put_note(ANN.id, job.id, "rendering", while_in=State.RENDERING)
        await store.move(job, Change(State.FETCHING))
        await store.put_note(ANN.id, job.id, "fetching", while_in=State.FETCHING)

        left = await store.put_note(ANN.id, job.id, "half of it rendered", while_in=State.RENDERING)

        assert (left.id, left.body) == (first.id, "fetching")
        assert (await store.put_note(ANN.id, job.id, "here it is")).body == "here it is"

    async def test_a_note_is_written_whatever_state_other_jobs_are_in(self, store, scene):
        await scene.rich()
        job, other = await scene.rendering(), await scene.rendering()
        for one in (job, other):
            await store.put_note(ANN.id, one.id, "rendering", while_in=State.RENDERING)
        await store.move(job, Change(State.FETCHING))

        note = await store.put_note(ANN.id, job.id, "fetching", while_in=State.FETCHING)

        assert note.body == "fetching"

    async def test_a_note_can_be_removed_and_its_number_never_comes_again(self, store):
        note = await store.put_note(ANN.id, JobId("job0000001"), "waiting")

        assert await store.remove(ANN.id, JobId("job0000001")) == note.id
        assert await store.remove(ANN.id, JobId("job0000001")) is None
        later = await store.add(ANN.id, "said", "hello")
        assert later.id > note.id
