"""The laboratory does what the tests of the checker take for granted; asked by dnspython, not by the checker."""

import csv
import itertools
import threading
import time
from pathlib import Path
from typing import NamedTuple

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zonefile
import pytest

from tests.lab.asked import ask, ede, eventually, on_both, query, rcode, values
from tests.lab.laboratory import NEW, OLD
from tests.lab.zones import Key, absolute

pytestmark = pytest.mark.lab


# -- authoritative servers


def test_walk_from_the_root_over_the_registry_to_the_old_hoster(laboratory):
    name = on_both(laboratory, "kowalski", ttl=60, ns_ttl=60)
    hints = dns.zonefile.read_rrsets(laboratory.hints_file.read_text(encoding="utf-8"), rdclass=None, default_ttl=0)
    address = next(str(rrset[0]) for rrset in hints if rrset.rdtype == dns.rdatatype.A)
    path = [address]
    while not (said := ask(address, name)).answer:
        assert not said.flags & dns.flags.AA
        address = next(str(r[0]) for r in said.additional if r.rdtype == dns.rdatatype.A and str(r[0]) != "127.0.3.2")
        path.append(address)
    assert path == ["127.0.2.1", "127.0.2.2", "127.0.3.1"]
    assert values(said) == ["192.0.2.1"] and said.flags & dns.flags.AA


def test_switch_is_at_the_registry_when_the_call_returns(laboratory):
    name = on_both(laboratory, "kowalski", ttl=60, ns_ttl=60)
    for servers in (laboratory.old.servers, laboratory.new.servers, {f"ns.{name}": "127.0.9.9"}) * 3:
        laboratory.switch(name, servers)
        referral = ask("127.0.2.2", name)
        (ns,) = referral.authority[:1]
        assert {str(record) for record in ns} == {dns.name.from_text(server).to_text() for server in servers}
        assert sorted(str(r[0]) for r in referral.additional) == sorted(servers.values())


def test_every_address_serves_the_change_when_the_call_returns(laboratory):
    name = laboratory.name("kowalski")
    for number in range(1, 21):
        laboratory.old.serve(name, f"@ A 192.0.2.{number}")
        for address in (*OLD, *OLD):
            assert values(ask(address, name)) == [f"192.0.2.{number}"]
            assert ask(address, name, "SOA").answer[0][0].serial == number


def test_same_serial_with_other_data_is_possible_too(laboratory):
    name = laboratory.name("kowalski")
    for address in ("192.0.2.1", "192.0.2.2"):
        laboratory.old.serve(name, f"@ A {address}", serial=7)
        assert values(ask(OLD[1], name)) == [address]


