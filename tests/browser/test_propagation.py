"""A switch of name servers watched on the page: real name servers, real caches, a real browser."""

import contextlib
import json
import os
import re
import tempfile
import time
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine
from core.migration.event import OF_RESOLVERS
from core.store.store import Store
from tests.browser.conftest import button, copied, idle, serve, take_picture
from tests.browser.test_moves import choose_person
from tests.lab.conftest import _laboratory as _laboratory
from tests.lab.network import doorway
from tests.lab.recursors import KnotResolver
from tests.lab.scripted import reply, scripted
from tests.lab.servers import MISSING_RECURSORS, program
from tests.lab.zones import Key
from tests.migrations import act

pytestmark = pytest.mark.lab

HOSTILE = "<img src=x onerror=alert(1)> **b** [x](http://evil.example) $a$ :red[x]"
TTL = 4


@pytest.fixture(scope="module")
def desk(_laboratory):
    """The app in the laboratory's network, and the laboratory: (address, laboratory, network, database)."""
    lab, network = _laboratory
    environment = {**lab.environment(), "FROZEN_NOW": "", "PRIVATE_SERVERS": "true", "CHECK_EVERY": "1"}
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(doorway(network))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment["DATABASE_URL"] = f"sqlite:///{folder}/desk.sqlite3"
        with network.inside():
            stack.enter_context(serve(port, **environment))
        yield f"http://127.0.0.1:{port}", lab, network, environment["DATABASE_URL"]


def delegated(desk, stem, *records):
    """Return a domain at the old hoster, with another address at the new one: its name without the last dot."""
    _, lab, network, _ = desk
    with network.inside():
        name = lab.name(stem)
        for hoster, address in ((lab.old, "192.0.2.1"), (lab.new, "192.0.2.2")):
            hoster.serve(name, f"@ A {address}", '@ TXT "v=spf1 -all"', *records, ttl=TTL)
        lab.delegate(name, lab.old.servers, ttl=TTL)
    return name.removesuffix(".")


@pytest.fixture
def zone(desk):
    return delegated(desk, "zażółć", f'@ TXT "{HOSTILE}"')


def link(desk, zone, **more):
    return f"{desk[0]}/propagation?{urlencode({'name': zone, **more})}"


def told(desk, zone, **more):
    """A link with everything that is known of the switch."""
    _, lab, *_ = desk
    hosts = {side: ",".join(host.removesuffix(".") for host in getattr(lab, side).servers) for side in ("old", "new")}
    given = {"ttl": str(TTL), "expect": "192.0.2.2", "was": "192.0.2.1", **hosts, **more}
    return link(desk, zone, **{name: text for name, text in given.items() if text})


def verdict(page):
    # An alert for who listens where something is wrong, else a status.
    return page.get_by_test_id("stMain").get_by_test_id("stAlertContainer").first


def rows(page, kind):
    return page.get_by_role("table").locator(f"td.{kind}")


def test_switch_is_watched_live_until_it_has_propagated_and_a_second_window_shares_it(open_page, desk, zone):
    _, lab, network, _ = desk
    page = open_page(told(desk, zone, types="A,TXT", live="True"))
    expect(verdict(page)).to_contain_text("czekamy na rejestr")
    resolvers = page.get_by_role("row").filter(has_text="Laboratory")
    expect(resolvers).to_have_count(4)
    expect(resolvers.locator("td.old")).to_have_count(4)
    with network.inside():
        lab.switch(f"{zone}.")
    expect(verdict(page)).to_contain_text("Opublikowano")
    expect(verdict(page)).to_contain_text("najpóźniej do")
    expect(verdict(page)).to_contain_text("Rozpropagowane", timeout=60_000)
    expect(resolvers.locator("td.old")).to_have_count(0)
    expect(verdict(page)).to_contain_text("4 z 4")
    # It is asked no more once everything is seen.
    expect(page.get_by_text("nie pytamy dalej")).to_be_visible(timeout=60_000)
    rounds = int(re.search(r"Pytano (\d+)", page.get_by_text(re.compile(r"Pytano \d+ razy")).inner_text())[1])
    second = open_page(told(desk, zone, types="A,TXT", live="True"))
    expect(verdict(second)).to_contain_text("Rozpropagowane")
    told_second = second.get_by_text(re.compile(r"Pytano \d+ razy"))
    assert int(re.search(r"Pytano (\d+)", told_second.inner_text())[1]) >= rounds


