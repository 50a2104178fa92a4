"""An archive that is taken over: its lists only where they are whole, where they come from, zones, what differs."""

import datetime as dt

import pytest

from core import datafiles
from core.ground.messages import InputError, Message
from core.inventory.inventory import Alias, Database, Finding, FoundDomain, Mailbox, Site
from core.language import ENGLISH, POLISH
from core.migration import inventoried, moves, undoing, worded
from core.migration.event import Event
from core.migration.handover import ENTRIES_MAX, Handed
from core.migration.inventoried import evidence, lists_of, take, take_apart, told, with_apart
from core.migration.inventory_compared import Change, compared, of_lists
from core.migration.inventory_field import FINDINGS_MAX, MOST, from_json, to_json
from core.migration.kept_zones import ZONE_MAX, keep_zone, kept_zone
from core.migration.rebuilding import rebuild
from core.migration.undone import set_back
from core.store.conflicts import ConflictError
from core.store.event_texts import mapped, texts_of
from core.store.stored_texts import suspects
from tests.inventories import LISTED, MB, SOURCE, ZONE, inventory, zone
from tests.migrations import ANNA, MARIA, NOW, PROCESS, WIKTOR, Life, act
from tests.migrations import told as refused
from tests.stores import ON_BOTH, empty, everything

MAIL, SITES = "mail_accounts", "site_list"
TEAM = datafiles.team()

store = pytest.fixture(empty)


def taken(*domains, grave=(), **values):
    """Return the life of a migration that has taken over an archive."""
    life = Life(*(domains or ("alfa.example",)))
    life.do(take, inventory(**values), SOURCE, grave)
    return life


def doubts(life, field=MAIL, grave=(), **values):
    return [message.id for message in lists_of(life.m, inventory(**values), grave)[field].doubts]


# -- lists


def test_archive_that_is_whole_gives_both_lists_and_says_where_they_come_from():
    life = taken()
    assert {field: getattr(life.m, field) for field in LISTED} == LISTED
    kept = life.m.inventory
    assert (kept.panel, kept.source, kept.account, kept.made_on) == ("cpanel", SOURCE, "klient", dt.date(2026, 11, 12))
    assert (kept.read_at, kept.crons, kept.listed, kept.apart) == (NOW, 3, (MAIL, SITES), {})
    assert kept.databases == (Handed("klient_wp", 120), Handed("klient_stara", 40))
    assert kept.php == (("alfa.example", "8.2"),) and kept.findings[0].values == {"said": 5, "seen": 7}
    assert rebuild(life.events) == life.m and from_json(to_json(kept)) == kept


@pytest.mark.parametrize("field", [MAIL, SITES])
def test_check_of_a_list_is_done_by_the_archive_that_brought_it(field):
    life = taken()
    found = evidence(life.m, field)
    assert (found.source, found.panel, found.made_on, found.read_at) == (SOURCE, "cpanel", dt.date(2026, 11, 12), NOW)
    assert POLISH.text(told(found)[0]) == (
        f"Z archiwum (cPanel, plik {SOURCE} z dnia 12.11.2026), odczytane 18.11.2026, 12:00."
    )
    assert evidence(Life("alfa.example").m, field) is None


def test_list_that_somebody_changed_since_is_the_archives_no_more():
    life = taken()
    life.do(moves.change, {MAIL: (*LISTED[MAIL], Handed("ewa@alfa.example"))})
    assert evidence(life.m, MAIL) is None and evidence(life.m, SITES) is not None
    # Nor is it once it is the same again: somebody has had it in their hands.
    life.do(moves.change, {MAIL: LISTED[MAIL]})
    assert evidence(life.m, MAIL) is None
    life.do(take, inventory(), SOURCE, now=NOW + dt.timedelta(minutes=1))
    assert evidence(life.m, MAIL) is not None


def test_saving_a_list_as_it_is_leaves_it_the_archives():
    life = taken()
    assert life.do(moves.change, {MAIL: tuple(e._replace(quota=None) for e in LISTED[MAIL])}) == ()
    assert evidence(life.m, MAIL) is not None


def test_list_edited_by_hand_keeps_the_quotas_of_names_that_stay():
    life = taken()
    life.do(moves.change, {MAIL: (Handed("biuro@alfa.example", 5), Handed("ewa@alfa.example", 1))})
    assert life.m.mail_accounts == (Handed("biuro@alfa.example", 5, 1024), Handed("ewa@alfa.example", 1))
    life.do(moves.change, {MAIL: (Handed("biuro@alfa.example", 5, 2048),)})
    assert life.m.mail_accounts == (Handed("biuro@alfa.example", 5, 2048),)


