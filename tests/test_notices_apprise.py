"""The real apprise with its json:// to a server on loopback: yes is yes, and neither yes nor no is no success."""

import logging

import apprise
import pytest
from pydantic import SecretStr

from core.notices.apprise_way import Apprise
from core.notices.way import Outgoing
from tests.notices import NOON, posted

# It looks for a module that Python is about to give up.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr'")
MESSAGE = Outgoing("f00d", "", "alfa.example: widać", "Serwery nazw: *ns1*.\nKoniec", NOON)


def yes():
    return True


def to(port):
    return Apprise(SecretStr(f"json://127.0.0.1:{port}/token"))


def test_message_comes_as_plain_text():
    with posted() as web:
        assert to(web.port).send(MESSAGE, yes).sent
    assert web.came[0].said["title"] == MESSAGE.subject and web.came[0].said["message"] == MESSAGE.body


def test_no_is_tried_again_and_may_have_come():
    with posted() as web:
        web.answer = lambda: (500, {}, b"no")
        outcome = to(web.port).send(MESSAGE, yes)
    assert (outcome.why.id, outcome.final, outcome.unsure) == ("notice.trouble.apprise", False, True)


def test_neither_yes_nor_no_is_no_success(monkeypatch):
    # What it says, today and before its second version, where nobody is to be told.
    for said in (apprise.Apprise().notify(body="x"), None):
        monkeypatch.setattr(apprise.Apprise, "notify", lambda *_, said=said, **__: said)
        outcome = to(1).send(MESSAGE, yes)
        assert outcome.why.id == "notice.trouble.apprise_nobody" and outcome.final and not outcome.sent


def test_address_that_is_none_is_told_without_it(caplog):
    with caplog.at_level(logging.DEBUG):
        outcome = Apprise(SecretStr("nothing://Zima2026")).send(MESSAGE, yes)
    assert outcome.why.id == "notice.trouble.apprise_address" and outcome.final
    assert "Zima2026" not in caplog.text and "Zima2026" not in str(outcome)


def test_where_it_is_not_installed_that_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    outcome = to(1).send(MESSAGE, yes)
    assert outcome.why.id == "notice.trouble.apprise_missing" and outcome.final


@pytest.mark.parametrize("hand_over", [lambda: False], ids=["lost"])
def test_claim_that_was_lost_sends_nothing(hand_over):
    with posted() as web:
        assert to(web.port).send(MESSAGE, hand_over).lost and web.came == []