def test_plain_check_says_that_the_servers_agree_and_shows_hostile_text_as_text(open_page, desk, zone):
    page = open_page(link(desk, zone, types="A,TXT,SPF,DMARC,MX"))
    expect(verdict(page)).to_contain_text("Serwery strefy są zgodne")
    # Whoever listens finds it by its role, and the matrix as a table with named rows and columns.
    expect(page.get_by_role("status").filter(has_text="Serwery strefy są zgodne")).to_be_visible()
    expect(page.get_by_role("columnheader", name="SPF")).to_be_visible()
    expect(page.get_by_role("rowheader", name=re.compile("ns1.stary.pl"))).to_be_visible()
    cell = page.get_by_role("table").get_by_role("cell").filter(has_text="onerror")
    expect(cell.first).to_contain_text(HOSTILE)
    assert page.locator("img[src=x]").count() == 0
    spf = page.get_by_role("row").filter(has_text="Laboratory (plain)").get_by_role("cell").nth(2)
    expect(spf).to_contain_text("v=spf1 -all")
    expect(spf).not_to_contain_text("onerror")
    button(page, "Kopiuj do zgłoszenia").click()
    expect(page.get_by_text("Skopiowano").first).to_be_visible()
    assert "stan DNS z" in copied(page)


@pytest.mark.parametrize(("width", "locale"), [(1280, "pl-PL"), (390, "en-GB")])
def test_https_is_chosen_and_expected_as_a_panel_has_it_and_a_delegated_dmarc_is_followed(
    open_page, desk, tmp_path, width, locale
):
    _, lab, network, _ = desk
    with network.inside():
        name, provider = lab.name("https"), lab.authority()
        onward = [f"_dmarc.{name} NS {ns}" for ns in provider.servers]
        lab.new.serve(name, f"{name} A 192.0.2.1", f'{name} HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1', *onward)
        provider.serve(f"_dmarc.{name}", f'_dmarc.{name} TXT "v=DMARC1; " "p=none"')
        lab.delegate(name, lab.new.servers)
    wanted = "01 . ipv4hint=192.0.2.1 alpn=h2,h3"
    zone = name.removesuffix(".")
    page = open_page(link(desk, zone, types="HTTPS,SVCB,DMARC", expect=wanted, ttl="0"), width=width, locale=locale)
    done = {"pl-PL": "Rozpropagowane", "en-GB": "Propagated"}[locale]
    expect(verdict(page)).to_contain_text(done)
    expect(page.get_by_role("table")).to_contain_text('1 . alpn="h2,h3" ipv4hint="192.0.2.1"')
    expect(page.get_by_role("row").filter(has_text="Laboratory (plain)")).to_contain_text("v=DMARC1; p=none")
    refers = page.get_by_role("row").filter(has_text="ns1.nowy.pl")
    expect(refers.first).to_contain_text(f"NS {next(iter(provider.servers)).removesuffix('.')}")
    take_picture(page, f"https-{width}", tmp_path)
    # What is no value is told with one that is.
    page.goto(link(desk, zone, types="HTTPS", expect="1 . alpn"))
    expect(page.get_by_role("alert").first).to_contain_text('1 . alpn="h2,h3"')
    take_picture(page, f"https-wrong-{width}", tmp_path)


