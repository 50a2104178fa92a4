"""Switches watched through real caches: what the verdict says beside what the caches do."""

import contextlib
import datetime as dt
import time
from dataclasses import dataclass, field, replace

import pytest

from core.dns.asking.check import Check
from core.dns.asking.engine import Ask, Engine
from core.dns.asking.servers import parse_hints
from core.dns.change import Aside, ChangeSet, Expected, Old, OldRrset
from core.dns.judging.status import is_stale
from core.dns.judging.verdict import verdict
from core.dns.names import parse_name
from core.dns.observation import Observation, Question, Server
from core.dns.wish import Wish
from core.language import POLISH
from tests.lab.scripted import reply, scripted

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]

OLD_VALUE, NEW_VALUE = "192.0.2.1", "198.51.100.7"
N, V = 4, 4
"""TTL of the old delegation and of the old record, seconds."""
ROUNDED = 2.5
"""Caches count whole seconds, one for each link of the bound, and an answer takes its time."""


def now():
    # The tests stop the clock of the desk; caches do not care.
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


@pytest.fixture
def engine(laboratory):
    made = Engine(per_second=50, timeout=1.0, now=now)
    made.start()
    yield made
    made.stop()


@dataclass
class Watch:
    """A name that moves from the old hoster to the new one, asked of recursors all the while."""

    laboratory: object
    engine: Engine
    recursors: list
    stem: str
    ds: tuple = ()
    check: Check = field(init=False)
    samples: list[Observation] = field(default_factory=list)

    def __post_init__(self):
        lab = self.laboratory
        self.name = lab.name(self.stem)
        self.old(OLD_VALUE)
        lab.new.serve(self.name, f"{self.name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
        lab.delegate(self.name, lab.old.servers, ttl=N, ds=self.ds)
        self.plain = self.name.removesuffix(".")
        self.resolvers = [Server("resolver", recursor.address, id=recursor.name) for recursor in self.recursors]
        roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
        wish = Wish(parse_name(self.plain), ("A",), (NEW_VALUE,), old_servers=tuple(lab.old.servers.values()))
        self.check = Check(wish, self.engine, roots, [])

    def old(self, value):
        self.laboratory.old.serve(self.name, f"{self.name} A {value}", ttl=V, ns_ttl=N)

    def ask(self):
        """Ask every recursor once."""
        job = self.engine.ask([Ask(s, Question(self.plain, "A"), recursion=True, dnssec=True) for s in self.resolvers])
        assert job.wait(15)
        self.samples += job.snapshot()

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ask()
            time.sleep(0.25)

    def verdict(self, **known):
        """Judge all that was seen, the old TTLs having been recorded."""
        self.check.round()
        servers = tuple(self.laboratory.old.servers.values())
        hosts = tuple(sorted(host.removesuffix(".") for host in self.laboratory.new.servers))
        change = ChangeSet(self.plain, (Expected(self.plain, "A", (NEW_VALUE,)),), hosts)
        rrsets = (OldRrset(self.plain, "A", V, (OLD_VALUE,)),)
        old = Old(N, N, self.laboratory.hosters_ttl, 2, rrsets, servers)
        return verdict(change, old, [*self.check.observations, *self.samples], now())

    def last_old(self, *, stale=False):
        """Return when a recursor last gave the old value, marked answers from beyond their TTL aside."""
        old = [o.at for o in self.samples if o.values == (OLD_VALUE,) and (stale or not is_stale(o))]
        return max(old) if old else None


def test_no_cache_beats_the_bound_while_the_old_servers_go_on_serving_old_data(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.plain, lab.capping, lab.stale, lab.recursor("cache-max-ttl: 2")], "warm")
    watch.ask()
    before = watch.verdict()
    assert (before.state, before.published) == ("unpublished", False)
    lab.switch(watch.name)
    seen = watch.verdict()
    assert seen.published and seen.consistent and not seen.expired and seen.serving == "old"
    bound = seen.eta.at
    assert bound == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)
    watch.watch((bound - now()).total_seconds() + 3)
    after = watch.verdict()
    assert after.state in ("expired", "observed") and after.eta.at == bound
    assert watch.last_old() < bound + dt.timedelta(seconds=ROUNDED)
    assert {o.values for o in watch.samples[-4:] if not is_stale(o)} <= {(NEW_VALUE,)}
    # A cache that was cold never saw anything else.
    cold = lab.recursor()
    watch.resolvers = [Server("resolver", cold.address)]
    watch.ask()
    assert watch.samples[-1].values == (NEW_VALUE,)