DOUBTS = {
    "broken off": ({"whole": False}, {MAIL: "inventoried.doubt.broken_off", SITES: "inventoried.doubt.broken_off"}),
    "no mailboxes said": (
        {"unsaid": ("mailboxes",), "mailboxes": ()},
        {MAIL: "inventoried.doubt.unsaid.mail_accounts"},
    ),
    "no sites said": ({"unsaid": ("sites",)}, {SITES: "inventoried.doubt.unsaid.site_list"}),
    "a name that is none": (
        {"mailboxes": (Mailbox("biuro@alfa.example"), Mailbox("kto to@alfa.example"))},
        {MAIL: "inventoried.odd.mail_accounts"},
    ),
    "a wildcard": ({"sites": (Site("*.alfa.example", "x"),)}, {SITES: "inventoried.odd.site_list"}),
    "too many": (
        {"mailboxes": tuple(Mailbox(f"a{n}@alfa.example") for n in range(ENTRIES_MAX + 1))},
        {MAIL: "handover.too_many"},
    ),
}


@pytest.mark.parametrize(("values", "wrong"), DOUBTS.values(), ids=DOUBTS)
def test_list_that_may_lack_something_is_not_taken_and_ticks_nothing(values, wrong):
    life = Life("alfa.example")
    for field in LISTED:
        assert doubts(life, field, **values) == ([wrong[field]] if field in wrong else [])
    life.do(take, inventory(**values), SOURCE)
    for field in wrong:
        assert getattr(life.m, field) is None and evidence(life.m, field) is None
    assert {*life.m.inventory.apart} == {*wrong} and {*life.m.inventory.listed} == {*LISTED} - {*wrong}
    for language in (POLISH, ENGLISH):
        for brought in lists_of(life.m, inventory(**values)).values():
            assert all("inventoried." not in language.text(message) for message in brought.doubts)


def test_finding_that_says_something_was_not_read_is_a_doubt_where_it_is_called_grave():
    life, values = Life("alfa.example"), {"findings": (Finding("unreadable", "etc/passwd"),)}
    assert doubts(life, **values) == [] and doubts(life, grave=["unreadable"], **values) == [
        "inventoried.doubt.findings"
    ]
    life.do(take, inventory(**values), SOURCE, ["unreadable"])
    assert (life.m.mail_accounts, life.m.site_list) == (None, None)


@pytest.mark.parametrize(
    ("tag", "doubted"),
    [
        *((tag, [MAIL, SITES]) for tag in ("name_unreadable", "member_too_large", "conf_unreadable", "value_too_long")),
        *((tag, [MAIL, SITES]) for tag in ("further_dump", "domain_named_otherwise")),
        *((tag, [MAIL]) for tag in ("mailboxes_counted", "mailbox_unlisted", "mailboxes_not_listed")),
        *((tag, []) for tag in ("zone_unreadable", "zone_not_all")),
    ],
)
def test_finding_is_a_doubt_of_a_list_by_what_it_is_about(tag, doubted):
    grave = datafiles.inventory_severities().severity.get(tag, "error")
    tags = [tag] if grave == "error" and tag not in ("value_too_long", "mailboxes_not_listed") else []
    life = Life("alfa.example")
    assert [field for field in LISTED if doubts(life, field, grave=tags, findings=(Finding(tag),))] == doubted
    life.do(take, inventory(findings=(Finding(tag),)), SOURCE, tags)
    assert [field for field in LISTED if evidence(life.m, field) is None] == doubted


def test_reason_that_is_a_message_is_one_again_when_it_is_shown():
    why = Message("error.zone_json", {"line": 3})
    life = taken(findings=(Finding("zone_unreadable", "named", {"domain": "alfa.example", "why": why}),))
    (noted,) = from_json(to_json(life.m.inventory)).findings
    assert noted == life.m.inventory.findings[0] and noted.values["why"] == ["error.zone_json", {"line": 3}]
    for language in (POLISH, ENGLISH):
        said = language.text(noted.message)
        assert language.text(why) in said and "Message(" not in said and "error." not in said
    secret = Message("error.zone_key_twice", {"key": "password=Zima2026!"})
    life = taken(findings=(Finding("zone_unreadable", "named", {"domain": "alfa.example", "why": secret}),))
    assert "Zima2026" not in repr(life.events)
    blanked = [mapped(event, lambda field, header, text: text.replace("alfa", "x")) for event in life.events[-2:-1]]
    assert "x.example" in repr(blanked)


