"""A switch that nobody tells the desk of: its watch sees it between real servers and ticks the gate of the DNS."""

import contextlib
import datetime as dt
import tempfile
import time

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.migration import moves
from core.migration.people import WATCH
from core.migration.stages import CONFIRMED, SEEN, SWITCHED
from core.store.changing import write_new
from core.store.store import Store
from tests.browser.conftest import idle, serve
from tests.browser.test_migration import choose_person, main
from tests.browser.test_watches import row
from tests.lab.conftest import _laboratory as _laboratory
from tests.lab.network import doorway
from tests.migrations import PROCESS, Life

pytestmark = pytest.mark.lab

TTL = 4
PATIENCE = 120_000
"""Milliseconds until somebody has looked, on a machine that may have other things to do."""


@pytest.fixture(scope="module")
def desk(_laboratory):
    """The app in the laboratory's network, with its own runner: (address, laboratory, network, store)."""
    lab, network = _laboratory
    settings = {"FROZEN_NOW": "", "SAMPLES": "false", "PRIVATE_SERVERS": "true", "WATCH": "embedded"}
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(doorway(network))
        url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/desk.sqlite3"
        upgrade(url)
        with network.inside():
            stack.enter_context(serve(port, **{**lab.environment(), **settings, "DATABASE_URL": url}))
        yield f"http://127.0.0.1:{port}", lab, network, Store(engine_of(url))


def moving(desk):
    """Let a domain stand before its switch, at both hosters and in the desk; return its name."""
    _, lab, network, store = desk
    with network.inside():
        zone = lab.name("sama")
        for hoster, address in ((lab.old, "192.0.2.1"), (lab.new, "192.0.2.2")):
            hoster.serve(zone, f"@ A {address}", ttl=TTL, ns_ttl=TTL)
        lab.delegate(zone, lab.old.servers, ttl=TTL)
    name = zone.removesuffix(".")
    then = dt.datetime.fromtimestamp(time.time(), dt.UTC).replace(microsecond=0) - dt.timedelta(days=1)
    life = Life(name, ref="W-1", client="Herbaciarnia").to("dns", now=then)
    servers = {
        f"{side}_ns": " ".join(host.removesuffix(".") for host in hoster.servers)
        for side, hoster in (("old", lab.old), ("new", lab.new))
    }
    life.do(moves.change, servers, name, now=then)
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])
    return name


def ticked(store, name):
    """Return what is ticked of a domain, and by whom."""
    return {item: done.actor for item, done in store.by_ref("W-1").domains[name].checks.items()}


def look_until(page, name, done):
    """Ask for looks, as somebody impatient does, until one has seen it."""
    end = time.monotonic() + PATIENCE / 1000
    while not done():
        assert time.monotonic() < end
        row(page, name).get_by_role("button", name="Spójrz teraz").click()
        page.wait_for_timeout(2_000)


def test_gate_of_the_dns_is_ticked_by_the_watch(open_page, desk):
    address, lab, network, store = desk
    name = moving(desk)
    page = open_page(f"{address}/watches")
    choose_person(page)
    # It is followed by itself, and looked at before the switch: later nobody could know the old TTLs.
    expect(row(page, name)).to_contain_text("ostatnie:", timeout=PATIENCE)
    assert SWITCHED not in ticked(store, name)
    with network.inside():
        lab.switch(f"{name}.")
    look_until(page, name, lambda: SWITCHED in ticked(store, name))
    look_until(page, name, lambda: SEEN in ticked(store, name))
    # The client's test is a person's; what was seen is the watch's.
    by = ticked(store, name)
    assert (by[SWITCHED], by[SEEN]) == (WATCH.id, WATCH.id) != by[CONFIRMED]
    page.goto(f"{address}/migration?ref=W-1")
    idle(page)
    expect(main(page).get_by_text(PROCESS.checks[SWITCHED].label.pl).first).to_be_visible()
    expect(main(page).get_by_text(WATCH.name).first).to_be_visible()
    # Its gate is open, and a person goes on.
    page.goto(f"{address}/board")
    idle(page)
    expect(main(page).get_by_text("Herbaciarnia").first).to_be_visible()
    assert {event.kind for event in store.events(store.by_ref("W-1").id) if event.actor == WATCH.id} <= {
        "checked",
        "waits",
    }
