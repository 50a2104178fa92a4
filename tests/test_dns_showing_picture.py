"""What a check looks like: cells, counts, samples over time, the tree and two servers side by side."""

import datetime as dt

import pytest

from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging import history
from core.dns.judging.findings import Finding
from core.dns.judging.history import thinned
from core.dns.judging.verdict import verdict
from core.dns.observation import Observation, Question, Rrset, Server
from core.dns.showing.picture import Tally, rows, samples, tally
from core.dns.showing.side_by_side import side_by_side
from core.dns.showing.tree import tree

START = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
ZONE = "firma.pl"
A, MX = Question(ZONE, "A"), Question(ZONE, "MX")
ONE, TWO, THREE = (Server("resolver", f"127.0.5.{n}", id=str(n), operator=f"R{n}") for n in (1, 2, 3))
PARENTS = tuple(Server("parent", f"127.0.2.{n}", name=f"p{n}.dns.pl") for n in (1, 2))
NS = tuple(Server("authoritative", f"127.0.4.{n}", name=f"ns{n}.new.pl") for n in (1, 2))
HOSTS = "ns1.new.pl", "ns2.new.pl"
CHANGE = ChangeSet(ZONE, (Expected(ZONE, "A", ("192.0.2.2",)),))
OLD = Old(rrsets=(OldRrset(ZONE, "A", 300, ("192.0.2.1",)),))


def at(seconds):
    return START + dt.timedelta(seconds=seconds)


def said(server, question, *values, seconds=0, ttl=300, **more):
    answer = (Rrset(question.name, question.type, ttl, values),) if values else ()
    return Observation(server, question, at(seconds), **{"rcode": "NOERROR", "answer": answer, **more})


def silent(server, question, seconds=0):
    return Observation(server, question, at(seconds), failure="timeout")


def drawn(*observations, servers=(ONE, TWO, THREE), questions=(A,), seconds=10):
    judged = verdict(CHANGE, OLD, observations, at(seconds)).judged
    return rows(servers, questions, observations, judged, at(seconds))


@pytest.mark.parametrize(
    ("observation", "kind", "status"),
    [
        (said(ONE, A, "192.0.2.2"), "new", "new"),
        (said(ONE, A, "192.0.2.1"), "old", "old"),
        (said(ONE, A, "192.0.2.9"), "other", "other"),
        (said(ONE, A), "none", "nodata"),
        (said(ONE, A, rcode="NXDOMAIN"), "none", "nxdomain"),
        (said(ONE, A, rcode="SERVFAIL"), "failure", "servfail"),
        (said(ONE, A, rcode="REFUSED"), "failure", "refused"),
        (silent(ONE, A), "unreachable", "timeout"),
    ],
)
def test_cell_shows_what_an_answer_is(observation, kind, status):
    cell = drawn(observation)[0].cells[0]
    assert (cell.kind, cell.status) == (kind, status)


def test_absence_that_is_expected_looks_like_absence_and_counts_as_new():
    change = ChangeSet(ZONE, (*CHANGE.expected, Expected(ZONE, "MX", ())))
    observations = [said(ONE, A, "192.0.2.2"), said(ONE, MX), said(TWO, A, "192.0.2.2"), said(TWO, MX, "10 mx.old.pl")]
    judged = verdict(change, OLD, observations, at(5)).judged
    found = rows((ONE, TWO), (A, MX), observations, judged, at(5))
    assert [row.cells[1].kind for row in found] == ["none", "other"]
    assert tally(found) == Tally(new=1, reached=2, silent=0)


def test_cell_without_an_answer_waits_and_one_nothing_is_expected_of_is_not_judged():
    one, two, _ = drawn(said(ONE, MX, "10 mx.firma.pl"), said(TWO, MX), questions=(A, MX))
    assert [cell.kind for cell in one.cells] == ["waiting", "unjudged"]
    assert [cell.kind for cell in two.cells] == ["waiting", "none"]


def test_latest_answer_counts_with_its_age_and_what_is_left_of_its_ttl():
    cell = drawn(said(ONE, A, "192.0.2.2", seconds=4, ttl=20), said(ONE, A, "192.0.2.1"), seconds=10)[0].cells[0]
    assert (cell.kind, cell.age, cell.left) == ("new", 6, 14)
    assert drawn(said(ONE, A, "192.0.2.2", ttl=5), seconds=60)[0].cells[0].left == 0


def test_second_look_without_checking_is_no_answer_of_its_own():
    first = said(ONE, A, rcode="SERVFAIL")
    second = said(ONE, A, "192.0.2.2", seconds=1, checking_disabled=True)
    assert drawn(first, second)[0].cells[0].status == "bogus"