def test_bound_is_tight_for_a_name_asked_just_before_the_old_delegation_runs_out(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.plain], "tight")
    # The delegation is cached now; the record only just before that runs out.
    engine.ask([Ask(watch.resolvers[0], Question(f"x.{watch.plain}", "A"), recursion=True)]).wait(10)
    watch.check.round()
    lab.switch(watch.name)
    bound = watch.verdict().eta.at
    time.sleep(N - 1)
    watch.watch((bound - now()).total_seconds() + 3)
    last = watch.last_old()
    assert last is not None and last < bound + dt.timedelta(seconds=ROUNDED)
    assert bound - last < dt.timedelta(seconds=5)


def test_old_servers_that_serve_the_new_data_too_end_it_earlier_whatever_the_delegation(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.plain, lab.capping], "obie")
    watch.ask()
    watch.old(NEW_VALUE)
    lab.switch(watch.name)
    seen = watch.verdict()
    assert seen.serving == "new" and seen.eta.reason == "old_servers_new"
    bound = seen.eta.at
    watch.watch((bound - now()).total_seconds() + 2)
    assert watch.last_old() < bound + dt.timedelta(seconds=ROUNDED)


def test_old_servers_that_are_dead_are_said_and_no_answer_counts_as_old(laboratory, engine):
    lab = laboratory
    gone = lab.authority()
    watch = Watch(lab, engine, [lab.plain], "martwy")
    lab.delegate(watch.name, gone.servers, ttl=N)
    gone.stop()
    lab.switch(watch.name)
    watch.check.wish = Wish(parse_name(watch.plain), ("A",), (NEW_VALUE,), old_servers=tuple(gone.servers.values()))
    watch.check.round()
    found = watch.check.judge(now())
    assert found.serving == "dead" and "old_servers_dead" in {finding.tag for finding in found.findings}
    assert found.published and found.consistent


def test_ds_left_behind_is_an_error_and_only_the_validating_cache_breaks(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.plain, lab.validator], "klucz", ds=("12345 13 2 " + "ab" * 32,))
    lab.switch(watch.name)
    watch.check.resolvers = watch.resolvers
    # Once may be a passing failure.
    for _ in range(2):
        watch.check.round()
    found = watch.check.judge(now())
    tags = {finding.tag for finding in found.findings}
    assert {"ds_without_key", "bogus"} <= tags
    status = {judged.observation.server.id: judged.status for judged in found.judged if judged.observation.server.id}
    assert status == {"plain": "new", "validator": "bogus"}


def test_one_server_behind_the_others_and_one_that_does_not_know_the_zone_are_told_by_name(laboratory, engine):
    lab = laboratory
    other, lame = lab.authority(), lab.authority()
    watch = Watch(lab, engine, [], "rozni")
    other.serve(watch.name, f"{watch.name} A {OLD_VALUE}", serial=7)
    lab.delegate(watch.name, lab.new.servers | other.servers | lame.servers, ttl=N)
    watch.check.round()
    found = watch.check.judge(now())
    assert not found.consistent
    said = {(finding.tag, finding.server.address) for finding in found.findings if finding.server}
    (behind,), (without,) = other.servers.values(), lame.servers.values()
    assert ("record_differs", behind) in said and {tag for tag, at in said if at == without} & {"refused", "lame"}
    assert "serial_differs" in {finding.tag for finding in found.findings}


