"""Every sentence a person reads, by language; nothing else in the house says a word to anybody.

A new language is one more entry in `SENTENCES` and `WORDS`; a test holds every language to the same sentences with the
same values.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.model import Reason


class Say(StrEnum):
    """Names of the sentences."""

    # commands
    UNKNOWN_COMMAND = "unknown_command"
    NOT_A_JOB_ID = "not_a_job_id"
    JOB_ID_NEEDED = "job_id_needed"
    BAD_SECONDS = "bad_seconds"
    UNKNOWN_CAMERA_MOVE = "unknown_camera_move"
    TOO_MANY_MOVES = "too_many_moves"
    # to the operators
    OPERATOR_KEY = "operator_key"
    OPERATOR_BALANCE = "operator_balance"
    OPERATOR_PLAN = "operator_plan"
    OPERATOR_ADDRESS = "operator_address"
    TROUBLE = "trouble"
    NO_SUCH_JOB = "no_such_job"
    NO_JOB_YET = "no_job_yet"
    NOTHING_RUNS = "nothing_runs"
    HELP = "help"
    PRIVACY = "privacy"
    LANGUAGES = "languages"
    LANGUAGE_SET = "language_set"
    NO_SUCH_LANGUAGE = "no_such_language"
    FORGET_FIRST_ASK = "forget_first_ask"
    FORGOTTEN = "forgotten"
    EXPORTED = "exported"
    # the catalogue
    EMPTY_PROMPT = "empty_prompt"
    PROMPT_TOO_LONG = "prompt_too_long"
    NO_SUCH_MODEL = "no_such_model"
    MODEL_NEEDS_PICTURE = "model_needs_picture"
    MODEL_NEEDS_NO_PICTURE = "model_needs_no_picture"
    MODEL_TAKES_ONE_PICTURE = "model_takes_one_picture"
    MODEL_HAS_NO_MOVES = "model_has_no_moves"
    NO_SUCH_FORMAT = "no_such_format"
    MODEL_NOT_ALLOWED = "model_not_allowed"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    NOBODY_CAN = "nobody_can"
    TOO_MANY_PICTURES = "too_many_pictures"
    MODEL_LINE = "model_line"
    MODELS_INTRO = "models_intro"
    MOVES_LINE = "moves_line"
    PRICE = "price"
    PRICE_RANGE = "price_range"
    FROM_TEXT = "from_text"
    FROM_PHOTO = "from_photo"
    FROM_TWO = "from_two"
    # pictures
    PICTURE_NOT_A_PICTURE = "picture_not_a_picture"
    PICTURE_DAMAGED = "picture_damaged"
    PICTURE_TOO_LARGE_FILE = "picture_too_large_file"
    PICTURE_TOO_MANY_PIXELS = "picture_too_many_pixels"
    PICTURE_TOO_SMALL = "picture_too_small"
    PICTURE_TOO_LONG = "picture_too_long"
    PICTURE_TOOK_TOO_LONG = "picture_took_too_long"
    PICTURE_FIRST_FRAME_ONLY = "picture_first_frame_only"
    PICTURE_PADDED = "picture_padded"
    PICTURE_NOT_KEPT = "picture_not_kept"
    # money
    NOT_ENOUGH = "not_enough"
    OVER_MEMBER_DAILY = "over_member_daily"
    OVER_SERVER_DAILY = "over_server_daily"
    OVER_SERVER_MONTHLY = "over_server_monthly"
    OVER_MEMBER_RUNNING = "over_member_running"
    OVER_PER_VIDEO = "over_per_video"
    CREDITS = "credits"
    CREDITS_HELD = "credits_held"
    CREDITS_NEXT = "credits_next"
    CREDITS_DAILY = "credits_daily"
    RECEIPT_SPENT = "receipt_spent"
    RECEIPT_GRANT = "receipt_grant"
    RECEIPT_TAKE = "receipt_take"
    RECEIPT_RELEASED = "receipt_released"
    RECEIPT_HELD = "receipt_held"
    # the note
    ASKING = "asking"
    QUEUED = "queued"
    QUEUED_AT = "queued_at"
    QUEUED_AT_ABOUT = "queued_at_about"
    SUBMITTING = "submitting"
    RENDERING = "rendering"
    RENDERING_ABOUT = "rendering_about"
    RENDERING_PERCENT = "rendering_percent"
    FETCHING = "fetching"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    UNSURE = "unsure"
    OVERDUE = "overdue"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"
    DELETED = "deleted"
    CANCEL_ASKED = "cancel_asked"
    CANCEL_REFUSED = "cancel_refused"
    CANCEL_TOO_LATE = "cancel_too_late"
    MADE_OF = "made_of"
    CHARGED = "charged"
    CHARGED_NOTHING = "charged_nothing"
    GIVEN_BACK = "given_back"
    HELD = "held"
    JOB_LINE = "job_line"
    JOBS_INTRO = "jobs_intro"
    EDIT_THIS = "edit_this"
    ANSWERED_BEFORE = "answered_before"
    REDELIVERING = "redelivering"
    STILL_UNDER_WAY = "still_under_way"
    CLIP_NOT_KEPT = "clip_not_kept"
    NOTHING_TO_DELETE = "nothing_to_delete"
    # buttons
    BUTTON_CANCEL = "button_cancel"
    BUTTON_AGAIN = "button_again"
    BUTTON_EDIT = "button_edit"
    BUTTON_DELETE = "button_delete"
    BUTTON_YES = "button_yes"
    BUTTON_NO = "button_no"
    BUTTON_JOB = "button_job"
    # what one command can do, for /help and for command menus
    ABOUT_VIDEO = "about_video"
    ABOUT_AGAIN = "about_again"
    ABOUT_JOB = "about_job"
    ABOUT_JOBS = "about_jobs"
    ABOUT_CANCEL = "about_cancel"
    ABOUT_CREDITS = "about_credits"
    ABOUT_MODELS = "about_models"
    ABOUT_HELP = "about_help"
    ABOUT_PRIVACY = "about_privacy"
    ABOUT_EXPORT = "about_export"
    ABOUT_FORGET = "about_forget"
    ABOUT_LANGUAGE = "about_language"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence before it has a language."""

    say: Say
    values: Mapping[str, object] = field(default_factory=dict)