def test_scenarios_in_threads_do_not_disturb_one_another(laboratory):
    wrong = []

    def scenario(number):
        name = laboratory.name(f"side-{number}")
        for address in (f"192.0.2.{number}", f"198.51.100.{number}"):
            laboratory.old.serve(name, f"@ A {address}", ttl=0)
            laboratory.delegate(name, laboratory.old.servers, ttl=1)
            if values(ask(laboratory.plain.address, name)) != [address]:
                wrong.append(name)

    threads = [threading.Thread(target=scenario, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_party_without_the_zone_is_lame_and_refuses(laboratory):
    name = on_both(laboratory, "kowalski", ttl=60, ns_ttl=60)
    laboratory.new.drop(name)
    assert [rcode(ask(address, name)) for address in (*OLD, *NEW)] == ["NOERROR", "NOERROR", "REFUSED", "REFUSED"]
    laboratory.new.serve(name, "@ A 192.0.2.3")
    assert values(ask(NEW[0], name)) == ["192.0.2.3"]


def test_paused_party_is_silent_and_a_stopped_one_refuses_connections(laboratory):
    third = laboratory.authority(size=2)
    one, two = third.addresses
    third.serve("kowalski.pl", "@ A 192.0.2.1")
    third.pause()
    with pytest.raises(dns.exception.Timeout):
        ask(one, "kowalski.pl", timeout=0.3)
    third.resume()
    assert values(ask(one, "kowalski.pl")) == ["192.0.2.1"]
    third.stop()
    with pytest.raises(ConnectionRefusedError):
        dns.query.tcp(query("kowalski.pl"), one, timeout=1)
    third.serve("kowalski.pl", "@ A 192.0.2.2")
    third.start()
    assert values(ask(two, "kowalski.pl")) == ["192.0.2.2"]
    third.serve("kowalski.pl", "@ A 192.0.2.3")
    assert values(ask(two, "kowalski.pl")) == ["192.0.2.3"]
    third.drop("kowalski.pl")
    assert rcode(ask(two, "kowalski.pl")) == "REFUSED"
    third.stop()


def test_servers_of_one_delegation_may_have_different_serials(laboratory):
    third = laboratory.authority()
    name = laboratory.name("kowalski")
    both = laboratory.old.servers | third.servers
    laboratory.old.serve(name, "@ A 192.0.2.1", servers=both, serial=1)
    third.serve(name, "@ A 192.0.2.2", servers=both, serial=2)
    laboratory.delegate(name, both)
    assert [ask(a, name, "SOA").answer[0][0].serial for a in (*OLD, third.address)] == [1, 1, 2]
    assert len(ask("127.0.2.2", name).authority[0]) == 3


def test_servers_say_who_they_are(laboratory):
    asked = dns.message.make_query("pl.", "SOA", options=[dns.edns.GenericOption(dns.edns.OptionType.NSID, b"")])
    said = dns.query.udp(asked, "127.0.2.2", timeout=1)
    assert [o.nsid for o in said.options if isinstance(o, dns.edns.NSIDOption)] == [b"registry"]


def test_too_long_for_udp_is_cut_off_there_and_whole_over_tcp(laboratory):
    name = laboratory.name("kowalski")
    laboratory.old.serve(name, *(f'@ TXT "{number:02} {"x" * 200}"' for number in range(20)))
    laboratory.delegate(name, laboratory.old.servers)
    for address in (OLD[0], laboratory.plain.address):
        assert ask(address, name, "TXT").flags & dns.flags.TC
        said = dns.query.tcp(query(name, "TXT"), address, timeout=3)
        assert not said.flags & dns.flags.TC and len(values(said)) == 20


def test_idn_is_served_under_its_ascii_form(laboratory):
    name = laboratory.name("zażółć")
    assert name.startswith("xn--")
    laboratory.old.serve(name, "@ A 192.0.2.1", "gęśla A 192.0.2.2", "_dmarc TXT v=DMARC1")
    laboratory.delegate(name, laboratory.old.servers)
    assert values(ask(laboratory.plain.address, name)) == ["192.0.2.1"]
    assert values(ask(laboratory.plain.address, absolute(f"gęśla.{name}"))) == ["192.0.2.2"]
    assert values(ask(laboratory.plain.address, f"_dmarc.{name}", "TXT")) == ['"v=DMARC1"']


def test_cname_leads_into_another_zone_at_another_hoster(laboratory):
    shop, platform = laboratory.name("sklep"), laboratory.name("platforma")
    laboratory.old.serve(shop, f"www CNAME shops.{platform}")
    laboratory.new.serve(platform, "shops A 192.0.2.7")
    laboratory.delegate(shop, laboratory.old.servers)
    laboratory.delegate(platform, laboratory.new.servers)
    assert values(ask(laboratory.plain.address, f"www.{shop}")) == [f"shops.{platform}", "192.0.2.7"]
    assert values(ask(OLD[0], f"www.{shop}")) == [f"shops.{platform}"]


def test_round_robin_gives_the_same_set_in_changing_order(laboratory):
    name = laboratory.name("kowalski")
    laboratory.old.serve(name, *(f"@ A 192.0.2.{number}" for number in (1, 2, 3)))
    laboratory.delegate(name, laboratory.old.servers)
    for address in (OLD[0], laboratory.plain.address):
        orders = {tuple(values(ask(address, name))) for _ in range(20)}
        assert len(orders) > 1 and len({frozenset(order) for order in orders}) == 1


# -- recursors


@pytest.mark.by_the_clock
def test_switch_reaches_every_kind_of_cache_within_the_bound(laboratory):
    # What a busy machine asked late was not seen when it happened: it is watched again.
    for _ in range(3):
        seen = watched_switch(laboratory)
        if seen.slowest < 1:
            break
    # A busy machine switches some time after the caches were filled, and asks them late.
    flipped, earlier, slowest = seen.flipped, seen.earlier, seen.slowest
    assert flipped["capping", True] < TTL + slowest and flipped["plain", True] >= TTL - earlier
    assert flipped["plain", False] >= NS_TTL - 0.5 + TTL
    assert seen.first_stale and flipped["stale", True] >= seen.first_stale >= TTL - earlier
    # unbound counts whole seconds: what has a TTL of 4 leaves its cache after 4 to 5.
    assert max(flipped.values()) < NS_TTL + 1 + TTL + 1 + slowest


NS_TTL, TTL = 3, 4


class Seen(NamedTuple):
    """When each cache flipped, by its kind and whether it was warm, in seconds after the switch.

    `earlier`: how long before it the first was filled; `slowest`: the longest time between two looks.
    """

    flipped: dict[tuple[str, bool], float]
    first_stale: float | None
    earlier: float
    slowest: float


def watched_switch(laboratory):
    name = on_both(laboratory, "kowalski", ttl=TTL, ns_ttl=NS_TTL, key=Key())
    capping = laboratory.recursor("cache-max-ttl: 1")
    cold = laboratory.recursor()
    kinds = {
        laboratory.plain: "plain",
        laboratory.stale: "stale",
        laboratory.validator: "validator",
        capping: "capping",
    }
    filled = time.monotonic()
    for recursor in kinds:
        assert values(ask(recursor.address, name)) == ["192.0.2.1"]
    switched = laboratory.switch(name)
    assert values(ask(cold.address, name)) == ["192.0.2.2"]

    flipped, first_stale, slowest, before = {}, None, 0.0, 0.0
    while len(flipped) < 2 * len(kinds):
        now = time.monotonic() - switched
        assert now < 60
        slowest, before = max(slowest, now - before), now
        for recursor, label in itertools.product(kinds, (name, f"late.{name}")):
            # Asked for just before the old delegation runs out: the worst case of the bound.
            if label != name and now < NS_TTL - 0.5:
                continue
            said = ask(recursor.address, label)
            if recursor is laboratory.validator:
                assert said.flags & dns.flags.AD
            if values(said) == ["192.0.2.2"]:
                flipped.setdefault((kinds[recursor], label == name), now)
            elif 3 in ede(said):
                assert recursor is laboratory.stale and said.answer[0].ttl == 30
                first_stale = first_stale or now
        time.sleep(0.1)
    print(flipped, first_stale)
    return Seen(flipped, first_stale, switched - filled, slowest)


def test_capping_recursor_cuts_the_ttl(laboratory):
    name = on_both(laboratory, "kowalski", ttl=3600, ns_ttl=3600)
    ttls = [ask(recursor.address, name).answer[0].ttl for recursor in (laboratory.plain, laboratory.capping)]
    assert ttls == [3600, 10]


def test_name_that_did_not_exist_is_denied_until_the_negative_ttl_has_run_out(laboratory):
    name = laboratory.name("kowalski")
    laboratory.old.serve(name, soa_ttl=60, minimum=2)
    laboratory.delegate(name, laboratory.old.servers)
    assert rcode(ask(laboratory.plain.address, f"www.{name}")) == "NXDOMAIN"
    laboratory.old.serve(name, "www A 192.0.2.1", soa_ttl=60, minimum=2)
    assert rcode(ask(laboratory.plain.address, f"www.{name}")) == "NXDOMAIN"
    took = eventually(lambda: values(ask(laboratory.plain.address, f"www.{name}")) == ["192.0.2.1"])
    assert 1 < took < 3.5


def test_ds_left_behind_fails_on_the_validating_recursor_only(laboratory):
    name, key = laboratory.name("kowalski"), Key()
    laboratory.old.serve(name, "@ A 192.0.2.1", ttl=1, key=key)
    laboratory.new.serve(name, "@ A 192.0.2.2", ttl=1)
    laboratory.delegate(name, laboratory.old.servers, ttl=1, ds=[key.ds(name)])
    validator, plain = laboratory.validator.address, laboratory.plain.address
    assert ask(validator, name).flags & dns.flags.AD and not ask(plain, name).flags & dns.flags.AD
    laboratory.switch(name)
    eventually(lambda: rcode(ask(validator, name)) == "SERVFAIL")
    assert ede(ask(validator, name))
    assert values(ask(validator, name, cd=True)) == ["192.0.2.2"]
    eventually(lambda: values(ask(plain, name)) == ["192.0.2.2"])

    # Repaired; but unbound remembers a bad key for 60 s, a constant of its source, so another one is asked.
    laboratory.delegate(name, laboratory.new.servers, ttl=1)
    second = laboratory.recursor(*laboratory.validating())
    assert values(ask(second.address, name)) == ["192.0.2.2"]


def test_stale_answer_is_given_while_the_only_server_is_silent(laboratory):
    third = laboratory.authority()
    name = laboratory.name("kowalski")
    third.serve(name, "@ A 192.0.2.1", ttl=1)
    laboratory.delegate(name, third.servers, ttl=60)
    assert values(ask(laboratory.stale.address, name)) == ["192.0.2.1"]
    third.pause()
    eventually(lambda: ede(ask(laboratory.stale.address, name)) == [3])
    said = ask(laboratory.stale.address, name)
    assert values(said) == ["192.0.2.1"] and said.answer[0].ttl == 30
    third.stop()


def test_asking_a_recursor_for_ns_prolongs_the_old_delegation(laboratory):
    left_alone, asked = (on_both(laboratory, stem, ttl=1, ns_ttl=3) for stem in ("spokoj", "pytany"))
    plain = laboratory.plain.address
    for name in (left_alone, asked):
        ask(plain, name)
        laboratory.switch(name)
    time.sleep(2)
    ask(plain, asked, "NS")
    flips = {}
    while len(flips) < 2:
        for name in (left_alone, asked):
            if name not in flips and values(ask(plain, name)) == ["192.0.2.2"]:
                flips[name] = time.monotonic()
        time.sleep(0.1)
    assert flips[asked] > flips[left_alone] + 0.5
    assert (asked, "NS") in laboratory.plain.asked() and (left_alone, "NS") not in laboratory.plain.asked()


def test_recursor_may_refuse_everybody(laboratory):
    refusing = laboratory.recursor("access-control: 127.0.0.0/8 refuse")
    assert rcode(ask(refusing.address, "pl.", "SOA")) == "REFUSED"


def test_files_point_the_desk_at_the_laboratory(laboratory):
    files = laboratory.environment()
    with Path(files["RESOLVERS_FILE"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "operator", "country", "address", "port", "dot", "doh", "source"]
    for row in rows:
        assert rcode(ask(row["address"], "pl.", "SOA")) == "NOERROR"
    assert "127.0.2.1" in Path(files["ROOT_HINTS_FILE"]).read_text(encoding="utf-8")
