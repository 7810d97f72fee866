"""The questions that are asked all day, and something to ask them about."""

from datetime import UTC, datetime

from storage import (
    admission,
    blocks,
    calls,
    forgetting,
    inbox,
    jobs,
    learning,
    listing,
    messages,
    money,
    outside,
    providers,
    upkeep,
)

EVERYDAY = {
    "a job by its id": jobs.ONE,
    "a job by its message": jobs.BY_KEY,
    "every living job": jobs.SEIZE_ALL,
    "a person's jobs": listing.OF_USER,
    "the newest jobs": listing.NEWEST,
    "the newest jobs in a state": listing.IN_STATE,
    "a job's story": listing.STORY,
    "jobs nudged lately": outside.NUDGED,
    "whether somebody waits": admission.SOMEBODY_WAITS,
    "who waits": admission.WAITERS,
    "what is under way": admission.UNDER_WAY,
    "calls of the last minute": admission.BEGUN,
    "a wallet by its owner": money.BY_OWNER,
    "the newest lines of a wallet": money.NEWEST,
    "durations of an offer": learning.NEWEST,
    "a conversation": messages.NEWEST,
    "paid calls around a lost one": calls.NEIGHBOURS,
    "whose a ticket is": calls.BROUGHT,
    "letters that wait": inbox.WAITING,
    "what a chat remembers": inbox.KEPT,
    "the price of a clip": providers.PRICE,
    "what is blocked in a community": blocks.STANDING_OF,
    "when a person was refused": blocks.REJECTIONS,
    "what a person reported": blocks.REPORTED,
    "files nobody needs": upkeep.OVER,
    "files given out before": upkeep.LET_GO,
    "files that a job still has": upkeep.KNOWN,
    "forgotten people's jobs": forgetting.SCRUB,
}

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
ASKED = {
    **dict.fromkeys(("job", "draft_key", "user", "in_state", "whose", "of", "at", "named", "in_resolution"), "x"),
    **dict.fromkeys(("since", "until", "now", "before", "given_before"), MOMENT),
    "providers": ["a", "b"],
    **dict.fromkeys(("most", "number", "lasting"), 1),
}
