"""A name that is in a zone below the one that is checked: its own servers speak for it, on real name servers."""

import datetime as dt
import time

import pytest

from core.dns.asked import read_wish
from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.servers import parse_hints
from core.dns.observation import Server

pytestmark = pytest.mark.lab

POLICY, STRICT = "v=DMARC1; p=none", "v=DMARC1; p=reject"


def now():
    # The tests stop the clock of the desk; caches do not care.
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


@pytest.fixture
def engine(laboratory):
    made = Engine(per_second=50, timeout=1.0, now=now)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def provider(laboratory):
    return laboratory.authority(size=2)


def delegating(laboratory, stem, provider, ns_ttl=5, by=None):
    """Serve a zone whose `_dmarc` is delegated to a provider; return its name."""
    hoster, name = by or laboratory.new, laboratory.name(stem)
    hoster.serve(name, f"{name} A 192.0.2.1", *(f"_dmarc.{name} {ns_ttl} NS {ns}" for ns in provider.servers), ttl=5)
    laboratory.delegate(name, hoster.servers, ttl=5)
    return name


def publish(provider, name, policy, ttl=5, ns_ttl=5):
    records = [f'_dmarc.{name} TXT "{policy}"'] if policy else []
    provider.serve(f"_dmarc.{name}", *records, ttl=ttl, ns_ttl=ns_ttl, soa_ttl=ttl, minimum=ttl)


def check_of(laboratory, engine, name, resolver=None, types="A,DMARC", **form):
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    wish = read_wish({"name": name.removesuffix("."), "types": types, **form}, now())
    return Check(wish, engine, roots, [resolver or Server("resolver", laboratory.plain.address, id="plain")])


def judged(check):
    check.round()
    return check.judge(now())


def tags(found):
    return {finding.tag for finding in found.findings}


def statuses(found, type="DMARC"):
    return {(j.observation.server.role, j.status) for j in found.judged if j.observation.question.type == type}


def test_delegated_dmarc_is_asked_of_its_own_servers_and_is_no_fault_of_the_zones(laboratory, engine, provider):
    name = delegating(laboratory, "delegowany", provider)
    publish(provider, name, POLICY)
    found = judged(check := check_of(laboratory, engine, name, ttl="0"))
    assert found.propagated and statuses(found) == {("authoritative", "new"), ("resolver", "new")}
    assert tags(found) == {"zone_below"}
    (told,) = (f for f in found.findings if f.tag == "zone_below")
    assert told.values["zone"] == f"_dmarc.{name}".removesuffix(".")
    asked = {o.server.address for o in check.observations if o.values == (POLICY,) and "AA" in o.flags}
    assert asked == set(provider.servers.values())
    # What is expected is compared with what those say.
    assert judged(check_of(laboratory, engine, name, types="DMARC", ttl="0", expect=POLICY)).propagated
    wrong = judged(check_of(laboratory, engine, name, types="DMARC", ttl="0", expect=STRICT))
    differ = {f.server.address for f in wrong.findings if f.tag == "record_differs"}
    assert not wrong.consistent and differ == set(provider.servers.values())


def test_servers_of_the_zone_below_that_fail_are_told(laboratory, engine, provider):
    name = delegating(laboratory, "niema", provider)
    # Whether somebody said what is to be seen, or nobody knows.
    for form in ({"expect": POLICY}, {}):
        found = judged(check_of(laboratory, engine, name, types="DMARC", ttl="0", **form))
        refusing = sorted(f.server.address for f in found.findings if f.tag == "refused")
        assert refusing == sorted(provider.servers.values()) and not found.propagated and not found.consistent
    beside = judged(check_of(laboratory, engine, name, types="A,DMARC", ttl="0"))
    assert not beside.propagated


def test_servers_below_that_nobody_finds_are_told_and_nothing_is_green(laboratory, engine):
    name, nobody = laboratory.name("bezadresu"), laboratory.name("nikogo")
    laboratory.new.serve(name, f"{name} A 192.0.2.1", f"_dmarc.{name} NS ns.{nobody}")
    laboratory.delegate(name, laboratory.new.servers)
    found = judged(check_of(laboratory, engine, name, types="A,DMARC", ttl="0"))
    assert "not_asked" in tags(found) and not found.propagated


