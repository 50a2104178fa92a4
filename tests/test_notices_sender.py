"""Whoever sends, and however they end: each notice arrives, once; and no way waits for another."""

import os
import random
import subprocess
import sys
import threading
from collections import Counter

import pytest
from pydantic import SecretStr

from core.database.transactions import engine
from core.ground.messages import Message
from core.ground.settings import ROOT
from core.notices.way import SENT, Outcome
from core.notices.webhook import Webhook
from tests.notices import HOUR, MINUTE, NEVER, NIGHT, NOON, mailbox, posted, rows, send, states, told, why, write


@pytest.fixture
def desk(database_url):
    return engine(database_url)


def run(*given):
    script = [sys.executable, str(ROOT / "tests" / "sending.py"), *map(str, given)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(script, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def names(message):
    """Return the domains that a message tells of."""
    body = message.get_content()
    return {word.strip(".:,") for word in body.split() if word.startswith("w") and ".example" in word}


def test_of_two_processes_that_send_at_once_each_notice_comes_once(database_url, desk):
    for number in range(12):
        write(desk, "anna", "jan", "team", urgent=number % 2 == 0)
    with mailbox() as box:
        both = [run(database_url, box.port, "send", by) for by in ("one", "other")]
        for process in both:
            assert process.stdout.readline() == "ready\n"
        for process in both:
            process.stdin.write("\n")
            process.stdin.flush()
        for process in both:
            process.communicate()
            assert process.returncode == 0
    came = Counter((message["To"], name) for message in box.came for name in names(message))
    assert len(came) == 36 and set(came.values()) == {1}
    assert set(states(desk)) == {"sent"} and not any(notice.twice for notice in rows(desk))


def test_of_senders_that_are_killed_nothing_is_lost_and_what_comes_twice_says_so(database_url, desk):
    points = ["answered", *map(str, random.Random(25).sample(range(1, 80), 9))]
    with mailbox() as box:
        process = run(database_url, box.port, "die", ",".join(points))
        said, _ = process.communicate()
    *killed, last = said.split()
    assert process.returncode == 0 and last == "0" and killed.count("-9") >= 5
    assert set(states(desk)) == {"sent"}
    ids, count = {}, Counter()
    for message in box.came:
        for name in names(message):
            ids.setdefault(name, set()).add(message["Message-ID"])
            count[name] += 1
    notices = {notice.told["name"]: notice for notice in rows(desk)}
    assert ids.keys() == notices.keys() and all(len(found) == 1 for found in ids.values())
    doubled = {name for name, times in count.items() if times > 1}
    assert doubled and all(notices[name].twice for name in doubled)


def test_server_that_is_down_for_an_hour_delays_and_loses_nothing(desk):
    with mailbox() as box:
        port = box.port
    write(desk, "anna")
    write(desk, "jan", urgent=False)
    ways, now, tries = {"mail": box.mail()}, NOON, 0
    while now < NOON + HOUR:
        assert send(desk, ways, now) == 0
        assert {why(n) for n in rows(desk) if n.tries} == {"notice.trouble.lost"} and set(states(desk)) == {"waiting"}
        now, tries = max(now + MINUTE, min(notice.due_at for notice in rows(desk))), tries + 1
    assert 6 <= tries <= 30
    with mailbox(port) as box:
        for _ in range(3):
            now += HOUR
            send(desk, ways, now)
    assert sorted(box.to) == ["anna@example.pl", "jan@example.pl"] and set(states(desk)) == {"sent"}


def test_one_recipient_refused_is_told_with_what_the_server_said_and_the_others_are_told(desk):
    write(desk, "anna", "jan", "team")
    with mailbox() as box:
        box.refuses = {"jan@example.pl": "550 no such mailbox here", "team@example.pl": "451 come back later"}
        assert send(desk, {"mail": box.mail()}) == 1
        found = {notice.recipient: notice for notice in rows(desk)}
        assert box.to == ["anna@example.pl"] and found["anna"].state == "sent"
        assert found["jan"].state == "failed"
        assert found["jan"].trouble["values"] == {"code": "550", "said": "no such mailbox here"}
        assert found["team"].state == "waiting" and found["team"].trouble["values"]["code"] == "451"
        box.refuses = {}
        assert send(desk, {"mail": box.mail()}, NOON + HOUR) == 1
    assert box.to == ["anna@example.pl", "team@example.pl"]


def test_slow_way_does_not_keep_what_goes_by_another(desk):
    write(desk, "anna", "webhook")
    with mailbox() as box, posted() as web:
        box.waits = threading.Event()
        ways = {"mail": box.mail(), "webhook": Webhook(SecretStr(web.url), "plain")}
        sending = threading.Thread(target=send, args=(desk, ways))
        came = threading.Event()
        web.answer = lambda: (came.set(), (200, {}, b"ok"))[1]
        sending.start()
        assert came.wait(60)
        assert box.came == [] and "sent" not in {n.state for n in rows(desk) if n.recipient == "anna"}
        box.waits.set()
        sending.join()
    assert set(states(desk)) == {"sent"} and len(box.came) == 1


def test_evening_s_notices_come_in_the_morning_as_one_message_and_urgent_ones_at_night(desk):
    night = NOON + 10 * HOUR
    for number in range(4):
        write(desk, "anna", "jan", urgent=number == 0, now=night)
    with mailbox() as box:
        ways = {"mail": box.mail()}
        assert send(desk, ways, night) == 2
        assert send(desk, ways, night + 5 * HOUR) == 0
        assert send(desk, ways, night + 11 * HOUR) == 6
    assert Counter(box.to) == {"anna@example.pl": 2, "jan@example.pl": 2}
    assert {message["Subject"] for message in box.came[2:]} == {
        "3 powiadomienia o obserwowanych domenach",
        "3 notices about watched domains",
    }
    assert all(len(names(message)) == 3 for message in box.came[2:])


def test_what_has_no_way_or_no_address_any_more_is_given_up_and_says_why(desk):
    write(desk, "anna", "webhook", "apprise.1", "gone")
    with mailbox() as box:
        assert send(desk, {}) == 0
        assert send(desk, {"mail": box.mail()}) == 0
    assert {n.recipient: (n.state, why(n)) for n in rows(desk)} == {
        "anna": ("failed", "notice.trouble.not_set"),
        "webhook": ("failed", "notice.trouble.not_set"),
        "apprise.1": ("failed", "notice.trouble.not_set"),
        "gone": ("failed", "notice.trouble.no_address"),
    }


def test_message_that_cannot_be_made_keeps_no_other_from_going(desk):
    write(desk, key="of_another_version.1")
    write(desk, told=told(at="yesterday"))
    write(desk)
    with mailbox() as box:
        assert send(desk, {"mail": box.mail()}) == 1
    assert [(n.state, why(n)) for n in rows(desk)] == [
        ("waiting", "notice.trouble.unforeseen"),
        ("waiting", "notice.trouble.unforeseen"),
        ("sent", ""),
    ]
    assert not any(notice.twice for notice in rows(desk))


def test_way_that_breaks_after_it_was_handed_a_message_may_have_sent_it(desk):
    class Breaks:
        def send(self, message, hand_over):
            assert hand_over()
            raise KeyError(message.id)

    write(desk)
    send(desk, {"mail": Breaks()})
    (notice,) = rows(desk)
    assert (notice.state, why(notice), notice.twice) == ("waiting", "notice.trouble.unforeseen", True)


def test_way_that_cannot_be_reached_is_not_tried_for_each_message(desk):
    class Down:
        asked = 0

        def send(self, message, hand_over):
            self.asked += 1
            return Outcome(Message("notice.trouble.lost", {"said": "refused"}), unreachable=True)

    for _ in range(3):
        write(desk)
    down = Down()
    send(desk, {"mail": down})
    assert down.asked == 1 and [n.tries for n in rows(desk)] == [1, 0, 0]


def test_nothing_due_asks_nobody(desk):
    class Never:
        def send(self, message, hand_over):
            raise AssertionError

    write(desk, urgent=False, now=NOON + 10 * HOUR)
    assert send(desk, {"mail": Never()}, NOON + 10 * HOUR, quiet=NIGHT) == 0

    class Yes:
        def send(self, message, hand_over):
            return SENT if hand_over() else Outcome(lost=True)

    assert send(desk, {"mail": Yes()}, NOON + 30 * HOUR, quiet=NEVER) == 1
