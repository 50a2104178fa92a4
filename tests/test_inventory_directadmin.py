"""DirectAdmin's backups: what each file says, what contradicts another, and that nothing secret is kept."""

import datetime as dt
import io
import time

import pytest

from core.inventory import reading
from core.inventory.directadmin import DirectAdmin
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.inventory.panel import Member
from tests.directadmin_archives import MB, SHAPES, archive
from tests.panel_archives import feed, read, tags, values

USER = ("backup/user.conf", "username=klos\ndomain=alfa.example\n")
DOMAIN = ("backup/alfa.example/domain.conf", "domain=alfa.example\n")


def whole(shape):
    return feed(DirectAdmin(), archive(shape)).found()


# -- what an archive says


@pytest.mark.parametrize("shape", SHAPES)
def test_account_its_domains_and_when_it_was_made(shape):
    found = whole(shape)
    assert (found.panel, found.account, found.made_on) == ("directadmin", "klos", dt.date(2026, 11, 28))
    assert found.domains == (
        FoundDomain("alfa.example", "main"),
        FoundDomain("beta.example", "addon"),
        FoundDomain("sklep.alfa.example", "subdomain", "alfa.example"),
        FoundDomain("delta.example", "alias", "alfa.example"),
        FoundDomain("gamma.example", "alias", "alfa.example"),
    )
    assert found.crons == 2


