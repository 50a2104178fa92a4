"""What is found of mail servers and mailboxes: nothing of a clean set, each fault by its own name."""

import datetime as dt
from dataclasses import replace

import pytest

from core.cutover.finding import parse_weights
from core.cutover.judging.mail_server_findings import find
from core.cutover.judging.mailbox_answers import meaning
from core.cutover.judging.mailbox_findings import TOLD_MAX
from core.cutover.probes import PORTS, Certificate, Mailbox, Spoken
from core.ground.settings import ROOT
from core.language import LANGUAGES

MX, ENDS = "mx.firma.example", dt.datetime(2027, 5, 1, tzinfo=dt.UTC)
GOOD = Certificate((MX,), "Authority", ENDS, True)
BANNERS = {"imaps": "* OK Dovecot ready.", "pop3s": "+OK Dovecot ready."}
CLEAN = {
    service: Spoken(
        MX, "192.0.2.1", service, "", BANNERS.get(service, "220 mx ESMTP"),
        True if service in ("smtp", "submission") else None, GOOD,
    )
    for service in PORTS
}  # fmt: skip
WEIGHTS = parse_weights((ROOT / "data/cutover_findings.toml").read_text(encoding="utf-8"))


def spoken(service="smtp", **how):
    return replace(CLEAN[service], **how)


def with_one(service="smtp", **how):
    return [spoken(service, **how), *(one for name, one in CLEAN.items() if name != service)]


def failed(service="smtp", failure="timeout", **how):
    return spoken(service, **{"failure": failure, "banner": "", "starttls": None, "certificate": None, **how})


def tags(findings):
    return [finding.tag for finding in findings]


def unfit(why, names=("s7.hoster.example",)):
    return Certificate(names, "Authority", ENDS, False, why)


def box(state, address="anna@firma.example", code=550, said="550 5.1.1 no such user", server=MX):
    return Mailbox(address, server, state, code, said)


# -- servers


def test_a_clean_move_is_found_nothing_of():
    boxes = [box("known", code=250, said="250 2.1.5 Ok")]
    assert find([*CLEAN.values()], boxes) == find([*CLEAN.values()], boxes, [*CLEAN.values()]) == []


def test_ports_of_programs_that_nobody_had_are_not_missed():
    only_25 = [CLEAN["smtp"], *(failed(service, "refused") for service in PORTS if service != "smtp")]
    assert find(only_25, []) == find(only_25, [], only_25) == []


@pytest.mark.parametrize(
    ("mail", "tag", "weight"),
    [
        (with_one(failure="timeout", banner="", starttls=None, certificate=None), "mail_silent", "blocked"),
        (with_one(failure="refused", banner="", starttls=None, certificate=None), "mail_silent", "blocked"),
        (with_one(failure="unreachable", banner="", starttls=None, certificate=None), "mail_silent", "blocked"),
        (with_one(failure="closed", banner="", starttls=None, certificate=None), "mail_odd", "blocked"),
        (with_one(failure="not_spoken", banner="SSH-2.0", starttls=None, certificate=None), "mail_odd", "blocked"),
        (with_one(failure="too_large", banner="", starttls=None, certificate=None), "mail_odd", "blocked"),
        (with_one(failure="timeout", certificate=None), "mail_odd", "blocked"),
        (with_one(failure="tls", certificate=None, why="454 not now"), "mail_tls_broken", "blocked"),
        (with_one("imaps", failure="tls", banner="", certificate=None), "mail_tls_broken", "blocked"),
        (with_one(banner="554 go away", starttls=None, certificate=None), "mail_turned_away", "blocked"),
        (with_one(banner="421 too many", starttls=None, certificate=None), "mail_busy", "unknown"),
        (with_one("imaps", banner="* BYE too many"), "mail_busy", "unknown"),
        (with_one("pop3s", banner="-ERR not now"), "mail_busy", "unknown"),
        (with_one(starttls=False, certificate=None), "mail_no_starttls", "accept"),
        (with_one("submission", starttls=False, certificate=None), "mail_submission_no_starttls", "blocked"),
        (with_one(certificate=unfit("other_name")), "mail_certificate_name", "accept"),
        (with_one("imaps", certificate=unfit("other_name")), "mail_program_certificate_name", "accept"),
        (with_one(certificate=unfit("expired", (MX,))), "mail_certificate_expired", "accept"),
        (
            with_one("pop3s", certificate=unfit("expired", ("*.firma.example",))),
            "mail_program_certificate_expired",
            "blocked",
        ),
        (with_one(certificate=unfit("self_signed")), "mail_certificate_untrusted", "accept"),
        (with_one("submissions", certificate=unfit("unknown_issuer")), "mail_program_certificate_untrusted", "blocked"),
        (with_one("submissions", certificate=unfit("something new")), "mail_program_certificate_untrusted", "blocked"),
        (with_one("submissions", certificate=unfit("weak", ())), "mail_program_certificate_untrusted", "blocked"),
        (with_one("imaps", failure="closed", banner="", certificate=None), "mail_port_odd", "unknown"),
        (with_one("imaps", failure="timeout", banner=""), "mail_port_odd", "unknown"),
        (with_one("submission", failure="timeout", starttls=None, certificate=None), "mail_port_odd", "unknown"),
    ],
)  # fmt: skip
def test_each_fault_is_named_alone(mail, tag, weight):
    (finding,) = find(mail, [], [*CLEAN.values()])
    assert (finding.tag, finding.name, WEIGHTS.of(finding)) == (tag, MX, weight)