def test_tags_that_decide_over_lists_are_those_that_the_readers_know():
    known = datafiles.inventory_severities().severity
    assert known.keys() >= inventoried._LEFT_OUT | inventoried._OF_ELSE | inventoried._LEFT_OUT_OF[MAIL]


def test_list_that_stands_apart_is_taken_over_by_hand_and_loses_nothing():
    life = Life("alfa.example")
    life.do(moves.change, {MAIL: (Handed("ewa@alfa.example", 9),)})
    life.do(take, inventory(whole=False), SOURCE)
    assert life.m.mail_accounts == (Handed("ewa@alfa.example", 9),)
    assert with_apart(life.m, MAIL) == (Handed("ewa@alfa.example", 9), *LISTED[MAIL])
    life.do(take_apart, MAIL)
    assert life.m.mail_accounts == (Handed("ewa@alfa.example", 9), *LISTED[MAIL])
    assert evidence(life.m, MAIL) is None
    assert refused(taken(), take_apart, MAIL) == [(MAIL, "error.missing")]


def test_domain_that_the_archive_does_not_cover_keeps_its_own_entries():
    life = Life("alfa.example", "www.beta.example")
    assert doubts(life) == ["inventoried.uncovered"]
    own = (Handed("x@beta.example", 5), Handed("stara@alfa.example", 1))
    life.do(moves.change, {MAIL: own, SITES: ()})
    life.do(take, inventory(), SOURCE)
    # What the archive cannot know stays, what it would know is gone.
    assert life.m.mail_accounts == (*LISTED[MAIL], Handed("x@beta.example", 5))
    found = evidence(life.m, MAIL)
    assert found.besides == ("www.beta.example",)
    assert "www.beta.example" in POLISH.text(told(found)[1])
    # A second archive brings the other domain, and leaves the first one's entries.
    second = inventory(
        domains=(FoundDomain("beta.example", "main"),), sites=(), mailboxes=(Mailbox("y@beta.example", MB),)
    )
    life.do(take, second, "drugi.tar.gz")
    assert life.m.mail_accounts == (Handed("y@beta.example", 1), *LISTED[MAIL])
    assert evidence(life.m, MAIL).besides == ("alfa.example",)


def test_domain_and_its_www_are_one_and_names_with_accents_are_shown():
    life = Life("www.alfa.example", "xn--w-uga1v8h.example")
    found = inventory(
        "xn--w-uga1v8h.example",
        sites=(Site("xn--w-uga1v8h.example", "x"),),
        mailboxes=(Mailbox("biuro@xn--w-uga1v8h.example"),),
    )
    life.do(take, found, SOURCE)
    assert life.m.site_list == (Handed("żółw.example"),) and life.m.mail_accounts == (Handed("biuro@żółw.example"),)
    assert evidence(life.m, MAIL).besides == ()


def test_archive_that_says_there_are_none_is_an_empty_list():
    life = taken(mailboxes=())
    assert life.m.mail_accounts == () and evidence(life.m, MAIL) is not None


def test_only_who_may_work_takes_an_archive_over_and_its_file_has_a_name():
    life = Life("alfa.example")
    assert refused(life, take, inventory(), SOURCE, by=WIKTOR) == [("actor", "error.may_not.work")]
    assert refused(life, take, inventory(), " ") == [("source", "error.missing")]
    assert refused(life, take, inventory(), "hasło: Zima2026!.tar.gz")[0][0] == "source"
    assert refused(life, moves.change, {"inventory": "x"}) == [("inventory", "error.table")]


# -- what is kept is bounded, and no secret


def test_no_secret_of_an_archive_is_kept():
    life = taken(
        account="klos / Zima2026!",
        databases=(Database("hasło: Zima2026!", 1),),
        aliases=(
            Alias("a@alfa.example", ("|/bin/x -p Zima2026!", ' "|/bin/y Zima2026!"', ":fail: login / Zima2026!")),
        ),
        findings=(Finding("odd", "password=Zima2026!", {"line": "token: Zima2026!"}),),
        sites=(Site("alfa.example", "x", 1, "hasło: Zima2026!"),),
        mailboxes=(Mailbox("hasło:Zima2026!@alfa.example"),),
        zone_texts={"alfa.example": f"{ZONE}; panel: klos / Zima2026!\n"},
    )
    assert "Zima2026" not in repr(life.events) and "Zima2026" not in repr(life.m)
    assert life.m.inventory.aliases[0].targets[:2] == ("|", "|")


