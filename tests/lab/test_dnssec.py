"""DNSSEC as real servers serve it and a real validator judges it: what we say beside what it does."""

import time
from dataclasses import dataclass

import dns.message
import dns.query
import dns.rcode
import pytest

from core.dns.asking.check import Check
from core.dns.asking.servers import parse_hints
from core.dns.names import parse_name
from core.dns.observation import Server
from core.dns.wish import Wish
from tests.lab.stage import now
from tests.lab.zones import Key, Zone

pytestmark = pytest.mark.lab

OLD, NEW = "192.0.2.1", "198.51.100.7"


@dataclass(frozen=True)
class Spoiled(Zone):
    """A zone that is changed after it was signed: in its lines `found` becomes `instead`; None: they are left out."""

    found: str = "nothing of the kind"
    instead: str | None = None

    def text(self, version: int) -> str:
        lines = super().text(version).splitlines()
        if self.instead is None:
            return "\n".join([line for line in lines if self.found not in line]) + "\n"
        return "\n".join([line.replace(self.found, self.instead) for line in lines]) + "\n"


def looked(lab, engine, name, resolvers=(), **told):
    roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), ("A",), **told)
    return Check(wish, engine, roots, [Server("resolver", r.address, id=r.name) for r in resolvers])


def tags(check):
    return {finding.tag for finding in check.judge(now()).findings}


def answer(recursor, name):
    said = dns.query.udp(dns.message.make_query(name, "A", want_dnssec=True), recursor.address, timeout=20)
    return dns.rcode.to_text(said.rcode())


def spoiled(lab, stem, found="nothing of the kind", instead=None, **how):
    key, name = Key(), lab.name(stem)
    zone = Spoiled(name, (f"{name} A {OLD}",), lab.new.servers, ttl=5, key=key, found=found, instead=instead, **how)
    if found != Spoiled.found:
        assert found in Zone.text(zone, 0)
    lab.new.put(zone)
    lab.delegate(name, lab.new.servers, ttl=5, ds=[key.ds(name)])
    return name


def test_signed_zone_that_is_right_has_no_fault_at_its_servers_or_at_a_validator(laboratory, engine):
    name = spoiled(laboratory, "dobra", good_for=30 * 86400)
    check = looked(laboratory, engine, name, [laboratory.validator], expected=(OLD,), old_ttl=0)
    check.round()
    assert not {tag for tag in tags(check) if tag.startswith(("signature", "ds_", "denial", "bogus"))}
    assert check.judge(now()).propagated


@pytest.mark.parametrize(
    ("found", "instead", "tag"),
    [
        (f" A {OLD}", f" A {NEW}", "signature_wrong"),
        (" RRSIG A ", None, "signature_missing"),
        (" RRSIG DNSKEY ", None, "signature_missing"),
    ],
)
def test_what_a_validator_rejects_is_told_as_what_it_is(laboratory, engine, found, instead, tag):
    name = spoiled(laboratory, "zepsuta", found, instead)
    check = looked(laboratory, engine, name, [laboratory.validator])
    check.round()
    check.round()
    assert {tag, "bogus"} <= tags(check) and "ds_without_key" not in tags(check)
    assert not check.judge(now()).propagated


def test_signatures_that_end_tomorrow_are_told_and_hold_nothing_back(laboratory, engine):
    name = spoiled(laboratory, "jutro")
    check = looked(laboratory, engine, name, [laboratory.validator], expected=(OLD,), old_ttl=0)
    check.round()
    assert "signature_expires" in tags(check) and check.judge(now()).propagated


def test_unsigned_zone_without_a_ds_is_never_asked_for_signatures(laboratory, engine):
    name = laboratory.name("bez-podpisu")
    laboratory.new.serve(name, f"{name} A {OLD}", ttl=5)
    laboratory.delegate(name, laboratory.new.servers, ttl=5)
    check = looked(laboratory, engine, name, [laboratory.validator], expected=(OLD,), old_ttl=0)
    check.round()
    assert not {tag for tag in tags(check) if tag.startswith(("signature", "ds_", "denial", "bogus"))}


def test_after_the_end_of_a_ds_that_went_a_validator_that_held_it_answers(laboratory, engine):
    lab, key, name = laboratory, Key(), laboratory.name("koniec-ds")
    lab.new.serve(name, f"{name} A {OLD}", ttl=1, key=key)
    lab.delegate(name, lab.new.servers, ttl=12, ds=[key.ds(name)])
    early, late = (lab.recursor(*lab.validating()) for _ in range(2))
    check = looked(lab, engine, name, expected=(NEW,))
    check.round()
    # Each has the DS now; the record is forgotten in a second.
    assert [answer(one, name) for one in (early, late)] == ["NOERROR"] * 2
    lab.new.serve(name, f"{name} A {NEW}", ttl=1)
    lab.delegate(name, lab.new.servers, ttl=12)
    check.round()
    eta = check.judge(now()).eta
    assert eta.reason == "ds_vanished" and "ds_cached" in tags(check)
    time.sleep(2)
    failed = answer(early, name)
    # Only if the machine was so slow that the end has come already may it answer.
    assert failed == "SERVFAIL" or now() > eta.at
    time.sleep(max(0.0, (eta.at - now()).total_seconds()) + 1)
    assert answer(late, name) == "NOERROR"
    assert "ds_cached" not in tags(check) and check.judge(now()).propagated
