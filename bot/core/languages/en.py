"""English: what the bot says to people who read it, and to everybody whose language it does not speak."""

from collections.abc import Mapping

from bot.core.language import Counts, Language, counted
from bot.core.model import Reason
from bot.core.sentences import Say

_SENTENCES: Mapping[Say, str] = {
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
    Say.OPTION_LANGUAGE: "Which one; I list them if you leave it out",
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
    Say.LIMIT_OF: "{limit} of {who}",
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
        "Somebody reports video {job}, shown in your server or group, made by {maker}: “{prompt}”. They say: "
        "“{reason}”. Please look at it, and delete the message if it should not be there. /block person {maker} keeps "
        "its maker from making more."
    ),
    Say.ADMIN_REPORT_BARE: (
        "Somebody reports video {job}, shown in your server or group, made by {maker}: “{prompt}”. Please look at it, "
        "and delete the message if it should not be there. /block person {maker} keeps its maker from making more."
    ),
    Say.REPORTED_BEFORE: "You have reported that video already. Thank you.",
    Say.REPORTS_ENOUGH: "You have reported enough for now. Please wait an hour.",
    Say.ABOUT_BLOCK: "Block words, people or a server",
    Say.ABOUT_UNBLOCK: "Lift a block",
    Say.ABOUT_BLOCKED: "What is blocked",
    Say.ABOUT_REPORT: "Report a video that should not be",
}

_REASONS: Mapping[Reason, str] = {
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

_STATES: Mapping[str, str] = {
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

_PAGE: Mapping[str, str] = {
    # frame
    "language": "en",
    "title": "Reelbot",
    "tagline": "Text and photos become videos",
    "skip": "Skip to the message box",
    "needs_script": "This chat needs JavaScript, and loads none from anywhere else.",
    "conversation": "Conversation",
    "you": "You",
    "new_messages": "New messages",
    "today": "Today",
    "yesterday": "Yesterday",
    # empty state
    "welcome": "What should your video show?",
    "welcome_more": "Describe a scene, add a photo if you like, and watch it come to life.",
    "example_1": "A paper boat drifting down a rainy street at dusk [Tracking shot]",
    "example_2": "A cat smiling in warm morning light [Zoom in]",
    "example_3": "Northern lights over a quiet mountain lake [Pan right]",
    "example_4": "/help",
    "example_4_label": "What else can you do?",
    # composer
    "composer": "Write a message",
    "placeholder": "Describe your video …",
    "attach": "Add a photo",
    "send": "Send",
    "camera": "Camera",
    "camera_title": "Put a camera move into the text",
    "model": "Model",
    "seconds": "Length",
    "resolution": "Size",
    "second_unit": "{n} s",
    "first_frame": "First frame",
    "last_frame": "Last frame",
    "swap": "Swap first and last frame",
    "remove": "Remove {name}",
    "drop": "Drop up to two photos: first frame, last frame",
    "commands": "Commands",
    "hint_keys": "Enter sends · Shift + Enter starts a new line · / lists commands",
    # notes and clips
    "progress": "Progress of the video",
    "percent": "{n} %",
    "clip_of": "Video: {prompt}",
    "download": "Download",
    "clip_ready": "Your video is ready.",
    "clip_gone": "This clip is no longer kept.",
    "delete_sure": "Delete for good?",
    # trouble
    "reconnecting": "Connection lost. Reconnecting …",
    "sending": "Sending …",
    "not_sent": "Not sent.",
    "retry": "Try again",
    "discard": "Discard",
    "failed": "Something went wrong on our side. Nothing is lost: try again.",
    "offline": "The server cannot be reached.",
    "not_yet": "The bot is still starting. Please try again in a moment.",
    "not_a_photo": "“{name}” is not a photo.",
    "too_many": "Two photos at most: the first frame and the last frame.",
    "too_large": "“{name}” is too large: a photo may have 25 MB.",
    "nothing_said": "Write what the video should show, or add a photo.",
    "text_too_long": "That text is too long: at most {n} characters.",
    "unreadable": "That message arrived damaged. Please send it again.",
    "unknown_person": "Please reload the page: this browser is not known here.",
    # log-in
    "login": "Log in",
    "login_more": "This Reelbot is private.",
    "password": "Password",
    "wrong_password": "That is not the password.",
    "too_many_tries": "Too many tries. Please wait {n} seconds.",
    "no_password_set": "Log-in is closed: the operator has to set ADMIN_PASSWORD first.",
    "login_needed": "Please log in first.",
    # what the server refuses, whatever asked for it
    "refused_not_allowed": "This is not allowed.",
    "refused_nothing_here": "There is nothing here.",
    "refused_kind": "This address does not take that kind of request.",
    "refused_too_large": "That is larger than this server takes.",
    "refused_too_large_pictures": "That is larger than this server takes: two pictures of 25 MB each are the most.",
    "refused_otherwise": "This request cannot be answered.",
    "refused_database": "The database cannot be used just now: nothing was changed. Please try again.",
    "refused_name": "This server does not answer to that name: set PUBLIC_URL to the address you use.",
    "refused_other_site": "This request did not come from a page of this server.",
    "refused_link_expired": "This link has expired: open the chat again for a fresh one.",
    "refused_file_deleted": "This file has been deleted.",
    "refused_callback_unreadable": "This callback cannot be read.",
    "refused_callback_slow": "The callback took too long to arrive.",
    "refused_callback_later": "Not now: please call again.",
    "refused_form": "This form does not belong to this session: nothing was changed. Load the page again.",
    "refused_chart": "The picture could not be drawn: the table has the same figures.",
}

ENGLISH = Language(
    name="English",
    sentences=_SENTENCES,
    reasons=_REASONS,
    states=_STATES,
    page=_PAGE,
    names={},
    counts=Counts(
        credits=counted("credit", "credits"),
        videos=counted("video", "videos"),
        seconds=counted("second", "seconds"),
        minutes=counted("minute", "minutes"),
        hours=counted("hour", "hours"),
        days=counted("day", "days"),
    ),
)