def test_name_that_did_not_exist_before_is_denied_for_no_longer_than_the_negative_ttl(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.plain], "nowa")
    lab.new.serve(watch.name, f"{watch.name} A {NEW_VALUE}", soa_ttl=4, minimum=4)
    lab.delegate(watch.name, lab.new.servers, ttl=N)
    shop = f"sklep.{watch.plain}"
    question = Question(shop, "A")

    def ask():
        job = engine.ask([Ask(watch.resolvers[0], question, recursion=True)])
        assert job.wait(10)
        return job.snapshot()[0]

    assert ask().rcode == "NXDOMAIN"
    lab.new.serve(watch.name, f"{watch.name} A {NEW_VALUE}", f"{shop}. A {NEW_VALUE}", soa_ttl=4, minimum=4, serial=9)
    change = ChangeSet(watch.plain, (Expected(shop, "A", (NEW_VALUE,)),))
    old = Old(negative_ttl=4, rrsets=(OldRrset(shop, "A", None, ()),))
    watch.check.wish = Wish(parse_name(shop), ("A",), (NEW_VALUE,))
    watch.check.round()
    bound = verdict(change, old, watch.check.observations, now()).eta.at
    denied = now()
    while (o := ask()).rcode == "NXDOMAIN":
        denied = o.at
        time.sleep(0.2)
        assert now() < bound + dt.timedelta(seconds=10)
    assert o.values == (NEW_VALUE,)
    assert denied < bound + dt.timedelta(seconds=ROUNDED) and bound - denied < dt.timedelta(seconds=5)


def test_checking_does_not_delay_what_it_measures(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [lab.recursor()], "spokoj")
    beside = lab.recursor()
    beside_server = Server("resolver", beside.address, id="beside")
    watch.resolvers.append(beside_server)
    watch.ask()
    watch.resolvers.pop()
    lab.switch(watch.name)
    bound = watch.verdict().eta.at
    # One recursor is asked all the time, as the desk does it, the other only at the end.
    watch.watch((bound - now()).total_seconds() + 2)
    assert watch.last_old() < bound + dt.timedelta(seconds=ROUNDED)
    watch.resolvers = [beside_server]
    watch.ask()
    assert watch.samples[-1].values == (NEW_VALUE,) == watch.samples[-2].values


def checked(laboratory, engine, name, *types, expected=None, old_ttl=0):
    """Check a name as it stands, its old TTLs being known; return the verdict."""
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), types, expected, old_ttl=old_ttl)
    check = Check(wish, engine, roots, [Server("resolver", laboratory.plain.address, id="plain")])
    check.round()
    return check, check.judge(now())


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


def unaided(laboratory, engine, name, *types, expected=None):
    """Return a check of a name that is told nothing of what stood before."""
    roots = parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), types or ("A",), expected)
    return Check(wish, engine, roots, [Server("resolver", laboratory.recursor().address, id="own")])


def followed(check, until, recursor=None):
    """Follow a check as the command does; return the last verdict and when the old value was last seen in a cache."""
    last_old = None
    while True:
        check.round()
        found = check.judge(now())
        old = [o.at for o in check.observations if o.server.role == "resolver" and o.values == (OLD_VALUE,)]
        last_old = max(old, default=None)
        if found.propagated or now() > until:
            return found, last_old
        time.sleep(0.25)


def test_switch_that_nobody_told_of_is_seen_between_rounds_and_its_end_holds(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "samo")
    check = unaided(lab, engine, watch.name)
    check.round()
    before = check.judge(now())
    assert (before.state, before.eta.reason) == ("consistent", "ttl_unknown")
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old" and not seen.expired
    assert seen.eta.reason == "old_servers_old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)
    assert check.old(check.change()).rrsets == (OldRrset(watch.plain, "A", V, (OLD_VALUE,)),)
    after, last_old = followed(check, seen.eta.at + dt.timedelta(seconds=10))
    assert after.propagated and after.eta.at == seen.eta.at
    assert last_old is not None and last_old < seen.eta.at + dt.timedelta(seconds=ROUNDED)


def test_record_edited_between_rounds_ends_by_the_ttl_it_had(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "edycja")
    check = unaided(lab, engine, watch.name)
    check.round()
    lab.old.serve(watch.name, f"{watch.name} A {NEW_VALUE}", ttl=3600, ns_ttl=N)
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.expired) == ("edited_in_place", False)
    assert seen.eta.at == seen.eta.start + dt.timedelta(seconds=V)
    after, last_old = followed(check, seen.eta.at + dt.timedelta(seconds=8))
    assert after.propagated and last_old < seen.eta.at + dt.timedelta(seconds=ROUNDED)


