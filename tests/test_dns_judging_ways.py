"""The ways a server is asked: UDP, TCP, truncation, IPv6, encrypted, and what is told of each."""

from core.language import ENGLISH
from tests.dns_sights import A_NEW, A_OLD, AA, NEW, RESOLVERS, about, consistent, failed, judge, said, spoiled, tags


def test_truncation_with_working_tcp_is_no_fault():
    again = said(NEW[1], "A", A_NEW, 1, transport="tcp")
    assert judge(spoiled(said(NEW[1], "A", (), 1, flags=AA | {"TC"}), again)).state == "consistent"


def test_a_silence_over_udp_after_an_earlier_answer_over_tcp_is_a_silence():
    found = judge(spoiled(said(NEW[1], "A", A_NEW, transport="tcp"), failed(NEW[1], seconds=9)))
    assert about(found, "question_failed") == [NEW[1]] and "udp_fails" not in tags(found)


def test_an_answer_over_tcp_is_heard_before_the_silence_over_udp_beside_it_is_over():
    deaf = failed(NEW[1], seconds=13, ms=4000)
    before = spoiled(said(NEW[1], "A", A_OLD, 2), deaf, said(NEW[1], "A", A_NEW, 9, transport="tcp"))
    assert about(judge(before), "udp_fails") == [NEW[1]] and judge(before).state == "consistent"
    earlier = spoiled(deaf, said(NEW[1], "A", A_NEW, 8, transport="tcp"))
    assert about(judge(earlier), "question_failed") == [NEW[1]] and "udp_fails" not in tags(judge(earlier))


def test_an_answer_over_tcp_instead_of_udp_says_both():
    found = judge(spoiled(said(NEW[1], "A", A_NEW, 9, transport="tcp", udp_failure="timeout")))
    assert about(found, "udp_fails") == [NEW[1]] and found.state == "consistent"
    healed = judge([*spoiled(said(NEW[1], "A", A_NEW, 9, transport="tcp", udp_failure="timeout")), *consistent(20)])
    assert "udp_fails" not in tags(healed)


def test_a_server_that_was_silent_both_ways_and_is_back_fails_in_neither():
    silent = failed(NEW[1], seconds=1, transport="tcp", udp_failure="timeout")
    assert about(judge(spoiled(silent)), "question_failed") == [NEW[1]]
    assert not {"tcp_fails", "udp_fails", "question_failed"}.intersection(
        tags(judge([*spoiled(silent), *consistent(20)]))
    )


def test_an_address_that_could_not_be_asked_without_ipv6_takes_nothing_away():
    left_out = [failed(NEW[0]._replace(address="2001:db8::4"), type, 1, "no_ipv6") for type in ("A", "SOA", "NS")]
    found = judge(spoiled(*left_out))
    assert found.state == "consistent" and "2001:db8::4" in next(
        ENGLISH.text(f.message) for f in found.findings if f.tag == "no_ipv6"
    )


def test_truncated_answer_that_fails_over_tcp_is_told_as_such_and_leaves_the_rest_of_the_server_alone():
    cut = failed(NEW[1], seconds=1, transport="tcp", flags=frozenset({"TC"}))
    found = judge([o for o in consistent() if (o.server, o.question.type) != (NEW[1], "A")] + [cut])
    told = {"truncated_without_tcp", "unreachable", "record_differs"}
    assert told.intersection(tags(found)) == {"truncated_without_tcp"}
    assert not found.consistent


def test_answer_over_tcp_alone_says_nothing_of_udp():
    found = judge([*spoiled(), said(NEW[1], "A", A_NEW, 9, transport="tcp")])
    assert not {"udp_fails", "tcp_fails"}.intersection(tags(found))


def test_resolver_asked_at_once_in_another_way_is_said_to_be_asked_otherwise():
    def told(*seen):
        return [f.values["resolvers"] for f in judge([*consistent(), *seen]).findings if f.tag == "asked_otherwise"]

    def by(seconds, transport, **more):
        return said(RESOLVERS[0], "A", A_NEW, seconds, transport=transport, **more)

    assert told(by(1, "dot")) == ["127.0.5.1 (DoT)"]
    assert told(by(1, "tcp", udp_failure="timeout")) == ["127.0.5.1 (TCP)"]
    # An answer too long for a datagram, and a resolver that is heard again.
    assert told(by(1, "tcp")) == told(by(1, "dot", udp_failure="timeout"), by(2, "udp")) == []
