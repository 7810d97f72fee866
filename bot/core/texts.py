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

MOMENT = "%Y-%m-%d %H:%M UTC"
"""How a moment is written, followed where it is still to come by how long that is in brackets: chats that can show
each reader the time of their own clock find it by that."""


class Say(StrEnum):
    """Names of the sentences."""

    # commands
    UNKNOWN_COMMAND = "unknown_command"
    NOT_A_JOB_ID = "not_a_job_id"
    JOB_ID_NEEDED = "job_id_needed"
    BAD_SECONDS = "bad_seconds"
    BAD_SPOILER = "bad_spoiler"
    UNKNOWN_CAMERA_MOVE = "unknown_camera_move"
    BRACKET_PASSED_OVER = "bracket_passed_over"
    TOO_MANY_MOVES = "too_many_moves"
    # to the operators
    OPERATOR_KEY = "operator_key"
    OPERATOR_BALANCE = "operator_balance"
    OPERATOR_PLAN = "operator_plan"
    OPERATOR_ADDRESS = "operator_address"
    OPERATOR_UNSURE = "operator_unsure"
    OPERATOR_UNSURE_MANY = "operator_unsure_many"
    OPERATOR_DISK = "operator_disk"
    OPERATOR_DRIFT = "operator_drift"
    OPERATOR_REPORT = "operator_report"
    OPERATOR_REPORT_BARE = "operator_report_bare"
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
    EXPORTED_IN_PART = "exported_in_part"
    # the catalogue
    EMPTY_PROMPT = "empty_prompt"
    PROMPT_NEEDED = "prompt_needed"
    PROMPT_TOO_LONG = "prompt_too_long"
    PROMPT_TOO_LONG_FOR = "prompt_too_long_for"
    NOTHING_NEEDS_NO_PICTURE = "nothing_needs_no_picture"
    NOTHING_TAKES_A_PICTURE = "nothing_takes_a_picture"
    NOTHING_TAKES_TWO_PICTURES = "nothing_takes_two_pictures"
    NOTHING_HAS_MOVES = "nothing_has_moves"
    NOTHING_NEEDS_NO_WORDS = "nothing_needs_no_words"
    NO_SUCH_MODEL = "no_such_model"
    MODEL_NEEDS_PICTURE = "model_needs_picture"
    MODEL_NEEDS_NO_PICTURE = "model_needs_no_picture"
    MODEL_TAKES_ONE_PICTURE = "model_takes_one_picture"
    MODEL_HAS_NO_MOVES = "model_has_no_moves"
    NO_SUCH_FORMAT = "no_such_format"
    MODEL_NOT_ALLOWED = "model_not_allowed"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    ONLY_AGE_RESTRICTED = "only_age_restricted"
    NOT_AGE_RESTRICTED = "not_age_restricted"
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
    PROMPT_NOT_KEPT = "prompt_not_kept"
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
    CREDITS_LEFT_HERE = "credits_left_here"
    CREDITS_POOL_HERE = "credits_pool_here"
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
    BUTTON_REPORT = "button_report"
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
    # usage
    ABOUT_USAGE = "about_usage"
    BAD_DAYS = "bad_days"
    USAGE_OF_ALL = "usage_of_all"
    USAGE_OF_SERVER = "usage_of_server"
    USAGE_OF_PERSON = "usage_of_person"
    USAGE_TOTAL = "usage_total"
    USAGE_NOTHING = "usage_nothing"
    USAGE_DAY = "usage_day"
    USAGE_MODELS = "usage_models"
    USAGE_MODEL = "usage_model"
    USAGE_SPENDERS = "usage_spenders"
    USAGE_SPENDER = "usage_spender"
    USAGE_CHART_TITLE = "usage_chart_title"
    USAGE_CHART_VIDEOS = "usage_chart_videos"
    USAGE_CHART_CREDITS = "usage_chart_credits"
    USAGE_CHART_MODELS = "usage_chart_models"
    USAGE_CHART_SPENDERS = "usage_chart_spenders"
    USAGE_MADE = "usage_made"
    USAGE_FAILED = "usage_failed"
    USAGE_CREDITS = "usage_credits"
    # Discord
    PICTURE_NOT_LOADED = "picture_not_loaded"
    NOT_YOUR_BUTTON = "not_your_button"
    NO_PICTURE_THERE = "no_picture_there"
    WATCH_CLIP = "watch_clip"
    ANIMATE_THIS = "animate_this"
    DIALOG_TITLE_EDIT = "dialog_title_edit"
    DIALOG_TITLE_ANIMATE = "dialog_title_animate"
    DIALOG_PROMPT = "dialog_prompt"
    DIALOG_PROMPT_HINT = "dialog_prompt_hint"
    DIALOG_OPTIONS = "dialog_options"
    DIALOG_OPTIONS_HINT = "dialog_options_hint"
    DIALOG_FIRST_FRAME = "dialog_first_frame"
    DIALOG_LAST_FRAME = "dialog_last_frame"
    DIALOG_EXPIRED = "dialog_expired"
    OPTION_PROMPT = "option_prompt"
    OPTION_IMAGE = "option_image"
    OPTION_LAST_IMAGE = "option_last_image"
    OPTION_MODEL = "option_model"
    OPTION_SECONDS = "option_seconds"
    OPTION_RESOLUTION = "option_resolution"
    OPTION_CAMERA = "option_camera"
    OPTION_JOB = "option_job"
    OPTION_JOB_TO_SHOW = "option_job_to_show"
    OPTION_JOB_TO_CANCEL = "option_job_to_cancel"
    OPTION_LANGUAGE = "option_language"
    OPTION_CONFIRM = "option_confirm"
    CHOICE_CONFIRM = "choice_confirm"
    MODEL_CHOICE = "model_choice"
    ABOUT_LIMITS_SHOW = "about_limits_show"
    ABOUT_LIMITS_SET = "about_limits_set"
    ABOUT_LIMITS_MODELS = "about_limits_models"
    ABOUT_LIMITS_CHANNELS = "about_limits_channels"
    ABOUT_LIMITS_POOL = "about_limits_pool"
    ABOUT_LIMITS_AGE_RESTRICTED = "about_limits_age_restricted"
    ABOUT_LIMITS_SPOILER = "about_limits_spoiler"
    ABOUT_BLOCK_WORDS = "about_block_words"
    ABOUT_BLOCK_PERSON = "about_block_person"
    ABOUT_BLOCK_SERVER = "about_block_server"
    OPTION_LIMIT = "option_limit"
    OPTION_VALUE = "option_value"
    OPTION_MEMBER = "option_member"
    OPTION_ROLE = "option_role"
    OPTION_NAMES = "option_names"
    OPTION_CHANNEL = "option_channel"
    OPTION_ALL_CHANNELS = "option_all_channels"
    OPTION_POOL = "option_pool"
    OPTION_AGE_RESTRICTED = "option_age_restricted"
    OPTION_COVERED = "option_covered"
    OPTION_SPOILER = "option_spoiler"
    OPTION_DAYS = "option_days"
    OPTION_WHO = "option_who"
    OPTION_AMOUNT = "option_amount"
    OPTION_REASON = "option_reason"
    OPTION_PROVIDER = "option_provider"
    OPTION_WORDS = "option_words"
    OPTION_PATTERN = "option_pattern"
    OPTION_PERSON = "option_person"
    OPTION_SERVER = "option_server"
    OPTION_HERE = "option_here"
    OPTION_REPORTED_JOB = "option_reported_job"
    CHOICE_MEMBER_DAILY = "choice_member_daily"
    CHOICE_SERVER_DAILY = "choice_server_daily"
    CHOICE_SERVER_MONTHLY = "choice_server_monthly"
    CHOICE_MEMBER_RUNNING = "choice_member_running"
    CHOICE_PER_VIDEO = "choice_per_video"
    # Telegram
    TELEGRAM_NOT_YOURS = "telegram_not_yours"
    TELEGRAM_OLD_BUTTON = "telegram_old_button"
    TELEGRAM_RIGHTS_UNKNOWN = "telegram_rights_unknown"
    TELEGRAM_STICKER = "telegram_sticker"
    TELEGRAM_MOVING_STICKER = "telegram_moving_sticker"
    TELEGRAM_VIDEO = "telegram_video"
    TELEGRAM_ONLY_WORDS = "telegram_only_words"
    TELEGRAM_NOT_FETCHED = "telegram_not_fetched"
    TELEGRAM_IN_PRIVATE = "telegram_in_private"
    TELEGRAM_START_FIRST = "telegram_start_first"
    TELEGRAM_OPEN = "telegram_open"
    TELEGRAM_CHOOSE = "telegram_choose"
    TELEGRAM_CHOOSE_HOW = "telegram_choose_how"
    TELEGRAM_MAKE = "telegram_make"
    TELEGRAM_LIMIT_BUTTON = "telegram_limit_button"
    TELEGRAM_LIMIT_PICK = "telegram_limit_pick"
    TELEGRAM_LIMIT_TICKS = "telegram_limit_ticks"
    TELEGRAM_LIMIT_OTHER = "telegram_limit_other"
    TELEGRAM_LIMIT_WRITE = "telegram_limit_write"
    TELEGRAM_LIMIT_TOPIC = "telegram_limit_topic"
    TELEGRAM_LIMIT_THIS_TOPIC = "telegram_limit_this_topic"
    TELEGRAM_LIMIT_GENERAL = "telegram_limit_general"
    TELEGRAM_LIMIT_MEANWHILE = "telegram_limit_meanwhile"
    TELEGRAM_LIMIT_BACK = "telegram_limit_back"
    # the web page
    PRICE_AHEAD = "price_ahead"
    PRICE_AHEAD_ASKED = "price_ahead_asked"
    PRICE_AHEAD_TOO_MUCH = "price_ahead_too_much"
    # admins and operators
    ADMINS_ONLY = "admins_only"
    OPERATORS_ONLY = "operators_only"
    ANONYMOUS = "anonymous"
    LIMITS_ELSEWHERE = "limits_elsewhere"
    LIMITS_USAGE = "limits_usage"
    LIST_USAGE = "list_usage"
    NO_SUCH_LIMIT = "no_such_limit"
    BAD_LIMIT = "bad_limit"
    BAD_OVERRIDE = "bad_override"
    NO_CHANNEL_HERE = "no_channel_here"
    NO_AGES_HERE = "no_ages_here"
    NO_SERVER_HERE = "no_server_here"
    LIMIT_CHANGED = "limit_changed"
    LIMIT_UNCHANGED = "limit_unchanged"
    LIMITS_INTRO = "limits_intro"
    LIMIT_MEMBER_DAILY = "limit_member_daily"
    LIMIT_SERVER_DAILY = "limit_server_daily"
    LIMIT_SERVER_MONTHLY = "limit_server_monthly"
    LIMIT_MEMBER_RUNNING = "limit_member_running"
    LIMIT_PER_VIDEO = "limit_per_video"
    LIMIT_OVERRIDE = "limit_override"
    LIMIT_MODELS = "limit_models"
    LIMIT_CHANNELS = "limit_channels"
    LIMIT_AGE_RESTRICTED = "limit_age_restricted"
    LIMIT_SPOILER = "limit_spoiler"
    LIMIT_POOL = "limit_pool"
    LIMITS_RESET = "limits_reset"
    LIMIT_OFF = "limit_off"
    LIMIT_ON = "limit_on"
    LIMIT_ALL = "limit_all"
    LIMIT_NONE = "limit_none"
    LIMIT_AS_ALL = "limit_as_all"
    LIMIT_AGE_ANY = "limit_age_any"
    LIMIT_AGE_ONLY = "limit_age_only"
    LIMIT_AGE_NEVER = "limit_age_never"
    VIDEOS = "videos"
    OVER_EVERYWHERE_MEMBER_DAILY = "over_everywhere_member_daily"
    OVER_EVERYWHERE_SERVER_DAILY = "over_everywhere_server_daily"
    OVER_EVERYWHERE_SERVER_MONTHLY = "over_everywhere_server_monthly"
    OVER_EVERYWHERE_MEMBER_RUNNING = "over_everywhere_member_running"
    OVER_EVERYWHERE_PER_VIDEO = "over_everywhere_per_video"
    CHARGED_POOL = "charged_pool"
    GIVEN_BACK_POOL = "given_back_pool"
    HELD_POOL = "held_pool"
    GRANT_USAGE = "grant_usage"
    NAMES_NOBODY = "names_nobody"
    BAD_AMOUNT = "bad_amount"
    TAKE_TOO_MUCH = "take_too_much"
    CREDITS_MOVED = "credits_moved"
    NO_SUCH_PROVIDER = "no_such_provider"
    PAUSED = "paused"
    PAUSED_ALREADY = "paused_already"
    RESUMED = "resumed"
    NOT_PAUSED = "not_paused"
    ABOUT_LIMITS = "about_limits"
    ABOUT_GRANT = "about_grant"
    ABOUT_TAKE = "about_take"
    ABOUT_PAUSE = "about_pause"
    ABOUT_RESUME = "about_resume"
    # blocks, waits and reports
    BLOCK_USAGE = "block_usage"
    BLOCK_ELSEWHERE = "block_elsewhere"
    WORDS_USAGE = "words_usage"
    BAD_WORD = "bad_word"
    BAD_PATTERN = "bad_pattern"
    NAMES_NO_PERSON = "names_no_person"
    TOO_MANY_BLOCKS = "too_many_blocks"
    TOO_MANY_PATTERNS = "too_many_patterns"
    BLOCKED_HERE = "blocked_here"
    BLOCKED_EVERYWHERE = "blocked_everywhere"
    BLOCKED_ALREADY = "blocked_already"
    UNBLOCKED = "unblocked"
    NOT_BLOCKED = "not_blocked"
    NOTHING_BLOCKED = "nothing_blocked"
    BLOCKS_HERE = "blocks_here"
    BLOCKS_EVERYWHERE = "blocks_everywhere"
    MORE_BLOCKED = "more_blocked"
    WORDS_BLOCKED = "words_blocked"
    WORDS_NOT_CHECKED = "words_not_checked"
    PERSON_BLOCKED = "person_blocked"
    PERSON_BLOCKED_HERE = "person_blocked_here"
    SERVER_BLOCKED = "server_blocked"
    COOLING_DOWN = "cooling_down"
    REPORT_USAGE = "report_usage"
    NOTHING_TO_REPORT = "nothing_to_report"
    REPORTED = "reported"
    REPORTED_HERE = "reported_here"
    ADMIN_REPORT = "admin_report"
    ADMIN_REPORT_BARE = "admin_report_bare"
    REPORTED_BEFORE = "reported_before"
    REPORTS_ENOUGH = "reports_enough"
    ABOUT_BLOCK = "about_block"
    ABOUT_UNBLOCK = "about_unblock"
    ABOUT_BLOCKED = "about_blocked"
    ABOUT_REPORT = "about_report"


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
    Say.BAD_SPOILER: "“{given}” is neither on nor off. Write spoiler=on to have the clip covered.",
    Say.UNKNOWN_CAMERA_MOVE: "“{given}” is not a camera move. /models lists them.",
    Say.BRACKET_PASSED_OVER: (
        "“[{given}]” is no camera move, so I read it as part of the story. /models lists the moves there are."
    ),
    Say.TOO_MANY_MOVES: "At most {most} camera moves fit into one pair of brackets.",
    Say.TROUBLE: "I cannot write anything down at the moment, so nothing was started or charged. Please try again.",
    Say.OPERATOR_KEY: (
        "{provider} refuses our key. Please check {variable}_API_KEY. It is tried again every ten minutes; until then "
        "its videos go to other services of the same model, or end without charge. It said: {trouble}"
    ),
    Say.OPERATOR_BALANCE: (
        "{provider} says that our balance is used up. Please top it up. It is tried again every ten minutes; until "
        "then its videos go to other services of the same model, or end without charge. It said: {trouble}"
    ),
    Say.OPERATOR_PLAN: (
        "{provider} is not in our plan, or not there any more. It is tried again every ten minutes; until then its "
        "videos go to other services of the same model, or end without charge. It said: {trouble}"
    ),
    Say.OPERATOR_ADDRESS: (
        "{provider} was not found at its address. Please check {variable}_BASE_URL. It is tried again every ten "
        "minutes; until then its videos go to other services of the same model, or end without charge. It said: "
        "{trouble}"
    ),
    Say.OPERATOR_UNSURE: (
        "The answer of {provider} to the paid call of video {job} was lost, so nobody knows whether it is being made. "
        "Its credits were given back. If you find it at {provider}, its task id brings it in: reelbot jobs settle "
        "{job} --ticket ID"
    ),
    Say.OPERATOR_UNSURE_MANY: (
        "The answers of {provider} to the paid calls of {count:videos} were lost, so nobody knows whether they are "
        "being made. Their credits were given back. reelbot jobs list --state unsure shows them; a task id that you "
        "find at {provider} brings one in: reelbot jobs settle {job} --ticket ID"
    ),
    Say.OPERATOR_DISK: (
        "The disk is nearly full: {free} are free ({percent} %). When it is full nothing can be written down and no "
        "clip fetched. Please make room, or keep clips for fewer days (KEEP_DAYS)."
    ),
    Say.OPERATOR_DRIFT: (
        "The books do not balance, in {count} places. The first: “{rule}” does not hold for {where}, where {expected} "
        "was expected and {found} was found. reelbot ledger verify shows all of them. You are told once a day while "
        "it lasts."
    ),
    Say.OPERATOR_REPORT: "{who} reports video {job} ({where}): “{reason}”. Look at it with: reelbot jobs show {job}",
    Say.OPERATOR_REPORT_BARE: "{who} reports video {job} ({where}). Look at it with: reelbot jobs show {job}",
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
        "them. /export hands you your videos and receipts, /forget erases everything, "
        "though not that you were blocked."
    ),
    Say.LANGUAGES: "I speak: {languages}. Choose with /language and the code.",
    Say.LANGUAGE_SET: "From now on I speak English with you.",
    Say.NO_SUCH_LANGUAGE: "I do not speak “{given}”. I speak: {languages}.",
    Say.FORGET_FIRST_ASK: (
        "This erases your prompts, photos, clips and this conversation for good, stops what is running and gives "
        "nothing back. Send “/forget yes” if that is what you want."
    ),
    Say.FORGOTTEN: "It is all erased. Only amounts without your name stay in the books.",
    Say.EXPORTED: "Here is everything I have of you: videos, pictures, messages, credits and every receipt.",
    Say.EXPORTED_IN_PART: (
        "Here is everything I have of you, but for {count} of the pictures and clips: this chat takes no larger file. "
        "The document in it names them, and /job with a video's id sends its clip again."
    ),
    Say.EMPTY_PROMPT: "Please say what the video should show, or add a photo.",
    Say.PROMPT_NEEDED: "{model} needs some words beside the photo. Without words you can use: {models}.",
    Say.PROMPT_TOO_LONG: "Your text has {length} characters; {model} takes at most {most}.",
    Say.PROMPT_TOO_LONG_FOR: (
        "Your text has {length} characters; {model} takes at most {most}. For longer texts there is: {models}."
    ),
    Say.NO_SUCH_MODEL: "There is no model called “{given}”. There is: {models}.",
    Say.NOTHING_NEEDS_NO_PICTURE: "Every model here needs a photo to start from. Please add one.",
    Say.NOTHING_TAKES_A_PICTURE: "No model here takes a photo. Please ask without one.",
    Say.NOTHING_TAKES_TWO_PICTURES: "No model here takes a last frame. Please send one photo.",
    Say.NOTHING_HAS_MOVES: "No model here follows [{move}] like that. Please leave the brackets out.",
    Say.NOTHING_NEEDS_NO_WORDS: "Please write some words beside the photo: every model here needs them.",
    Say.MODEL_NEEDS_PICTURE: "{model} needs a photo to start from. Without one you can use: {models}.",
    Say.MODEL_NEEDS_NO_PICTURE: "{model} does not take a photo. With one you can use: {models}.",
    Say.MODEL_TAKES_ONE_PICTURE: "{model} takes a first frame only. With a last frame you can use: {models}.",
    Say.MODEL_HAS_NO_MOVES: "{model} does not follow [{move}]. These do: {models}.",
    Say.NO_SUCH_FORMAT: "That length and size cannot be made here. You can have: {formats}.",
    Say.MODEL_NOT_ALLOWED: "The admins here do not allow {model}. Allowed: {models}.",
    Say.CHANNEL_NOT_ALLOWED: "The admins do not allow videos in this channel.",
    Say.ONLY_AGE_RESTRICTED: "The admins allow videos in age-restricted channels alone. Nothing was charged.",
    Say.NOT_AGE_RESTRICTED: "The admins do not allow videos in age-restricted channels. Nothing was charged.",
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
    Say.PROMPT_NOT_KEPT: "I no longer have the words of that video: they are kept for {days} days. Please write anew.",
    Say.PICTURE_PADDED: "The photo was very long, so I added edges.",
    Say.NOT_ENOUGH: (
        "That costs {price:credits} and you have {balance:credits}. Nothing was charged. Whoever runs this bot can "
        "give you some: reelbot credits grant {user} 100"
    ),
    Say.OVER_MEMBER_DAILY: (
        "You may spend {most:credits} a day here; you have {left:credits} left and this costs "
        "{amount:credits}. It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
    ),
    Say.OVER_SERVER_DAILY: (
        "This server may spend {most:credits} a day; {left:credits} are left and this costs {amount:credits}. "
        "It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
    ),
    Say.OVER_SERVER_MONTHLY: (
        "This server may spend {most:credits} a month; {left:credits} are left and this costs {amount:credits}. "
        "It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
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
    Say.CREDITS_LEFT_HERE: "Here you may spend {left:credits} more today, of {most:credits}.",
    Say.CREDITS_POOL_HERE: "Here the server pays as long as it can: it has {balance:credits}.",
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
        "The video service's answer got lost, so nobody knows whether it will be made. If it turns up, you get it free."
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
    Say.BUTTON_REPORT: "Report",
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
    Say.ABOUT_USAGE: "Show what was made and spent in the last days",
    Say.BAD_DAYS: "“{given}” is no number of days: write a whole number from 1 to {most}.",
    Say.USAGE_OF_ALL: "Everybody's videos",
    Say.USAGE_OF_SERVER: "This server's videos",
    Say.USAGE_OF_PERSON: "Your videos",
    Say.USAGE_TOTAL: "Since {first}: {videos:videos}, {failed} failed ({percent} % success), {credits:credits}.",
    Say.USAGE_NOTHING: "Nothing was made since {first}.",
    Say.USAGE_DAY: "{day} · {videos:videos}, {failed} failed, {credits:credits}",
    Say.USAGE_MODELS: "By model:",
    Say.USAGE_MODEL: "{model} · {videos:videos}, {failed} failed, {credits:credits}",
    Say.USAGE_SPENDERS: "Who spent most:",
    Say.USAGE_SPENDER: "{who} · {credits:credits}, {videos:videos}",
    Say.USAGE_CHART_TITLE: "Usage",
    Say.USAGE_CHART_VIDEOS: "Videos by day",
    Say.USAGE_CHART_CREDITS: "Credits by day",
    Say.USAGE_CHART_MODELS: "Videos by model",
    Say.USAGE_CHART_SPENDERS: "Credits by person",
    Say.USAGE_MADE: "delivered",
    Say.USAGE_FAILED: "failed",
    Say.USAGE_CREDITS: "credits",
    # Discord
    Say.PICTURE_NOT_LOADED: "I could not load that photo from Discord. Please send it again. Nothing was charged.",
    Say.NOT_YOUR_BUTTON: "That button belongs to whoever asked for the video. Make your own with /video.",
    Say.NO_PICTURE_THERE: "There is no picture in that message.",
    Say.WATCH_CLIP: "Watch the video",
    Say.ANIMATE_THIS: "Animate this image",
    Say.DIALOG_TITLE_EDIT: "Edit prompt",
    Say.DIALOG_TITLE_ANIMATE: "Animate this image",
    Say.DIALOG_PROMPT: "What should the video show?",
    Say.DIALOG_PROMPT_HINT: "A cat smiling [Zoom in]",
    Say.DIALOG_OPTIONS: "Options",
    Say.DIALOG_OPTIONS_HINT: "model=… seconds=6 resolution=768P",
    Say.DIALOG_FIRST_FRAME: "First frame",
    Say.DIALOG_LAST_FRAME: "Last frame, if you want one",
    Say.DIALOG_EXPIRED: "That took too long: I no longer know which picture you meant. Please choose it again.",
    Say.OPTION_PROMPT: "What the video should show",
    Say.OPTION_IMAGE: "The first frame",
    Say.OPTION_LAST_IMAGE: "The last frame",
    Say.OPTION_MODEL: "Who makes it; the cheapest that fits if you leave it out",
    Say.OPTION_SECONDS: "How long it should be",
    Say.OPTION_RESOLUTION: "How large it should be, 768P for example",
    Say.OPTION_CAMERA: "How the camera moves; up to three moves with commas between them",
    Say.OPTION_JOB: "The id of the video; your latest if you leave it out",
    Say.OPTION_JOB_TO_SHOW: "The id of the video; its clip is sent again",
    Say.OPTION_JOB_TO_CANCEL: "The id of the video; the latest that runs if you leave it out",
    Say.OPTION_LANGUAGE: "Its code, en for example",
    Say.OPTION_CONFIRM: "Choose yes to really erase everything",
    Say.CHOICE_CONFIRM: "yes",
    Say.MODEL_CHOICE: "{model} · from {price:credits}",
    Say.ABOUT_LIMITS_SHOW: "What may be spent here, and what has been",
    Say.ABOUT_LIMITS_SET: "Set one limit",
    Say.ABOUT_LIMITS_MODELS: "Which models may be used here",
    Say.ABOUT_LIMITS_CHANNELS: "In which channels videos may be made",
    Say.ABOUT_LIMITS_POOL: "Whether the server's credits pay for its members",
    Say.ABOUT_LIMITS_AGE_RESTRICTED: "Whether videos may be made in age-restricted channels, or there alone",
    Say.ABOUT_LIMITS_SPOILER: "Whether clips are covered until somebody wants to see them",
    Say.ABOUT_BLOCK_WORDS: "Words and patterns that a wish must not have in it",
    Say.ABOUT_BLOCK_PERSON: "Somebody who may not make videos",
    Say.ABOUT_BLOCK_SERVER: "A server in which no videos may be made",
    Say.OPTION_LIMIT: "Which limit",
    Say.OPTION_VALUE: "A number, off for none, or default",
    Say.OPTION_MEMBER: "For this member alone; credits each member a day only",
    Say.OPTION_ROLE: "For this role alone; credits each member a day only",
    Say.OPTION_NAMES: "Their names with commas between them, or all",
    Say.OPTION_CHANNEL: "One of the channels; those chosen replace the ones before",
    Say.OPTION_ALL_CHANNELS: "Choose True to allow all of them again",
    Say.OPTION_POOL: "Choose True if they do",
    Say.OPTION_AGE_RESTRICTED: "Where videos may be made",
    Say.OPTION_COVERED: "Choose True if they are",
    Say.OPTION_SPOILER: "Choose True to have the clip covered until somebody wants to see it",
    Say.OPTION_DAYS: "How many days back; 30 if you leave it out",
    Say.OPTION_WHO: "@somebody, platform:id, me, or server",
    Say.OPTION_AMOUNT: "How many credits",
    Say.OPTION_REASON: "Why, in a few words",
    Say.OPTION_PROVIDER: "Its name; every one if you leave it out",
    Say.OPTION_WORDS: "The words, several that belong together in quotes",
    Say.OPTION_PATTERN: "A regular expression",
    Say.OPTION_PERSON: "Who",
    Say.OPTION_SERVER: "discord:id of the server; this one if you leave it out",
    Say.OPTION_HERE: "For those who run the bot: in this server alone",
    Say.OPTION_REPORTED_JOB: "The id of the video",
    Say.CHOICE_MEMBER_DAILY: "member_daily: credits, each member a day",
    Say.CHOICE_SERVER_DAILY: "server_daily: credits, all together a day",
    Say.CHOICE_SERVER_MONTHLY: "server_monthly: credits, all together a month",
    Say.CHOICE_MEMBER_RUNNING: "member_running: videos at once, each member",
    Say.CHOICE_PER_VIDEO: "per_video: credits, one video",
    # Telegram
    Say.TELEGRAM_NOT_YOURS: "These buttons are for whoever asked for the video.",
    Say.TELEGRAM_OLD_BUTTON: "This button no longer works. /jobs lists your videos.",
    Say.TELEGRAM_RIGHTS_UNKNOWN: "I could not find out whether you are an admin here. Please try again.",
    Say.TELEGRAM_STICKER: "To make a sticker move, reply to it and write what should happen.",
    Say.TELEGRAM_MOVING_STICKER: "That sticker moves already. A still one works, and so does a photo.",
    Say.TELEGRAM_VIDEO: "I start from photos, not from videos. Please send a photo.",
    Say.TELEGRAM_ONLY_WORDS: "I understand text and photos. /help says how to ask.",
    Say.TELEGRAM_NOT_FETCHED: "That photo could not be loaded from Telegram. Please send it again.",
    Say.TELEGRAM_IN_PRIVATE: "I have answered you in our private chat.",
    Say.TELEGRAM_START_FIRST: "That is for you alone. Please open our private chat first.",
    Say.TELEGRAM_OPEN: "Open the private chat",
    Say.TELEGRAM_CHOOSE: "Choose model, length and size",
    Say.TELEGRAM_CHOOSE_HOW: "Choose, then answer this message with what your video should show.",
    Say.TELEGRAM_MAKE: "Make it",
    Say.TELEGRAM_LIMIT_BUTTON: "{limit}: {value}",
    Say.TELEGRAM_LIMIT_PICK: "What shall {limit} be?",
    Say.TELEGRAM_LIMIT_TICKS: "{limit}: what is ticked is allowed. A tap on it changes that at once.",
    Say.TELEGRAM_LIMIT_OTHER: "Another number",
    Say.TELEGRAM_LIMIT_WRITE: "Answer this message with the number that {limit} shall be, or with off.",
    Say.TELEGRAM_LIMIT_TOPIC: "Topic {topic}",
    Say.TELEGRAM_LIMIT_THIS_TOPIC: "This topic ({topic})",
    Say.TELEGRAM_LIMIT_GENERAL: "General",
    Say.TELEGRAM_LIMIT_MEANWHILE: "The limits were changed meanwhile, so nothing was set. This is how they are now.",
    Say.TELEGRAM_LIMIT_BACK: "Back",
    # the web page
    Say.PRICE_AHEAD: "This costs {price:credits}. You have {balance:credits}.",
    Say.PRICE_AHEAD_ASKED: "This costs {price:credits}: you will be asked first. You have {balance:credits}.",
    Say.PRICE_AHEAD_TOO_MUCH: "This costs {price:credits}. You have {balance:credits}, which is not enough.",
    # admins and operators
    Say.ADMINS_ONLY: "Only the admins here may do that. Nothing was changed.",
    Say.OPERATORS_ONLY: "Only whoever runs this bot may do that. Nothing was changed.",
    Say.ANONYMOUS: "You are writing anonymously, so nobody could be charged. Please ask as yourself.",
    Say.LIMITS_ELSEWHERE: "Limits belong to a server or a group. Please send that there.",
    Say.LIMITS_USAGE: (
        "Write /limits show · /limits set member_daily 50 (or off, or default; behind it member:ID or role:ID for one "
        "of them) · /limits models all · /limits channels here · /limits age-restricted any · /limits spoiler off · "
        "/limits pool on. The limits are: {limits}."
    ),
    Say.LIST_USAGE: "Write /limits {what} and up to {most} names with commas between them, or all.",
    Say.NO_SUCH_LIMIT: "“{given}” is no limit. There is: {limits}.",
    Say.BAD_LIMIT: "“{given}” is neither off nor a whole number up to {most}.",
    Say.BAD_OVERRIDE: "“{given}” does not fit: member_daily alone can be set for one member:ID or one role:ID.",
    Say.NO_CHANNEL_HERE: "There are no channels here to choose from.",
    Say.NO_AGES_HERE: "There are no age-restricted channels here. Nothing was changed.",
    Say.NO_SERVER_HERE: "There is no server here. Please send that in the server or group that you mean.",
    Say.LIMIT_CHANGED: "{limit} is now {new}. It was {old}.",
    Say.LIMIT_UNCHANGED: "It is like that already. Nothing was changed.",
    Say.LIMITS_INTRO: "What may be spent here:",
    Say.LIMIT_MEMBER_DAILY: "member_daily, each member a day: {most}. You have used {used:credits} today.",
    Say.LIMIT_SERVER_DAILY: "server_daily, all together a day: {most}. Used today: {used:credits}.",
    Say.LIMIT_SERVER_MONTHLY: "server_monthly, all together a month: {most}. Used this month: {used:credits}.",
    Say.LIMIT_MEMBER_RUNNING: "member_running, each member at once: {most}. You have {used:videos} under way.",
    Say.LIMIT_PER_VIDEO: "per_video, one video: {most}.",
    Say.LIMIT_OVERRIDE: "member_daily of {who}: {most}.",
    Say.LIMIT_MODELS: "models: {names}.",
    Say.LIMIT_CHANNELS: "channels: {names}.",
    Say.LIMIT_AGE_RESTRICTED: "age-restricted: {rule}.",
    Say.LIMIT_SPOILER: "spoiler: {state}.",
    Say.LIMIT_POOL: "pool: {state}. The server has {balance:credits}.",
    Say.LIMITS_RESET: (
        "A new day begins at {day:when} (in {day_wait:duration}), a new month at {month:when} (in "
        "{month_wait:duration})."
    ),
    Say.LIMIT_OFF: "off",
    Say.LIMIT_ON: "on",
    Say.LIMIT_ALL: "all",
    Say.LIMIT_NONE: "none",
    Say.LIMIT_AS_ALL: "as for everybody else",
    Say.LIMIT_AGE_ANY: "any channel",
    Say.LIMIT_AGE_ONLY: "age-restricted channels only",
    Say.LIMIT_AGE_NEVER: "never in age-restricted channels",
    Say.VIDEOS: "{price:videos}",
    Say.OVER_EVERYWHERE_MEMBER_DAILY: (
        "With this bot each person may spend {most:credits} a day; you have {left:credits} left and this costs "
        "{amount:credits}. It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
    ),
    Say.OVER_EVERYWHERE_SERVER_DAILY: (
        "With this bot everybody together may spend {most:credits} a day; {left:credits} are left and this costs "
        "{amount:credits}. It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
    ),
    Say.OVER_EVERYWHERE_SERVER_MONTHLY: (
        "With this bot everybody together may spend {most:credits} a month; {left:credits} are left and this costs "
        "{amount:credits}. It starts afresh at {resets:when} (in {wait:duration}). Nothing was charged."
    ),
    Say.OVER_EVERYWHERE_MEMBER_RUNNING: (
        "With this bot you may have {most:videos} under way at once. Please wait for one to finish. "
        "Nothing was charged."
    ),
    Say.OVER_EVERYWHERE_PER_VIDEO: (
        "With this bot one video may cost {most:credits} and this one costs {amount:credits}. Nothing was charged."
    ),
    Say.CHARGED_POOL: "The server was charged {price:credits} · {job}",
    Say.GIVEN_BACK_POOL: "Not charged, {price:credits} given back to the server · {job}",
    Say.HELD_POOL: "{price:credits}, paid by the server · {job}",
    Say.GRANT_USAGE: (
        "Write {command}, then who (platform:id, me or server), how many credits, and why: {command} server 500 a prize"
    ),
    Say.NAMES_NOBODY: "“{given}” names nobody: write platform:id, me or server.",
    Say.BAD_AMOUNT: "“{given}” is not a whole number from 1 to {most}.",
    Say.TAKE_TOO_MUCH: "{who} has {balance:credits}. Nothing was taken.",
    Say.CREDITS_MOVED: "{who} now has {balance:credits}.",
    Say.NO_SUCH_PROVIDER: "There is no provider called “{given}”. There is: {providers}.",
    Say.PAUSED: (
        "Paused: {providers}. Videos under way are finished, waiting ones go elsewhere where another provider makes "
        "the same model, and wait where none does."
    ),
    Say.PAUSED_ALREADY: "Paused already: {providers}.",
    Say.RESUMED: "In use again: {providers}.",
    Say.NOT_PAUSED: "Not paused: {providers}.",
    Say.ABOUT_LIMITS: "What may be spent here: show it, set it",
    Say.ABOUT_GRANT: "Give credits to a person or a server",
    Say.ABOUT_TAKE: "Take credits away",
    Say.ABOUT_PAUSE: "Give no new videos to a provider, or to any",
    Say.ABOUT_RESUME: "Use paused providers again",
    # blocks, waits and reports
    Say.BLOCK_USAGE: (
        "Write {command} words, then words, “several words” or re:pattern · {command} person platform:id and a "
        "reason · {command} server and a reason. /blocked shows what is blocked."
    ),
    Say.BLOCK_ELSEWHERE: "Admins block for a server or a group. Please send that there.",
    Say.WORDS_USAGE: (
        "Write up to {most} words, several that belong together in quotes, and behind them re: with a pattern if you "
        "want one."
    ),
    Say.BAD_WORD: "“{given}” cannot be blocked: a word has a letter or a digit in it and at most {most} characters.",
    Say.BAD_PATTERN: "That pattern cannot be used: {why}. Nothing was changed.",
    Say.NAMES_NO_PERSON: "“{given}” names nobody: write platform:id.",
    Say.TOO_MANY_BLOCKS: "The list is full: it takes {most} entries. Nothing was changed.",
    Say.TOO_MANY_PATTERNS: "The list takes {most} patterns. Nothing was changed.",
    Say.BLOCKED_HERE: "Blocked here: {what}.",
    Say.BLOCKED_EVERYWHERE: "Blocked everywhere: {what}.",
    Say.BLOCKED_ALREADY: "Blocked already: {what}.",
    Say.UNBLOCKED: "No longer blocked: {what}.",
    Say.NOT_BLOCKED: "Not blocked: {what}.",
    Say.NOTHING_BLOCKED: "Nothing is blocked.",
    Say.BLOCKS_HERE: "Blocked here:",
    Say.BLOCKS_EVERYWHERE: "Blocked everywhere:",
    Say.MORE_BLOCKED: "… and {count} more: reelbot blocks list shows them.",
    Say.WORDS_BLOCKED: "Your text has something in it that is not allowed here. Nothing was charged.",
    Say.WORDS_NOT_CHECKED: "Your text could not be checked in time; please make it shorter. Nothing was charged.",
    Say.PERSON_BLOCKED: "You may not make videos with this bot. Nothing was charged.",
    Say.PERSON_BLOCKED_HERE: "The admins here do not let you make videos. Nothing was charged.",
    Say.SERVER_BLOCKED: "No videos may be made in this server. Nothing was charged.",
    Say.COOLING_DOWN: (
        "Several of your wishes were refused because of their content, so you can ask again from {until:when} (in "
        "{wait:duration}) on. "
        "Nothing was charged."
    ),
    Say.REPORT_USAGE: "Please name the video and say what is wrong with it: /report, its id, and a few words.",
    Say.NOTHING_TO_REPORT: "There is no video with the id {job} here.",
    Say.REPORTED: "Thank you. Whoever runs this bot is told.",
    Say.REPORTED_HERE: "Thank you. Whoever runs this bot is told, and the admins here as far as I can reach them.",
    Say.ADMIN_REPORT: (
        "Somebody reports video {job}, made in your server or group by {maker}: “{prompt}”. They say: “{reason}”. "
        "Please look at it, and delete the message if it should not be there. /block person {maker} keeps its maker "
        "from making more."
    ),
    Say.ADMIN_REPORT_BARE: (
        "Somebody reports video {job}, made in your server or group by {maker}: “{prompt}”. Please look at it, and "
        "delete the message if it should not be there. /block person {maker} keeps its maker from making more."
    ),
    Say.REPORTED_BEFORE: "You have reported that video already. Thank you.",
    Say.REPORTS_ENOUGH: "You have reported enough for now. Please wait an hour.",
    Say.ABOUT_BLOCK: "Block words, people or a server",
    Say.ABOUT_UNBLOCK: "Lift a block",
    Say.ABOUT_BLOCKED: "What is blocked",
    Say.ABOUT_REPORT: "Report a video that should not be",
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
    Reason.NOT_ALLOWED: "The limits were changed while it waited, and they no longer allow it.",
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
    hours = round(minutes / 60)
    if hours > 48:  # noqa: PLR2004 likewise
        return f"{round(hours / 24)} days"
    return f"{minutes} minutes" if minutes < 90 else f"{hours} hours"  # noqa: PLR2004 likewise


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
            "when": lambda moment: moment.strftime(MOMENT),
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
