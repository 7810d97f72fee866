from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.signing import BadSignature, Expired, Signer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SIGNER = Signer(b"sixteen bytes or more")


@given(payload=st.text(), purpose=st.text(alphabet=st.characters(codec="utf-8")))
def test_what_was_signed_comes_back(payload, purpose):
    payload = payload.encode(errors="ignore").decode()
    assert SIGNER.open(purpose, SIGNER.sign(purpose, payload, NOW + timedelta(days=1)), NOW) == payload


def test_a_signature_fits_into_an_address_as_it_is():
    signed = SIGNER.sign("link", "clip/ä b?&=/.mp4" * 3, NOW)
    assert set(signed) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_a_short_text_fits_into_a_button():
    assert len(SIGNER.sign("button", "again:k3f9q0x2ab", None)) <= 64


@pytest.mark.parametrize("position", range(len(SIGNER.sign("link", "k3f9q0x2ab", NOW))))
def test_any_changed_letter_is_noticed(position):
    signed = SIGNER.sign("link", "k3f9q0x2ab", NOW + timedelta(days=1))
    other = "A" if signed[position] != "A" else "B"
    with pytest.raises(BadSignature):
        SIGNER.open("link", signed[:position] + other + signed[position + 1 :], NOW)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "ü.ü.ü", "\ud800", "🙂" * 500])
def test_nonsense_is_not_ours(text):
    with pytest.raises(BadSignature):
        SIGNER.open("link", text, NOW)


def test_a_signature_for_one_purpose_opens_nothing_else():
    with pytest.raises(BadSignature):
        SIGNER.open("session", SIGNER.sign("link", "me", None), NOW)


def test_another_secret_signs_differently():
    with pytest.raises(BadSignature):
        SIGNER.open("link", Signer(b"another secret, also long").sign("link", "me", None), NOW)


def test_a_signature_ends_at_its_time():
    signed = SIGNER.sign("link", "me", NOW + timedelta(minutes=1))
    assert SIGNER.open("link", signed, NOW + timedelta(seconds=59)) == "me"
    with pytest.raises(Expired):
        SIGNER.open("link", signed, NOW + timedelta(minutes=1))


def test_a_signature_without_an_end_lasts():
    assert SIGNER.open("link", SIGNER.sign("link", "me", None), NOW + timedelta(days=9999)) == "me"


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        Signer(b"short")