def test_mail_host_in_a_zone_below_is_asked_there(laboratory, engine, provider):
    name = laboratory.name("poczta")
    laboratory.new.serve(name, f"{name} MX 10 mx.mail.{name}", *(f"mail.{name} NS {ns}" for ns in provider.servers))
    laboratory.delegate(name, laboratory.new.servers)
    provider.serve(f"mail.{name}", f"mx.mail.{name} A 192.0.2.25")
    found = judged(check_of(laboratory, engine, name, types="MX", ttl="0"))
    assert found.propagated and tags(found) == {"zone_below"}
    assert statuses(found, "A") == {("authoritative", "new"), ("resolver", "new")}


def test_zone_below_on_the_zones_own_servers_needs_no_other(laboratory, engine):
    name = delegating(laboratory, "usiebie", laboratory.new)
    publish(laboratory.new, name, POLICY)
    found = judged(check_of(laboratory, engine, name, ttl="0"))
    assert found.propagated and statuses(found) == {("authoritative", "new"), ("resolver", "new")}


def test_delegation_below_that_the_new_hoster_forgot_is_told_of_his_servers(laboratory, engine, provider):
    name = delegating(laboratory, "zapomniany", provider, by=laboratory.old)
    publish(provider, name, POLICY)
    laboratory.new.serve(name, f"{name} A 192.0.2.1", ttl=5)
    old = " ".join(laboratory.old.servers.values())
    laboratory.switch(name)
    found = judged(check_of(laboratory, engine, name, types="DMARC", old=old, ttl="5", expect=POLICY))
    differ = {f.server.address for f in found.findings if f.tag == "record_differs"}
    assert differ == set(laboratory.new.servers.values()) and not found.consistent
    # Once he refers there too, both sides say the same.
    records = [f"{name} A 192.0.2.1", *(f"_dmarc.{name} 5 NS {ns}" for ns in provider.servers)]
    laboratory.new.serve(name, *records, ttl=5)
    found = judged(check_of(laboratory, engine, name, types="DMARC", old=old, ttl="5", expect=POLICY))
    assert found.consistent and found.serving == "new" and "zone_below" in tags(found)


def follow(check, seconds):
    """Ask every half second; return the last verdict, and when the resolver was last heard with the old policy."""
    until, old = time.monotonic() + seconds, None
    while time.monotonic() < until:
        found = judged(check)
        old = max((o.at for o in check.observations if o.server.id and o.values == (POLICY,)), default=old)
        time.sleep(0.5)
    return found, old


@pytest.mark.parametrize("moved", [False, True])
def test_edit_there_ends_with_the_ttls_of_that_zone(laboratory, engine, provider, moved):
    # The zone's own TTLs are 5 s; the policy is kept for 8, and the delegation to another provider for 6 before that.
    name = delegating(laboratory, "zmieniany", provider, ns_ttl=6)
    publish(provider, name, POLICY, ttl=8, ns_ttl=6)
    check = check_of(laboratory, engine, name, Server("resolver", laboratory.recursor().address, id="own"), "DMARC")
    for _ in range(2):
        judged(check)
    edited = now()
    if moved:
        other = laboratory.authority()
        publish(other, name, STRICT, ttl=8, ns_ttl=6)
        edited = now()
        records = [f"{name} A 192.0.2.1", *(f"_dmarc.{name} 6 NS {ns}" for ns in other.servers)]
        laboratory.new.serve(name, *records, ttl=5)
    else:
        publish(provider, name, STRICT, ttl=8, ns_ttl=6)
    found = judged(check)
    assert found.consistent and not found.expired and found.eta.at is not None
    kept = dt.timedelta(seconds=14 if moved else 8)
    assert kept - dt.timedelta(seconds=1) <= found.eta.at - edited
    found, old = follow(check, (found.eta.at - now()).total_seconds() + 2)
    assert found.expired and (old is None or old <= found.eta.at + dt.timedelta(seconds=2))
    assert statuses(judged(check)) >= {("resolver", "new")}