def test_a_host_that_may_not_be_asked_is_told_once():
    (finding,) = find([replace(failed(service, "not_asked"), address="10.0.0.1") for service in PORTS], [])
    assert (finding.tag, finding.values["addresses"], WEIGHTS.of(finding)) == ("mail_not_asked", "10.0.0.1", "unknown")


def test_an_ipv6_address_without_a_way_there_is_unknown_not_silent():
    six = [failed(service, "unreachable", address="2001:db8::1") for service in PORTS]
    (finding,) = find([*CLEAN.values(), *six], [], [*CLEAN.values()])
    assert (finding.tag, WEIGHTS.of(finding)) == ("mail_no_way", "unknown")


def test_port_25_that_is_silent_on_both_sides_may_be_our_own_network():
    old = [failed("smtp", "timeout", host="old.example")]
    assert tags(find([failed()], [], old)) == ["mail_unseen"]
    assert tags(find([failed()], [], [*old, failed("smtp", "unreachable", address="2001:db8::1")])) == ["mail_unseen"]
    assert tags(find([failed()], [], [failed("smtp", "refused")])) == ["mail_silent"]
    assert tags(find([failed(failure="refused")], [], old)) == ["mail_silent"]
    assert tags(find([failed(), spoken(host="mx2.example")], [], old)) == ["mail_silent"]


def test_a_wrong_certificate_on_all_ports_of_a_host_is_told_once_for_servers_and_once_for_programs():
    mail = [replace(one, certificate=unfit("other_name", ("a", "b", "c", "d"))) for one in CLEAN.values()]
    server, programs = find(mail, [])
    assert (server.values["ports"], programs.values["ports"]) == ("25", "465, 587, 993, 995")
    assert server.values["names"] == "a, b, c, …"


def test_an_expired_certificate_for_another_name_is_both():
    mail = with_one("imaps", certificate=unfit("expired"))
    assert tags(find(mail, [])) == ["mail_program_certificate_expired", "mail_program_certificate_name"]


def test_a_refused_certificate_counts_where_the_second_connection_failed():
    mail = with_one("imaps", failure="timeout", banner="", certificate=unfit("other_name", ()))
    assert tags(find(mail, [])) == ["mail_port_odd", "mail_program_certificate_name"]


def test_ports_that_the_old_host_has_and_the_new_one_lacks_are_told_together():
    mail = [CLEAN["smtp"], CLEAN["submission"], CLEAN["submissions"], failed("imaps", "refused"), failed("pop3s")]
    old = [replace(one, host="poczta.old.example") for one in CLEAN.values()]
    (finding,) = find(mail, [], old)
    assert (finding.tag, finding.values["ports"], finding.values["old"]) == (
        "mail_ports_lost", "993, 995", "poczta.old.example",
    )  # fmt: skip
    elsewhere = [*mail, spoken("imaps", host="imap.firma.example"), spoken("pop3s", host="imap.firma.example")]
    assert find(elsewhere, [], old) == []


def test_a_port_that_answers_at_one_address_only_is_told():
    mail = [*CLEAN.values(), replace(CLEAN["smtp"], address="192.0.2.2"), failed("imaps", address="192.0.2.2")]
    (finding,) = find(mail, [])
    assert (finding.tag, finding.values["addresses"], finding.values["ports"]) == (
        "mail_port_uneven",
        "192.0.2.2",
        "993",
    )


# -- mailboxes


@pytest.mark.parametrize(
    ("boxes", "tag", "weight", "name"),
    [
        ([box("missing")], "mailbox_missing", "blocked", "anna@firma.example"),
        ([box("any", code=250)], "mail_domain_takes_all", "accept", "firma.example"),
        ([box("unknown", code=554, said="554 5.7.1 <anna@firma.example>: Relay access denied")],
         "mail_domain_not_served", "blocked", "firma.example"),
        ([box("unknown", said="550 relay not permitted")], "mail_domain_not_served", "blocked", "firma.example"),
        ([box("unknown", code=450, said="450 4.2.0 Greylisted")], "mailbox_unknown", "unknown", "anna@firma.example"),
        ([box("unknown", code=250, said="250 Ok")], "mailbox_unproved", "unknown", "anna@firma.example"),
        ([box("unknown", code=None, said="not_ours")], "mailboxes_not_ours", "unknown", MX),
        ([box("unknown", code=None, said="address")], "mailboxes_unwritable", "unknown", MX),
        ([box("unknown", code=None, said="smtputf8")], "mailboxes_smtputf8", "unknown", MX),
        ([box("unknown", code=None, said="too_many")], "mailboxes_too_many", "unknown", MX),
        ([box("unknown", code=None, said="silent")], "mailboxes_silent", "unknown", MX),
        ([box("unknown", code=None, said="what")], "mailboxes_silent", "unknown", MX),
    ],
)  # fmt: skip
def test_each_state_but_known_is_found_alone(boxes, tag, weight, name):
    (finding,) = find([*CLEAN.values()], boxes)
    assert (finding.tag, finding.name, WEIGHTS.of(finding)) == (tag, name, weight)


