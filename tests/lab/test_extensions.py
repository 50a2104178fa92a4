"""Servers that EDNS upsets, or that have two names: they serve all the same, whatever they are asked for."""

from __future__ import annotations

import contextlib

import dns.message
import dns.query
import dns.rcode
import pytest

from tests.lab.scripted import Query, Reply, scripted
from tests.lab.test_check import tags

pytestmark = pytest.mark.lab

OLD_TTL = ("--old-ttl", "0")


@pytest.fixture
def upset(laboratory):
    """Return the address of a server with the old hoster's zones that answers FORMERR to EDNS."""

    def answer(query: Query) -> Reply:
        assert query.message
        if query.message.edns >= 0:
            said = dns.message.make_response(query.message)
            said.use_edns(False)
            said.set_rcode(dns.rcode.FORMERR)
            return said
        ask = dns.query.tcp if query.transport == "tcp" else dns.query.udp
        return ask(query.message, laboratory.old.address, timeout=3).to_wire()

    with contextlib.ExitStack() as until_the_end:
        address = laboratory.address()
        until_the_end.enter_context(scripted(address, answer))
        yield address


def served_by(laboratory, stem, address, *records):
    """Serve a name at one address, under a name of a server in the zone."""
    name = laboratory.name(stem)
    servers = {f"ns1.{name}": address}
    laboratory.old.serve(name, *records, servers=servers)
    laboratory.delegate(name, servers)
    return name


def test_mail_hosts_of_a_server_that_edns_upsets_are_asked_without(laboratory, check, upset):
    name = served_by(laboratory, "bezedns", upset, "@ MX 10 mail", "mail A 192.0.2.2")
    code, said, _ = check(name, *OLD_TTL, "--type", "MX")
    assert (code, said["state"]) == (0, "expired")
    assert "no_edns" in tags(said) and "lame" not in tags(said)


def test_alias_into_a_zone_whose_server_edns_upsets_is_followed(laboratory, check, upset):
    there = served_by(laboratory, "obcy", upset, "@ A 192.0.2.2")
    name = laboratory.name("alias-do-obcego")
    laboratory.new.serve(name, f"www CNAME {there}")
    laboratory.delegate(name, laboratory.new.servers)
    code, said, _ = check(f"www.{name}", *OLD_TTL, "--type", "A")
    theirs = [o for o in said["observations"] if o["server"] == upset and o["type"] == "A"]
    assert (code, said["state"]) == (0, "expired") and [o["values"] for o in theirs][-1] == ["192.0.2.2"]


def test_address_of_a_name_server_is_found_where_edns_upsets_its_own_zone_s_server(laboratory, check, upset):
    domain = served_by(laboratory, "firma", upset, f"ns7 A {laboratory.new.address}")
    name = laboratory.name("u-firmy")
    servers = {f"ns7.{domain}": laboratory.new.address}
    laboratory.new.serve(name, "@ A 192.0.2.1", servers=servers)
    laboratory.delegate(name, servers)
    code, said, _ = check(name, *OLD_TTL, "--type", "A")
    assert (code, said["state"]) == (0, "expired") and "not_asked" not in tags(said)


def test_two_names_of_one_server_hold_nothing_back(laboratory, check):
    name = laboratory.name("podwojna")
    servers = {f"ns{number}.{name}": laboratory.new.address for number in (1, 2)}
    laboratory.new.serve(name, "@ MX 10 mail", "mail A 192.0.2.2", servers=servers)
    laboratory.delegate(name, servers)
    code, said, _ = check(name, *OLD_TTL, "--type", "MX")
    assert (code, said["state"], said["consistent"]) == (0, "expired", True)
