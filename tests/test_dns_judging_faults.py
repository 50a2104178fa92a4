"""What is wrong with delegated servers: a fault belongs to its questions, and nobody is right by the alphabet."""

from dataclasses import replace

import pytest

from core.dns.change import Expected
from core.dns.judging.agreement import agreed, newest_of
from core.dns.judging.recorded import recorded
from core.dns.observation import Question, Rrset, Server
from core.language import ENGLISH, POLISH
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    AA,
    ALIASED,
    BEYOND,
    EDIT,
    EXPECTED,
    NEW,
    NEW_NAMES,
    OLD_NAMES,
    PARENTS,
    RESOLVERS,
    SHOP,
    SWITCH,
    WWW,
    ZONE,
    about,
    aliased,
    at,
    consistent,
    ds_at_parent,
    failed,
    judge,
    refers,
    said,
    samples,
    serves,
    spoiled,
    switched,
    tags,
    there,
)

CAA = replace(SWITCH, expected=(EXPECTED, Expected(ZONE, "CAA", ())))


def finding(found, tag):
    (one,) = [f for f in found.findings if f.tag == tag]
    return one


def with_caa(*more):
    return spoiled(*(said(server, "CAA", (), 0) for server in NEW), *more)


# -- a fault belongs to a question


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (failed(NEW[1], "CAA", 1), "brak odpowiedzi"),
        (failed(NEW[1], "CAA", 1, failure="malformed"), "odpowiedź, która nie jest komunikatem DNS"),
        (said(NEW[1], "CAA", (), 1, rcode="SERVFAIL"), "SERVFAIL"),
        (said(NEW[1], "CAA", (), 1, rcode="REFUSED"), "REFUSED"),
        (said(NEW[1], "CAA", (), 1, rcode="NOTIMP"), "NOTIMP"),
        (said(NEW[1], "CAA", (), 1, flags=frozenset()), "odpowiedź bez autorytetu (brak AA)"),
    ],
)
def test_a_server_that_fails_at_one_question_is_told_by_that_question(answer, fault):
    found = judge(with_caa(answer), change=CAA)
    assert tags(found).count("question_failed") == 1 and found.state == "published"
    told = POLISH.text(finding(found, "question_failed").message)
    assert f"CAA {ZONE} ({fault})" in told and "127.0.4.2" in told
    assert not {"unreachable", "refused", "lame", "not_authoritative"} & set(tags(found))


def test_what_else_a_failing_server_gets_wrong_is_told_beside():
    wrong = said(NEW[1], "A", A_OLD, 1), failed(NEW[1], "CAA", 1), said(NEW[1], "NS", OLD_NAMES, 1)
    found = judge(with_caa(*wrong), change=CAA)
    assert {"question_failed", "record_differs", "ns_mismatch_parent_child"} <= set(tags(found))


def test_questions_that_fail_alike_are_told_together_and_others_apart():
    wrong = failed(NEW[1], "CAA", 1), failed(NEW[1], "NS", 1), said(NEW[1], "A", (), 1, rcode="SERVFAIL")
    found = judge(with_caa(*wrong), change=CAA)
    told = [f.values["questions"] for f in found.findings if f.tag == "question_failed"]
    assert told == [f"A {WWW}", f"CAA {ZONE}, NS {ZONE}"]


def test_a_server_that_fails_at_everything_is_told_once():
    for failure in ("timeout", "unreachable"):
        silent = [o._replace(rcode=None, failure=failure) for o in serves(NEW[1], seconds=1)]
        found = judge(spoiled(*silent))
        assert about(found, "unreachable") == [NEW[1]] and "question_failed" not in tags(found)


def test_a_server_that_fails_at_everything_in_different_ways_is_not_said_to_answer_the_rest():
    soa, ns, a = serves(NEW[1], seconds=1)
    bad = {rcode: [o._replace(rcode=rcode, answer=()) for o in (ns, a)] for rcode in ("REFUSED", "SERVFAIL")}
    silent = soa._replace(rcode=None, failure="timeout", answer=())
    # One packet was lost; what the others say is what it does.
    for rcode, tag in (("REFUSED", "refused"), ("SERVFAIL", "lame")):
        found = judge(spoiled(silent, *bad[rcode]))
        assert about(found, tag) == [NEW[1]] and "question_failed" not in tags(found)
    found = judge(spoiled(soa._replace(rcode="SERVFAIL", answer=()), *bad["REFUSED"]))
    assert about(found, "lame") == [NEW[1]] and "question_failed" not in tags(found)


