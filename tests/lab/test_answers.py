"""Answers of every kind, right and wrong, as the servers of a zone and resolvers give them."""

import contextlib
from dataclasses import replace

import pytest

from core.dns.asking.check import Check
from core.dns.asking.servers import parse_hints
from core.dns.change import Aside
from core.dns.names import parse_name
from core.dns.observation import Question, Server
from core.dns.wish import Wish
from core.language import POLISH
from tests.lab.scripted import reply, scripted
from tests.lab.stage import now
from tests.lab.watching import NEW_VALUE, checked

pytestmark = pytest.mark.lab


def test_chain_of_aliases_into_another_zone_is_followed_by_the_resolvers(laboratory, engine):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}")
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}")
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, f"www.{name}", "A", expected=(NEW_VALUE,))
    assert found.consistent and {judged.status for judged in found.judged} == {"new"}
    assert len({judged.observation.server.role for judged in found.judged}) == 2
    # Nobody has to say what is expected: the other zone's own servers do.
    _, found = checked(lab, engine, f"www.{name}", "A")
    assert found.propagated and {judged.status for judged in found.judged} == {"new"}
    own = {server.address for server in check.delegated.servers}
    asked = Question(f"www.{name}".removesuffix("."), "A")
    aliases = [o for o in check.observations if o.server.address in own and o.question == asked]
    assert {rrset.type for o in aliases for rrset in o.answer} == {"CNAME"}


def test_set_that_goes_round_is_the_same_set_in_any_order(laboratory, engine):
    lab = laboratory
    name = lab.name("kolo")
    values = tuple(f"192.0.2.{n}" for n in range(1, 6))
    lab.new.serve(name, *(f"{name} A {value}" for value in values))
    lab.delegate(name, lab.new.servers)
    _, found = checked(lab, engine, name, "A", expected=tuple(reversed(values)))
    assert found.consistent and {judged.status for judged in found.judged} == {"new"}


def test_answer_too_long_for_a_datagram_is_fetched_over_tcp_and_compared_whole(laboratory, engine):
    lab = laboratory
    name = lab.name("dlugi")
    texts = tuple(f"{n:03}" + "x" * 180 for n in range(12))
    lab.new.serve(name, *(f'{name} TXT "{text}"' for text in texts))
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, name, "TXT", expected=texts)
    assert found.consistent
    long = [o for o in check.observations if o.question.type == "TXT"]
    assert {o.transport for o in long} == {"tcp"} and all(len(o.values) == len(texts) for o in long)


def test_resolvers_that_fail_each_in_its_own_way_are_told_apart_and_none_counts_as_old(laboratory, engine):
    lab = laboratory
    name = lab.name("rozne")
    lab.new.serve(name, f"{name} A {NEW_VALUE}")
    lab.delegate(name, lab.new.servers)
    answers = {
        "never": lambda query: None,
        "servfail": lambda query: reply(query, rcode="SERVFAIL"),
        "refused": lambda query: reply(query, rcode="REFUSED"),
    }
    with contextlib.ExitStack() as running:
        resolvers = [Server("resolver", lab.plain.address, id="plain")]
        for id, answer in answers.items():
            at = running.enter_context(scripted(lab.address(), answer)).address
            resolvers.append(Server("resolver", at, id=id))
        roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
        wish = Wish(parse_name(name.removesuffix(".")), ("A",), (NEW_VALUE,), old_ttl=0)
        check = Check(wish, engine, roots, resolvers)
        check.round()
        found = check.judge(now())
    status = {judged.observation.server.id: judged.status for judged in found.judged if judged.observation.server.id}
    assert status == {"plain": "new", "never": "timeout", "servfail": "servfail", "refused": "refused"}
    # One that fails is nobody's green, until somebody sets it aside.
    assert found.consistent and found.expired and found.state == "consistent"
    assert [(f.tag, f.server.id) for f in found.held_back] == [("resolver_unsure", "servfail")]
    aside = check.judge(now(), replace(wish, aside=(Aside("servfail", "ours"),)))
    assert aside.state == "expired" and "set_aside" in {finding.tag for finding in aside.findings}