def test_check_is_saved_as_json_and_csv(open_page, desk, zone, tmp_path):
    page = open_page(link(desk, zone, types="A"))
    expect(verdict(page)).to_contain_text("zgodne")
    idle(page)
    with page.expect_download() as download:
        button(page, "Zapisz JSON").click()
    download.value.save_as(tmp_path / "check.json")
    said = json.loads((tmp_path / "check.json").read_text(encoding="utf-8"))
    assert said["name"] == zone and {o["role"] for o in said["observations"]} == {"parent", "authoritative", "resolver"}
    with page.expect_download() as download:
        button(page, "Zapisz CSV").click()
    download.value.save_as(tmp_path / "check.csv")
    lines = (tmp_path / "check.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(said["observations"]) + 1


def test_pasted_address_offers_its_name_and_enter_checks_it_by_keyboard(open_page, desk, zone):
    page = open_page(f"{desk[0]}/propagation")
    field = page.get_by_test_id("stMain").get_by_label("Domena", exact=True)
    field.focus()
    page.keyboard.type(f"https://{zone}/sklep?x=1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_role("alert")).to_contain_text("to adres strony")
    offered = button(page, re.compile("Sprawdź .*1|Sprawdź za"))
    offered.focus()
    page.keyboard.press("Enter")
    expect(verdict(page)).to_contain_text("zgodne")
    assert "name=" in page.url and "https" not in page.url.split("?")[1]


def test_two_servers_are_compared_and_a_typed_address_is_asked(open_page, desk, zone):
    page = open_page(link(desk, zone, types="A"))
    expect(verdict(page)).to_contain_text("zgodne")
    for label, address in (("Pierwszy serwer", "127.0.3.1"), ("Drugi serwer", "127.0.4.1")):
        box = page.get_by_test_id("stMain").get_by_role("combobox", name=label)
        box.click()
        page.keyboard.type(address)
        page.keyboard.press("Enter")
    table = page.get_by_test_id("stMarkdown").get_by_role("table")
    expect(table).to_contain_text("192.0.2.1")
    expect(table).to_contain_text("192.0.2.2")
    expect(table).to_contain_text("różnią się")


def test_wrong_line_of_the_added_resolvers_is_told_and_the_rest_goes_on(open_page, desk, zone):
    page = open_page(link(desk, zone, types="A"))
    expect(page.get_by_role("row").filter(has_text="Laboratory")).to_have_count(4)
    button(page, "Resolwery (4)").click()
    box = page.get_by_role("textbox", name="Pytaj też")
    box.fill("biuro\n127.0.5.1 Nasz własny")
    box.press("Control+Enter")
    expect(page.get_by_text("wiersz 1")).to_be_visible()
    box.fill("127.0.5.1 Nasz własny")
    box.press("Control+Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="Nasz własny")).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme"), [("pl-PL", "light"), ("en-GB", "dark")])
def test_page_holds_on_a_phone(open_page, desk, zone, locale, scheme):
    page = open_page(told(desk, zone), width=390, locale=locale, scheme=scheme)
    expect(rows(page, "old").first).to_be_visible()
    for where in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
        assert page.evaluate(f"{where}.scrollWidth <= {where}.clientWidth")


def test_closed_page_asks_nothing_more(open_page, desk, zone):
    _, lab, network, _ = desk
    page = open_page(told(desk, zone, types="A", live="True"))
    expect(rows(page, "old").first).to_be_visible()
    page.context.close()
    time.sleep(3)
    with network.inside():
        before = lab.plain.log()
        time.sleep(3)
        assert lab.plain.log() == before


# -- what must never be green


GREEN = re.compile("Rozpropagowane|zgodne")


def also_ask(page, *lines):
    """Let this session ask further resolvers."""
    button(page, re.compile(r"Resolwery \(\d+\)")).click()
    box = page.get_by_role("textbox", name="Pytaj też")
    box.fill("\n".join(lines))
    box.press("Control+Enter")
    page.keyboard.press("Escape")


def client_message(page):
    return page.get_by_test_id("stMain").get_by_text(re.compile("^Dzień dobry"))


@pytest.fixture
def clinging(desk):
    """The address of a real Knot Resolver, which stays with old servers for as long as they feed it."""
    if program("kresd") is None:
        pytest.fail(MISSING_RECURSORS) if os.environ.get("CI") == "true" else pytest.skip(MISSING_RECURSORS)
    _, lab, network, _ = desk
    with network.inside():
        found = KnotResolver(lab.folder, "kresd-page", lab.address(), lab.hints_file)
        lab.daemons.append(found)
        found.start()
        yield found.address
        found.kill()


def test_old_servers_that_feed_a_cache_are_named_before_and_after_and_once_cured_it_arrives(open_page, desk, clinging):
    _, lab, network, _ = desk
    with network.inside():
        name = lab.name("karmiony")
        for hoster, address in ((lab.old, "192.0.2.1"), (lab.new, "192.0.2.2")):
            hoster.serve(name, f"@ A {address}", ttl=5, ns_ttl=8)
        lab.delegate(name, lab.old.servers, ttl=5)
    zone = name.removesuffix(".")
    # Nobody tells the old TTLs: the check sees them before the switch.
    page = open_page(told(desk, zone, types="A", live="True", ttl=""))
    also_ask(page, f"{clinging} Uparty")
    expect(page.get_by_role("row").filter(has_text="Uparty").locator("td.old")).to_be_visible()
    fed = page.get_by_test_id("stMain").get_by_text(re.compile("Stare serwery nazw .*własną listę NS"))
    cure = page.get_by_test_id("stMain").get_by_text(
        re.compile("wpisać nowe NS i nowe rekordy albo .*minimal responses")
    )
    # Before the switch:
    expect(verdict(page)).to_contain_text("czekamy na rejestr")
    for host in lab.old.servers:
        expect(fed.first).to_contain_text(host.removesuffix("."))
    expect(cure.first).to_be_visible()
    with network.inside():
        lab.switch(name)
    # After the hour that binds whoever keeps to the rules:
    expect(verdict(page)).to_contain_text("Czas minął, ale nie wszędzie.", timeout=60_000)
    expect(verdict(page)).not_to_contain_text(GREEN)
    expect(fed.first).to_be_visible()
    expect(cure.first).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_text(f"Uparty ({clinging})").first).to_be_visible()
    expect(client_message(page)).to_contain_text("dawne serwery, bo te wciąż odsyłają do siebie")
    with network.inside():
        lab.old.serve(name, "@ A 192.0.2.2", servers=lab.new.servers, ttl=5, ns_ttl=8)
    expect(verdict(page)).to_contain_text("Rozpropagowane", timeout=60_000)
    expect(fed).to_have_count(0)


