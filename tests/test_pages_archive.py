"""What the old hosting gives, a panel's archive or a zone file, on a migration's page: brought, seen, taken over."""

import datetime as dt
import gzip
import io
import tarfile
from dataclasses import replace

import pytest

from core.files import kept_upload
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import inventoried, inventory_message, kept_zones, moves, undoing
from pages.parts.migration import handed_over_from
from pages.parts.shared.words import plain
from tests import cpanel_archives
from tests.inventories import inventory
from tests.pages import act, click, live, opened, table, texts, texts_of
from tests.test_pages import HOSTILE

pytestmark = pytest.mark.usefixtures("desk_url")

ZONE = """$ORIGIN alfa.example.
$TTL 3600
@ IN SOA ns1.alfa.example. hostmaster.alfa.example. 1 7200 3600 1209600 3600
@ IN NS ns1.alfa.example.
ns1 IN A 192.0.2.1
www IN A 192.0.2.10
"""


def stored(store, *domains):
    return live(store, "data", *(domains or ("alfa.example",)))


def dialog(language=POLISH, person="anna"):
    app = opened(person, language)
    click(app, f"card_archive_{language.code}")
    return app


def key(app, name, language=POLISH):
    return f"deed_{name}_{language.code}_{app.session_state['_deed'].number}"


def bring(app, data, name="backup.tar.gz"):
    app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    app.run()
    assert not app.exception, app.exception
    return app


def errors(app):
    return "\n".join(error.value for error in app.error).replace("\\", "")


def warnings(app):
    return [warning.value.replace("\\", "") for warning in app.warning]


def save(app, language=POLISH):
    click(app, key(app, "save", language))
    return app


# -- an archive


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_archive_is_shown_before_anything_is_written_and_then_taken_over(store, language):
    stored(store)
    app = bring(dialog(language), cpanel_archives.archive("new"))
    t, shown = language.text, texts(app)
    assert t("handover.archive.account", account="alfa") in shown and "backup.tar.gz" in shown
    assert language.value(dt.date(2026, 11, 18)) in shown
    boxes = table(app, t("handover.archive.head.address"), t("handover.archive.head.quota"))
    assert ["jan@alfa.example", "1 MB", t("handover.archive.no_quota")] in boxes.to_numpy().tolist()
    # What is elsewhere, and what is noticed, with a word beside the shape.
    assert "beta.example" in shown and t("dns.severity.warning") in shown
    assert store.by_ref("P-1").mail_accounts is None
    save(app, language)
    m = store.by_ref("P-1")
    assert inventoried.evidence(m, "site_list").source == "backup.tar.gz"
    # There is a folder of mail that no list has: the mailboxes are taken over by somebody who has seen that.
    assert m.mail_accounts is None
    apart = m.inventory.apart["mail_accounts"]
    assert [entry.name for entry in apart][:2] == ["alfa@alfa.example", "biuro@alfa.example"]
    assert kept_zones.kept_zone(store.events(m.id), "alfa.example").records > 3
    assert "_deed" not in app.session_state
    assert not [line for line in texts_of(app).split("\n") if line.lstrip("*- ").startswith(("handover.", "inventor"))]


def test_ticks_and_section_say_from_which_archive_a_list_is_and_who_took_it_over(store):
    stored(store)
    app = save(bring(dialog(), cpanel_archives.archive("new")))
    said = "z archiwum cPanel z 18.11.2026, wczytane 21.11.2026 · Anna Bobrowska"
    captions = [caption.value.replace("\\", "") for caption in app.caption]
    # At the tick of the stage, and at the list; that of mailboxes stands apart.
    assert captions.count(said) == 2
    assert ["alfa_wp", "1 MB"] in table(app, "Baza", "Rozmiar").to_numpy().tolist()
    assert "alfa.example" in list(table(app, "Skąd", "Rekordy")["Domena"])
    assert "Podsumowanie dla klienta" in [one.label for one in app.expander]
    # A list that somebody changes by hand is the archive's no more.
    store.change(1, lambda now: moves.change(now, act(), {"site_list": now.site_list[:1]}))
    captions = [caption.value.replace("\\", "") for caption in opened().caption]
    assert captions.count(said) == 0