def test_name_server_that_moves_to_another_address_is_a_switch_too(laboratory, engine):
    lab = laboratory
    name = lab.name("adres")
    one, two = lab.authority(), lab.authority()
    for party, value in ((one, OLD_VALUE), (two, NEW_VALUE)):
        party.serve(name, f"{name} A {value}", servers={f"ns1.{name}": party.address}, ttl=V, ns_ttl=N)
    lab.delegate(name, {f"ns1.{name}": one.address}, ttl=N)
    check = unaided(lab, engine, name)
    check.round()
    lab.delegate(name, {f"ns1.{name}": two.address}, ttl=N)
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=N + V)
    (server,) = check.delegated.servers
    assert server.address == two.address
    assert {o.values for o in check.observations if o.question.name == f"ns1.{name}".removesuffix(".")}


def test_told_old_ttl_wins_over_what_the_check_saw(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "powiedziany")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=70)
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.serving == "old" and seen.eta.at == seen.switched + dt.timedelta(seconds=140)


def test_told_old_ttl_makes_no_end_earlier_than_one_that_the_check_saw(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "krotszy")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=1)
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)


def test_told_old_ttl_counts_twice_until_it_is_seen_what_kind_of_change_it_was(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "rodzaj", ds=("12345 13 2 " + "ab" * 32,))
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=70, switched_at=now() - dt.timedelta(seconds=100))
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.eta.at) == ("change_unknown", check.wish.switched_at + dt.timedelta(seconds=140))
    # There is a DS, which was told of with the others.
    assert check.old(check.change()).ds_ttl == 70
    check.wish = replace(check.wish, switched_at=None)
    lab.old.serve(watch.name, f"{watch.name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.eta.at) == ("edited_in_place", seen.eta.start + dt.timedelta(seconds=70))


def test_value_that_is_wanted_must_be_where_the_alias_leads(laboratory, engine):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {OLD_VALUE}")
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}")
    lab.delegate(name, lab.new.servers)
    _, found = checked(lab, engine, f"www.{name}", "A", expected=(NEW_VALUE,))
    assert not found.consistent
    values = {finding.values["found"] for finding in found.findings if finding.tag == "record_differs"}
    assert values == {f"CNAME sklepy.{there}".removesuffix(".")}
    _, gone = checked(lab, engine, f"www.{name}", "A", expected=())
    assert not gone.consistent
    _, gone = checked(lab, engine, f"www.{name}", "AAAA", expected=())
    assert gone.consistent


def test_zone_of_others_on_the_same_servers_is_asked_of_its_own(laboratory, engine):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    # The hoster still has a zone that has gone elsewhere, and answers for it when an alias leads there.
    lab.new.serve(there, f"sklepy.{there} A {OLD_VALUE}")
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}")
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}")
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, f"www.{name}", "A")
    assert [expected.values for expected in check.change().expected] == [(NEW_VALUE,)]
    assert found.consistent and {judged.status for judged in found.judged} == {"new"}


def test_old_servers_told_of_keep_the_ttls_that_the_check_saw_before_the_switch(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "powiedziane")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_servers=tuple(lab.old.servers.values()))
    check.round()
    assert check.judge(now()).state == "unpublished"
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)
    # Of a switch before the check nothing is known, whatever is edited on the new servers meanwhile.
    late = unaided(lab, engine, watch.name)
    late.wish = check.wish
    late.round()
    lab.new.serve(watch.name, f"{watch.name} A 203.0.113.9", ttl=V, ns_ttl=N)
    late.round()
    assert (late.judge(now()).eta.reason, late.judge(now()).expired) == ("ttl_unknown", None)


