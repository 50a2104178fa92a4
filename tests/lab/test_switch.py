"""Switches watched through real caches: what the verdict says beside what the caches do."""

import datetime as dt
import time

import pytest

from core.dns.asking.job import Ask
from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.status import is_stale
from core.dns.judging.verdict import verdict
from core.dns.names import parse_name
from core.dns.observation import Question, Server
from core.dns.wish import Wish
from tests.lab.stage import now
from tests.lab.watching import NEW_VALUE, OLD_VALUE, ROUNDED, N, V, Watch

pytestmark = pytest.mark.lab


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
