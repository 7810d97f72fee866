"""The web page's own words by language: labels, hints and the sentences it says when the network fails."""

from collections.abc import Mapping

EN_PAGE: Mapping[str, str] = {
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

PAGES: Mapping[str, Mapping[str, str]] = {"en": EN_PAGE}


def page_texts(language: str) -> Mapping[str, str]:
    """The page's words in *language*, in English where we do not know it."""
    return PAGES.get(language, EN_PAGE)


def preferred_language(accept_language: str) -> str:
    """The language a browser asks for first, as two or three lower-case letters; English if it does not say.

    Args:
        accept_language: The `Accept-Language` header (RFC 9110 §12.5.4).
    """
    wanted = [_weighed(part) for part in accept_language[:500].split(",")]
    language = max(wanted, key=lambda pair: pair[1])[0]
    return language if 2 <= len(language) <= 3 and language.isascii() and language.isalpha() else "en"  # noqa: PLR2004 ISO 639


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";")
    digits = weight.strip().removeprefix("q=") or "1"
    try:
        return tag.strip().partition("-")[0].lower(), float(digits)
    except ValueError:
        return "", 0.0
