"""Names that move and that no list names: whether they have a site, by what old servers show."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.asking.moving_sites import ROUNDS, Moving, shown
from core.cutover.asking.page_text import triples
from core.cutover.asking.to_speak_to import to_speak_to
from core.cutover.asking.web import Site
from core.cutover.judging.comparison import compare
from core.cutover.judging.web_findings import find
from core.cutover.probes import Certificate, Hop, Page
from core.cutover.settings import MOVING_MAX
from core.cutover.zones import Held
from core.language import LANGUAGES
from tests.cutover_zones import (
    A_NEW,
    A_OLD,
    MAP,
    NEW,
    NOW,
    NS1,
    OLD,
    WEIGHTS,
    ZONE,
    answer,
    asked_zone,
    new_zone,
    old_zone,
    sets,
)
from tests.test_cutover_look import OURS, WANTED, Engine, finder

GOOD = Certificate((ZONE,), "An authority", NOW.replace(year=2027), True)
BAD = Certificate(("s12.stary.pl",), "An authority", NOW.replace(year=2027), False, "other_name")
TEA, SHOES = (triples(text) for text in ("Herbata prosto z plantacji w górach", "Buty i kalosze na jesień dla dzieci"))
HOSTER = triples("Ta strona należy do firmy hostingowej i nie ma tu nic")
SHOP = Moving(f"sklep.{ZONE}", A_OLD, (A_NEW,))
FTP = Moving(f"ftp.{ZONE}", A_OLD, (A_NEW,), service=True)
LISTED = (Site(ZONE, A_OLD, A_NEW),)
SHUT = ("timeout", "refused", "unreachable", "not_asked")


class Web:
    """Servers, by what a name shows there; `any`: every other name. `asked`: which sites were, call by call."""

    def __init__(self, any=None, apex=None, **names):
        self.any = any or {"status": 404, "certificate": BAD}
        apex = apex or {"status": 200, "words": TEA, "certificate": GOOD}
        self.names = {ZONE: apex, **{f"{name}.{ZONE}": says for name, says in names.items()}}
        self.asked = []

    def __call__(self, sites, also):
        self.asked.append([one.name for one in sites])
        return tuple(
            self.page(site.name, side, address, secure)
            for site in sites
            for side, address in (("old", site.old), ("new", site.new))
            for secure in (True, False)
            if address
        )

    def page(self, name, side, address, secure):
        says = dict(self.names.get(name, self.any))
        says.update(says.pop("secure" if secure else "plain", {}))
        says.pop("plain", None), says.pop("secure", None)
        if not secure or says.get("failure"):
            says.pop("certificate", None)
        if says.get("failure"):
            says.pop("status", None)
        return Page(name, side, address, secure, **says)


def looked(web, *moving):
    return shown(ZONE, moving or (SHOP,), LISTED, web)


def compared_of(found):
    return {page.site for pages in found.rounds for page in pages}


def said(found):
    return [one.tag for one in found.findings]


def test_without_names_nobody_is_asked():
    web = Web()
    assert shown(ZONE, (), LISTED, web) == shown(ZONE, (), (), web) and web.asked == []


@pytest.mark.parametrize(
    "shows",
    [
        {"status": 200, "words": SHOES, "certificate": BAD},
        {"status": 200, "words": SHOES, "secure": {"failure": "refused"}},
        {"status": 404, "certificate": GOOD},
        {"status": 301, "hops": (Hop(301, "https://gdzie-indziej.pl/", False),), "certificate": BAD},
        {"status": 500, "certificate": BAD},
    ],
)
def test_a_name_for_which_its_server_shows_what_it_does_for_no_other_is_a_site_at_both_sides(shows):
    found = looked(Web(sklep=shows))
    ((*pages,),) = found.rounds
    sides = [(page.site, page.side, page.secure) for page in pages]
    assert sides == [(SHOP.name, side, secure) for side in ("old", "new") for secure in (True, False)]
    assert said(found) == []


def test_the_domains_own_site_under_any_name_is_meant_for_each_but_for_the_mails():
    web = Web(any={"status": 200, "words": TEA, "certificate": BAD})
    assert compared_of(looked(web, SHOP, FTP)) == {SHOP.name}
    known = Web(ftp={"status": 200, "words": TEA, "certificate": GOOD})
    assert looked(known, FTP).rounds == ()  # cPanel shows it at mail.firma.pl, with a certificate


def test_a_service_with_a_page_of_its_own_is_compared_and_told_as_one():
    found = looked(Web(ftp={"status": 200, "words": SHOES, "certificate": GOOD}), FTP)
    assert compared_of(found) == found.services == {FTP.name}


def test_a_servers_page_for_any_name_is_no_site_and_is_told_where_it_has_a_text():
    web = Web(any={"status": 200, "words": HOSTER, "certificate": BAD})
    found = looked(web, SHOP, FTP)
    assert found.rounds == () and said(found) == ["web_any_name"] and WEIGHTS.of(found.findings[0]) == "notice"
    empty = {"status": 200, "words": HOSTER, "certificate": BAD, "default": "nginx"}
    for nothing in (empty, {"status": 404, "certificate": BAD}, {"failure": "closed"}):
        found = looked(Web(any=nothing))
        assert found.rounds == () and said(found) == []


@pytest.mark.parametrize("failure", SHUT)
def test_an_address_where_nobody_answers_is_asked_once_and_is_unknown_unless_it_refuses(failure):
    web = Web(any={"failure": failure})
    names = [Moving(f"a{n}.{ZONE}", A_OLD, (A_NEW,)) for n in range(50)]
    found = looked(web, *names, FTP)
    assert sum(map(len, web.asked)) == 2 and found.rounds == ()
    assert said(found) == ([] if failure == "refused" else ["web_names_silent"])
    assert [WEIGHTS.of(one) for one in found.findings] in ([], ["accept"])
    # A mail host behind a wall that drops is none to be told of.
    assert said(looked(web, FTP)) == []


@pytest.mark.parametrize("failure", ["timeout", "closed", "unreachable", "too_large"])
def test_a_name_that_alone_is_silent_is_told(failure):
    assert said(looked(Web(sklep={"failure": failure}))) == ["web_names_silent"]


def test_a_site_with_more_new_addresses_than_are_asked_is_told_so():
    many = SHOP._replace(new=tuple(f"203.0.113.{n}" for n in range(1, ROUNDS + 2)))
    found = looked(Web(sklep={"status": 200, "words": SHOES, "certificate": GOOD}), many)
    assert len(found.rounds) == ROUNDS and said(found) == ["not_all_asked"]


SAYS = st.one_of(
    st.builds(lambda failure: {"failure": failure}, st.sampled_from((*SHUT, "closed", "tls", "not_spoken"))),
    st.builds(
        lambda status, words, certificate: {"status": status, "words": words, "certificate": certificate},
        st.sampled_from((200, 404, 500)),
        st.sampled_from((TEA, SHOES, HOSTER)),
        st.sampled_from((GOOD, BAD)),
    ),
)


@given(any=SAYS, apex=SAYS, secure=SAYS, plain=SAYS)
def test_a_name_with_a_page_of_its_own_is_compared_whatever_else_is_so(any, apex, secure, plain):
    own = {"status": 200, "words": triples("Zegary ścienne i stojące od zegarmistrza"), "certificate": GOOD}
    shut = any.get("failure") in SHUT
    for shows in ({"secure": own, "plain": plain}, {"secure": secure, "plain": own}):
        found = looked(Web(any=any, apex=apex, sklep=shows))
        assert compared_of(found) == {SHOP.name} or (shut and said(found) in (["web_names_silent"], []))
        assert not (compared_of(found) and said(found))


def test_what_any_name_shows_is_a_site_where_the_zone_has_a_wildcard():
    some = Moving(f"x.{ZONE}", A_OLD, (A_NEW,), wildcard=True)
    web = Web(any={"status": 200, "words": SHOES, "certificate": GOOD})
    assert compared_of(looked(web, some)) == {some.name} and said(looked(web, some)) == []
    assert looked(Web(), some) == shown(ZONE, (), LISTED, web)


# -- which names


def names_of(old=OLD, new=NEW, *, wanted=WANTED, zone=old_zone, before=None):
    old = zone(old, **(before or {}))
    after = new_zone(old, new)
    wild = Engine(lambda server, question: answer(NS1, sets(new), *question))
    found = to_speak_to(wanted, finder(old=old, new=after, engine=wild), OURS, compare(old, after, MAP))
    return found, {one.name.removesuffix(f".{ZONE}"): one for one in found.moving}


def test_names_that_move_by_themselves_or_by_an_alias_are_asked_for_those_that_stay_and_listed_ones_are_not():
    lines = "\nsklep A {}\nblog CNAME sklep.firma.pl\nbiuro A 198.51.100.7\nlista A {}\n_x A {}\n* A {}"
    wanted = dataclasses.replace(WANTED, sites=(f"lista.{ZONE}",))
    before = {"wildcard": {"A": Held((A_OLD,), 60)}}
    sides = [side + lines.replace("{}", at) for side, at in ((OLD, A_OLD), (NEW, A_NEW))]
    _, found = names_of(*sides, wanted=wanted, before=before)
    (wild,) = [name for name, one in found.items() if one.wildcard]
    assert list(found) == [wild, "blog", "sklep", "mail"]
    assert {(one.old, one.new) for one in found.values()} == {(A_OLD, (A_NEW,))}
    assert [name for name, one in found.items() if one.service] == ["mail"]


def test_a_name_of_which_one_address_stays_is_asked_at_those_that_change():
    _, found = names_of(f"{OLD}\na A {A_OLD}\na A 192.0.2.0", f"{NEW}\na A {A_NEW}\na A 192.0.2.0")
    assert found["a"] == Moving(f"a.{ZONE}", A_OLD, (A_NEW,))


def test_more_names_than_are_asked_are_told_and_panels_own_are_left_out_first():
    lines = "".join(f"\na{n} A {{}}" for n in range(MOVING_MAX)) + "\nsklep.eu A {}"
    told, found = names_of(OLD + lines.replace("{}", A_OLD), NEW + lines.replace("{}", A_NEW))
    assert len(found) == MOVING_MAX and "mail" not in found
    (left,) = [one for one in told.findings if one.tag == "web_names_left"]
    assert WEIGHTS.of(left) == "accept" and left.values["names"] == f"sklep.eu.{ZONE}, mail.{ZONE}"


def test_a_name_whose_addresses_cannot_be_reached_from_here_is_told_but_for_the_mails(monkeypatch):
    monkeypatch.setattr("core.cutover.asking.to_speak_to._has_way", lambda address: False)
    lines = "\na AAAA 2001:db8::{0}\nftp AAAA 2001:db8::{0}"
    told, found = names_of(OLD + lines.format(1), NEW + lines.format(2), zone=asked_zone)
    assert list(found) == ["mail"]
    (silent,) = [one for one in told.findings if one.tag == "web_names_silent"]
    assert silent.values["names"] == f"a.{ZONE}"


def test_what_is_found_of_a_service_is_told_as_one_thing_to_accept():
    good = {"status": 200, "words": SHOES, "certificate": GOOD}
    web = Web(ftp=good)
    old = [web.page(FTP.name, "old", A_OLD, secure) for secure in (True, False)]
    gone = {"status": 404, "certificate": BAD}
    new = [Web(ftp=gone).page(FTP.name, "new", A_NEW, secure) for secure in (True, False)]
    assert len(find((*old, *new), NOW)) == 2
    (finding,) = find((*old, *new), NOW, {FTP.name})
    assert (finding.tag, WEIGHTS.of(finding)) == ("web_service_differs", "accept")
    for language in LANGUAGES.values():
        assert "{" not in language.text(finding.message) and A_NEW in language.text(finding.message)


def test_names_at_the_mails_own_machine_are_the_mails_and_at_the_domains_they_are_not():
    lines = [
        side.replace(f"mail A {at}", f"mail A {mail}")
        for side, at, mail in ((OLD, A_OLD, "192.0.2.25"), (NEW, A_NEW, "203.0.113.25"))
    ]
    more = "\npoczta A {}\nsklep A {}"
    _, found = names_of(lines[0] + more.format("192.0.2.25", A_OLD), lines[1] + more.format("203.0.113.25", A_NEW))
    assert {name: one.service for name, one in found.items()} == {"sklep": False, "poczta": True, "mail": True}