def test_archive_stands_under_the_name_of_who_took_it_over_when_a_later_one_was_taken_back(store):
    m = stored(store)
    take = inventoried.take
    store.change(m.id, lambda now: take(now, act(), inventory(), "first.tar.gz"))
    first = store.one(m.id).inventory
    since = len(store.events(m.id))
    later = replace(act("maria"), now=act().now + dt.timedelta(hours=1))
    store.change(m.id, lambda now: take(now, later, inventory(crons=9), "second.tar.gz"))
    events = store.events(m.id)
    assert handed_over_from._taker(store.one(m.id).inventory, events) == "maria"
    store.change(m.id, lambda now: undoing.undo(now, later, events, since))
    assert store.one(m.id).inventory == first
    assert handed_over_from._taker(first, store.events(m.id)) == "anna"


def test_broken_off_archive_is_told_in_red_first_and_its_lists_stand_aside(store):
    stored(store)
    whole = cpanel_archives.archive("old")
    app = bring(dialog(), whole[: len(whole) // 2], "backup.tar")
    assert POLISH.text("handover.archive.not_whole") in errors(app)
    assert POLISH.text("handover.archive.whole") not in texts(app)
    save(app)
    m = store.by_ref("P-1")
    assert m.mail_accounts is None and m.inventory is not None and not m.inventory.whole
    assert POLISH.text("handover.archive.not_whole") in errors(app)
    # Somebody who has seen that takes the list over all the same.
    if m.inventory.apart.get("mail_accounts"):
        click(app, "handover_apart_mail_accounts_pl")
        assert store.by_ref("P-1").mail_accounts
        assert inventoried.evidence(store.by_ref("P-1"), "mail_accounts") is None


def empty_tar():
    return gzip.compress(b"\0" * 10240)


def someones_photos():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("photos/cat.jpg"), io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.tar.gz"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "logo.tar.gz"),
        (b"%PDF-1.7\n%\xe2\xe3", "umowa.txt"),
        (b"PK\x03\x04" + b"\0" * 30, "strony.zip"),
        (gzip.compress(b"nothing of a tar"), "backup.tar.gz"),
        (empty_tar(), "backup.tar.gz"),
        (someones_photos(), "backup.tar.gz"),
        (b"<html><body>404</body></html>", "dump.xml"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "dump.xml"),
        (b"dzien dobry, przesylam liste\n", "zone.txt"),
        (b"{", "zone.json"),
        (b"a: &a [*a]\n", "zone.yaml"),
    ],
    ids=["empty", "png", "pdf", "zip", "gz", "no-members", "photos", "html", "entities", "letter", "json", "yaml"],
)
def test_wrong_file_ends_in_words_and_nothing_of_it_is_held(store, data, name):
    stored(store)
    app = bring(dialog(), data, name)
    assert errors(app) and "error." not in errors(app)
    assert not kept_upload.held()
    # Another file can be brought at once.
    bring(app, ZONE.encode(), "zone.txt")
    assert not app.error and "Strefa domeny alfa.example" in texts(app)


def test_name_of_a_file_is_text_on_one_line_and_bounded(store):
    stored(store)
    name = f"{HOSTILE}\n{'x' * 300}.txt"
    app = bring(dialog(), ZONE.encode(), name)
    save(app)
    assert store.by_ref("P-1") is not None and not app.exception
    kept = kept_zones.kept_zone(store.events(1), "alfa.example")
    assert "\n" not in kept.source and len(kept.source) <= 60


def test_preview_goes_with_the_dialog_and_what_was_brought_is_let_go_of(store):
    stored(store)
    app = bring(dialog(), cpanel_archives.archive("new"))
    assert not kept_upload.held()
    click(app, key(app, "archive_another"))
    assert app.file_uploader and POLISH.text("handover.archive.whole") not in texts(app)