def test_archive_of_any_size_is_kept_bounded_and_says_what_is_left_out():
    life = taken(
        databases=tuple(Database(f"b{n}", 1) for n in range(MOST + 7)),
        aliases=tuple(Alias(f"a{n}@alfa.example", ("x" * 900,) * 500) for n in range(MOST + 1)),
        findings=tuple(Finding("odd", "x" * 10_000) for _ in range(FINDINGS_MAX + 3)),
        zone_texts={"alfa.example": "x" * (ZONE_MAX + 1)},
    )
    kept = life.m.inventory
    assert kept.left_out == {"databases": 7, "aliases": 1, "findings": 3, "targets": MOST, "zones": 1}
    assert len(kept.databases) == MOST and max(len(t) for a in kept.aliases for t in a.targets) <= 200


# -- taken back, in conflict, in words


def test_taking_over_is_taken_back_as_one_and_the_zone_stays_in_the_history():
    life = Life("alfa.example")
    life.do(moves.change, {MAIL: (Handed("ewa@alfa.example", 9, 50),)})
    before, since, events = life.m, len(life.events), life.events
    happened = life.do(take, inventory(), SOURCE)
    assert undoing.can_be_undone(happened)
    events = life.events
    life.do(lambda m, doing: undoing.undo(m, doing, events, since))
    assert (life.m.mail_accounts, life.m.site_list, life.m.inventory) == (before.mail_accounts, None, None)
    assert rebuild(life.events) == life.m and evidence(life.m, MAIL) is None
    assert kept_zone(life.events, "alfa.example").text == ZONE.rstrip("\n")


def test_what_sets_an_archive_back_is_plain_json():
    life = taken()
    now, before = Life("alfa.example").m, life.m
    back = set_back(now, before)["migration"]["inventory"]
    assert back == to_json(before.inventory) and from_json(back) == before.inventory


def test_zone_alone_is_not_taken_back_and_contradicts_nobody():
    life = Life("alfa.example")
    version, d = life.m.version, life.m.domains["alfa.example"].version
    happened = life.do(keep_zone, "alfa.example", zone(), ZONE, "strefa.txt")
    assert not undoing.can_be_undone(happened)
    assert (life.m.version, life.m.domains["alfa.example"].version) == (version, d)


def test_somebody_who_changed_the_list_meanwhile_is_not_overwritten(store):
    made = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"alfa.example": {"display": "alfa.example"}})
    seen = made.migration
    store.change(seen.id, lambda m: moves.change(m, act(MARIA), {MAIL: (Handed("ewa@alfa.example"),)}))
    with pytest.raises(ConflictError):
        store.change(seen.id, lambda m: take(m, act(), inventory(), SOURCE), seen=seen.version)
    assert store.one(seen.id).mail_accounts == (Handed("ewa@alfa.example"),)
    # Of a zone that was kept meanwhile nobody needs to be told.
    seen = store.one(seen.id)
    store.change(seen.id, lambda m: keep_zone(m, act(MARIA), "alfa.example", zone(), ZONE, "strefa.txt"))
    store.change(seen.id, lambda m: take(m, act(), inventory(), SOURCE), seen=seen.version)


@ON_BOTH
def test_archive_and_zone_come_back_from_the_database_as_they_were(store):
    made = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"alfa.example": {"display": "alfa.example"}})
    id = made.migration.id
    now = store.change(id, lambda m: take(m, act(), inventory(), SOURCE)).migration
    found = store.one(id)
    assert (found, found.inventory, found.mail_accounts) == (now, now.inventory, LISTED[MAIL])
    assert rebuild(store.events(id)).inventory == now.inventory
    assert kept_zone(store.events(id), "alfa.example").records == 1
    assert suspects(store) == [] and "--password" not in str(everything(store))
    store.change(id, lambda m: moves.change(m, act(), {"inventory": None}))
    assert store.one(id).inventory is None


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=["pl", "en"])
def test_history_says_which_archive_and_which_zone(language):
    life = taken()
    said = [worded.event(event, PROCESS, TEAM) for event in life.events[-3:]]
    words = " ".join(f"{language.value(one.what)} {language.value(one.new)}" for one in said)
    assert SOURCE in words and "cPanel" in words and "inventor" not in words and "field." not in words
    assert worded.value("inventory", life.m.inventory, PROCESS, TEAM) == Message(
        "inventoried.archive_of_day", {"panel": "cPanel", "source": SOURCE, "day": dt.date(2026, 11, 12)}
    )