def test_alias_that_a_switch_brings_is_followed_in_the_same_round(laboratory, engine):
    lab = laboratory
    there = lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}")
    lab.delegate(there, lab.old.servers)
    watch = Watch(lab, engine, [], "alias")
    lab.new.serve(watch.name, f"www.{watch.name} CNAME sklepy.{there}", ttl=V, ns_ttl=N)
    lab.old.serve(watch.name, f"www.{watch.name} A {OLD_VALUE}", ttl=V, ns_ttl=N)
    check = unaided(lab, engine, f"www.{watch.name}")
    check.round()
    lab.switch(watch.name)
    check.round()
    assert [expected.values for expected in check.change().expected] == [(NEW_VALUE,)]
    seen = check.judge(now())
    assert seen.consistent and seen.serving == "old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)


def test_server_whose_address_cannot_be_found_for_once_is_none_that_has_gone(laboratory, engine):
    lab = laboratory
    name, other = lab.name("sklep"), lab.name("serwery")
    (one, first), (_, second) = lab.old.servers.items()
    outside = {one: first, f"ns.{other}": second}
    lab.new.serve(other, f"ns.{other} A {second}")
    lab.delegate(other, lab.new.servers)
    lab.old.serve(name, f"{name} A {OLD_VALUE}", servers=outside)
    lab.delegate(name, outside)
    check = unaided(lab, engine, name)
    check.round()
    assert check.judge(now()).consistent
    lab.delegate(other, {f"ns.{lab.name('nikogo')}": ""})
    check.round()
    assert check.delegated.hosts == (f"ns.{other}".removesuffix("."),)
    found = check.judge(now())
    assert check.change().new_servers is None and found.consistent
    # It is back elsewhere: that is a change, seen from the address it had.
    lab.new.serve(other, f"ns.{other} A {next(iter(lab.new.servers.values()))}")
    lab.new.serve(name, f"{name} A {OLD_VALUE}", servers=outside)
    lab.delegate(other, lab.new.servers)
    check.round()
    assert check.old(check.change()).servers == (first, second)
    assert check.judge(now()).serving == "new"


def test_record_that_a_switch_or_an_edit_removes_is_waited_for_by_its_own_ttl(laboratory, engine):
    lab = laboratory
    name = lab.name("bezipv6")
    with_ipv6, without = (f"{name} 2 A {OLD_VALUE}", f"{name} 60 AAAA 2001:db8::1"), f"{name} 2 A {NEW_VALUE}"
    lab.old.serve(name, *with_ipv6, ttl=V, ns_ttl=N)
    lab.new.serve(name, without, ttl=V, ns_ttl=N)
    lab.delegate(name, lab.old.servers, ttl=N)
    moved, edited = (unaided(lab, engine, name, "A", "AAAA", "MX") for _ in range(2))
    moved.round()
    lab.switch(name)
    moved.round()
    seen = moved.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + 60)
    lab.new.serve(name, *with_ipv6, ttl=V, ns_ttl=N)
    edited.round()
    lab.new.serve(name, without, ttl=V, ns_ttl=N)
    edited.round()
    seen = edited.judge(now())
    assert seen.consistent and seen.eta.at == seen.eta.start + dt.timedelta(seconds=60)
    # What was absent and stays so is waited for by nobody.
    unchanged = [m.values["type"] for m in seen.eta.working if m.id == "dns.working.unchanged"]
    assert unchanged == ["MX"]


def test_zone_without_any_of_the_records_asked_for_has_propagated_like_any_other(laboratory, engine):
    lab = laboratory
    name = lab.name("pusta")
    lab.new.serve(name)
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, name, "A", "MX")
    assert found.consistent and found.propagated
    check.wish = replace(check.wish, old_ttl=None)
    assert check.judge(now()).eta.reason == "ttl_unknown"


def test_server_that_stays_when_others_go_counts_among_the_old_ones(laboratory, engine):
    lab = laboratory
    name = lab.name("czesc")
    one, two, three = (lab.authority() for _ in range(3))
    before, after = one.servers | two.servers, one.servers | three.servers

    def serve(party, value, servers):
        party.serve(name, f"{name} A {value}", ttl=30, ns_ttl=60, servers=servers)

    serve(one, OLD_VALUE, before)
    serve(two, OLD_VALUE, before)
    serve(three, NEW_VALUE, after)
    lab.delegate(name, before, ttl=60)
    check = unaided(lab, engine, name)
    check.round()
    serve(two, NEW_VALUE, before)
    check.round()
    time.sleep(1)
    moment = now()
    serve(one, NEW_VALUE, after)
    check.round()
    lab.delegate(name, after, ttl=60)
    check.round()
    seen = check.judge(now())
    assert (seen.serving, seen.eta.reason) == ("new", "old_servers_new")
    assert seen.eta.at >= moment + dt.timedelta(seconds=30)