def test_viewer_and_who_is_nobody_can_take_nothing_over(store):
    stored(store)
    assert opened(None).button(key="card_archive_pl").disabled
    assert opened("wiktor").button(key="card_archive_pl").disabled


def test_migration_that_is_erased_meanwhile_ends_in_words(store):
    m = stored(store)
    app = bring(dialog(), ZONE.encode(), "alfa.txt")
    store.erase([m.id], act("maria"), "żądanie")
    save(app)
    assert errors(app)


# -- a zone


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_zone_is_seen_and_kept_and_can_be_opened(store, language):
    stored(store)
    t = language.text
    app = bring(dialog(language), (ZONE + "broken line here\n").encode(), "alfa.zone")
    assert t("handover.archive.zone.of", domain="alfa.example") in texts(app)
    assert t("handover.archive.zone.records", count=4, dialect=t("zone.dialect.master")) in texts(app)
    assert t("handover.archive.line", line=7) in texts(app)
    assert t("handover.archive.zone.not_all", count=1) in errors(app)
    rows = table(app, t("handover.archive.head.data"), t("handover.archive.head.ttl"))
    assert "192.0.2.10" in list(rows[t("handover.archive.head.data")])
    save(app, language)
    kept = kept_zones.kept_zone(store.events(1), "alfa.example")
    assert kept.records == 4 and kept.text.startswith("$ORIGIN") and kept.source == "alfa.zone"
    assert ZONE.strip() in app.code[0].value


SAME = POLISH.text("handover.archive.same")


def test_zone_is_compared_with_the_one_kept_and_is_the_same_only_where_all_of_both_was_read(store):
    stored(store)
    odd = ZONE + "broken line here\n"
    before, now = (POLISH.text(f"handover.archive.zone.not_all_of.{which}") for which in ("before", "now"))
    save(bring(dialog(), ZONE.encode(), "alfa.zone"))
    shown = texts(bring(dialog(), ZONE.encode(), "alfa.zone"))
    assert SAME in shown and before not in shown and now not in shown
    warned = warnings(bring(dialog(), odd.encode(), "alfa.zone"))
    assert now in warned and before not in warned
    save(bring(dialog(), odd.encode(), "alfa.zone"))
    app = bring(dialog(), odd.encode(), "alfa.zone")
    assert SAME not in texts(app) and {now, before} <= {*warnings(app)}


def test_zone_above_its_domain_is_compared_as_what_it_was_read_as(store):
    stored(store, "sklep.alfa.example")
    above = (
        ZONE.replace("$ORIGIN alfa.example.\n", "").replace("@ IN SOA", "alfa.example. IN SOA")
        + "sklep IN A 192.0.2.3\n"
    )
    save(bring(dialog(), above.encode(), "alfa.zone"))
    assert kept_zones.kept_zone(store.events(1), "sklep.alfa.example").origin == "alfa.example"
    assert SAME in texts(bring(dialog(), above.encode(), "alfa.zone"))


def test_zone_of_windows_lines_is_kept_whole_or_refused(store):
    stored(store)
    rows = [ZONE.replace("\n", "\r\n"), *(f"host{n} IN A 192.0.2.1\r\n" for n in range(12_000))]
    app = save(bring(dialog(), "".join(rows).encode(), "alfa.zone"))
    assert POLISH.text("inventoried.zone_too_long", most=256) in errors(app)
    assert kept_zones.kept_zone(store.events(1), "alfa.example") is None


def test_zone_that_does_not_say_whose_it_is_is_taken_for_that_of_the_one_domain(store):
    stored(store)
    app = dialog()
    app.text_area(key=key(app, "archive_zone")).input("@ 3600 IN A 192.0.2.10\nwww 3600 IN A 192.0.2.11").run()
    click(app, key(app, "archive_read_zone"))
    assert POLISH.text("handover.archive.zone.said") in texts(app)
    save(app)
    assert kept_zones.kept_zone(store.events(1), "alfa.example").source == "wklejone"


