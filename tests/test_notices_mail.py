"""Mail to a real server: encrypted unless told otherwise, one line a header, what the server says told as its words."""

import datetime as dt
import threading

import pytest
from pydantic import SecretStr

from core.notices import mail
from core.notices.mail import Mail, written
from core.notices.way import Outgoing
from tests.lab.certificates import Issuer
from tests.notices import NOON, SENDER, mailbox

MESSAGE = Outgoing("f00d", "anna@example.pl", "żółw.example: widać wszędzie", "Zażółć gęślą jaźń.\n.\nKoniec", NOON)


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """An authority that this process trusts, and a certificate of it for `localhost`."""
    issuer = Issuer()
    (tmp_path / "ca.pem").write_text(issuer.ca, encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return issuer.certificate(tmp_path, "localhost")


def to(box, host="localhost", tls="starttls", **more):
    return Mail(host, box.port, tls, SENDER, **more)


def yes():
    return True


def why(outcome):
    return outcome.why.id if outcome.why else ""


def test_message_arrives_as_it_was_written_over_an_encrypted_connection(trusted):
    with mailbox(tls=trusted.served()) as box:
        assert to(box).send(MESSAGE, yes).sent
    (came,) = box.came
    assert came["Subject"] == MESSAGE.subject and came["To"] == MESSAGE.to and came["From"] == SENDER
    assert came["Message-ID"] == "<f00d@example.pl>" and came["Auto-Submitted"] == "auto-generated"
    assert came["Date"].datetime == NOON and came.get_content().splitlines() == MESSAGE.body.splitlines()
    assert came.get_content_type() == "text/plain"


def test_server_without_starttls_is_given_nothing():
    with mailbox() as box:
        outcome = to(box).send(MESSAGE, yes)
    assert why(outcome) == "notice.trouble.no_tls" and not outcome.final and not outcome.unsure and box.came == []


def test_server_that_proves_to_be_another_is_given_nothing(trusted, tmp_path):
    for certificate in (Issuer().certificate(tmp_path, "localhost"), Issuer().certificate(tmp_path, "other.example")):
        with mailbox(tls=certificate.served()) as box:
            outcome = to(box).send(MESSAGE, yes)
        assert why(outcome) == "notice.trouble.lost" and "certificate" in outcome.why.values["said"] and box.came == []


def test_name_in_the_certificate_has_to_be_the_one_that_was_set(trusted):
    with mailbox(tls=trusted.served()) as box:
        assert why(to(box, host="127.0.0.1").send(MESSAGE, yes)) == "notice.trouble.lost" and box.came == []


def test_nothing_in_a_subject_or_a_body_becomes_a_header_or_an_end():
    subject = "alfa\r\nBcc: all@example.pl\r\n\r\nhello\u2028there\x00"
    message = Outgoing("f00d", "anna@example.pl", subject, "a\r\n.\r\nMAIL FROM:<x@example.pl>\r\n.\n..b", NOON)
    with mailbox() as box:
        assert to(box, tls="off").send(message, yes).sent
    (came,) = box.came
    assert came["Bcc"] is None and came["Subject"] == "alfa Bcc: all@example.pl hello there"
    assert came.get_content().splitlines() == ["a", ".", "MAIL FROM:<x@example.pl>", ".", "..b"]
    assert len(written(Outgoing("f", "a@b.pl", "x" * 10_000, "", NOON), SENDER)) < 1_000


@pytest.mark.parametrize(
    ("at", "said", "told", "final"),
    [
        ("anna@example.pl", "550 nobody", "notice.trouble.recipient", True),
        ("anna@example.pl", "450 later", "notice.trouble.recipient", False),
        ("DATA", "554 spam", "notice.trouble.refused", True),
        ("DATA", "452 full", "notice.trouble.refused", False),
    ],
)
def test_what_a_server_refuses_is_tried_again_unless_it_says_never(at, said, told, final):
    with mailbox() as box:
        box.refuses = {at: said}
        outcome = to(box, tls="off").send(MESSAGE, yes)
    assert (why(outcome), outcome.final, outcome.unsure, outcome.unreachable) == (told, final, False, False)
    assert outcome.why.values == {"code": said[:3], "said": said[4:]}


def test_what_a_server_says_is_bounded():
    with mailbox() as box:
        box.refuses = {"anna@example.pl": "550 " + "no\t" * 130}
        outcome = to(box, tls="off").send(MESSAGE, yes)
    assert len(outcome.why.values["said"]) <= 300 and "\t" not in outcome.why.values["said"]


def test_claim_that_was_lost_before_the_message_is_handed_over_ends_it():
    with mailbox() as box:
        assert to(box, tls="off").send(MESSAGE, lambda: False).lost
    assert box.came == []


def test_server_that_never_answers_for_a_message_may_have_it():
    handed = threading.Event()
    with mailbox() as box:
        box.waits = threading.Event()
        outcome = to(box, tls="off", timeout=3.0).send(MESSAGE, lambda: not handed.set())
    assert handed.is_set() and (why(outcome), outcome.unsure, outcome.unreachable) == (
        "notice.trouble.lost",
        True,
        True,
    )


def test_message_takes_no_longer_than_its_claim():
    with mailbox() as box:
        box.waits = threading.Event()
        outcome = to(box, tls="off", longest=3.0).send(MESSAGE, yes)
    assert why(outcome) == "notice.trouble.lost" and outcome.unsure


def test_server_that_is_not_there_has_nothing():
    with mailbox() as box:
        pass
    for tls in ("off", "starttls", "tls"):
        outcome = to(box, tls=tls).send(MESSAGE, yes)
        assert why(outcome) == "notice.trouble.lost" and not outcome.unsure and outcome.unreachable


def test_server_that_speaks_tls_from_the_first_octet_takes_it(trusted):
    with mailbox(tls=trusted.served(), at_once=True) as box:
        assert to(box, tls="tls").send(MESSAGE, yes).sent and len(box.came) == 1


def test_who_signs_in_may_send_and_the_password_is_for_the_server_alone(trusted):
    with mailbox(tls=trusted.served(), accounts={"desk": "Zima2026!"}) as box:
        way = to(box, user="desk", password=SecretStr("Zima2026!"))
        assert way.send(MESSAGE, yes).sent
        wrong = to(box, user="desk", password=SecretStr("Lato2026!")).send(MESSAGE, yes)
        nobody = to(box).send(MESSAGE, yes)
    assert len(box.came) == 1 and "Zima2026!" not in repr(way) and "Lato2026!" not in str(wrong)
    assert why(wrong) == why(nobody) == "notice.trouble.server"
    # Whoever mends the setting mends it within the day.
    assert not wrong.final and wrong.why.values["code"] == "535"


def test_settings_without_a_server_give_no_way():
    from core.ground.settings import Settings

    assert mail.of_settings(Settings()) is None
    made = mail.of_settings(Settings(smtp_host="mail.example.pl", smtp_sender=SENDER))
    assert made == Mail("mail.example.pl", 587, "starttls", SENDER) and made.longest < dt.timedelta(minutes=5).seconds