def test_old_server_that_nobody_told_of_is_asked_too_where_the_check_saw_it(laboratory, engine):
    lab = laboratory
    name = lab.name("dwa")
    one, two = lab.authority(), lab.authority()
    both = one.servers | two.servers
    for party in (one, two):
        party.serve(name, f"{name} A {OLD_VALUE}", ttl=V, ns_ttl=N, servers=both)
    lab.new.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
    lab.delegate(name, both, ttl=N)
    check = unaided(lab, engine, name)
    check.wish = replace(check.wish, old_servers=(one.address,))
    check.round()
    one.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N, servers=both)
    lab.switch(name)
    check.round()
    assert {server.address for server in check.old_servers} == {one.address, two.address}
    seen = check.judge(now())
    assert (seen.serving, seen.eta.reason) == ("old", "old_servers_old")


def test_old_server_that_stays_beside_a_new_one_leaves_the_delegation_published(laboratory, engine):
    lab = laboratory
    name = lab.name("zostaje")
    one, two, three = (lab.authority() for _ in range(3))
    after = one.servers | three.servers
    for party in (one, three):
        party.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N, servers=after)
    two.serve(name, f"{name} A {OLD_VALUE}", ttl=V, ns_ttl=N)
    lab.delegate(name, after, ttl=N)
    check = unaided(lab, engine, name)
    check.wish = replace(check.wish, old_servers=(one.address, two.address))
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old"
    # Whoever tells of one of the old servers only tells of no switch.
    check.wish = replace(check.wish, old_servers=(one.address,))
    check.round()
    assert check.judge(now()).state == "unpublished"
    check.wish = replace(check.wish, old_servers=(one.address, two.address))
    check.round()
    of_new = tuple(host.removesuffix(".") for host in three.servers)
    assert check.judge(now(), replace(check.wish, new_servers=of_new)).state == "unpublished"
    nobody = f"ns.{lab.name('nikogo')}"
    lab.delegate(name, {nobody: ""})
    check.round()
    assert check.change().new_servers == (nobody.removesuffix("."),)
    assert check.judge(now()).published


@pytest.mark.parametrize("expected", [None, (NEW_VALUE,)])
def test_record_edited_where_an_alias_leads_ends_by_the_ttl_that_was_told_of(laboratory, engine, expected):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {OLD_VALUE}", ttl=20)
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}", ttl=20)
    lab.delegate(name, lab.new.servers)
    check = unaided(lab, engine, f"www.{name}", expected=expected)
    check.wish = replace(check.wish, old_ttl=20)
    check.round()
    time.sleep(1)
    moment = now()
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}", ttl=20)
    check.round()
    seen = check.judge(now())
    assert seen.consistent and seen.eta.at >= moment + dt.timedelta(seconds=20)


def test_switch_to_another_address_of_a_name_elsewhere_counts_from_when_that_was_seen(laboratory, engine):
    lab = laboratory
    name, other = lab.name("adres"), lab.name("serwery")
    one, two = lab.authority(), lab.authority()
    host = f"ns.{other}"
    for party, value in ((one, OLD_VALUE), (two, NEW_VALUE)):
        party.serve(name, f"{name} A {value}", servers={host: party.address}, ttl=V, ns_ttl=N)
    lab.new.serve(other, f"{host} A {one.address}")
    lab.delegate(other, lab.new.servers)
    lab.delegate(name, {host: one.address}, ttl=N)
    check = unaided(lab, engine, name)
    check.round()
    time.sleep(1)
    moment = now()
    lab.new.serve(other, f"{host} A {two.address}")
    check.round()
    # The parent says what it always said.
    assert check.judge(now()).switched >= moment


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
