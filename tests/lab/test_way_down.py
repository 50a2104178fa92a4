"""The way down to a zone, when it is lost for a while."""

import time
from dataclasses import replace

import pytest

from tests.lab.stage import now
from tests.lab.watching import NEW_VALUE, checked, unaided

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("silent", ["root", "registry"])
def test_round_without_a_way_down_takes_nothing_back(laboratory, engine, silent):
    lab = laboratory
    name = lab.name("luka")
    lab.new.serve(name, f"{name} A {NEW_VALUE}", f"www.{name} A {NEW_VALUE}")
    lab.delegate(name, lab.new.servers)
    checks = [unaided(lab, engine, host, expected=(NEW_VALUE,)) for host in (name, f"www.{name}")]
    for check in checks:
        check.wish = replace(check.wish, old_ttl=0)
        check.round()
        assert check.judge(now()).propagated
    getattr(lab, silent).pause()
    try:
        for check in checks:
            check.round()
            assert check.judge(now()).published
            assert {server.address for server in check.old_servers} == set()
    finally:
        getattr(lab, silent).resume()
    for check in checks:
        check.round()
        seen = check.judge(now())
        assert seen.propagated and {finding.tag for finding in seen.findings} <= {"stale_answer"}


def test_delegation_that_vanishes_and_comes_back_is_told_of(laboratory, engine):
    lab = laboratory
    name = lab.name("znika")
    lab.new.serve(name, f"{name} A {NEW_VALUE}")
    check = unaided(lab, engine, name)
    check.wish = replace(check.wish, old_ttl=0)

    def seen():
        check.round()
        found = check.judge(now())
        return found.state, "not_delegated" in {finding.tag for finding in found.findings}

    def settled():
        # A resolver that was told of no such name says so for two seconds more.
        end = time.monotonic() + 20
        while (found := seen())[0] == "consistent" and time.monotonic() < end:
            time.sleep(0.5)
        return found

    assert seen() == ("unknown", True)
    check.wish = replace(check.wish, old_servers=(lab.old.address,))
    assert check.judge(now()).state == "unpublished"
    check.wish = replace(check.wish, old_servers=())
    lab.delegate(name, lab.new.servers)
    assert settled() in (("expired", False), ("observed", False))
    del lab.delegations[name]
    lab.delegate(lab.name("inna"), lab.new.servers)  # publishes all of them
    assert seen() == ("unknown", True)
    lab.delegate(name, lab.new.servers)
    assert settled() in (("expired", False), ("observed", False))


def test_addresses_of_name_servers_of_either_kind_are_asked_for_in_the_zone(laboratory, engine):
    lab = laboratory
    name = lab.name("oba")
    lab.new.serve(name, f"{name} A {NEW_VALUE}", f"ns1.{name} AAAA ::1", servers={f"ns1.{name}": lab.new.address})
    lab.delegate(name, {f"ns1.{name}": lab.new.address})
    check, _ = checked(lab, engine, name, "A")
    host = f"ns1.{name}".removesuffix(".")
    assert {"A", "AAAA"} <= {o.question.type for o in check.observations if o.question.name == host and o.values}
