"""Signatures of callbacks: the specification's own example, and every way to be none."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from providers.errors import UnexpectedReply
from providers.standard_webhooks import SigningKey

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
BODY = b'{"event_type":"ping","data":{"success":true}}'
SIGNATURE = "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
HEADERS = {"webhook-id": "msg_loFOjxBNrRLzqYUf", "webhook-timestamp": "1731705121", "webhook-signature": SIGNATURE}
SENT = datetime.fromtimestamp(1731705121, UTC)


def _check(headers=None, body=BODY, now=SENT, secret=SECRET):
    SigningKey(SecretStr(secret)).check(HEADERS | (headers or {}), body, now=now)


def test_the_specifications_example_holds():
    _check()


def test_the_prefix_may_be_absent():
    _check(secret=SECRET.removeprefix("whsec_"))


def test_the_case_of_header_names_does_not_matter():
    SigningKey(SecretStr(SECRET)).check({name.title(): value for name, value in HEADERS.items()}, BODY, now=SENT)


@pytest.mark.parametrize(
    "signatures",
    [f"v1,bm9uZQ== {SIGNATURE}", f"{SIGNATURE} v1,bm9uZQ==", f"v1a,eWVz {SIGNATURE} v2,bm8="],
)
def test_one_of_several_signatures_is_enough(signatures):
    _check({"webhook-signature": signatures})


@pytest.mark.parametrize("minutes", [-4.9, 4.9])
def test_clocks_may_be_apart_a_little(minutes):
    _check(now=SENT + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 60 * 24 * 365])
def test_a_recording_is_refused(minutes):
    with pytest.raises(UnexpectedReply, match="another time"):
        _check(now=SENT + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY + b" "),
        ({}, b""),
        ({"webhook-id": "msg_another"}, BODY),
        ({"webhook-timestamp": "1731705122"}, BODY),
        ({"webhook-signature": ""}, BODY),
        ({"webhook-signature": SIGNATURE.removeprefix("v1,")}, BODY),
        ({"webhook-signature": SIGNATURE.replace("v1", "v2")}, BODY),
        ({"webhook-signature": SIGNATURE[:-1]}, BODY),
        ({"webhook-signature": "v1,\udcff\udcfe"}, BODY),
        ({"webhook-signature": "v1,"}, BODY),
        ({"webhook-id": "msg\udcff"}, BODY),
    ],
)
def test_anything_else_than_what_was_signed_is_refused(headers, body):
    with pytest.raises(UnexpectedReply, match="does not hold"):
        _check(headers, body)


def test_another_secret_is_refused():
    with pytest.raises(UnexpectedReply, match="does not hold"):
        _check(secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-id": ""},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "-1731705121"},
        {"webhook-timestamp": "1731705121.0"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "١٧٣١٧٠٥١٢١"},
    ],
)
def test_a_callback_without_an_id_or_a_time_is_refused(headers):
    with pytest.raises(UnexpectedReply, match="without an id or a time"):
        _check(headers)


def test_a_callback_without_any_header_is_refused():
    with pytest.raises(UnexpectedReply):
        SigningKey(SecretStr(SECRET)).check({}, BODY, now=SENT)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_a"])
def test_a_secret_of_another_form_is_none_and_is_not_repeated(secret):
    with pytest.raises(ValueError) as told:  # noqa: PT011  # base64 words it in its own way
        SigningKey(SecretStr(secret))
    assert "not base64!" not in str(told.value)


def test_the_secret_is_not_shown():
    assert "plJ3" not in repr(SigningKey(SecretStr(SECRET)))
