"""Files appear whole under plain names, or not at all."""

import asyncio

import pytest

from bot.core.model import FileName
from bot.core.ports import Files, TooLarge
from storage.files import BadName, DiskFiles


@pytest.fixture
def files(tmp_path) -> Files:
    return DiskFiles(tmp_path / "data")


async def stream(*chunks):
    for chunk in chunks:
        yield chunk


async def test_a_kept_picture_is_moved_in_under_its_name(files, tmp_path):
    source = tmp_path / "checked.png"
    await asyncio.to_thread(source.write_bytes, b"png")

    await files.keep_picture(source, FileName("a.png"))

    path = files.picture(FileName("a.png"))
    assert await asyncio.to_thread(path.read_bytes) == b"png"
    assert not await asyncio.to_thread(source.exists)


async def test_a_kept_clip_replaces_an_earlier_one(files):
    for content in (b"one", b"two"):
        async with files.scratch() as folder:
            await asyncio.to_thread((folder / "x.mp4").write_bytes, content)
            await files.keep_clip(folder / "x.mp4", FileName("a.mp4"))

    assert await asyncio.to_thread(files.clip(FileName("a.mp4")).read_bytes) == b"two"


async def test_a_scratch_folder_is_gone_after_its_block_even_after_an_error(files):
    folders = []

    async def fail():
        async with files.scratch() as folder:
            folders.append(folder)
            await asyncio.to_thread((folder / "x").write_bytes, b"x")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert not await asyncio.to_thread(folders[0].exists)


async def test_what_a_killed_process_left_in_scratch_is_emptied(files, tmp_path):
    left = tmp_path / "data/scratch/left"
    await asyncio.to_thread(left.mkdir, parents=True)

    await files.empty_scratch()

    assert not await asyncio.to_thread(left.exists)
    async with files.scratch() as folder:
        assert await asyncio.to_thread(folder.exists)


async def test_a_stream_of_the_allowed_length_is_written_whole(files, tmp_path):
    chunks = [b"a" * 700_000, b"b" * 700_000, b"c"]

    size = await files.receive(stream(*chunks), tmp_path / "x.mp4", 1_400_001)

    assert size == 1_400_001
    assert await asyncio.to_thread((tmp_path / "x.mp4").read_bytes) == b"".join(chunks)


async def test_a_stream_that_is_too_long_leaves_nothing(files, tmp_path):
    with pytest.raises(TooLarge) as refusal:
        await files.receive(stream(b"12345", b"6"), tmp_path / "x.mp4", 5)

    assert refusal.value.most_bytes == 5
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []


async def test_a_stream_that_breaks_off_leaves_nothing(files, tmp_path):
    async def broken():
        yield b"12345"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.receive(broken(), tmp_path / "x.mp4", 100)

    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []


async def test_removing_what_is_gone_already_is_fine(files, tmp_path):
    await asyncio.to_thread((tmp_path / "x").write_bytes, b"x")
    await files.keep_clip(tmp_path / "x", FileName("a.mp4"))

    await files.remove_clips([FileName("a.mp4"), FileName("never.mp4")])
    await files.remove_pictures([FileName("never.png")])

    assert not await asyncio.to_thread(files.clip(FileName("a.mp4")).exists)


@pytest.mark.parametrize("name", ["../a", "a/b", "/a", "", ".", "..", ".hidden", "a\\b", "a\0", "a\n", "x" * 300])
def test_a_name_that_could_leave_its_folder_is_refused(files, name):
    for find in (files.picture, files.clip):
        with pytest.raises(BadName):
            find(FileName(name))
