"""HestiaCP's and VestaCP's backups: what each file says, what contradicts another, and that nothing secret is kept."""

import datetime as dt
import io

import pytest

from core.inventory import reading
from core.inventory.hestia import Hestia
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.inventory.panel import Member
from tests.hestia_archives import MB, SHAPES, archive
from tests.panel_archives import feed, leaked, read, tags, values
from tests.yardstick import within

WEB = ("web/alfa.example/hestia/web.conf", "DOMAIN='alfa.example' ALIAS='' BACKEND='PHP-8_2' SUSPENDED='no'\n")
MAIL = ("mail/alfa.example/hestia/mail.conf", "DOMAIN='alfa.example' CATCHALL='' ACCOUNTS='1' SUSPENDED='no'\n")
ACCOUNTS = "mail/alfa.example/hestia/alfa.example.conf"


def whole(shape):
    return feed(Hestia(), archive(shape)).found()


# -- what an archive says


@pytest.mark.parametrize("shape", SHAPES)
def test_account_its_domains_and_when_it_was_made(shape):
    found = whole(shape)
    assert (found.panel, found.account, found.made_on) == ("hestia", "klos", dt.date(2026, 11, 28))
    assert found.domains == (
        FoundDomain("alfa.example", "main"),
        FoundDomain("beta.example", "addon"),
        FoundDomain("sklep.alfa.example", "subdomain", "alfa.example"),
        FoundDomain("gamma.example", "alias", "alfa.example"),
    )
    assert (found.crons, found.unsaid) == (2, ("database_sizes",))


