"""Every fault of the table, planted in a domain of its own between real servers, is named, and nothing else is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from core.cutover.finding import Finding, Weights
from core.cutover.result import Cutover
from core.dns.asking.engine import Engine
from core.dns.asking.servers import parse_hints
from core.ground.settings import ROOT, settings
from core.language import ENGLISH
from tests.lab.cutover_faults import CLEAN, FAULTS
from tests.lab.cutover_stage import TARGETS, CutoverStage, Fault
from tests.lab.network import Network, NoNetworkError
from tests.lab.servers import program
from tests.lab.services import missing_services
from tests.lab.stage import now
from tests.yardstick import slowness

# One worker looks at all of them: the stage is long to build.
pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("faults")]

TABLE = "docs/cutover-faults.md"
AT_ONCE = 6
"""Looks at the same time on a usual machine: each waits for servers most of its time."""
NAMES = {"www", "mail", "poczta", "sklep", "nowe", "dev", "biuro", "autoconfig", "autodiscover"}
NAMES |= {
    "ftp",
    "blog",
    "_autodiscover._tcp",
    "cpanel",
    "_mta-sts",
    "_dmarc",
    "s1._domainkey",
    "s2._domainkey",
    "webmail",
    "stary",
    "_imaps._tcp",
}
"""Known names that are asked for, so that sixty looks do not ask for all two hundred. The first clean move is."""


class Looked(NamedTuple):
    """What came of all looks, by the ids of faults."""

    results: Mapping[str, Cutover]
    weights: Weights


@pytest.fixture(scope="module")
def looked(_laboratory) -> Iterator[Looked]:
    if reason := missing_services() or ("no Knot DNS on this machine" if program("knotd") is None else ""):
        _without(reason)
    lab, network = _laboratory
    chosen = [f for f in (*CLEAN, *FAULTS) if f.id in os.environ.get("ONLY", f.id).split(",")]
    with network.inside(), real_time(), contextlib.ExitStack() as ends:
        try:
            stage = ends.enter_context(CutoverStage(lab, chosen))
        except NoNetworkError as error:
            _without(str(error))
        results = look_at_all(stage, network)
        if not all(isinstance(one, Cutover) for one in results.values()):
            print(*(f"--- {name}\n{log[-5000:]}" for name, log in stage.logs().items()), sep="\n")
    from core import datafiles

    weights = datafiles.cutover_weights()
    if where := os.environ.get("FAULTS"):
        Path(ROOT, where).write_text(table(chosen, results, weights), encoding="utf-8")
    yield Looked(results, weights)


@contextlib.contextmanager
def real_time() -> Iterator[None]:
    """Let the desk's clock go meanwhile: certificates and signatures are of today, the tests' day is another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FROZEN_NOW", raising=False)
        settings.cache_clear()
        yield
    settings.cache_clear()


def look_at_all(stage: CutoverStage, network: Network) -> dict[str, Cutover]:
    """Look at every domain of the stage, some at once; what went wrong in a look is raised."""
    from core import datafiles
    from core.cutover.asking.look import look

    known, defaults = datafiles.known_names(), datafiles.default_pages()
    few = [one for one in known if one.name in NAMES]
    roots = parse_hints(stage.lab.hints_file.read_text(encoding="utf-8"))
    # The pace of networks of ours holds for one look; here all of them ask the same servers.
    engine = Engine(per_second=5000, timeout=5.0, now=now, authoritative_per_second=lambda address: 5000.0)

    def one(id: str) -> Cutover:
        with network.inside():
            names = known if id == CLEAN[0].id else few
            trust = str(stage.authorities_file)
            on_the_way: list[object] = []
            told = {"defaults": defaults, "trust": trust, "seen": on_the_way.append}
            result = look(stage.wanted(id), engine, roots, names, TARGETS, now(), **told)
            # What a page shows while a look goes on is what comes of it.
            records, *said = on_the_way
            probes = result.probes
            assert records == result.records and len(said) >= len(probes.mail)
            assert all(one in (*probes.pages, *probes.mail, *probes.mailboxes) for one in said)
            return result

    engine.start()
    try:
        workers = max(2, round(AT_ONCE / slowness()))
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="look") as pool:
            begun = {id: pool.submit(one, id) for id in stage.moves}
            return {id: future.result() for id, future in begun.items()}
    finally:
        engine.stop()


def _without(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def told(result: Cutover) -> list[str]:
    return [f"{one.tag} {one.name} {dict(one.values)}" for one in result.findings]


def result_of(looked: Looked, fault: Fault) -> Cutover:
    if fault.id not in looked.results:
        pytest.skip("not looked at (ONLY)")
    return looked.results[fault.id]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_every_fault_is_named_alone(looked, fault):
    result = result_of(looked, fault)
    assert {one.tag for one in result.findings} == set(fault.tags), "\n".join(told(result))


@pytest.mark.parametrize("fault", CLEAN, ids=lambda fault: fault.id)
def test_of_a_clean_move_nothing_is_said(looked, fault):
    result = result_of(looked, fault)
    assert not told(result)
    assert looked.weights.verdict(result.findings) == "ready"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_every_fault_has_words_in_which_nothing_is_left_open(looked, fault):
    for finding in result_of(looked, fault).findings:
        for message in (finding.message, finding.todo):
            text = ENGLISH.text(message)
            assert text and "{" not in text and finding.tag not in text, text


def table(faults: list[Fault], results: Mapping[str, Cutover], weights: Weights) -> str:
    """Return what was said of each fault, for docs/."""
    lines = [
        "# Faults planted in moves between real servers",
        "",
        "Written by the run (`make faults`): each fault in a domain of its own, on nsd, knot, nginx, Apache, Postfix",
        "and Dovecot; what the look before the switch said of it, and the verdict.",
        "",
        "| fault | what is wrong | where | said | verdict |",
        "|---|---|---|---|---|",
    ]
    for fault in faults:
        found = results[fault.id].findings
        said = ", ".join(dict.fromkeys(f"`{one.tag}`" for one in found)) or "nothing"
        lines.append(f"| {fault.id} | {fault.about} | {fault.where} | {said} | {weights.verdict(found)} |")
    return "\n".join(lines) + "\n"


def test_table_names_every_fault_once():
    ids = [fault.id for fault in (*CLEAN, *FAULTS)]
    assert len(ids) == len(set(ids)) and len(FAULTS) >= 40
    found = [Finding("record_lost", "sklep.firma.pl"), Finding("record_lost", "www.firma.pl")]
    some = [FAULTS[0]]
    cutover = Cutover.__new__(Cutover)
    object.__setattr__(cutover, "findings", tuple(found))
    last = table(some, {some[0].id: cutover}, Weights(weight={"record_lost": "blocked"})).splitlines()[-1]
    assert last == f"| {some[0].id} | {some[0].about} | {some[0].where} | `record_lost` | blocked |"