def test_ds_left_behind_is_never_green_and_is_called_by_its_name(open_page, desk):
    _, lab, network, _ = desk
    with network.inside():
        name, left, new = lab.name("z-kluczem"), Key(), Key()
        lab.old.serve(name, "@ A 192.0.2.1", ttl=TTL, key=left)
        lab.new.serve(name, "@ A 192.0.2.2", ttl=TTL, key=new)
        lab.delegate(name, lab.old.servers, ttl=TTL, ds=[left.ds(name)])
        lab.switch(name)
    page = open_page(told(desk, name.removesuffix("."), types="A", live="True"))
    expect(verdict(page)).to_contain_text("Jest co poprawić.")
    expect(verdict(page)).to_contain_text("DS w strefie nadrzędnej")
    expect(verdict(page)).not_to_contain_text("wygas")
    validator = page.get_by_role("row").filter(has_text="Laboratory (validator)")
    expect(validator.locator("td.failure")).to_be_visible(timeout=60_000)
    # The bound has passed, the others have the new data, and it is as red as before.
    expect(page.get_by_role("row").filter(has_text="Laboratory").locator("td.old")).to_have_count(0, timeout=60_000)
    expect(verdict(page)).to_contain_text("DS w strefie nadrzędnej")
    expect(verdict(page)).not_to_contain_text(GREEN)
    assert page.get_by_test_id("stMain").get_by_text("Podpisać strefę na nowo").count() == 0
    expect(client_message(page)).to_contain_text("wymagają jeszcze poprawki")


def test_alias_to_nowhere_is_never_green_and_says_where_it_leads(open_page, desk):
    zone = delegated(desk, "alias", "www CNAME nie-ma")
    page = open_page(link(desk, f"www.{zone}", types="A", ttl="0", live="True"))
    expect(verdict(page)).to_contain_text("Jest co poprawić.")
    expect(verdict(page)).to_contain_text(f"prowadzi do nie-ma.{zone}, a takiej nazwy nie ma")
    expect(page.get_by_text(re.compile(r"Pytano ([3-9]|[1-9]\d) razy"))).to_be_visible(timeout=90_000)
    expect(verdict(page)).not_to_contain_text(GREEN)
    expect(client_message(page)).to_contain_text("wymagają jeszcze poprawki")


# -- a resolver set aside


@pytest.fixture
def failing(desk):
    """The address of a resolver that answers SERVFAIL whatever it is asked."""
    _, lab, network, _ = desk
    with network.inside(), scripted(lab.address(), lambda query: reply(query, rcode="SERVFAIL")) as server:
        yield server.address


