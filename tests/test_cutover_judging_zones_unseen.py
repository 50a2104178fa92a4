"""What is found where servers of two zones differ, are silent, or never were asked: unknown is never fine."""

import re
from typing import get_args

import pytest

from core.cutover.judging.comparison import compare
from core.cutover.judging.old_zone_findings import old_zone_findings
from core.cutover.judging.zone_findings import find
from core.cutover.zones import Source
from core.dns.observation import Failure, Question
from core.language import LANGUAGES, POLISH
from tests.cutover_zones import (
    ASKED,
    MAP,
    NEW,
    NS1,
    NS2,
    OLD,
    ZONE,
    asked_zone,
    new_zone,
    old_zone,
    only,
    rcode,
    tags,
    timeout,
    weight,
)

# -- servers


def test_servers_that_differ_block_and_are_named():
    tag, name, values = only(OLD, NEW, NEW.replace("@ A 203.0.113.1", "@ A 203.0.113.9"))
    assert (tag, name, values["servers"]) == ("new_servers_differ", ZONE, NS2)
    assert weight("new_servers_differ") == "blocked"


def test_servers_that_differ_in_the_mail_are_told_here():
    assert tags(OLD, NEW, NEW.replace("mx -all", "a -all")) == [("new_servers_differ", ZONE)]


def test_server_that_lags_behind_is_told_of_each_name():
    assert set(tags(OLD, NEW, OLD)) == {("new_servers_differ", name) for name in (ZONE, "mail.firma.pl")}


def test_server_that_lacks_a_new_record_is_told():
    assert tags(OLD, f"{NEW}\ntest A 203.0.113.1", NEW, more=["test.firma.pl"]) == [
        ("new_servers_differ", "test.firma.pl")
    ]


def test_silent_server_is_unknown_and_the_one_thing_told():
    assert tags(OLD, NEW, NEW, second=timeout()) == [("new_server_silent", NS2)]
    assert tags(OLD, NEW, first=timeout()) == [("new_server_silent", NS1)]
    assert weight("new_server_silent") == "unknown"


@pytest.mark.parametrize("how", [rcode("REFUSED"), rcode("NXDOMAIN", aa=True), rcode("SERVFAIL")])
def test_server_without_the_zone_is_told_with_the_delegation(how):
    assert tags(OLD, NEW, first=how) == []


def without_ipv6(o):
    return o._replace(rcode=None, flags=frozenset(), answer=(), failure="no_ipv6")


def test_server_that_there_is_no_way_to_from_here_is_a_notice_beside_others():
    assert tags(OLD, NEW, NEW, second=without_ipv6) == [("new_server_over_ipv6", NS2)]
    assert weight("new_server_over_ipv6") == "notice"
    assert tags(f"{OLD}\nsklep A 192.0.2.1", NEW, NEW, second=without_ipv6)[-1] == ("record_lost", "sklep.firma.pl")


def test_where_there_is_no_way_to_any_server_it_is_unknown():
    assert tags(OLD, NEW, first=without_ipv6) == [("new_server_silent", NS1)]


def test_question_that_a_server_does_not_answer_is_unknown():
    assert only(OLD, NEW, first=timeout((ZONE, "MX"))) == ("new_questions_failed", NS1, {"records": "firma.pl MX"})
    assert weight("new_questions_failed") == "unknown"


def test_question_that_fails_beside_one_that_is_wrong_names_both():
    new = NEW.replace("@ A 203.0.113.1", "@ A 203.0.113.9")
    assert set(tags(OLD, new, NEW, second=rcode("SERVFAIL", (ZONE, "A")))) == {
        ("address_differs", ZONE),
        ("new_questions_failed", NS2),
    }


def test_alias_whose_addresses_a_server_does_not_answer_is_unknown():
    new = NEW.replace("www CNAME firma.pl", "www A 203.0.113.1")
    assert tags(OLD, new, new, second=timeout(("www.firma.pl", "A"))) == [("new_questions_failed", NS2)]


def test_records_that_nobody_was_asked_for_are_unknown():
    before = old_zone()
    after = new_zone(old_zone(OLD.replace("mail A 192.0.2.1", "")))
    findings = find(before, after, compare(before, after, MAP), MAP)
    assert [(one.tag, one.values["records"]) for one in findings] == [("records_not_asked", "mail.firma.pl A")]
    assert weight("records_not_asked") == "unknown"


# -- the old zone


def test_that_it_was_asked_for_names_is_no_finding():
    assert tags(asked_zone()) == []


def test_old_zone_that_nobody_saw_is_unknown():
    unseen = asked_zone("", sources=(), asked=0, refused={"192.0.2.53": "timeout"})
    (found,) = old_zone_findings(unseen)
    assert (found.tag, found.name) == ("old_zone_unseen", ZONE) and weight("old_zone_unseen") == "unknown"
    assert "(serwery: 192.0.2.53: nie odpowiedział w porę)" in POLISH.text(found.message)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_why_a_server_told_nothing_of_the_old_zone_is_said_in_words_and_of_many_servers_the_first(language):
    whys = (*get_args(Failure), "not_authoritative", "not_asked", "new_server", "SERVFAIL")
    refused = {f"192.0.2.{number + 1}": why for number, why in enumerate(whys)}
    (found,) = old_zone_findings(asked_zone("", sources=(), asked=0, refused=refused))
    said = language.text(found.message)
    assert all(address in said for address in refused) and "SERVFAIL" in said
    assert not re.search("[a-z]_[a-z]", said)
    refused |= {f"192.0.2.{number}": "timeout" for number in range(100, 130)}
    (many,) = old_zone_findings(asked_zone("", sources=(), asked=0, refused=refused))
    assert language.text(many.message).count("192.0.2.") == 8 and f"… +{len(refused) - 8}" in language.text(
        many.message
    )
    (none,) = old_zone_findings(asked_zone("", sources=(), asked=0))
    assert "–" in language.text(none.message)


def test_silent_questions_are_unknown_unless_all_is_known_otherwise():
    silent = (Question("sklep.firma.pl", "A"),)
    assert only(asked_zone(silent=silent)) == ("old_zone_silent", ZONE, {"records": "sklep.firma.pl A"})
    assert tags(old_zone(silent=silent)) == []
    assert weight("old_zone_silent") == "unknown"


def test_server_that_refuses_a_transfer_is_no_finding():
    assert tags(asked_zone(refused={"192.0.2.53": "transfer: REFUSED"})) == []


def test_file_that_was_not_read_whole_is_unknown_unless_a_transfer_has_all():
    part = Source("file", "firma.zone", 3, complete=False)
    assert tags(asked_zone(sources=(part, ASKED))) == [("old_file_partial", "firma.zone")]
    assert tags(old_zone(sources=(part, Source("transfer", "192.0.2.53", 7, complete=True)))) == []


def test_zone_that_is_larger_than_what_is_asked_is_unknown():
    assert tags(old_zone(cut=True)) == [("old_zone_cut", ZONE)] and weight("old_zone_cut") == "unknown"


def test_file_that_differs_from_what_is_served_is_to_be_accepted():
    assert only(old_zone(stale=((ZONE, "A"),))) == ("old_file_stale", ZONE, {"records": "firma.pl A"})