@pytest.mark.parametrize("shape", SHAPES)
def test_website_has_its_folder_its_bytes_and_its_php(shape):
    assert whole(shape).sites == (
        Site("alfa.example", "web/alfa.example/public_html", 50_000, "7.4" if shape == "vesta" else "8.2"),
        Site("sklep.alfa.example", "web/sklep.alfa.example/public_html", 3_000),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_mailbox_has_the_bytes_of_its_messages_and_its_quota(shape):
    assert whole(shape).mailboxes == (
        Mailbox("biuro@alfa.example", 5_000, 500 * MB),
        Mailbox("ewa@alfa.example", 0, 100 * MB),
        Mailbox("ola@alfa.example", 700, 0),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_aliases_forwards_with_and_without_a_mailbox(shape):
    assert whole(shape).aliases == (
        Alias("*@alfa.example", ("biuro@alfa.example",)),
        Alias("info@alfa.example", ("biuro@alfa.example",)),
        Alias("jan@alfa.example", ("jan@beta.example", "ola@alfa.example")),
        Alias("kontakt@alfa.example", ("biuro@alfa.example",)),
        Alias("ola@alfa.example", ("ola@alfa.example", "ola@beta.example")),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_database_is_there_and_a_packed_dump_does_not_say_its_size(shape):
    found = whole(shape)
    assert found.databases == (Database("klos_stara"), Database("klos_wp"))
    assert values(found, "database_without_dump") == [{"database": "klos_stara"}]
    assert values(found, "database_compressed") == [{"database": "klos_wp"}]


@pytest.mark.parametrize("shape", SHAPES)
def test_zone_is_the_file_that_is_served_else_the_panels_records(shape):
    found = whole(shape)
    assert {name: zone.dialect for name, zone in found.zones.items()} == {
        "alfa.example": "master",
        "beta.example": "hestia",
    }
    (mail,) = [one for one in found.zones["beta.example"].records if one.type == "MX"]
    assert mail.rdata == "10 mail.beta.example."
    assert found.zone_texts["alfa.example"].startswith("$TTL 14400")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_suspended_and_what_the_panel_counts_otherwise_is_told(shape):
    found = whole(shape)
    assert values(found, "domain_suspended") == [{"domain": "sklep.alfa.example"}]
    assert values(found, "mailbox_suspended") == [{"address": "ewa@alfa.example"}]
    assert values(found, "mailboxes_counted") == [{"domain": "alfa.example", "told": "5", "number": 4}]
    assert values(found, "mailbox_size_panel") == [{"address": "ola@alfa.example", "told": 40 * MB, "size": 700}]
    assert values(found, "autoresponder") == [{"address": "ola@alfa.example"}]
    assert values(found, "wildcard_alias") == [{"domain": "sklep.alfa.example", "name": "*.sklep.alfa.example"}]


def test_same_by_the_stream():
    for shape in SHAPES:
        data = archive(shape)
        found = reading.read(io.BytesIO(data), len(data), panels=(Hestia,))
        assert found == whole(shape)


def test_backup_of_settings_alone_does_not_say_what_it_does_not_hold():
    found = read(Hestia, [WEB])
    assert set(found.unsaid) == {
        *("site_sizes", "mailboxes", "mailbox_sizes", "quotas", "aliases", "databases", "database_sizes"),
        *("crons", "zones", "made_on"),
    }
    assert found.sites == (Site("alfa.example", "web/alfa.example/public_html", None, "8.2"),)
    assert (found.crons, found.mailboxes, found.findings) == (None, (), ())


def test_without_the_messages_the_panels_own_number_is_told_as_such():
    found = read(Hestia, [MAIL, (ACCOUNTS, "ACCOUNT='jan' QUOTA='unlimited' U_DISK='12' SUSPENDED='no'\n")])
    assert found.mailboxes == (Mailbox("jan@alfa.example", 12 * MB, 0),)
    assert values(found, "mailbox_size_said") == [{"address": "jan@alfa.example", "size": 12 * MB}]
    assert "mailbox_sizes" in found.unsaid


def test_account_and_mail_and_zone_that_are_suspended():
    found = read(
        Hestia,
        [
            ("hestia/user.conf", "NAME='Klos'\nSUSPENDED='yes'\n"),
            ("mail/alfa.example/hestia/mail.conf", "DOMAIN='alfa.example' SUSPENDED='yes'\n"),
            ("dns/alfa.example/hestia/dns.conf", "DOMAIN='alfa.example' SUSPENDED='yes'\n"),
        ],
    )
    assert {"account_suspended", "mail_suspended", "zone_suspended"} <= {*tags(found)}


def test_account_is_what_its_databases_begin_with_where_nothing_else_says():
    assert (
        read(Hestia, [("db/klos_wp/klos_wp.mysql.sql.gz", b"1"), ("db/klos_b/klos_b.pgsql.sql.zst", b"1")]).account
        == "klos"
    )
    assert read(Hestia, [("db/klos_wp/klos_wp.mysql.sql.gz", b"1"), ("db/jan_b/jan_b.mysql.sql", b"1")]).account == ""


def test_document_root_of_its_own():
    root = "DOMAIN='beta.example' CUSTOM_DOCROOT='/home/klos/web/alfa.example/public_html/beta/'\n"
    found = read(
        Hestia,
        [
            WEB,
            ("web/beta.example/hestia/web.conf", root),
            ("web/alfa.example/domain_data/public_html/a.html", b"12"),
            ("web/alfa.example/domain_data/public_html/beta/a.html", b"123"),
        ],
    )
    assert found.sites == (
        Site("alfa.example", "web/alfa.example/public_html", 2, "8.2"),
        Site("beta.example", "web/alfa.example/public_html/beta", 3),
    )


def test_apostrophes_are_those_of_the_panel():
    text = "ACCOUNT='jan' FWD='o%quote%neil@beta.example' FWD_ONLY='yes' QUOTA='0'\n"
    assert read(Hestia, [MAIL, (ACCOUNTS, text)]).aliases == (Alias("jan@alfa.example", ("o'neil@beta.example",)),)


# -- contradictions


def test_alias_that_is_a_mailbox_mailbox_twice_and_alias_that_is_a_website():
    found = read(
        Hestia,
        [
            ("web/alfa.example/hestia/web.conf", "DOMAIN='alfa.example' ALIAS='beta.example'\n"),
            ("web/beta.example/hestia/web.conf", "DOMAIN='beta.example' ALIAS=''\n"),
            (ACCOUNTS, "ACCOUNT='jan' ALIAS='ola' QUOTA='x'\nACCOUNT='ola' QUOTA='0'\nACCOUNT='ola' QUOTA='0'\n"),
        ],
    )
    assert {"alias_is_mailbox", "mailbox_twice", "pointer_is_domain", "mailbox_quota_unreadable"} <= {*tags(found)}


def test_settings_of_another_domain_than_the_folders_are_told_and_left_out():
    found = read(Hestia, [("web/alfa.example/hestia/web.conf", "DOMAIN='beta.example' ALIAS='gamma.example'\n")])
    assert found.domains == () and tags(found) == ["domain_named_otherwise"]


def test_line_whose_quotation_marks_do_not_match_is_told_by_its_number_alone():
    text = "ACCOUNT='jan' MD5='TajneHaslo QUOTA='TajneHaslo2'\nACCOUNT='ola' QUOTA='0'\nTajneHaslo3\n"
    found = read(Hestia, [(ACCOUNTS, text)])
    assert [box.address for box in found.mailboxes] == ["ola@alfa.example"]
    assert values(found, "conf_unreadable") == [{"row": 1}, {"row": 3}]
    assert leaked(found, ["TajneHaslo"]) == []


# -- hostile contents

LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("hestia/user.conf", f"SUSPENDED='{LONG}'\n{LONG}\n'''\nA='\n"),
        ("hestia/backup.conf", f"BACKUP='{LONG}.2026-11-28.tar'\nBACKUP='../../x.2026-11-28.tar'\n"),
        (WEB[0], f"DOMAIN='alfa.example' ALIAS='{'a.example,' * 20_000}'\n"),
        (WEB[0], "DOMAIN='alfa.example' ALIAS='*.*,,;rm,$(id),../x' CUSTOM_DOCROOT='/home/../../etc/passwd/x'\n"),
        (WEB[0], "DOMAIN='alfa.example' BACKEND='PHP-" + "8_" * 50_000 + "'\n"),
        (WEB[0], "A='" * 50_000),
        (WEB[0], "DOMAIN" * 20_000 + "='alfa.example'"),
        (MAIL[0], f"DOMAIN='alfa.example' CATCHALL='{LONG}' ACCOUNTS='{'9' * 3_000}'\n"),
        (
            ACCOUNTS,
            f"ACCOUNT='{LONG}'\nACCOUNT='a b' QUOTA='-1'\nACCOUNT='\x1b[2J'\nACCOUNT='jan' FWD='{'a,' * 1_900}'\n",
        ),
        (ACCOUNTS, "ACCOUNT='u' QUOTA='0'\n" * 30_000),
        (ACCOUNTS, "ACCOUNT='jan' QUOTA='" + "9" * 3_000 + "' U_DISK='99999999999999999'\n"),
        ("dns/alfa.example/hestia/alfa.example.conf", f"RECORD='{LONG}' TYPE='A' VALUE='x'\n';rm'\n"),
        ("dns/alfa.example/conf/alfa.example.db", b"\xff\xfe\x00" * 1_000),
        ("cron/cron.conf", "JOB='" * 50_000),
        (f"web/{'y' * 200}/hestia/web.conf", "DOMAIN='x'\n"),
        ("web/';rm -rf ~;'/hestia/web.conf", "DOMAIN='x'\n"),
    ],
)
def test_hostile_content_is_read_fast_and_told_shortly(path, text):
    with within(5):
        found = read(Hestia, [(path, text)])
    assert max((len(str(value)) for one in found.findings for value in one.values.values()), default=0) < 200
    assert "\x1b" not in "".join(str(value) for one in found.findings for value in one.values.values())


def test_domain_in_unicode_is_the_one_that_the_dns_knows():
    name = "xn--w-uga1v8h.example"
    found = read(
        Hestia,
        [
            ("web/żółw.example/vesta/web.conf", "DOMAIN='żółw.example' ALIAS='www.żółw.example' SUSPENDED='no'\n"),
            ("web/żółw.example/domain_data/public_html/index.html", b"123"),
            (f"mail/{name}/vesta/mail.conf", f"DOMAIN='{name}' ACCOUNTS='0'\n"),
        ],
    )
    assert found.domains == (FoundDomain(name, "main"),)
    assert found.sites == (Site(name, "web/żółw.example/public_html", 3),)


def test_recognized_by_files_that_no_other_panel_has():
    panel = Hestia()
    assert panel.recognizes("./hestia/user.conf") and panel.recognizes("web/alfa.example/vesta/web.conf")
    assert not panel.recognizes("backup/user.conf") and not panel.recognizes("homedir/hestia/user.conf")
    assert not panel.recognizes("domains/alfa.example/public_html/hestia/web.conf")


def test_file_takes_two_microseconds_or_so():
    panel = Hestia()
    members = [Member(f"mail/alfa.example/accounts/u{n % 20}/cur/{n}.M1P1.host:2,S", 9, 0) for n in range(20_000)]
    members += [Member(f"web/alfa.example/domain_data/public_html/d{n % 90}/{n}.php", 9, 0) for n in range(20_000)]
    # Ten times what it takes.
    with within(40_000 * 30e-6):
        for member in members:
            if not panel.wants(member):
                panel.take(member, None)
