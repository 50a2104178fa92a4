"""The zone of a domain as it was brought: the last one counts, without what looks like a login."""

import datetime as dt

import pytest

from core.migration import moves
from core.migration.event import ImpossibleEventError
from core.migration.inventoried import take
from core.migration.kept_zones import ZONE_MAX, keep_zone, kept_zone
from core.migration.rebuilding import after
from core.zonefile import reading
from tests.inventories import SOURCE, ZONE, inventory, zone
from tests.migrations import MARIA, NOW, Life, act
from tests.migrations import told as refused


def test_last_zone_of_a_domain_counts_with_where_it_comes_from_and_by_whom():
    life = Life("alfa.example", "beta.example")
    life.do(moves.change, {"mail_accounts": (), "site_list": ()})
    life.do(take, inventory(), SOURCE)
    assert kept_zone(life.events, "beta.example") is None
    first = kept_zone(life.events, "alfa.example")
    assert (first.source, first.records, first.made_on, first.actor, first.hidden) == (
        *(SOURCE, 1, dt.date(2026, 11, 12)),
        *("anna", 0),
    )
    assert first.text == ZONE.rstrip("\n") and first.at == NOW
    life.do(keep_zone, "alfa.example", zone(), "www A 192.0.2.9", "strefa.txt", by=MARIA)
    last = kept_zone(life.events, "alfa.example")
    assert (last.text, last.source, last.actor, last.made_on) == ("www A 192.0.2.9", "strefa.txt", "maria", None)


def test_proofs_of_ownership_in_a_zone_are_no_secrets_and_what_looks_like_a_login_is_left_out():
    secret = f'{ZONE}; hasło do panelu:\n; Zima2026!\nx IN TXT "password=Zima2026!"\nftp IN A 192.0.2.8'
    life = Life("alfa.example")
    life.do(keep_zone, "alfa.example", zone(), secret, "strefa.txt")
    found = kept_zone(life.events, "alfa.example")
    assert "Zima2026" not in repr(life.events) and found.hidden >= 2
    assert ZONE.rstrip("\n") in found.text and found.text.endswith("ftp IN A 192.0.2.8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_zone_is_kept_line_by_line_as_its_reader_reads_it_or_not_at_all(end):
    lines = [
        "$ORIGIN alfa.example.",
        *(f"h{n} 60 IN A 192.0.2.1" for n in range(9_000)),
        'x 60 IN TXT "a\u2028b\x0bc\x85"',
    ]
    text = end.join([*lines, ""])
    life = Life("alfa.example")
    life.do(keep_zone, "alfa.example", reading.read(text), text, "strefa.txt")
    found = kept_zone(life.events, "alfa.example")
    assert found.text.split("\n") == lines
    assert len(reading.read(found.text, found.origin).records) == found.records == 9_001
    # All of it is measured, not the beginning that somebody cut off.
    long = end.join(f"h{n} 60 IN A 192.0.2.1" for n in range(12_000))
    wrong = [("zone", "inventoried.zone_too_long")]
    assert refused(life, keep_zone, "alfa.example", reading.read(long, "alfa.example"), long, "strefa.txt") == wrong


def test_zone_above_its_domain_is_kept_with_its_name_and_reads_as_the_same_again():
    text = "@ 60 IN A 192.0.2.1\nsklep 60 IN A 192.0.2.2"
    life, read = Life("sklep.alfa.example"), reading.read(text, "alfa.example")
    life.do(keep_zone, "sklep.alfa.example", read, text, "strefa.txt")
    found = kept_zone(life.events, "sklep.alfa.example")
    assert found.origin == "alfa.example" and reading.read(found.text, found.origin) == read
    # One that was kept before zones said their name was read as the domain's own.
    del life.events[-1].new["origin"]
    assert kept_zone(life.events, "sklep.alfa.example").origin == "sklep.alfa.example"


WRONG = {
    "another domain": (zone("beta.example."), ZONE, ("origin", "inventoried.zone_of_another")),
    "no name": (zone("..."), ZONE, ("origin", "inventoried.zone_of_another")),
    "blank": (zone(), " \n", ("zone", "error.missing")),
    "too long": (zone(), "ż" * (ZONE_MAX // 2 + 1), ("zone", "inventoried.zone_too_long")),
    "a secret in one piece": (
        zone(dialect="octodns"),
        "www:\n  value: 192.0.2.1\nx:\n  value: 'password=Zima2026!'",
        ("zone", "inventoried.zone_secret"),
    ),
}


@pytest.mark.parametrize(("read", "text", "wrong"), WRONG.values(), ids=WRONG)
def test_zone_that_cannot_be_kept_is_refused_with_what_would_be_right(read, text, wrong):
    assert refused(Life("alfa.example"), keep_zone, "alfa.example", read, text, "strefa.txt") == [wrong]


def test_zone_above_a_domain_is_its_own_too_and_none_is_of_a_stranger():
    life = Life("sklep.alfa.example")
    life.do(keep_zone, "sklep.alfa.example", zone(), ZONE, "strefa.txt")
    life.do(keep_zone, "sklep.alfa.example", zone(""), ZONE, "strefa.txt")
    assert kept_zone(life.events, "sklep.alfa.example").records == 1
    assert refused(life, keep_zone, "obca.example", zone(), ZONE, "strefa.txt")[0][0] == "domain"


@pytest.mark.parametrize(
    ("domain", "new"),
    [(None, {"text": "x"}), ("beta.example", {"text": "x"}), ("alfa.example", None), ("alfa.example", {"text": 5})],
)
def test_zone_event_that_the_desk_did_not_make_is_refused(domain, new):
    life = Life("alfa.example")
    with pytest.raises(ImpossibleEventError):
        after(life.m, [act().event("zone_kept", domain=domain, item="x", new=new)])