def set_aside(page, who, reason):
    button(page, re.compile("Odłóż resolwer|Odłożono")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Który resolwer").click()
    page.get_by_role("option", name=re.compile(re.escape(who))).click()
    dialog.get_by_role("textbox", name="Powód").fill(reason)
    button(dialog, "Odłóż", exact=True).click()


def hold_back(page, failing):
    """Ask one more resolver, which alone holds the verdict back."""
    also_ask(page, f"{failing} Popsuty")
    page.get_by_role("row").filter(has_text="Popsuty").wait_for()
    expect(verdict(page)).to_contain_text(re.compile("Jest co poprawić|nie wszędzie"))


def test_resolver_is_set_aside_with_a_reason_in_the_link_and_counts_again(open_page, desk, failing):
    zone = delegated(desk, "odlozony")
    page = open_page(link(desk, zone, types="A", ttl="0", expect="192.0.2.1", live="True"))
    hold_back(page, failing)
    set_aside(page, "Popsuty", "")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Powód")
    page.keyboard.press("Escape")
    set_aside(page, "Popsuty", HOSTILE)
    expect(verdict(page)).to_contain_text("Rozpropagowane")
    expect(verdict(page)).to_contain_text(f"Popsuty ({failing}) odłożono")
    # Of its address the page makes no link, by a letter that nobody sees.
    expect(verdict(page)).to_contain_text(HOSTILE.partition(" [x]")[0])
    assert page.locator("img[src=x]").count() == 0
    expect(verdict(page)).to_contain_text("4 z 4")
    # Another session sees it by the link, though it asks another list.
    second = open_page(page.url)
    expect(button(second, "Odłożono 1 resolwer")).to_be_visible()
    button(page, "Odłożono 1 resolwer").click()
    button(page.get_by_role("dialog"), "Licz znowu").click()
    expect(verdict(page)).to_contain_text(re.compile("Jest co poprawić|nie wszędzie"))
    assert "aside" not in page.url


def test_resolver_of_a_migration_is_set_aside_in_its_history_and_everybody_sees_it(open_page, desk, failing):
    *_, database = desk
    zone = delegated(desk, "w-migracji")
    address = link(desk, zone, types="A", ttl="0", expect="192.0.2.1", live="True")
    page = open_page(address)
    store = Store(engine(database))
    made = store.register(act(), {"client": "Róża"}, {zone: {"display": zone}}).migration
    page.reload()
    hold_back(page, failing)
    watcher = open_page(address)
    also_ask(watcher, f"{failing} Popsuty")
    choose_person(page, "Anna")
    set_aside(page, "Popsuty", "do wymiany")
    for one in (page, watcher):
        expect(verdict(one)).to_contain_text("do wymiany")
        expect(verdict(one)).to_contain_text("Rozpropagowane")
    (event,) = store.told(made.id, OF_RESOLVERS)
    assert (event.kind, event.actor, event.item, event.reason) == ("resolver_aside", "anna", failing, "do wymiany")
    assert "aside" not in page.url
    watcher.get_by_role("link", name=re.compile(f"Migracja {made.ref}")).click()
    expect(watcher.get_by_text("Odłożono resolwer przy sprawdzaniu DNS").first).to_be_attached()


def test_where_everybody_is_set_aside_the_page_says_that_nobody_is_left_to_look(open_page, desk):
    zone = delegated(desk, "nikogo")
    everybody = "\n".join(f"{name} powód" for name in ("plain", "capping", "stale", "validator"))
    page = open_page(link(desk, zone, types="A", ttl="0", expect="192.0.2.1", aside=everybody))
    expect(verdict(page)).to_contain_text("nie ma kto tego potwierdzić")
    expect(verdict(page)).not_to_contain_text(GREEN)
    expect(verdict(page)).to_contain_text("Laboratory (stale)")


def test_mail_hosts_have_columns_of_their_own_in_plain_words(open_page, desk):
    zone = delegated(desk, "poczta", "@ MX 10 mail", "mail A 192.0.2.25")
    page = open_page(link(desk, zone, types="MX"))
    expect(page.get_by_role("columnheader", name=f"Serwer poczty mail.{zone}, A", exact=True)).to_be_visible()
    # Nobody has an IPv6 address of it, which is told by leaving it out.
    expect(page.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_role("row").filter(has_text="Laboratory (plain)").get_by_role("cell").nth(1)).to_contain_text(
        "192.0.2.25"
    )


@pytest.mark.parametrize(
    ("name", "width", "locale", "scheme"),
    [("propagation", 1280, "pl-PL", "light"), ("propagation-phone", 390, "en-GB", "dark")],
)
def test_screenshots(open_page, desk, tmp_path, name, width, locale, scheme):
    _, lab, network, _ = desk
    zone = delegated(desk, "sklep-kowalski", "@ MX 10 poczta.example.", '@ TXT "site-verification=7f3a"')
    page = open_page(told(desk, zone, types="A,MX,TXT,SPF", live="True"), width=width, locale=locale, scheme=scheme)
    expect(rows(page, "old").first).to_be_visible()
    with network.inside():
        lab.switch(f"{zone}.")
    expect(page.get_by_role("row").filter(has_text="Laboratory").locator("td.new").first).to_be_visible()
    expect(verdict(page)).to_contain_text(re.compile("Opublikowano|Published"))
    take_picture(page, name, tmp_path)