@pytest.mark.parametrize("shape", SHAPES)
def test_website_has_its_folder_and_the_bytes_of_its_files_without_the_subdomains(shape):
    assert whole(shape).sites == (
        Site("alfa.example", "domains/alfa.example/public_html", 50_000),
        Site("beta.example", "domains/beta.example/public_html", 700),
        Site("sklep.alfa.example", "domains/alfa.example/public_html/sklep", 20_000),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_mailbox_has_the_bytes_of_its_messages_and_its_quota(shape):
    assert whole(shape).mailboxes == (
        Mailbox("biuro@alfa.example", 5_000, 500 * MB),
        Mailbox("jan@alfa.example", 700, 0),
        Mailbox("klos@alfa.example", 250),
        Mailbox("ola@alfa.example", 0, 100 * MB),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_aliases_forwards_and_programs(shape):
    assert whole(shape).aliases == (
        Alias("*@alfa.example", ("biuro@alfa.example",)),
        Alias("kontakt@alfa.example", ("biuro@alfa.example", "jan@alfa.example")),
        Alias("robot@alfa.example", ("|",)),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_database_has_the_bytes_of_its_dump_where_that_is_not_packed(shape):
    found = whole(shape)
    assert found.databases == (Database("klos_sklep"), Database("klos_stara"), Database("klos_wp", 1_000))
    assert values(found, "database_without_dump") == [{"database": "klos_stara"}]
    assert values(found, "database_compressed") == [{"database": "klos_sklep"}]


@pytest.mark.parametrize("shape", SHAPES)
def test_zone_is_read_and_kept_as_it_was(shape):
    found = whole(shape)
    (records,) = (zone.records for zone in found.zones.values())
    assert {("MX", "10 mail.alfa.example."), ("A", "192.0.2.10")} <= {(one.type, one.rdata) for one in records}
    assert found.zone_texts["alfa.example"].startswith("$TTL 3600\n@ ")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_suspended_and_what_only_the_panel_knows_is_told(shape):
    found = whole(shape)
    assert values(found, "domain_suspended") == [{"domain": "beta.example"}]
    assert values(found, "mailbox_unlisted") == [{"address": "duch@alfa.example", "size": 300}]
    assert values(found, "mailbox_size_named") == [{"address": "jan@alfa.example", "told": 900, "size": 700}]
    assert values(found, "system_mailbox") == [{"address": "klos@alfa.example", "size": 250}]
    assert values(found, "autoresponder") == [{"address": "ola@alfa.example"}, {"address": "jan@alfa.example"}]
    assert values(found, "pointer_redirects") == [{"domain": "delta.example", "of": "alfa.example"}]
    assert "filters_unread" in tags(found)


def test_php_is_a_place_in_a_list_of_the_server_and_no_version():
    found = whole("gz")
    assert values(found, "php_by_place") == [{"domain": "alfa.example", "place": "2"}]
    assert found.unsaid == ("php",)


def test_same_by_the_stream():
    for shape in SHAPES:
        data = archive(shape)
        found = reading.read(io.BytesIO(data), len(data), panels=(DirectAdmin,))
        assert found == whole(shape)


def test_backup_of_settings_alone_does_not_say_what_it_does_not_hold():
    found = read(DirectAdmin, [USER, DOMAIN])
    assert set(found.unsaid) == {
        *("site_sizes", "mailboxes", "mailbox_sizes", "quotas", "aliases", "databases", "database_sizes"),
        *("crons", "php", "zones", "made_on"),
    }
    assert found.sites == (Site("alfa.example", "domains/alfa.example/public_html"),)
    assert (found.crons, found.mailboxes, found.findings) == (None, (), ())


def test_suspended_account_is_told():
    assert "account_suspended" in tags(read(DirectAdmin, [("backup/user.conf", "username=klos\nsuspended=yes\n")]))


# -- the unit of quotas


def quotas(text, size=10):
    passwd = "\n".join(f"{line.partition(':')[0]}:x:1" for line in text.split())
    at = "backup/alfa.example/email"
    message = ("imap/alfa.example/jan/Maildir/cur/1:2,S", b"." * size)
    found = read(DirectAdmin, [USER, DOMAIN, (f"{at}/passwd", passwd), (f"{at}/quota", text), message])
    return {box.address.partition("@")[0]: box.quota for box in found.mailboxes}, found


def test_large_numbers_are_bytes_and_small_ones_mb():
    assert quotas("jan:524288000\nola:0")[0] == {"jan": 500 * MB, "ola": 0}
    found = quotas("jan:500\nola:0")
    assert found[0] == {"jan": 500 * MB, "ola": 0}
    assert values(found[1], "quota_unit") == [{"address": "jan@alfa.example", "number": 500, "size": 10, "unit": "MB"}]


def test_quotas_that_fit_no_unit_are_told_and_left_out():
    found = quotas("jan:500\nola:524288000\newa:0")
    assert found[0] == {"jan": None, "ola": None, "ewa": 0}
    assert [one["number"] for one in values(found[1], "quota_unit_unknown")] == [524288000]


def test_mailbox_that_holds_more_mb_than_its_number_leaves_the_unit_open():
    found = quotas("jan:1", size=2 * MB)
    assert found[0] == {"jan": None} and "quotas" in found[1].unsaid
    assert "quota_unit_unknown" in tags(found[1])


def test_mailbox_over_its_quota_is_told():
    assert "mailbox_over_quota" in tags(quotas("jan:1048576", size=2 * MB)[1])


# -- contradictions


def test_folder_that_the_settings_do_not_know_is_a_domain_all_the_same():
    found = read(DirectAdmin, [USER, DOMAIN, ("domains/zeta.example/public_html/index.html", b"12345")])
    assert values(found, "domain_unlisted") == [{"domain": "zeta.example"}]
    assert Site("zeta.example", "domains/zeta.example/public_html", 5) in found.sites
    assert values(found, "site_without_folder") == [
        {"host": "alfa.example", "folder": "domains/alfa.example/public_html"}
    ]


def test_quota_of_nobody_pointer_that_is_a_domain_and_another_name_in_the_settings():
    found = read(
        DirectAdmin,
        [
            USER,
            ("backup/alfa.example/domain.conf", "domain=inna.example\n"),
            ("backup/alfa.example/domain.pointers", "beta.example=alias\n"),
            ("backup/beta.example/domain.conf", "domain=beta.example\n"),
            ("backup/alfa.example/email/passwd", "jan:x\n"),
            ("backup/alfa.example/email/quota", "ola:524288000\n"),
        ],
    )
    assert {"quota_unlisted", "pointer_is_domain", "domain_named_otherwise"} <= {*tags(found)}


def test_files_for_https_alone_are_told_and_a_link_is_not():
    assert values(
        read(DirectAdmin, [USER, DOMAIN, ("domains/alfa.example/private_html/a.html", b"123")]), "private_html"
    ) == [{"domain": "alfa.example", "size": 3}]
    panel = DirectAdmin()
    panel.take(Member("domains/alfa.example/private_html", 0, 0, "link"), None)
    assert panel.found().findings == ()


def test_subdomain_with_a_folder_of_its_own():
    override = "sklep=public_html=/domains/alfa.example/nowy&private_html=/domains/alfa.example/nowy\n"
    found = read(
        DirectAdmin,
        [
            USER,
            DOMAIN,
            ("backup/alfa.example/subdomain.list", "sklep\n"),
            ("backup/alfa.example/domain.subdomains.docroot.override", override),
            ("domains/alfa.example/nowy/index.html", b"1234"),
        ],
    )
    assert Site("sklep.alfa.example", "domains/alfa.example/nowy", 4) in found.sites


def test_file_that_comes_twice_counts_once():
    panel, path = DirectAdmin(), "imap/alfa.example/jan/Maildir/cur/1"
    panel.take(Member(path, 100, 0), None)
    panel.take(Member(path, 70, 0, replaced=100), None)
    assert panel.found().mailboxes == (Mailbox("jan@alfa.example", 70),)


# -- hostile contents

LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("backup/user.conf", f"username={LONG}\n{LONG}={LONG}\n=\n===\nusername\x00=\x1b[2J\n"),
        ("backup/alfa.example/domain.conf", f"domain={LONG}\nphp1_select={LONG}\n';rm -rf /;'\n"),
        ("backup/alfa.example/subdomain.list", f"{LONG}\n../../etc\n*\n';rm\n\x00\n-\n" + "a\n" * 30_000),
        ("backup/alfa.example/domain.pointers", f"{LONG}=alias\n=\n=alias\n../=alias\n"),
        ("backup/alfa.example/domain.subdomains.docroot.override", f"{LONG}={'&' * 50_000}\n&&==\n"),
        ("backup/alfa.example/email/passwd", f"{LONG}\n:::\na b:x\n\x1b[31m:x\n" + "u:x\n" * 30_000),
        ("backup/alfa.example/email/quota", f"{LONG}\njan:-5\njan:{'9' * 100_000}\njan:1e9\njan:٣\n"),
        ("backup/alfa.example/email/aliases", f"{LONG}\n:\n{LONG}:{LONG}\na: {'b,' * 50_000}\na: \"{LONG}\n"),
        ("backup/alfa.example/email/email.conf", f"catchall={LONG}\n"),
        ("backup/alfa.example/email/vacation.conf", f"{LONG}\n{LONG}:\n"),
        ("backup/alfa.example/alfa.example.db", f"{LONG}\n$INCLUDE /etc/passwd\n(\n"),
        ("backup/alfa.example/alfa.example.db", b"\xff\xfe\x00" * 1_000),
        ("backup/crontab.conf", f"{'1=' * 50_000}\n{LONG}\n"),
        (f"backup/{'y' * 200}/domain.conf", "domain=x\n"),
        ("backup/';rm -rf ~;'/email/passwd", "jan:x\n"),
    ],
)  # fmt: skip
def test_hostile_content_is_read_fast_and_told_shortly(path, text):
    began = time.process_time()
    found = read(DirectAdmin, [USER, (path, text)])
    assert time.process_time() - began < 5
    assert max((len(str(value)) for one in found.findings for value in one.values.values()), default=0) < 200
    assert "\x1b" not in repr([one.values for one in found.findings]).replace("\\x1b", "\x1b")


def test_domain_in_unicode_is_the_one_that_the_dns_knows():
    found = read(
        DirectAdmin,
        [
            ("backup/żółw.example/domain.conf", "domain=żółw.example\n"),
            ("backup/żółw.example/email/passwd", "biuro:x\n"),
            ("domains/żółw.example/public_html/index.html", b"123"),
        ],
    )
    name = "xn--w-uga1v8h.example"
    assert found.domains == (FoundDomain(name, "main"),)
    assert found.sites == (Site(name, "domains/żółw.example/public_html", 3),)
    assert found.mailboxes == (Mailbox(f"biuro@{name}"),)


def test_recognized_by_files_that_no_other_panel_has():
    panel = DirectAdmin()
    assert panel.recognizes("./backup/user.conf") and panel.recognizes("backup/alfa.example/domain.conf")
    assert not panel.recognizes("backup-11.28.2026_klos/cp/klos") and not panel.recognizes("hestia/user.conf")


def test_file_takes_two_microseconds_or_so():
    panel = DirectAdmin()
    members = [
        Member(f"imap/alfa.example/u{n % 20}/Maildir/cur/{n}.M1P1.host,S=100:2,S", 100, 0) for n in range(20_000)
    ]
    members += [Member(f"domains/alfa.example/public_html/wp-content/d{n % 90}/{n}.php", 9, 0) for n in range(20_000)]
    began = time.process_time()
    for member in members:
        if not panel.wants(member):
            panel.take(member, None)
    # Ten times what it takes here.
    assert time.process_time() - began < 40_000 * 30e-6