def test_missing_ones_are_told_one_by_one_up_to_a_number_and_then_by_their_number():
    boxes = [box("missing", f"a{number}@firma.example") for number in range(TOLD_MAX + 7)]
    found = find([], boxes)
    assert tags(found) == ["mailbox_missing"] * TOLD_MAX + ["mailboxes_missing_more"]
    assert found[-1].values["number"] == 7


def test_those_that_were_told_the_same_are_told_together():
    boxes = [
        box("unknown", f"a{number}@firma.example", 450, f"450 4.2.0 <a{number}@firma.example>: Greylisted")
        for number in range(5)
    ]
    (finding,) = find([], boxes)
    assert finding.values["number"] == 5
    assert finding.values["names"] == "a0@firma.example, a1@firma.example, a2@firma.example, …"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_finding_of_mail_has_words_for_all_its_values(language):
    mail = [
        *with_one(certificate=unfit("expired")), *with_one("imaps", certificate=unfit("other_name")),
        failed("smtp", host="a"), failed("pop3s", "tls", host="b"), failed("imaps", "closed", host="c"),
        spoken(host="d", banner="554 no"), failed("imaps", host=MX, address="192.0.2.3"),
    ]  # fmt: skip
    boxes = [box("missing"), box("any"), box("unknown", code=None, said="silent"), box("unknown", code=250)]
    for finding in find(mail, boxes, [*CLEAN.values()]):
        for message in (finding.message, finding.todo):
            said = language.text(message.id, **message.values)
            assert said != message.id and "{" not in said and not said.endswith(".todo"), said


# -- what an answer means


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("250 2.1.5 Ok", "known"),
        ("251 User not local; will forward", "known"),
        ("252 2.0.0 cannot verify", "cannot_tell"),
        ("354 go on", "cannot_tell"),
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table", "missing"),
        ("550 Unrouteable address", "missing"),
        ("550 5.2.1 mailbox disabled", "missing"),
        ("550 5.5.0 mailbox unavailable", "missing"),
        ("551 User not local", "missing"),
        ("553 5.1.1 no such user", "missing"),
        ("554 5.1.1 no such user", "missing"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", "missing"),
        ("552 5.2.2 mailbox full", "known"),
        ("552 mailbox full", "known"),
        ("452 4.2.2 too many messages in mailbox", "known"),
        ("552 5.3.4 message too big", "cannot_tell"),
        ("501 5.1.3 bad address syntax", "cannot_tell"),
        ("553 5.1.3 not a valid address", "cannot_tell"),
        ("550 5.1.2 domain not found", "cannot_tell"),
        ("550 5.7.1 blocked by policy", "cannot_tell"),
        ("550 rejected because 192.0.2.1 is in a blacklist at zen.spamhaus.org", "cannot_tell"),
        ("554 5.7.1 Relay access denied", "not_served"),
        ("454 4.7.1 Relay access denied", "not_served"),
        ("550 relay not permitted", "not_served"),
        ("550 5.7.1 Relaying denied", "not_served"),
        ("550 (x) [192.0.2.1]:5 is currently not permitted to relay through this server", "not_served"),
        ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "not_served"),
        ("550 5.5.3 <a@b.example>: Recipient address rejected: Multi-recipient bounce", "limit"),
        ("452 4.5.3 Error: too many recipients", "limit"),
        ("550 Too many failed recipients - count = 5", "limit"),
        ("421 4.7.0 Error: too many errors", "limit"),
        ("421 4.2.2 mailbox full, closing", "limit"),
        ("450 4.2.0 Greylisted", "again"),
        ("451 4.3.0 try later", "again"),
        ("450 4.1.1 unverified address: Address verification in progress", "again"),
        ("450 4.1.1 unverified address: host x said: 450 4.2.0 later", "again"),
        ("450 4.1.1 unverified address: host x said: 550 5.7.1 blocked", "again"),
        ("450 4.1.1 unverified address: host x said: 554 5.7.1 relay access denied", "not_served"),
        ("450 4.1.1 unverified address: host x said: 550-5.1.1 no such user", "missing"),
        ("450 4.1.1 unverified address: host x said: 550 no such user", "missing"),
        ("999 what", "cannot_tell"),
        ("", "cannot_tell"),
    ],
)
def test_an_answer_means(said, means):
    assert meaning("a@b.example", said) == means


@pytest.mark.parametrize("local", ["blacklist", "spamhaus", "rcpthosts"])
def test_what_an_address_is_called_counts_as_no_word_of_the_answer(local):
    address = f"{local}@b.example"
    assert meaning(address, f"550 5.1.1 <{address}>: User unknown") == "missing"
    assert meaning(address, f"550 No such user {address}") == "missing"