def test_silent_resolver_leaves_the_count_and_an_old_one_does_not():
    found = drawn(said(ONE, A, "192.0.2.2"), said(TWO, A, "192.0.2.1"), silent(THREE, A))
    assert tally(found) == Tally(new=1, reached=2, silent=1)


def test_resolver_that_answers_one_question_of_two_counts_with_that_one():
    found = drawn(said(ONE, A, "192.0.2.2"), silent(ONE, MX), servers=(ONE,), questions=(A, MX))
    assert tally(found) == Tally(1, 1, 0)


def test_resolver_still_asked_is_not_yet_new():
    assert tally(drawn(said(ONE, A, "192.0.2.2"), servers=(ONE, TWO))) == Tally(1, 1, 0)


def test_samples_are_one_a_server_and_round_and_the_gravest_kind_of_it():
    change = ChangeSet(ZONE, (*CHANGE.expected, Expected(ZONE, "MX", ("10 mx.firma.pl",))))
    observations = [
        *(said(ONE, A, "192.0.2.1"), said(ONE, MX, "10 mx.firma.pl", seconds=1)),
        *(said(ONE, A, "192.0.2.2", seconds=30), said(ONE, MX, "10 mx.firma.pl", seconds=31)),
        said(NS[0], A, "192.0.2.2"),
    ]
    found = samples(verdict(change, OLD, observations, at(60)).judged)
    assert [(sample.server, sample.at, sample.kind) for sample in found] == [
        (ONE, at(1), "old"),
        (ONE, at(31), "new"),
    ]


# -- the tree


def refers(parent, *hosts):
    return said(parent, Question(ZONE, "NS"), authority=(Rrset(ZONE, "NS", 3600, hosts),))


def serial(server, number, **more):
    soa = f"ns1.new.pl host.new.pl {number} 1 1 1 60"
    return said(server, Question(ZONE, "SOA"), soa, **{"flags": frozenset({"AA"}), **more})


def test_tree_groups_the_parents_by_whom_they_refer_to_and_puts_faults_where_they_are():
    behind = Finding("serial_differs", NS[1])
    observations = [
        refers(PARENTS[0], "ns1.new.pl", "ns2.new.pl"),
        refers(PARENTS[1], "ns1.old.pl"),
        serial(NS[0], 8),
        serial(NS[1], 7),
    ]
    found = tree(ZONE, PARENTS, NS, observations, [behind, Finding("ttl_unknown"), Finding("bogus", ONE)])
    assert [(r.parents, r.hosts) for r in found.references] == [
        ((PARENTS[0],), ("ns1.new.pl", "ns2.new.pl")),
        ((PARENTS[1],), ("ns1.old.pl",)),
    ]
    assert [(s.serial, s.findings) for s in found.servers] == [(8, ()), (7, (behind,))]


def test_parents_that_agree_are_one_branch_and_a_silent_one_is_told_apart():
    observations = [refers(PARENTS[0], "ns1.new.pl"), silent(PARENTS[1], Question(ZONE, "NS"))]
    found = tree(ZONE, PARENTS, NS, observations, [])
    assert [(len(r.parents), r.answered) for r in found.references] == [(1, True), (1, False)]
    assert len(tree(ZONE, PARENTS, NS, [refers(p, "ns1.new.pl") for p in PARENTS], []).references) == 1


def test_server_of_the_zone_with_a_serial_that_is_no_number_has_none():
    hostile = said(NS[0], Question(ZONE, "SOA"), "a b ١ 1 1 1 1")
    assert tree(ZONE, PARENTS, NS, [hostile], []).servers[0].serial is None


# -- two servers


def test_two_servers_are_the_same_in_any_order_of_values_and_differ_in_one():
    left = [said(ONE, A, "192.0.2.1", "192.0.2.2"), said(ONE, MX, "10 mx.a.pl")]
    right = [said(TWO, A, "192.0.2.2", "192.0.2.1"), said(TWO, MX, "20 mx.a.pl")]
    assert [pair.same for pair in side_by_side((A, MX), left, right)] == [True, False]


def test_two_servers_without_the_record_are_the_same_but_not_where_one_knows_no_such_name():
    assert side_by_side((A,), [said(ONE, A)], [said(TWO, A)])[0].same is True
    assert side_by_side((A,), [said(ONE, A)], [said(TWO, A, rcode="NXDOMAIN")])[0].same is False
    assert side_by_side((A,), [said(ONE, A)], [said(TWO, A, "192.0.2.1")])[0].same is False