EN_SENTENCES: Mapping[Say, str] = {
    Say.UNKNOWN_COMMAND: "I do not know {command}. /help lists what I can do.",
    Say.NOT_A_JOB_ID: "“{given}” is not the id of a video. /jobs lists yours.",
    Say.JOB_ID_NEEDED: "Please name the video: {command} and its id. /jobs lists yours.",
    Say.BAD_SECONDS: "“{given}” is not a length. Write seconds=6, for example.",
    Say.UNKNOWN_CAMERA_MOVE: "“{given}” is not a camera move. /models lists them.",
    Say.TOO_MANY_MOVES: "At most {most} camera moves fit into one pair of brackets.",
    Say.TROUBLE: "I cannot write anything down at the moment, so nothing was started or charged. Please try again.",
    Say.OPERATOR_KEY: (
        "{provider} does not accept the key, so it is left alone and its videos go to other services that make the "
        "same model. Please check {variable}_API_KEY. It said: {trouble}"
    ),
    Say.OPERATOR_BALANCE: (
        "{provider} says that the balance is used up, so it is left alone and its videos go to other services that "
        "make the same model. Please top it up. It said: {trouble}"
    ),
    Say.OPERATOR_PLAN: (
        "{provider} says that the plan does not allow this, so it is left alone and its videos go to other services "
        "that make the same model. Please look at the plan. It said: {trouble}"
    ),
    Say.OPERATOR_ADDRESS: (
        "{provider} was not found at its address, so it is left alone and its videos go to other services that make "
        "the same model. Please check {variable}_BASE_URL. It said: {trouble}"
    ),
    Say.NO_SUCH_JOB: "You have no video with the id {job}. /jobs lists yours.",
    Say.NO_JOB_YET: "You have not made a video yet. Just write what it should show.",
    Say.NOTHING_RUNS: "None of your videos is being made right now.",
    Say.HELP: (
        "Write what the video should show, and add a photo if you like: it becomes the first frame, a second one the "
        "last. Options go at the end: model=… seconds=6 768P. Camera moves go in brackets: [Zoom in].\n\n{commands}"
    ),
    Say.PRIVACY: (
        "I keep your prompts, photos and clips for {days} days so that I can deliver them, and the credits you spent "
        "for the books. Prompts and photos go to the service that makes the video: {providers}. Nobody else sees "
        "them. /export hands you your videos and receipts, /forget erases everything."
    ),
    Say.LANGUAGES: "I speak: {languages}. Choose with /language and the code.",
    Say.LANGUAGE_SET: "From now on I speak English with you.",
    Say.NO_SUCH_LANGUAGE: "I do not speak “{given}”. I speak: {languages}.",
    Say.FORGET_FIRST_ASK: (
        "This erases your prompts, photos, clips and this conversation for good, stops what is running and gives "
        "nothing back. Send “/forget yes” if that is what you want."
    ),
    Say.FORGOTTEN: "It is all erased. Only amounts without your name stay in the books.",
    Say.EXPORTED: "Here are your videos, your credits and every receipt.",
    Say.EMPTY_PROMPT: "Please say what the video should show, or add a photo.",
    Say.PROMPT_TOO_LONG: "Your text has {length} characters; {model} takes at most {most}.",
    Say.NO_SUCH_MODEL: "There is no model called “{given}”. There is: {models}.",
    Say.MODEL_NEEDS_PICTURE: "{model} needs a photo to start from. Without one you can use: {models}.",
    Say.MODEL_NEEDS_NO_PICTURE: "{model} does not take a photo. With one you can use: {models}.",
    Say.MODEL_TAKES_ONE_PICTURE: "{model} takes a first frame only. With a last frame you can use: {models}.",
    Say.MODEL_HAS_NO_MOVES: "{model} does not follow [{move}]. These do: {models}.",
    Say.NO_SUCH_FORMAT: "That length and size cannot be made here. You can have: {formats}.",
    Say.MODEL_NOT_ALLOWED: "The admins here do not allow {model}. Allowed: {models}.",
    Say.CHANNEL_NOT_ALLOWED: "The admins do not allow videos in this channel.",
    Say.NOBODY_CAN: "No video service is available at the moment. Please try again later; nothing was charged.",
    Say.TOO_MANY_PICTURES: "Two photos at most: the first frame and the last frame.",
    Say.MODEL_LINE: "{model}: {formats}",
    Say.MODELS_INTRO: "What I can make:",
    Say.PRICE: "{price:credits}",
    Say.PRICE_RANGE: "{least} to {most:credits}",
    Say.FROM_TEXT: "from text",
    Say.FROM_PHOTO: "from a photo",
    Say.FROM_TWO: "from first and last frame",
    Say.MOVES_LINE: "Camera moves, in brackets in your text: {moves}.",
    Say.PICTURE_NOT_A_PICTURE: "That file is not a photo I can read. JPEG, PNG, WebP, HEIC, AVIF and GIF work.",
    Say.PICTURE_DAMAGED: "That photo is damaged or incomplete. Please send it again.",
    Say.PICTURE_TOO_LARGE_FILE: "That photo is too large: at most {most_mb} MB.",
    Say.PICTURE_TOO_MANY_PIXELS: "That photo has too many pixels: at most {most_megapixels} megapixels.",
    Say.PICTURE_TOO_SMALL: (
        "That photo is too small ({width}×{height}): its short side needs at least {least} pixels."  # noqa: RUF001
    ),
    Say.PICTURE_TOO_LONG: "That photo is too long and narrow: at most {ratio}.",
    Say.PICTURE_TOOK_TOO_LONG: "That photo could not be read in time. Please try another one.",
    Say.PICTURE_FIRST_FRAME_ONLY: "The picture was animated; I use its first frame.",
    Say.PICTURE_NOT_KEPT: "I no longer have that photo: photos are kept for {days} days. Please send it again.",
    Say.PICTURE_PADDED: "The photo was very long, so I added edges.",
    Say.NOT_ENOUGH: (
        "That costs {price:credits} and you have {balance:credits}. Nothing was charged. Whoever runs this bot can "
        "give you some: reelbot credits grant {user} 100"
    ),
    Say.OVER_MEMBER_DAILY: (
        "Each member here may spend {most:credits} a day; you have {left:credits} left and this costs "
        "{amount:credits}. It starts afresh at {resets:when}. Nothing was charged."
    ),
    Say.OVER_SERVER_DAILY: (
        "This server may spend {most:credits} a day; {left:credits} are left and this costs {amount:credits}. "
        "It starts afresh at {resets:when}. Nothing was charged."
    ),
    Say.OVER_SERVER_MONTHLY: (
        "This server may spend {most:credits} a month; {left:credits} are left and this costs {amount:credits}. "
        "It starts afresh at {resets:when}. Nothing was charged."
    ),
    Say.OVER_MEMBER_RUNNING: (
        "You may have {most:videos} under way here at once. Please wait for one to finish. Nothing was charged."
    ),
    Say.OVER_PER_VIDEO: (
        "One video may cost {most:credits} here and this one costs {amount:credits}. Nothing was charged."
    ),
    Say.CREDITS: "You have {balance:credits}.",
    Say.CREDITS_HELD: "{held:credits} more are held for videos under way.",
    Say.CREDITS_NEXT: "The next video costs from {price:credits}.",
    Say.CREDITS_DAILY: "Each day your balance is filled up to {amount:credits}.",
    Say.RECEIPT_SPENT: "{at:when} · {amount:credits} for video {job}",
    Say.RECEIPT_GRANT: "{at:when} · {amount:credits} received ({why})",
    Say.RECEIPT_TAKE: "{at:when} · {amount:credits} taken ({why})",
    Say.RECEIPT_RELEASED: "{at:when} · {amount:credits} given back for video {job}",
    Say.RECEIPT_HELD: "{at:when} · {amount:credits} set aside for video {job}",
    Say.ASKING: "This video costs {price:credits}. Shall I make it?",
    Say.QUEUED: "Waiting for its turn.",
    Say.QUEUED_AT: "Number {position} in the queue.",
    Say.QUEUED_AT_ABOUT: "Number {position} in the queue, ready in about {seconds:duration}.",
    Say.SUBMITTING: "Handing it over.",
    Say.RENDERING: "Being made.",
    Say.RENDERING_ABOUT: "Being made, about {seconds:duration} to go.",
    Say.RENDERING_PERCENT: "Being made, {percent} %.",
    Say.FETCHING: "Finished, bringing it here.",
    Say.DELIVERING: "Here it comes.",
    Say.DELIVERED: "Here is your video.",
    Say.UNSURE: (
        "The connection broke while the video was being ordered, so nobody knows whether it will be made. "
        "If it turns up, you get it free."
    ),
    Say.OVERDUE: "This takes far too long. If the video still arrives, you get it free.",
    Say.FAILED: "{reason:reason}",
    Say.CANCELLED: "{reason:reason}",
    Say.UNDELIVERED: "{reason:reason}",
    Say.DELETED: "Deleted.",
    Say.CANCEL_ASKED: "Stopping it, if it can still be stopped.",
    Say.CANCEL_REFUSED: "It could not be stopped any more: the video will come and be charged.",
    Say.CANCEL_TOO_LATE: "That video has already ended.",
    Say.MADE_OF: "{model} · {seconds} s · {resolution}",
    Say.CHARGED: "Charged {price:credits} · {job}",
    Say.CHARGED_NOTHING: "Not charged · {job}",
    Say.GIVEN_BACK: "Not charged, {price:credits} given back · {job}",
    Say.HELD: "{price:credits} · {job}",
    Say.JOB_LINE: "{job} · {state:state} · {prompt}",
    Say.JOBS_INTRO: "Your latest videos:",
    Say.EDIT_THIS: "Change the text and send it again.",
    Say.ANSWERED_BEFORE: "That question has been answered already.",
    Say.REDELIVERING: "Sending the clip again.",
    Say.STILL_UNDER_WAY: "That video is still under way.",
    Say.CLIP_NOT_KEPT: "I no longer have that clip: clips are kept for {days} days.",
    Say.NOTHING_TO_DELETE: "There is no clip to delete.",
    Say.BUTTON_CANCEL: "Cancel",
    Say.BUTTON_AGAIN: "Again",
    Say.BUTTON_EDIT: "Edit prompt",
    Say.BUTTON_DELETE: "Delete",
    Say.BUTTON_YES: "Yes, make it",
    Say.BUTTON_NO: "No",
    Say.BUTTON_JOB: "Send it again",
    Say.ABOUT_VIDEO: "Make a video",
    Say.ABOUT_AGAIN: "Make the same video once more",
    Say.ABOUT_JOB: "Show a video and send its clip again, free",
    Say.ABOUT_JOBS: "Your latest videos",
    Say.ABOUT_CANCEL: "Stop a video",
    Say.ABOUT_CREDITS: "What you have and what you spent",
    Say.ABOUT_MODELS: "What I can make, and for how much",
    Say.ABOUT_HELP: "How to ask",
    Say.ABOUT_PRIVACY: "What I keep and who else sees it",
    Say.ABOUT_EXPORT: "Your videos, credits and receipts as a file",
    Say.ABOUT_FORGET: "Erase everything I have about you",
    Say.ABOUT_LANGUAGE: "Choose your language",
}