def test_keys_that_an_unsigned_zone_does_not_answer_for_are_no_fault():
    silent = [failed(server, "DNSKEY", 1) for server in NEW]
    assert judge(spoiled(*silent)).consistent
    signed = judge([*consistent(), *ds_at_parent("12345 13 2 " + "ab" * 32), *silent])
    assert about(signed, "question_failed") == list(NEW) and "ds_without_key" not in tags(signed)


def test_nothing_is_owed_of_a_type_that_is_watched_beside_and_that_there_is_none_of():
    silent = [failed(server, "HTTPS", 1) for server in NEW]
    assert judge(spoiled(*silent)).consistent
    wanted = replace(SWITCH, expected=(EXPECTED, Expected(ZONE, "HTTPS", ())))
    assert about(judge(spoiled(*silent), change=wanted), "question_failed") == list(NEW)


def test_keys_that_are_cut_short_are_not_said_to_fit_no_ds():
    cut = [said(server, "DNSKEY", (), 1, flags=AA | {"TC"}) for server in NEW]
    found = judge([*consistent(), *ds_at_parent("12345 13 2 " + "ab" * 32), *cut])
    assert "ds_without_key" not in tags(found) and about(found, "truncated_without_tcp") == list(NEW)


# -- a server that changes its answer


def by_turns(*values):
    return [said(NEW[1], "A", some, n) for n, some in enumerate(values, 1)]


def test_a_server_that_changes_its_answer_from_question_to_question_is_told_as_that():
    found = judge(spoiled(*by_turns(A_OLD, A_NEW, A_OLD, A_NEW)))
    assert about(found, "answers_change") == [NEW[1]] and "record_differs" not in tags(found)
    assert found.consistent is False and finding(found, "answers_change").values["found"] == "10.0.0.1; 10.0.0.2"


@pytest.mark.parametrize(
    "values",
    [(A_OLD, A_NEW), (A_NEW, A_OLD, A_NEW), (A_OLD, A_NEW, A_OLD, *[A_NEW] * 6), (A_OLD, ("10.0.0.3",), A_NEW)],
    ids=["an edit", "one taken back", "twice, and long ago", "always something else"],
)
def test_an_edit_and_one_taken_back_are_no_changing_answers(values):
    assert "answers_change" not in tags(judge(spoiled(*by_turns(*values))))


# -- name servers that only the zone names

THIRD = Server("authoritative", "127.0.4.3", name="ns3.new.pl")
WIDER = (*NEW_NAMES, THIRD.name)


def wider(third):
    return [*switched(), *(o for server in NEW for o in serves(server, names=WIDER)), *third]


def test_one_more_name_in_the_zone_s_ns_set_that_serves_the_same_is_a_notice():
    change = replace(SWITCH, named=frozenset({THIRD.name}))
    found = judge(wider(serves(THIRD, names=WIDER)), change=change)
    assert found.consistent and set(about(found, "ns_set_differs")) == {*NEW, THIRD}
    narrower = [*consistent(), *serves(NEW[1], seconds=1, names=NEW_NAMES[:1])]
    assert about(judge(narrower), "ns_set_differs") == [NEW[1]] and judge(narrower).consistent


def test_one_more_name_that_serves_something_else_or_was_not_asked_is_no_notice():
    change = replace(SWITCH, named=frozenset({THIRD.name}))
    old = judge(wider(serves(THIRD, A_OLD, names=WIDER)), change=change)
    assert old.consistent is False and about(old, "record_differs") == [THIRD]
    unasked = judge(wider([]), change=change)
    assert unasked.consistent is False and about(unasked, "ns_mismatch_parent_child") == list(NEW)
    none = judge([*consistent(), said(NEW[1], "NS", (), 1)])
    assert about(none, "ns_mismatch_parent_child") == [NEW[1]]


# -- servers that differ


def soa(server, serial):
    return said(server, "SOA", (f"ns1.new.pl host.new.pl {serial} 1 1 1 60",))


def test_what_all_servers_say_is_agreed_whatever_their_serials():
    q = Question(WWW, "A")
    said_to = {q: [said(server, "A", A_NEW) for server in NEW]}
    assert agreed(q, said_to, frozenset()) == EXPECTED
    assert agreed(q, {}, frozenset()) is None


@pytest.mark.parametrize(
    ("serials", "values"),
    [((7, 8), A_OLD), ((8, 7), A_NEW), ((7, 7), None), ((2**32 - 1, 0), A_OLD), ((0, 2**31), None)],
)
def test_where_servers_differ_the_newer_version_decides_and_nothing_else(serials, values):
    q = Question(WWW, "A")
    newest = newest_of([soa(server, serial) for server, serial in zip(NEW, serials, strict=True)])
    found = agreed(q, {q: [said(NEW[0], "A", A_NEW), said(NEW[1], "A", A_OLD)]}, newest)
    assert (found.values, found.disputed) == (values or (), values is None)