def test_of_several_domains_somebody_says_whose_the_zone_is(store):
    stored(store, "alfa.example", "beta.example")
    app = dialog()
    click(app, key(app, "archive_read_zone"))
    assert POLISH.text("handover.archive.nothing_pasted") in errors(app)
    app.text_area(key=key(app, "archive_zone")).input("@ 3600 IN A 192.0.2.10").run()
    click(app, key(app, "archive_read_zone"))
    assert app.button(key=key(app, "archive_read_origin")).disabled
    app.selectbox(key=key(app, "archive_origin")).select("beta.example").run()
    click(app, key(app, "archive_read_origin"))
    assert "Strefa domeny beta.example" in texts(app) and not kept_upload.held()
    save(app)
    events = store.events(1)
    assert kept_zones.kept_zone(events, "beta.example") and kept_zones.kept_zone(events, "alfa.example") is None


def test_normal_file_is_offered_once_somebody_says_the_ttl_that_the_file_does_not(store):
    stored(store)
    unsaid = ZONE.replace("$TTL 3600\n", "").replace("@ IN SOA", "@ 3600 IN SOA").replace("@ IN NS", "@ 3600 IN NS")
    app = bring(dialog(), unsaid.encode(), "alfa.zone")
    refused = POLISH.text("handover.archive.no_normal")
    assert refused in [one.label for one in app.expander] and POLISH.text("zone.write.ttl_unknown", count=2) in errors(
        app
    )
    app.number_input(key=f"{key(app, 'archive_normal')}_ttl").set_value(600).run()
    assert not errors(app) and refused not in [one.label for one in app.expander]


def test_zone_of_a_strange_domain_cannot_be_kept(store):
    stored(store, "gamma.example")
    app = bring(dialog(), ZONE.encode(), "alfa.zone")
    assert POLISH.text("handover.archive.zone.of_another", domain="alfa.example") in errors(app)
    assert key(app, "save") not in [button.key for button in app.button]


# -- the folder of ARCHIVES_DIR


@pytest.fixture
def folder(monkeypatch, tmp_path):
    found = tmp_path / "archives"
    found.mkdir()
    monkeypatch.setenv("ARCHIVES_DIR", str(found))
    settings.cache_clear()
    yield found
    settings.cache_clear()


def test_without_the_setting_there_is_no_folder_to_choose_from(store):
    stored(store)
    assert POLISH.text("handover.archive.from_folder") not in [one.label for one in dialog().expander]


def test_backup_of_the_folder_is_chosen_and_taken_over(store, folder):
    stored(store)
    (folder / "alfa.tar.gz").write_bytes(cpanel_archives.archive("new"))
    app = dialog()
    app.selectbox(key=key(app, "archive_backup")).select("alfa.tar.gz").run()
    click(app, key(app, "archive_read_backup"))
    save(app)
    assert store.by_ref("P-1").inventory.source == "alfa.tar.gz" and (folder / "alfa.tar.gz").exists()


def test_folder_says_when_it_is_gone_or_empty_and_when_a_backup_has_vanished(store, folder):
    stored(store)
    assert POLISH.text("handover.archive.folder_empty") in texts(dialog())
    (folder / "alfa.tar.gz").write_bytes(b"x")
    app = dialog()
    app.selectbox(key=key(app, "archive_backup")).select("alfa.tar.gz").run()
    (folder / "alfa.tar.gz").unlink()
    click(app, key(app, "archive_read_backup"))
    assert POLISH.text("handover.archive.gone") in errors(app)
    folder.rmdir()
    assert POLISH.text("handover.archive.folder") in errors(dialog())


def test_client_gets_the_summary_in_either_language(store):
    stored(store)
    app = save(bring(dialog(), cpanel_archives.archive("new")))
    assert plain("biuro@alfa.example") in texts_of(app)
    app.radio(key="handover_summary_pl_code").set_value("en").run()
    told = inventory_message.client_summary(store.by_ref("P-1"), ENGLISH)
    assert plain(told.split("\n")[0]) in texts_of(app)
