"""What a notice says, in both languages: what was seen and when, what it means, what to do, where to look."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from core.datafiles import team as shipped_team
from core.ground.settings import ROOT, Settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.notices.notice import Notice
from core.notices.recipients import for_everybody, language_of, recipients, way_of
from core.notices.ways import of_settings
from core.notices.words import KINDS, worded
from core.watch.plan import NAME, parse_plan
from tests.notices import NOON, team, told

WHOLE = {
    "since": "2026-11-21T10:00:00+00:00",
    "gap": "2026-11-21T09:30:00+00:00",
    "details": {
        "servers": ["ns1.nowy.example", "ns2.nowy.example"],
        "wrong": ["ns2.nowy.example"],
        "old": ["google", "cloudflare"],
        "bound": "2026-11-22T10:00:00+00:00",
        "switched": "2026-11-21T10:00:00+00:00",
        "certificate_until": "2026-12-01T10:00:00+00:00",
        "planned_at": "2026-11-22T21:00:00+00:00",
        "longest_ttl": 86400,
    },
}


def notice(kind="published", **more):
    return Notice(1, 1, f"{kind}.1", "anna", True, told(**more), NOON, "waiting", NOON, 0, "", None, None, "f00d", None)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_was_seen_when_and_what_to_do(kind, language):
    for given in ({}, WHOLE, {"details": None, "since": None, "gap": None}):
        said = worded([notice(kind, **given)], language, "https://desk.example/")
        assert said.subject.startswith("alfa.example: ") and said.subject.endswith("(P-61)")
        assert language.value(dt.datetime.fromisoformat("2026-11-21T10:58:00+00:00")) in said.body
        assert "https://desk.example/watches" in said.body and "alfa.example" in said.body
        assert not re.search(r"notice\.|[{}]|None", said.subject + said.body)
        assert sum(line.startswith(("Co zrobić: ", "What to do: ")) for line in said.body.splitlines()) == 1


def test_kinds_are_those_of_the_plan_and_stand_in_the_guide_for_support():
    plan = parse_plan((ROOT / NAME).read_text(encoding="utf-8"))
    guide = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (yes)? ?\|", guide, flags=re.M))
    assert rows.keys() == set(KINDS) == plan.notices.keys()
    assert {kind: plan.notices[kind].urgent for kind in KINDS} == {kind: said == "yes" for kind, said in rows.items()}


def test_message_reads_like_this():
    assert worded([notice("published", **WHOLE)], POLISH).body.splitlines() == [
        "Wszystkie serwery strefy nadrzędnej wskazują nowe serwery nazw domeny alfa.example. "
        "Teraz wygasają pamięci podręczne.",
        "Zauważono: 21.11.2026, 11:58.",
        "Między 21.11.2026, 10:30 a 21.11.2026, 11:58 nikt nie patrzył: "
        "mogło się to stać w każdej chwili w tym czasie.",
        "Tak jest od: 21.11.2026, 11:00.",
        "Strefa nadrzędna wskazuje nowe serwery od: 21.11.2026, 11:00.",
        "Wszystkie pamięci podręczne wygasają najpóźniej: 22.11.2026, 11:00.",
        "Certyfikat ważny do: 01.12.2026, 11:00.",
        "Umówiony termin: 22.11.2026, 22:00.",
        "Serwery nazw: ns1.nowy.example, ns2.nowy.example.",
        "Źle albo wcale nie odpowiadają: ns2.nowy.example.",
        "Stare dane podają: google, cloudflare.",
        "Najwyższy TTL: 86\u00a0400 s.",
        "Co zrobić: Nic nie trzeba robić; stare serwery mają działać, dopóki nie przyjdzie wiadomość, "
        "że domenę widać wszędzie.",
        "",
        "Wiadomość wysłał pulpit migracji. Co się z nią stało i gdzie ją potwierdzić: strona „Obserwacje”.",
    ]


def test_without_an_address_of_the_desk_there_is_no_link_and_one_that_is_told_is_taken():
    assert "://" not in worded([notice()], POLISH).body
    assert (
        "https://desk.example/watches?id=7"
        in worded([notice(link="/watches?id=7")], POLISH, "https://desk.example").body
    )


def test_what_comes_from_outside_stays_on_its_line_and_is_bounded():
    odd = "ns1.example\r\nBcc: x\u2028y\x00"
    said = worded(
        [notice(name=odd, details={"servers": [odd, "n" * 10_000], "old": [f"r{n}" for n in range(99)]})], ENGLISH
    )
    assert "\r" not in said.body and "\x00" not in said.body and "\u2028" not in said.body
    assert len(said.body) < 2_000 and "and 89 others" in said.body and "\n" not in said.subject


def test_many_notices_are_one_message_that_counts_them_and_names_each():
    many = [replace(notice(name=f"d{n}.example"), id=n) for n in range(200)]
    said = worded(many, POLISH, "https://desk.example")
    assert said.subject == "200 powiadomień o obserwowanych domenach"
    assert all(f"d{n}.example: serwery nazw zmienione" in said.body for n in range(200)) and len(said.body) < 40_000


@pytest.mark.parametrize("of", [{"transition": "of_a_newer_desk.1"}, {"told": {"name": "b.example", "at": "?"}}])
def test_notice_that_cannot_be_read_keeps_no_other_of_its_message_from_going(of):
    good, broken = notice("published"), replace(notice("published"), **of)
    said = worded([broken, good], ENGLISH)
    alone = worded([good], ENGLISH)
    assert alone.subject in said.body and f"{broken.told['name']} ({broken.kind})" in said.body


def test_kind_of_a_newer_desk_is_left_to_it():
    with pytest.raises(ValueError, match="no words"):
        worded([notice("of_another_version")], POLISH)


# -- who is told


def test_owner_who_is_the_deputy_is_told_once_and_who_has_no_address_is_named():
    found = recipients(["anna", "anna", "team", "ola", "", "gone"], team(), ("webhook",))
    assert found.keys == ("anna", "team", "webhook") and found.unreached == ("ola", "gone")
    assert [language_of(to, team()) for to in ("anna", "jan", "team", "webhook", "gone")] == [
        "pl",
        "en",
        "pl",
        "pl",
        "pl",
    ]
    assert [way_of(to) for to in ("anna", "team", "webhook", "apprise.2")] == ["mail", "mail", "webhook", "apprise.2"]


def test_what_is_set_for_everybody_is_told_of_everything_each_address_of_apprise_on_its_own():
    none, both = (
        Settings(),
        Settings(webhook_url="https://a.example/", apprise_urls="json://a/?x=1,2, slack://b\nntfy://c,"),
    )
    assert for_everybody(none) == () and of_settings(none) == {}
    assert for_everybody(both) == ("webhook", "apprise.1", "apprise.2", "apprise.3")
    ways = of_settings(both)
    assert set(ways) == set(for_everybody(both)) and ways["apprise.1"].url.get_secret_value() == "json://a/?x=1,2"


def test_people_that_ship_are_reached_by_nothing():
    assert of_settings(Settings()) == {} and any(person.email for person in shipped_team().people)