EN_REASONS: Mapping[Reason, str] = {
    Reason.CONTENT: "The video service refused this wish because of its content.",
    Reason.INPUT: "The video service could not use this wish. Please change the text or the photo.",
    Reason.PROVIDER: "The video service failed to make this video. Please try again.",
    Reason.NO_PROVIDER: "No video service can make this at the moment. Please try again later.",
    Reason.WAITED_TOO_LONG: "Its turn did not come in time. Please try again later.",
    Reason.NEVER_CAME: "The video never arrived.",
    Reason.NO_ANSWER: "Nobody said yes, so it was not made.",
    Reason.DECLINED: "Not made.",
    Reason.BY_PERSON: "Stopped, as you asked.",
    Reason.BY_OPERATOR: "Ended by whoever runs this bot.",
    Reason.PLACE_GONE: "The video is ready, but could not be posted where you asked for it.",
    Reason.CLIP_GONE: "The clip is no longer there.",
    Reason.TOO_LARGE: "The video is ready, but too large to be posted here.",
    Reason.BUG: "Something went wrong on our side. It has been written down for whoever runs this bot.",
}

EN_STATES: Mapping[str, str] = {
    "asking": "waiting for your yes",
    "queued": "waiting",
    "submitting": "being ordered",
    "rendering": "being made",
    "fetching": "being fetched",
    "delivering": "being delivered",
    "unsure": "unsure",
    "overdue": "late",
    "delivered": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "undelivered": "not delivered",
}


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its sentences, and how it says numbers of things."""

    name: str
    sentences: Mapping[Say, str]
    reasons: Mapping[Reason, str]
    states: Mapping[str, str]
    credits: Callable[[int], str]
    videos: Callable[[int], str]
    duration: Callable[[float], str]


def _english_duration(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 people say "80 seconds", then "2 minutes"
        rounded = max(1, round(seconds)) if seconds < 10 else round(seconds / 5) * 5  # noqa: PLR2004 no false precision
        return f"{rounded} second{'' if rounded == 1 else 's'}"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"  # noqa: PLR2004 likewise


LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        name="English",
        sentences=EN_SENTENCES,
        reasons=EN_REASONS,
        states=EN_STATES,
        credits=lambda n: f"{n:,} credit{'' if n == 1 else 's'}",
        videos=lambda n: f"{n} video{'' if n == 1 else 's'}",
        duration=_english_duration,
    ),
}


class _Speaker(string.Formatter):
    """Fills a sentence; the words after the colon are kinds of values that a language says in its own way."""

    def __init__(self, language: Language) -> None:
        self.sentences = language.sentences
        self._ways: Mapping[str, Callable[[Any], str]] = {
            "credits": language.credits,
            "videos": language.videos,
            "duration": language.duration,
            "when": lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC",
            "reason": language.reasons.__getitem__,
            "state": language.states.__getitem__,
        }

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec in self._ways:
            return str(self._ways[format_spec](value))
        return str(super().format_field(value, format_spec))


_SPEAKERS = {code: _Speaker(language) for code, language in LANGUAGES.items()}


def say(sentence: Sentence, language: str) -> str:
    """Speak a sentence in *language*, in English where we do not know it."""
    speaker = _SPEAKERS.get(language, _SPEAKERS["en"])
    return speaker.vformat(speaker.sentences[sentence.say], (), dict(sentence.values))
