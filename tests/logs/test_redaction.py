import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.redaction import Redactor

TELEGRAM = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer ***"),
        ("Authorization: Bot abcdef123456", "Authorization: Bot ***"),
        ("{'Authorization': 'abcdef123456'}", "{'Authorization': '***'}"),
        ("GET /v1?key=abcdef123&n=2", "GET /v1?key=***&n=2"),
        ("api_key=abcdef123, n=2", "api_key=***, n=2"),
        ("X-Api-Key: abcdef123", "X-Api-Key: ***"),
        ('{"token": "abcdef123"}', '{"token": "***"}'),
        (r'"{\"access_token\": \"abcdef123\"}"', r'"{\"access_token\": \"***\"}"'),
        ("\x1b[36mapi_key\x1b[0m=\x1b[35mabcdef123\x1b[0m", "\x1b[36mapi_key\x1b[0m=\x1b[35m***\x1b[0m"),
        (f"POST /bot{TELEGRAM}/getMe", "POST /bot***/getMe"),
        (f"token {TELEGRAM}.", "token ***."),
        ("postgresql://anna:hunter2@db/reelbot", "postgresql://anna:***@db/reelbot"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text, cleaned):
    assert Redactor(()).clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "job k3j4h5g6f7 is rendering at 40 %",
        "No key: set one in the settings.",
        "the bearer of news",
        "monkey=bananas",
        "password=None",
        "2026-11-21 09:00:00 http://127.0.0.1:8080/healthz",
    ],
)
def test_ordinary_words_stay(text):
    assert Redactor((SecretStr("hunter2hunter2"), SecretStr(""))).clean(text) == text


def test_the_longer_of_two_secrets_is_hidden_whole():
    assert Redactor((SecretStr("abcdefgh"), SecretStr("abcdefghijkl"))).clean("x abcdefghijkl x") == "x *** x"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8).filter(lambda text: not set(text) <= set("* ")))
def test_a_secret_of_ours_is_hidden_however_it_is_escaped(secret):
    redactor = Redactor((SecretStr(secret),))

    for written in (secret, repr({"a": secret}), json.dumps({"a": secret}), quote(secret), quote(secret, safe="")):
        assert secret not in redactor.clean(f"<{written}>")
    assert json.loads(redactor.clean(json.dumps({"a": [secret]}))) == {"a": ["***"]}
