"""Checks that people share: on real name servers, asked by looking and only by looking."""

import csv
import datetime as dt
import io
import socket
import time
from dataclasses import replace

import pytest

from core import datafiles
from core.dns.asked import read_wish
from core.dns.asking.check_queue import Visitor
from core.dns.asking.engine import Engine
from core.dns.asking.running_checks import Checks
from core.dns.asking.servers import parse_hints, parse_resolvers
from core.dns.observation import Server
from core.dns.showing.report import COLUMNS, as_csv, as_json
from core.language import ENGLISH

pytestmark = pytest.mark.lab

ME = Visitor("a session", "me")


def now():
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


@pytest.fixture
def checks(laboratory):
    engine = Engine(per_second=50, timeout=1.0, now=now)
    engine.start()
    yield Checks(engine, every=0.2)
    engine.stop()


@pytest.fixture
def servers(laboratory):
    read = [path.read_text(encoding="utf-8") for path in (laboratory.hints_file, laboratory.resolvers_file)]
    return parse_hints(read[0]), parse_resolvers(read[1])


@pytest.fixture
def name(laboratory):
    found = laboratory.name("wspolny")
    laboratory.new.serve(found, "@ A 198.51.100.7", '@ TXT "=1+1"', '@ TXT "v=spf1 -all"')
    laboratory.delegate(found, laboratory.new.servers)
    return found.removesuffix(".")


def wish(name, **form):
    return read_wish({"name": name, "types": "A,SPF", **form}, now())


def ended(running, rounds=1):
    end = time.monotonic() + 20
    while running.rounds < rounds or running.asking:
        assert time.monotonic() < end, "the round does not end"
        time.sleep(0.02)
    return running


def test_those_who_ask_the_same_share_the_answers_and_each_has_a_verdict_of_their_own(checks, servers, name):
    mine, yours = wish(name, expect="198.51.100.7"), wish(name, expect="192.0.2.99")
    running = checks.of(mine, *servers)
    assert checks.of(yours, *servers) is running
    assert checks.of(wish(name, types="MX"), *servers) is not running
    assert checks.of(mine, servers[0], servers[1][:1]) is not running
    assert running.verdict(mine, now()) is None
    running.look(ME)
    ended(running)
    assert running.verdict(mine, now()).consistent
    assert "record_differs" in {finding.tag for finding in running.verdict(yours, now()).findings}
    assert running.verdict(mine, now()) is running.verdict(mine, now())


def test_answers_are_seen_before_the_round_has_ended(checks, servers, name, laboratory):
    silent = Server("resolver", laboratory.address(), id="silent")
    mine = wish(name)
    with_silent = (*servers[1], silent)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((silent.address, 53))  # takes every question, answers none
        running = checks.of(mine, servers[0], with_silent)
        running.look(ME)
        end = time.monotonic() + 10
        while not any(o.server.role == "resolver" and o.values for o in running.answers()):
            assert time.monotonic() < end
            time.sleep(0.01)
        assert running.asking and not running.rounds
        # The round is on a copy: what whole rounds have found stays as it is meanwhile.
        assert running.check.observations == [] and not running.check.is_delegated
        ended(running)
        assert running.verdict(mine, now()).consistent


def test_rounds_come_from_looking_only(checks, servers, name):
    running = checks.of(wish(name), *servers)
    running.look(ME)
    ended(running)
    time.sleep(0.5)
    running.look(ME)
    assert running.rounds == 1 and not running.asking
    running.look(ME, live=True)
    ended(running, 2)
    running.again(ME)
    assert not running.asking  # it has just been asked
    time.sleep(0.3)
    running.again(ME)
    ended(running, 3)


def test_round_that_breaks_is_told_and_does_not_ask_for_ever(checks, servers, name):
    running = checks.of(wish(name), servers[0], (Server("resolver", "no address", id="x"),))
    running.look(ME)
    end = time.monotonic() + 20
    while running.asking:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert running.broken and not running.rounds
    # Nothing was learnt, so nothing is said; and looking on does not ask again and again.
    assert running.verdict(wish(name), now()) is None
    running.look(ME)
    assert not running.asking