def test_a_majority_does_not_decide():
    q = Question(WWW, "A")
    answers = enumerate((A_NEW, A_NEW, A_OLD))
    three = [said(NEW[0]._replace(address=f"127.0.4.{n}"), "A", values) for n, values in answers]
    assert agreed(q, {q: three}, frozenset()).disputed


def test_an_alias_against_none_and_two_aliases_are_disputed():
    q = Question(WWW, "A")
    to = [said(NEW[0], "A", (), answer=(Rrset(WWW, "CNAME", 60, (end,)),)) for end in ("b.example.net", SHOP)]
    to[1] = to[1]._replace(server=NEW[1])
    assert agreed(q, {q: to}, frozenset()).disputed
    assert agreed(q, {q: [to[0], said(NEW[1], "A", A_NEW)]}, frozenset()).disputed
    assert not agreed(q, {q: [to[0], to[0]._replace(server=NEW[1])]}, frozenset())


def test_servers_that_differ_are_never_green_and_both_answers_are_told():
    change = replace(SWITCH, expected=(replace(EXPECTED, values=(), disputed=True),))
    differ = spoiled(said(NEW[0], "A", A_OLD, 1), *(o for s in RESOLVERS for o in samples(*[A_NEW] * 3, resolver=s)))
    for seconds in (0, 5000):
        found = judge(differ, seconds, change=change)
        assert found.state == "published" and not found.observed
        assert {"record_differs", "resolver_denies"}.isdisjoint(tags(found))
        values = finding(found, "servers_differ").values
        assert values["found"] == "10.0.0.1 (ns1.new.pl); 10.0.0.2 (ns2.new.pl)"
    for language in (POLISH, ENGLISH):
        assert "10.0.0.1 (ns1.new.pl)" in language.text(finding(found, "servers_differ").message)


def test_servers_that_differ_where_an_alias_leads_are_told_as_those():
    change = replace(EDIT, expected=(replace(ALIASED, values=(), disputed=True),))
    found = judge([*aliased(), there(BEYOND[0], A_OLD, 0), there(BEYOND[1], A_NEW, 0)], change=change)
    assert found.state == "published" and finding(found, "alias_ends_differ").values["name"] == SHOP and found.held_back
    assert "record_differs" not in tags(found)


def test_a_resolver_that_denies_what_servers_differ_in_is_not_blamed():
    change = replace(SWITCH, expected=(replace(EXPECTED, values=(), disputed=True),))
    denied = samples((), (), (), rcode="NXDOMAIN")
    assert "resolver_denies" not in tags(judge(spoiled(said(NEW[0], "A", (), 1), *denied), change=change))


def test_of_an_old_alias_that_servers_differed_in_the_longest_way_is_kept_in_mind():
    to = (Rrset(WWW, "CNAME", 60, (SHOP,)),)
    before = [
        refers(PARENTS[0], [server.name for server in NEW]),
        said(NEW[0], "A", (), answer=to),
        said(NEW[1], "A", A_NEW, ttl=60),
        there(BEYOND[0], A_OLD, 0, ttl=5000),
    ]
    (was,) = recorded(ZONE, [Question(WWW, "A")], before).rrsets
    assert (was.ttl, was.values) == (5000, None)


def test_parent_servers_one_against_one_are_both_told():
    found = judge([refers(PARENTS[0], OLD_NAMES), refers(PARENTS[1], ("ns9.old.pl",))], change=EDIT)
    assert about(found, "parent_disagrees") == list(PARENTS) and found.state == "unpublished"
    told = [ENGLISH.text(f.message) for f in found.findings if f.tag == "parent_disagrees"]
    assert all("not known" in text for text in told)


# -- an old answer after the end


def test_an_old_answer_after_an_edit_in_place_is_not_put_down_to_old_servers():
    edited = [*serves(NEW[0], A_OLD), *consistent(10)]
    late = said(RESOLVERS[0], "A", A_OLD, 5000)
    found = judge([*edited, late], 5001, change=EDIT)
    assert about(found, "resolver_keeps_old") == [RESOLVERS[0]] and "resolver_still_old" not in tags(found)
    assert found.state == "consistent" and found.held
    assert about(judge([*consistent(), late], 5001), "resolver_still_old") == [RESOLVERS[0]]
    assert found.eta.at < at(5000)