def test_silence_and_failure_compare_with_nothing():
    assert side_by_side((A,), [silent(ONE, A)], [said(TWO, A, "192.0.2.1")])[0].same is None
    assert side_by_side((A,), [], [said(TWO, A, "192.0.2.1")])[0].same is None
    assert side_by_side((A,), [said(ONE, A, rcode="SERVFAIL")], [said(TWO, A, rcode="SERVFAIL")])[0].same is None


# -- what is kept of many rounds


def round_of(*said_, number, step=30):
    return [o._replace(at=at(number * step)) for o in said_]


def test_rounds_that_say_the_same_keep_their_ends_and_the_last_ones_whole():
    old, new = said(ONE, A, "192.0.2.1"), said(ONE, A, "192.0.2.2")
    values = [old] * 5 + [new] * 8
    found = thinned([round_of(o._replace(), number=n) for n, o in enumerate(values)], 3)
    assert [n for n, one in enumerate(found) if one] == [0, 4, 5, 10, 11, 12]


def test_running_ttl_of_a_resolver_is_no_difference_but_that_of_a_name_server_is():
    running = [round_of(said(ONE, A, "192.0.2.1", ttl=300 - n), number=n) for n in range(8)]
    lowered = [round_of(said(NS[0], A, "192.0.2.1", ttl=300 - n), number=n) for n in range(8)]
    assert sum(map(len, thinned(running, 3))) == 4
    assert sum(map(len, thinned(lowered, 3))) == 8


def test_many_servers_behind_one_address_are_no_difference():
    rounds = [round_of(said(ONE, A, "192.0.2.1", nsid=f"node{n % 2}"), number=n) for n in range(20)]
    assert sum(map(len, thinned(rounds, 3))) == 4


def test_server_that_differs_in_one_answer_keeps_all_answers_of_that_round():
    rounds = [
        round_of(said(ONE, A, "192.0.2.1"), said(ONE, MX, f"{10 * (n == 3)} mx.a.pl"), number=n) for n in range(9)
    ]
    found = thinned(rounds, 3)
    assert [len(one) for one in found] == [2, 0, 2, 2, 2, 0, 2, 2, 2]


def signed_anew(n, value="192.0.2.1"):
    signature = Rrset("example.pl", "RRSIG", 300, (f"A 13 2 300 {n} {n} 1 example.pl x",))
    found = said(NS[0], A, value)
    return found._replace(answer=(*found.answer, signature), whole=b"%d" % n)


def test_server_that_signs_every_answer_anew_makes_no_difference():
    rounds = [round_of(signed_anew(n), number=n) for n in range(20)]
    assert sum(map(len, thinned(rounds, 3))) == 4


def test_messages_are_kept_of_the_last_rounds_and_of_what_was_said_last():
    rounds = [round_of(signed_anew(n, f"192.0.2.{n}"), number=n) for n in range(9)]
    silent_since = thinned([*rounds, *([[]] * 9)], 3)
    assert [o.whole for one in thinned(rounds, 3) for o in one] == [None] * 6 + [b"6", b"7", b"8"]
    assert [o.whole for one in silent_since for o in one] == [None] * 8 + [b"8"]


def test_rounds_that_all_differ_are_kept_up_to_a_bound_with_the_first_and_the_last(monkeypatch):
    monkeypatch.setattr(history, "MOST_HELD", 20_000)
    found = []
    for n in range(100):
        found = thinned([*found, round_of(said(NS[0], A, f"192.0.2.{n}"), number=n)], 3)
    values = [o.values for one in found for o in one]
    assert 10 < len(values) <= 20
    assert values[0] == ("192.0.2.0",) and values[-3:] == [(f"192.0.2.{n}",) for n in (97, 98, 99)]


def test_thinned_rounds_come_to_the_same_verdict():
    rounds = []
    for n in range(30):
        value = "192.0.2.1" if n < 10 else "192.0.2.2"
        rounds.append(
            round_of(
                *(said(server, A, value) for server in (ONE, TWO)),
                *(said(server, A, value, flags=frozenset({"AA"})) for server in NS),
                *(serial(server, 7 + (n >= 10)) for server in NS),
                *(
                    said(NS[n], Question(ZONE, "NS"), "ns1.new.pl", "ns2.new.pl", flags=frozenset({"AA"}))
                    for n in (0, 1)
                ),
                *(refers(parent, *HOSTS) for parent in PARENTS),
                number=n,
            )
        )
    whole = verdict(CHANGE, OLD, [o for one in rounds for o in one], at(900))
    kept = [o for one in thinned(rounds, 3) for o in one]
    assert len(kept) < sum(map(len, rounds)) / 2
    thin = verdict(CHANGE, OLD, kept, at(900))
    assert (thin.state, thin.eta, thin.findings) == (whole.state, whole.eta, whole.findings)
    assert thin.state == "observed"
