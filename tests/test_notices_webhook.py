"""Posts to a real web server: signed, in the shape that its reader takes, and nothing in them rings anybody."""

import hashlib
import hmac
import json

import pytest
from pydantic import SecretStr

from core.notices.way import Outgoing
from core.notices.webhook import SHAPES, Webhook
from tests.notices import NOON, mailbox, posted

BODY = "Serwery nazw: *ns1* <!channel> @all [x](http://y), a_b_c.\nWięcej: https://desk.example/watches?a_b=1"
MESSAGE = Outgoing("f00d", "", "alfa.example: & widać", BODY, NOON)
SECRET = "tajne"


def to(web, kind="plain", secret=SECRET, **more):
    return Webhook(SecretStr(web.url), kind, SecretStr(secret) if secret else None, **more)


def yes():
    return True


def answering(web, status, headers=None, body=b""):
    web.answer = lambda: (status, headers or {}, body)


def test_post_is_signed_with_its_time_and_bears_the_same_key_each_time():
    with posted() as web:
        assert to(web).send(MESSAGE, yes).sent and to(web).send(MESSAGE, yes).sent
    first, again = web.came
    stamp = first.headers["X-Desk-Timestamp"]
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + first.body, hashlib.sha256).hexdigest()
    assert first.headers["X-Desk-Signature"] == f"sha256={expected}" and int(stamp) == NOON.timestamp()
    assert first.headers["Idempotency-Key"] == again.headers["Idempotency-Key"] == "f00d"
    assert first.said == {"id": "f00d", "subject": MESSAGE.subject, "text": f"{MESSAGE.subject}\n\n{BODY}"}
    assert first.path == "/hooks/token"


def test_without_a_secret_nothing_pretends_to_be_signed():
    with posted() as web:
        to(web, secret="").send(MESSAGE, yes)
    assert web.came[0].headers["X-Desk-Signature"] is None


def test_slack_is_told_in_its_own_escapes():
    text = SHAPES["slack"](MESSAGE)["text"]
    assert "&amp; widać" in text and "&lt;!channel&gt;" in text and "<" not in text
    assert SHAPES["slack"](MESSAGE)["mrkdwn"] is False


def test_mattermost_shows_marks_as_they_are_rings_nobody_and_keeps_the_link():
    lines = SHAPES["mattermost"](Outgoing("f", "", "a", "*ns1* a_b @all\nWięcej: https://desk.example/w?a_b=1", NOON))
    first, last = lines["text"].split("\n")[2:]
    assert first == "\\*ns1\\* a\\_b @\u200ball" and last == "Więcej: https://desk.example/w?a_b=1"


def test_teams_gets_an_adaptive_card_whose_lines_are_shown_as_they_are():
    said = SHAPES["teams"](Outgoing("f", "", "tytuł", "*ns1*\n\nWięcej: https://desk.example/w", NOON))
    (attachment,) = said["attachments"]
    assert said["type"] == "message" and attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    title, line, link = attachment["content"]["body"]
    assert title["inlines"] == [{"type": "TextRun", "text": "tytuł", "weight": "bolder"}]
    assert line == {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "*ns1*"}]}
    assert link == {"type": "TextBlock", "text": "Więcej: https://desk.example/w", "wrap": True}


@pytest.mark.parametrize("kind", SHAPES)
def test_text_of_any_length_fits_whoever_reads_it(kind):
    long = Outgoing("f", "", "t", "\n".join(f"Źle: ns{n}.example" for n in range(5_000)), NOON)
    with posted() as web:
        assert to(web, kind).send(long, yes).sent
    assert len(web.came[0].body) <= 28 * 1024 and "…" in json.dumps(web.came[0].said, ensure_ascii=False)


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (404, True), (429, False), (408, False), (500, False), (503, False)]
)
def test_what_a_server_refuses_is_tried_again_unless_it_was_our_mistake(status, final):
    with posted() as web:
        answering(web, status, body=b"invalid\r\n_token" + b"x" * 100_000)
        outcome = to(web).send(MESSAGE, yes)
    assert outcome.why.id == "notice.trouble.http" and outcome.final is final and not outcome.unsure
    assert outcome.why.values["code"] == str(status) and outcome.why.values["said"].startswith("invalid _token")
    assert len(outcome.why.values["said"]) <= 300


def test_nobody_is_followed_elsewhere():
    with posted() as web, posted() as other:
        answering(web, 307, {"Location": other.url})
        outcome = to(web).send(MESSAGE, yes)
    assert not outcome.sent and other.came == [] and len(web.came) == 1


def test_server_that_is_not_there_has_nothing_and_one_that_hangs_up_may_have_it():
    with posted() as web:
        pass
    gone = to(web).send(MESSAGE, yes)
    with mailbox() as box:
        # It speaks another protocol.
        odd = Webhook(SecretStr(f"http://127.0.0.1:{box.port}/token-of-ours"), "plain").send(MESSAGE, yes)
    assert not gone.sent and not gone.unsure and not odd.sent and odd.unsure
    assert "token-of-ours" not in str(odd)


def test_claim_that_was_lost_posts_nothing():
    with posted() as web:
        assert to(web).send(MESSAGE, lambda: False).lost and web.came == []


def test_address_and_secret_are_never_shown():
    with posted() as web:
        assert web.url not in repr(to(web)) and SECRET not in repr(to(web))