def test_spf_is_judged_by_itself_and_old_servers_told_by_name_are_found(checks, servers, name, laboratory):
    hosts = " ".join(laboratory.old.servers)
    mine = wish(name, old=hosts, expect="v=spf1 -all", was="v=spf1 +all", ttl="60")
    running = checks.of(mine, *servers)
    running.look(ME)
    found = ended(running).verdict(mine, now())
    assert {server.address for server in running.check.old_servers} == set(laboratory.old.servers.values())
    of_spf = {j.status for j in found.judged if j.observation.question.type == "SPF" and j.observation.values}
    assert of_spf == {"new"}
    assert found.consistent and found.moves


def test_report_holds_every_answer_and_no_formula(checks, servers, name):
    mine = replace(wish(name), types=("TXT",))
    running = checks.of(mine, *servers)
    running.look(ME)
    found = ended(running).verdict(mine, now())
    said = as_json(running.check, found, ENGLISH, datafiles.dns_severities())
    assert {"name", "state", "eta", "eta_reason", "published", "consistent", "expired", "findings", "delegation"} < set(
        said
    )
    assert len(said["observations"]) == len(running.check.observations)
    lines = list(csv.reader(io.StringIO(as_csv(running.check, found).decode("utf-8-sig")), delimiter=";"))
    assert tuple(lines[0]) == COLUMNS and len(lines) == len(said["observations"]) + 1
    values = {line[COLUMNS.index("values")] for line in lines}
    assert "'=1+1; v=spf1 -all" in values
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)


def test_before_a_switch_that_was_told_of_what_the_new_servers_have_is_new_and_what_is_seen_is_old(
    checks, servers, laboratory
):
    lab, stem = laboratory, laboratory.name("przed")
    lab.old.serve(stem, "@ A 192.0.2.1", "@ MX 10 mx.old.example.", ttl=30)
    lab.new.serve(stem, "@ A 198.51.100.7", "@ MX 10 mx.new.example.", ttl=30)
    lab.delegate(stem, lab.old.servers, ttl=30)
    sides = {"old": " ".join(lab.old.servers), "new": " ".join(lab.new.servers)}
    mine = read_wish({"name": stem.removesuffix("."), "types": "A,MX", **sides}, now())
    running = checks.of(mine, *servers)
    running.look(ME)
    found = ended(running).verdict(mine, now())
    assert found.state == "unpublished" and "old_servers_serve_new" not in {f.tag for f in found.findings}
    assert {j.status for j in found.judged if j.observation.server.role == "resolver"} == {"old"}
    lab.switch(stem)
    time.sleep(0.3)
    running.look(ME, live=True)
    found = ended(running, 2).verdict(mine, now())
    # The TTLs were seen before the switch, so its end is known though nobody told one.
    assert found.state == "consistent" and found.eta.at is not None
    assert {j.status for j in found.judged if j.observation.server.role == "resolver"} == {"old"}


def test_what_the_old_servers_still_have_is_the_old_data_of_a_check_that_came_late(checks, servers, laboratory):
    lab, stem = laboratory, laboratory.name("pozno")
    lab.old.serve(stem, "@ A 192.0.2.1", ttl=30)
    lab.new.serve(stem, "@ A 198.51.100.7", ttl=30)
    lab.delegate(stem, lab.new.servers, ttl=30)
    mine = read_wish({"name": stem.removesuffix("."), "types": "A", "old": " ".join(lab.old.servers)}, now())
    running = checks.of(mine, *servers)
    running.look(ME)
    found = ended(running).verdict(mine, now())
    of_old = [j for j in found.judged if j.observation.server.address in lab.old.servers.values()]
    assert of_old and {j.status for j in of_old} == {"old"}
    assert found.eta.at is None  # what its TTL was nobody can tell