def test_texts_of_an_archive_and_of_a_zone_can_be_blanked():
    life = taken()
    fields = {field for event in life.events for field, _, _ in texts_of(event)}
    assert {"inventory", "zone", MAIL} <= fields
    blanked = [
        mapped(event, lambda field, header, text: text.replace("jan", "-").replace("alfa", "x"))
        for event in life.events
    ]
    blanked = [e if e.domain is None else Event(**{**_fields(e), "domain": "alfa.example"}) for e in blanked]
    m = rebuild(blanked)
    assert "jan@" not in repr(m) and m.inventory.aliases[0].address == "info@x.example"
    assert "x.example" in kept_zone(blanked, "alfa.example").text
    # What is blanked takes nothing from where the list comes from.
    assert evidence(m, MAIL).source == SOURCE


def _fields(event):
    return {name: getattr(event, name) for name in Event.__slots__}


# -- what differs


def test_what_is_new_gone_and_of_another_size_is_told_list_by_list():
    life = taken()
    now = inventory(
        "gamma.example",
        mailboxes=(Mailbox("biuro@alfa.example", 9 * MB, 2048 * MB), Mailbox("ewa@alfa.example")),
        aliases=(Alias("info@alfa.example", ("ewa@alfa.example",)), Alias("x@alfa.example", ())),
        databases=(Database("klient_wp", 121 * MB),),
    )
    found = compared(life.m, now)
    mail = found.lists[MAIL]
    assert (mail.new, mail.gone, mail.first) == (("ewa@alfa.example",), ("jan@alfa.example",), False)
    assert mail.sizes == (Change("biuro@alfa.example", 2, 9),)
    assert mail.quotas == (Change("biuro@alfa.example", 1024, 2048),)
    assert not found.lists[SITES].any
    assert (found.lists["aliases"].new, found.lists["aliases"].redirected) == (
        ("x@alfa.example",),
        ("info@alfa.example",),
    )
    assert found.lists["databases"].gone == ("klient_stara",)
    assert found.lists["databases"].sizes == (Change("klient_wp", 120, 121),)
    assert found.lists["domains"].new == ("gamma.example",)
    assert [domain.name for domain in found.strangers] == ["gamma.example"] and found.absent == ()


def test_first_archive_has_nothing_to_be_compared_with_and_what_it_does_not_say_is_not_gone():
    life = Life("alfa.example", "beta.example")
    found = compared(life.m, inventory(unsaid=("databases",), databases=()))
    assert all(differences.first for differences in found.lists.values()) and "databases" not in found.lists
    assert found.absent == ("beta.example",)
    broken = compared(taken().m, inventory(whole=False, databases=()))
    assert broken.lists["databases"].gone and [d.id for d in broken.lists["databases"].doubts] == [
        "inventoried.doubt.broken_off"
    ]


def test_list_that_was_pasted_is_compared_the_same_way():
    found = of_lists(LISTED[MAIL], (Handed("biuro@alfa.example", 5), Handed("ewa@alfa.example")))
    assert (found.new, found.gone, found.sizes, found.quotas) == (
        ("ewa@alfa.example",),
        ("jan@alfa.example",),
        (Change("biuro@alfa.example", 2, 5),),
        (),
    )
    assert of_lists(None, LISTED[MAIL]).first and not of_lists(LISTED[MAIL], LISTED[MAIL]).any


def test_subdomain_of_a_domain_that_is_moved_is_no_stranger():
    found = compared(Life("www.alfa.example").m, inventory())
    assert found.strangers == () and found.absent == ()


def test_reading_an_archive_twice_tells_of_nothing_new():
    life = taken()
    assert not any(differences.any for differences in compared(life.m, inventory()).lists.values())
    (event,) = [e for e in life.do(take, inventory(), SOURCE, now=NOW + dt.timedelta(hours=1)) if e.kind == "set"]
    assert event.item == "inventory" and isinstance(inventoried.evidence(life.m, MAIL), inventoried.Evidence)


def test_act_of_an_earlier_day_is_read_now():
    life = Life("alfa.example")
    life.do(take, inventory(), SOURCE, by=ANNA, at=NOW - dt.timedelta(days=2))
    assert life.m.inventory.read_at == NOW


def test_inventory_is_refused_a_secret_that_somebody_else_puts_in():
    life = taken()
    kept = life.m.inventory
    with pytest.raises(InputError):
        life.do(moves.change, {"inventory": type(kept)(panel="cpanel", source="hasło: Zima2026!", read_at=NOW)})
