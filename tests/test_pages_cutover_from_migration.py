"""What a migration knows of a domain on the page "Before the switch": its kept zone, and the lists of the client."""

import pytest

from core.cutover.asked import read_zone
from core.migration import kept_zones, moves
from core.migration.handover import Handed
from tests.pages import act, register, texts, upload
from tests.test_pages import open_page
from tests.test_pages_cutover import ASKED, check, over
from tests.test_pages_cutover import faked as faked

NAME = "firma.example"
ZONE = f"$ORIGIN {NAME}.\n$TTL 300\n@ A 192.0.2.1\nletnia-kuchnia A 192.0.2.1\n"
KEPT = "cutover_zone_kept_P-12_pl"


@pytest.fixture
def m(store):
    return register(store, "P-12", domain=NAME)


def keep(store, m, text=ZONE, name=NAME):
    zone = read_zone(text.encode(), name)
    store.change(m.id, lambda now: kept_zones.keep_zone(now, act(), NAME, zone, text, "strefa.txt"))


def change(store, m, **values):
    store.change(m.id, lambda now: moves.change(now, act(), values))


def asked_with(faked, app):
    over(check(app))
    return faked.asked[-1][0]


def test_kept_zone_is_looked_at_unless_it_is_left_out_and_one_brought_comes_first(store, m, faked):
    keep(store, m)
    app = open_page("cutover", **ASKED)
    wanted = asked_with(faked, app)
    assert {one.name for one in wanted.zone.records} == {f"{NAME}.", f"letnia-kuchnia.{NAME}."}
    assert wanted.zone_source == "strefa.txt" and wanted.zone_whole
    (box,) = [one for one in app.checkbox if one.key == KEPT]
    assert "P-12" in box.label and "strefa.txt" in texts(app)
    box.uncheck().run()
    assert asked_with(faked, app).zone is None
    upload(app, ZONE.replace("letnia", "zimowa").encode(), "nowsza.txt")
    wanted = asked_with(faked, app)
    assert wanted.zone_source == "nowsza.txt" and not [one for one in app.checkbox if one.key == KEPT]


def test_kept_zone_with_a_hidden_line_is_not_whole(store, m, faked):
    keep(store, m, f"{ZONE}; hasło: Kot12!x\n")
    wanted = asked_with(faked, open_page("cutover", **ASKED))
    assert wanted.zone and not wanted.zone_whole


def test_zone_of_another_domain_or_migration_is_none(store, m, faked):
    register(store, "P-13", domain="inna.example")
    keep(store, m)
    assert asked_with(faked, open_page("cutover", **ASKED | {"name": "inna.example"})).zone is None


def test_lists_of_the_client_fill_in_sites_and_mailboxes_of_the_domain(store, m, faked):
    mail = (Handed(f"jan@{NAME}", 5), Handed("ktos@inna.example"), Handed(f"biuro@sklep.{NAME}"))
    change(store, m, mail_accounts=mail, site_list=(Handed(f"sklep.{NAME}/pl"), Handed("inna.example")))
    app = open_page("cutover", **ASKED)
    assert app.text_area(key="cutover_pl_site").value == f"sklep.{NAME}"
    wanted = asked_with(faked, app)
    assert wanted.sites == (f"sklep.{NAME}",) and wanted.mailboxes == (f"jan@{NAME}", f"biuro@sklep.{NAME}")


def test_what_was_typed_stays_and_a_link_with_sites_says_which(store, m, faked):
    change(store, m, mail_accounts=(Handed(f"jan@{NAME}"),), site_list=(Handed(f"sklep.{NAME}"),))
    app = open_page("cutover", **ASKED, site=f"blog.{NAME}")
    assert app.text_area(key="cutover_pl_site").value == f"blog.{NAME}"
    app.text_area(key="cutover_mailbox_pl").input("")
    assert asked_with(faked, app).mailboxes == ()
