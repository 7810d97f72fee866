"""Finding a lost call's task in MiniMax's list: the documented page, its imitations, and every doubt."""

from datetime import UTC, datetime

import pytest

from providers.contract import LostCall, Order
from providers.errors import UnexpectedReply
from providers.http import Reply
from providers.minimax_lost import Listed, listed, pick

NOW = 1785225940
DOCUMENTED = {
    "items": [
        {
            "id": "424635601932571",
            "model": "MiniMax-H3",
            "status": "succeeded",
            "created_at": 1785225940,
            "updated_at": 1785226100,
            "content": {"url": "https://video-product.cdn.minimax.io/inference_output/rollout/2026-07-28/output.mp4"},
            "resolution": "2K",
            "duration": 5,
            "usage": {
                "total_seconds": 5,
                "input_seconds": 0,
                "output_seconds": 5,
                "input_image_count": 1,
                "input_audio_seconds": 6,
                "total_tokens": 273890,
                "prompt_tokens": 13500,
                "completion_tokens": 260390,
            },
            "ratio": "adaptive",
            "task_type": "generation",
        },
        {
            "id": "424635601932587",
            "model": "MiniMax-H3",
            "status": "queued",
            "created_at": 1785225940,
            "updated_at": 1785226100,
            "resolution": "2K",
            "duration": 8,
            "usage": {},
            "ratio": "9:16",
            "task_type": "generation",
        },
    ],
    "total": 476,
}
ENTRY = {"id": "1", "model": "MiniMax-H3", "resolution": "2K", "duration": 8, "created_at": NOW}
TASK = Listed("1", "MiniMax-H3", "2K", 8, NOW)


def test_the_documents_page_is_read():
    assert listed(_reply(DOCUMENTED)) == (
        Listed("424635601932571", "MiniMax-H3", "2K", 5, NOW),
        Listed("424635601932587", "MiniMax-H3", "2K", 8, NOW),
    )


def test_the_documents_queued_task_is_the_lost_one():
    assert pick(listed(_reply(DOCUMENTED)), _lost()) == "424635601932587"


@pytest.mark.parametrize(
    "body",
    [
        {"items": [ENTRY]},
        {"tasks": [ENTRY]},
        {"data": [ENTRY]},
        {"task_list": [ENTRY], "items": None},
        {"items": [{"task": ENTRY}]},
        {"items": [ENTRY | {"id": 1, "duration": "8", "created_at": str(NOW)}]},
        {"items": [ENTRY | {"id": None, "task_id": 1}]},
        {"items": [ENTRY | {"content": {"url": "https://x/y.mp4"}}]},
    ],
)
def test_imitations_of_the_list_are_read_too(body):
    assert listed(_reply(body)) == (TASK,)


@pytest.mark.parametrize(
    "echo",
    [
        {"prompt": " a cat "},
        {"content": [{"type": "image_url"}, {"type": "text", "text": "a cat"}]},
    ],
)
def test_a_prompt_that_is_repeated_has_to_be_ours(echo):
    tasks = listed(_reply({"items": [ENTRY | echo]}))
    assert pick(tasks, _lost()) == "1"
    assert pick(tasks, _lost(prompt="a dog")) is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"items": {}},
        {"items": [1]},
        {"items": [{"task": None}]},
        {"items": [ENTRY | {"id": ""}]},
        {"items": [ENTRY | {"created_at": None}]},
        {"items": [ENTRY | {"created_at": "yesterday"}]},
    ],
)
def test_a_list_that_leaves_anything_open_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        listed(_reply(body))


def test_an_empty_list_holds_no_lost_task():
    assert pick(listed(_reply({"items": []})), _lost()) is None


@pytest.mark.parametrize(
    "changes", [{"model": None}, {"resolution": ""}, {"duration": None}, {"duration": 6}, {"task_type": "regeneration"}]
)
def test_a_task_that_does_not_say_what_we_asked_for_is_not_ours(changes):
    assert pick(listed(_reply({"items": [ENTRY | changes]})), _lost()) is None


def test_a_task_seen_on_two_pages_is_one_task():
    assert pick((TASK, TASK), _lost()) == "1"


def test_of_two_that_could_be_it_neither_is_taken():
    with pytest.raises(UnexpectedReply):
        pick((TASK, Listed("2", "MiniMax-H3", "2K", 8, NOW + 1)), _lost())


def test_a_task_of_another_job_is_not_ours():
    assert pick((TASK,), _lost(others=frozenset({"1"}))) is None


def _lost(prompt="a cat", others=frozenset()):
    order = Order("abc123def4", "MiniMax-H3", prompt, 8, "2K")
    return LostCall(order, datetime.fromtimestamp(NOW, UTC), others)


def _reply(body):
    return Reply(200, body, "")
