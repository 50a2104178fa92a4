"""The laboratory does what the tests of the checker take for granted; asked by dnspython, not by the checker."""

import csv
import itertools
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

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

from tests.lab import scripted as say
from tests.lab.laboratory import NEW, OLD, Laboratory
from tests.lab.network import NoNetworkError, own_network
from tests.lab.scripted import always, reply, scripted
from tests.lab.servers import LaboratoryError
from tests.lab.zones import Key, absolute

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]

HERE = Path("/proc/thread-self/ns/net")
SCRIPTED = "127.0.8.1"


def query(name, type_="A", *, cd=False):
    made = dns.message.make_query(name, type_, use_edns=0, payload=1232)
    made.flags |= dns.flags.AD  # RFC 6840 s. 5.7: whoever does not ask for AD is not told
    if cd:
        made.flags |= dns.flags.CD
    return made


def ask(address, name, type_="A", *, cd=False, timeout=3):
    return dns.query.udp(query(name, type_, cd=cd), address, timeout=timeout)


def values(message):
    return [str(record) for rrset in message.answer if rrset.rdtype != dns.rdatatype.RRSIG for record in rrset]


def rcode(message):
    return dns.rcode.to_text(message.rcode())


def ede(message):
    return [int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)]


def eventually(what, within=10.0):
    """Ask again every 0.1 s until it holds; give the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < within, "never happened"
        time.sleep(0.1)
    return time.monotonic() - began


def on_both(lab, stem, **how):
    """Give a name that the old hoster serves as 192.0.2.1 and the new one as 192.0.2.2, delegated to the old one."""
    name = lab.name(stem)
    for party, address in ((lab.old, "192.0.2.1"), (lab.new, "192.0.2.2")):
        party.serve(name, f"@ A {address}", f"late A {address}", **how)
    key = how.get("key")
    lab.delegate(name, lab.old.servers, how["ns_ttl"], [key.ds(name)] if key else [])
    return name


@pytest.fixture
def second_network(laboratory):
    """A network within that of the laboratory."""
    try:
        with own_network() as network:
            yield network
    except NoNetworkError:
        pytest.skip("the laboratory runs in the network it found")


# -- the network


def test_inside_nothing_but_loopback_exists_and_afterwards_the_old_network_is_back(second_network):
    before = HERE.readlink()
    with own_network() as network:
        assert HERE.readlink() != before
        assert [name for _, name in socket.if_nameindex()] == ["lo"]
        with socket.socket() as door, pytest.raises(OSError, match="unreachable"):
            door.connect(("192.0.2.1", 53))
        seen = []
        thread = threading.Thread(target=lambda: seen.append(HERE.readlink()))
        thread.start()
        thread.join()
        assert seen == [HERE.readlink()]
        with network.outside():
            assert HERE.readlink() == before
    assert HERE.readlink() == before


def test_whoever_may_not_have_a_network_is_told_how_to_run_the_tests():
    code = "from tests.lab.network import own_network\nwith own_network(): pass"
    without_rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*without_rights, sys.executable, "-c", code], env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 1 and "unshare --user --map-root-user --net make test" in done.stderr


def test_two_laboratories_at_once_do_not_see_each_other(laboratory, second_network):
    with second_network.outside():
        laboratory.old.serve("twice.pl", "@ A 192.0.2.1")
    with Laboratory() as second:
        second.old.serve("twice.pl", "@ A 192.0.2.2")
        assert values(ask(OLD[0], "twice.pl")) == ["192.0.2.2"]
        with second_network.outside():
            assert values(ask(OLD[0], "twice.pl")) == ["192.0.2.1"]


def test_two_laboratories_in_one_network_are_refused(laboratory):
    with (
        pytest.raises(LaboratoryError, match=r"root cannot have port 53 of 127.0.2.1: Address already in use"),
        Laboratory(),
    ):
        pass


def test_server_that_does_not_start_says_why(laboratory):
    with pytest.raises(LaboratoryError, match="no-such-option"):
        laboratory.recursor("no-such-option: yes")


def test_servers_die_with_the_process_that_started_them_even_paused_ones(second_network):
    code = (
        "import os, signal, time\n"
        "from tests.lab.laboratory import Laboratory\n"
        "with Laboratory() as lab:\n"
        "    lab.old.pause()\n"
        "    print(lab.folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    tests = subprocess.Popen([sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE, text=True)
    with tests.stdout as output:
        folder = output.readline().strip()
    assert len(running_in(folder)) > 8
    tests.send_signal(signal.SIGKILL)
    tests.wait()
    eventually(lambda: not running_in(folder))
    subprocess.run(["rm", "-r", folder], check=True)


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def running_in(folder):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"{folder}/".encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:  # it has just ended
            continue
    return found


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


def test_switch_reaches_every_kind_of_cache_within_the_bound(laboratory):
    ns_ttl, ttl = 3, 4
    name = on_both(laboratory, "kowalski", ttl=ttl, ns_ttl=ns_ttl, key=Key())
    capping = laboratory.recursor("cache-max-ttl: 1")
    cold = laboratory.recursor()
    warm = [laboratory.plain, laboratory.stale, laboratory.validator, capping]
    filled = time.monotonic()
    for recursor in warm:
        assert values(ask(recursor.address, name)) == ["192.0.2.1"]
    switched = laboratory.switch(name)
    assert values(ask(cold.address, name)) == ["192.0.2.2"]

    flipped, first_stale, slowest, before = {}, None, 0.0, 0.0
    while len(flipped) < 2 * len(warm):
        now = time.monotonic() - switched
        assert now < 15
        slowest, before = max(slowest, now - before), now
        for recursor, label in itertools.product(warm, (name, f"late.{name}")):
            # Asked for just before the old delegation runs out: the worst case of the bound.
            if label != name and now < ns_ttl - 0.5:
                continue
            said = ask(recursor.address, label)
            if recursor is laboratory.validator:
                assert said.flags & dns.flags.AD
            if values(said) == ["192.0.2.2"]:
                flipped.setdefault((recursor.name, label == name), now)
            elif 3 in ede(said):
                assert recursor is laboratory.stale and said.answer[0].ttl == 30
                first_stale = first_stale or now
        time.sleep(0.1)
    print(flipped, first_stale)
    # A busy machine switches some time after the caches were filled, and asks them late.
    earlier = switched - filled
    assert flipped[capping.name, True] < ttl + slowest and flipped["plain", True] >= ttl - earlier
    assert flipped["plain", False] >= ns_ttl - 0.5 + ttl
    assert first_stale and flipped["stale", True] >= first_stale >= ttl - earlier
    # unbound counts whole seconds: what has a TTL of 4 leaves its cache after 4 to 5.
    assert max(flipped.values()) < ns_ttl + 1 + ttl + 1 + slowest


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


# -- the scripted server


def say_to(answer: Callable, *, tcp_works=True, over="udp", **how):
    with scripted(SCRIPTED, answer, tcp=tcp_works) as server:
        how = {"timeout": 0.5, **how}
        said = getattr(dns.query, over)(query("kowalski.pl"), server.address, **how)
        return said, server


RECORD = "@ 60 A 192.0.2.1"


def test_scripted_server_answers_and_remembers_what_it_was_asked(laboratory):
    for over in ("udp", "tcp"):
        said, server = say_to(always(RECORD, aa=True, nsid=b"waw1", ede=(3, "old")), over=over)
        assert values(said) == ["192.0.2.1"] and said.flags & dns.flags.AA and ede(said) == [3]
        assert said.options[1].nsid == b"waw1"
        (asked,) = server.queries
        assert (str(asked.name), asked.type, asked.transport, asked.number) == ("kowalski.pl.", "A", over, 1)


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED", "NXDOMAIN"])
def test_scripted_server_fails_in_every_way_there_is_a_code_for(laboratory, code):
    assert rcode(say_to(always(rcode=code))[0]) == code


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (lambda q: say.with_wrong_id(reply(q, RECORD)), dns.query.BadResponse),
        (lambda q: say.with_wrong_question(reply(q, RECORD)), dns.query.BadResponse),
        (lambda q: say.cut(reply(q, RECORD)), dns.exception.FormError),
        (say.with_compression_loop, dns.exception.FormError),
        (lambda q: say.garbage(q), dns.exception.DNSException),
        (lambda q: q.wire[:2], dns.exception.FormError),
        (say.never, dns.exception.Timeout),
        (lambda q: say.late(reply(q, RECORD), 2), dns.exception.Timeout),
    ],
    ids=["wrong id", "wrong question", "cut", "compression loop", "garbage", "two bytes", "never", "late"],
)
def test_scripted_server_says_what_no_client_should_believe(laboratory, answer, complaint):
    with pytest.raises(complaint):
        say_to(answer)


def test_scripted_server_answers_late_but_answers(laboratory):
    began = time.monotonic()
    said, _ = say_to(lambda q: say.late(reply(q, RECORD), 0.3))
    assert values(said) == ["192.0.2.1"] and time.monotonic() - began >= 0.3


def test_scripted_server_truncates_with_and_without_tcp_behind_it(laboratory):
    def answer(q):
        return say.truncated(q, always(RECORD))

    assert say_to(answer)[0].flags & dns.flags.TC
    assert values(say_to(answer, over="tcp")[0]) == ["192.0.2.1"]
    with pytest.raises(ConnectionRefusedError):
        say_to(answer, over="tcp", tcp_works=False)


def test_scripted_server_fills_64_kb_over_tcp_and_cuts_it_over_udp(laboratory):
    long = always(*(f'@ 60 TXT "{number:03} {"x" * 240}"' for number in range(250)))
    assert say_to(long)[0].flags & dns.flags.TC
    assert len(say_to(long, over="tcp")[0].to_wire(max_size=65535)) > 60_000


def test_scripted_server_ends_a_tcp_connection_in_the_middle_of_a_message(laboratory):
    def answer(q):
        wire = say.to_wire(reply(q, RECORD))
        return say.Unframed(struct.pack("!H", len(wire)) + wire[:-5])

    with pytest.raises(EOFError):
        say_to(answer, over="tcp")


def test_scripted_server_counts_a_ttl_down_and_starts_anew(laboratory):
    with scripted(SCRIPTED, say.countdown("A 192.0.2.1", ttl=2)):
        seen = []
        for _ in range(6):
            seen.append(ask(SCRIPTED, "kowalski.pl").answer[0].ttl)
            time.sleep(0.5)
    assert seen[0] == 2 and 1 in seen and 2 in seen[3:] and 0 not in seen


def test_scripted_server_floods(laboratory):
    with scripted(SCRIPTED, lambda q: say.flood(reply(q, RECORD), 100)), socket.socket(type=socket.SOCK_DGRAM) as door:
        door.connect((SCRIPTED, 53))
        door.settimeout(1)
        door.send(query("kowalski.pl").to_wire())
        wires = {door.recv(512) for _ in range(100)}
    assert len(wires) == 1


def test_recursor_believes_a_scripted_name_server(laboratory):
    name = laboratory.name("kowalski")
    with scripted(laboratory.address(), always("@ 60 A 192.0.2.9", aa=True)) as server:
        laboratory.delegate(name, {f"ns1.{name}": server.address})
        assert values(ask(laboratory.plain.address, name)) == ["192.0.2.9"]
        assert server.queries