def own_zone(name, address, **more):
    """What a scripted server of a zone has by type, its own address included."""
    found = {
        "SOA": f"@ 60 SOA ns1.{name} host.{name} 1 60 60 60 60",
        "NS": f"@ 60 NS ns1.{name}",
        "A": "@ 60 A 192.0.2.1",
    } | more

    def records(query):
        if query.name.to_text() == f"ns1.{name}":
            return (f"@ 60 A {address}",) if query.type == "A" else ()
        return (found[query.type],) if query.type in found else ()

    return records


def judged_at(lab, engine, name, address, types, turns=(None,)):
    lab.delegate(name, {f"ns1.{name}": address})
    check = Check(
        Wish(parse_name(name.removesuffix(".")), types, old_ttl=0),
        engine,
        parse_hints(lab.hints_file.read_text(encoding="utf-8")),
        [],
    )
    for _ in turns:
        check.round()
    return check.judge(now())


@pytest.mark.parametrize(("how", "fault"), [("silent", "brak odpowiedzi"), ("SERVFAIL", "SERVFAIL")])
def test_server_that_fails_at_one_type_is_told_by_it_and_keys_that_it_drops_unsigned_are_none(
    laboratory, engine, how, fault
):
    name, at = laboratory.name("wybredny"), laboratory.address()
    records = own_zone(name, at)

    def answer(query):
        if query.type == "DNSKEY":
            return None
        if query.type == "CAA":
            return None if how == "silent" else reply(query, rcode=how)
        return reply(query, *records(query), aa=True)

    with scripted(at, answer):
        found = judged_at(laboratory, engine, name, at, ("A", "CAA"))
    (told,) = [finding for finding in found.findings if finding.tag == "question_failed"]
    assert told.values["questions"] == f"CAA {name.removesuffix('.')}" and fault in POLISH.text(told.message)
    assert found.consistent is False and not {"unreachable", "lame"} & {finding.tag for finding in found.findings}


def test_server_that_changes_its_answer_every_time_is_told_as_that(laboratory, engine):
    name, at = laboratory.name("zmienny"), laboratory.address()
    records, values = own_zone(name, at), []

    def answer(query):
        if query.name.to_text() == name and query.type == "A":
            return reply(query, f"@ 60 A 192.0.2.{values[-1]}", aa=True)
        return reply(query, *records(query), aa=True)

    with scripted(at, answer):
        # Taken one by one, so that each round finds another.
        found = judged_at(laboratory, engine, name, at, ("A",), (values.append(n % 2) for n in range(6)))
    assert "answers_change" in {finding.tag for finding in found.findings} and found.consistent is False


@pytest.mark.parametrize("refuses", ["edns", "nsid"])
@pytest.mark.parametrize("rcode", ["FORMERR", "NOTIMP"])
def test_server_that_refuses_an_extension_is_asked_without_it_and_is_no_worse_for_it(
    laboratory, engine, refuses, rcode
):
    lab = laboratory
    name = lab.name("starodawny")
    at = lab.address()
    records = own_zone(name, at)

    def answer(query):
        has_nsid = query.message.options and any(int(option.otype) == 3 for option in query.message.options)
        if query.message.edns >= 0 and (refuses == "edns" or has_nsid):
            plain = reply(query, rcode=rcode)
            plain.use_edns(-1)
            return plain
        return reply(query, *records(query), aa=True)

    with scripted(at, answer):
        lab.delegate(name, {f"ns1.{name}": at})
        roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
        wish = Wish(parse_name(name.removesuffix(".")), ("A",), ("192.0.2.1",), old_ttl=0)
        check = Check(wish, engine, roots, [])
        check.round()
        found = check.judge(now())
    tags = {finding.tag for finding in found.findings}
    assert found.consistent and "no_edns" in tags and not tags & {"lame", "refused"}, found.findings
