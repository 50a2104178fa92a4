"""cPanel's archives: what each shape says, what contradicts in it, what is hostile in it; no secret is kept."""

import datetime as dt
import io
import pickle
import time

import pytest

from core.inventory.cpanel import WANTED, CPanel, wanted
from core.inventory.cpanel_files import cron_lines, lead_of
from core.inventory.gathered import ENTRIES_MAX, SAME_MAX
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.inventory.panel import READ_MAX, Member
from core.inventory.reading import read
from tests import cpanel_archives as made


def taken(members, lead="cpmove-alfa/"):
    """Give members to the reader as the stream does; return it and what it found."""
    panel = CPanel()
    for path, text in members.items():
        content = text.encode() if isinstance(text, str) else text
        root = panel.root(f"{lead}{path}".removesuffix("/"))
        if root is None:
            continue
        kind = "folder" if path.endswith("/") else "file"
        member = Member(root, len(content) if kind == "file" else 0, made.PACKED, kind)
        panel.take(member, content if kind == "file" and panel.wants(member) and len(content) <= READ_MAX else None)
    return panel, panel.found()


def found(members, lead="cpmove-alfa/"):
    return taken(members, lead)[1]


def told(inventory, *but):
    """Return findings as tag and values, those that every archive of these tests has left out."""
    return {(one.tag, one.where, *map(str, one.values.values())) for one in inventory.findings if one.tag not in but}


def of_shape(shape):
    content = made.archive(shape)
    return read(io.BytesIO(content), len(content), panels=(CPanel,))


# -- the three shapes


DOMAINS = (
    FoundDomain("alfa.example", "main"),
    FoundDomain("beta.example", "addon"),
    FoundDomain("sklep.alfa.example", "subdomain", "alfa.example"),
    FoundDomain("gamma.example", "alias", "alfa.example"),
)
MAILBOXES = (
    Mailbox("alfa@alfa.example", 20),
    Mailbox("biuro@alfa.example", 4400, 1048576),
    Mailbox("jan@alfa.example", 700, 0),
    Mailbox("nowy@alfa.example"),
    Mailbox("kontakt@beta.example", 300, 100),
)
ALIASES = (
    Alias("*@alfa.example", ("alfa",)),
    Alias("bot@alfa.example", ("|",)),
    Alias("info@alfa.example", ("biuro@alfa.example", "jan@beta.example")),
    Alias("*@beta.example", (":fail:",)),
    Alias("*@gamma.example", ("*@alfa.example",)),
)
MAIL_FINDINGS = {
    ("mailbox_unlisted", "", "dawny@alfa.example", "60"),
    ("mailbox_size_named", "", "kontakt@beta.example", "999", "300"),
    ("mailbox_size_counted", "", "kontakt@beta.example", "50", "300"),
    ("mailbox_without_folder", "", "nowy@alfa.example"),
    ("mailbox_over_quota", "", "kontakt@beta.example", "300", "100"),
}
ALIAS_FINDING = ("alias_unreadable", "va/alfa.example", "3")


def sites(*, sizes=True, php=True):
    rows = (
        ("alfa.example", "public_html", 1250, "8.2"),
        ("beta.example", "public_html/beta", 340, "7.4"),
        ("sklep.alfa.example", "sklep", 77, ""),
    )
    return tuple(Site(host, folder, size if sizes else None, it if php else "") for host, folder, size, it in rows)


def test_new_shape_says_everything():
    inventory = of_shape("new")
    assert (inventory.panel, inventory.account, inventory.whole) == ("cpanel", "alfa", True)
    assert inventory.made_on == dt.date(2026, 11, 18)
    assert inventory.domains == DOMAINS
    assert inventory.sites == sites()
    assert inventory.mailboxes == MAILBOXES
    assert inventory.aliases == ALIASES
    assert inventory.databases == (Database("alfa_pg", 800), Database("alfa_wp", 5000))
    assert inventory.crons == 3
    assert list(inventory.zones) == list(inventory.zone_texts) == ["alfa.example", "beta.example", "gamma.example"]
    assert inventory.zone_texts["beta.example"] == made.zone("beta.example")
    zone = inventory.zones["beta.example"]
    assert (zone.origin, zone.dialect, len(zone.records)) == ("beta.example.", "cpanel", 5)
    assert inventory.unsaid == ()
    assert told(inventory) == {*MAIL_FINDINGS, ALIAS_FINDING}


def test_old_shape_has_its_day_in_the_leading_folder_and_no_version_of_php():
    inventory = of_shape("old")
    assert inventory.made_on == dt.date(2026, 11, 29)
    assert (inventory.account, inventory.domains, inventory.mailboxes) == ("alfa", DOMAINS, MAILBOXES)
    assert inventory.sites == sites(php=False)
    assert inventory.unsaid == ("php",)
    assert told(inventory) == {*MAIL_FINDINGS, ALIAS_FINDING}


def test_skipped_home_leaves_sizes_and_mailboxes_unsaid_and_never_zero():
    inventory = of_shape("skipped")
    assert (inventory.account, inventory.domains) == ("alfa", DOMAINS)
    assert inventory.sites == sites(sizes=False)
    assert inventory.mailboxes == ()
    assert inventory.aliases == ALIASES
    assert inventory.unsaid == ("site_sizes", "mailboxes", "mailbox_sizes", "quotas")
    assert told(inventory) == {ALIAS_FINDING}


@pytest.mark.parametrize("lead", ["cpmove-alfa/", "./cpmove-alfa/", "alfa/", "", "./", "backup-1.2.2026_3-4-5_alfa/"])
def test_leading_folder_makes_no_difference(lead):
    panel, inventory = taken(made.plain(), lead)
    assert all(panel.recognizes(f"{lead}{path}") for path in ("homedir/x", "dnszones/alfa.example.db", "userdata/main"))
    assert (inventory.domains, inventory.mailboxes, inventory.sites) == (DOMAINS, MAILBOXES, sites())


@pytest.mark.parametrize(
    ("folder", "account", "made_on"),
    [
        ("cpmove-alfa", "alfa", None),
        ("backup-11.29.2026_04-30-12_alfa", "alfa", dt.date(2026, 11, 29)),
        ("backup-1.2.2026_4-3-1_alfa_1", "alfa_1", dt.date(2026, 1, 2)),
        ("backup-11.128.0.6_2026-06-23_alfa", "alfa", dt.date(2026, 6, 23)),
        ("backup-13.45.2026_04-30-12_alfa", "alfa", None),
    ],
)
def test_leading_folder_tells_account_and_day(folder, account, made_on):
    assert lead_of(folder) == (account, made_on)


@pytest.mark.parametrize(
    "folder", ["cpmove-", "cpmove-a b", "backup-alfa", "backup", "alfa", "backup-1.2.2026_3-4-5_<b>"]
)
def test_other_folders_tell_nothing(folder):
    assert lead_of(folder) is None


@pytest.mark.parametrize(
    "path",
    [
        *("backup/user.conf", "domains/alfa.example/public_html/x", "imap/alfa.example/jan/Maildir/cur/1"),
        *("web/alfa.example/hestia/web.conf", "dns/alfa.example/hestia/alfa.example.db", "db/alfa_wp/x.sql.gz"),
        *("mail/alfa.example/x", "cron/cron.conf", "wp-content/themes/x/functions.php", "alfa/mysql/x.sql", "dump.xml"),
    ],
)
def test_other_archives_are_not_recognized(path):
    assert not CPanel().recognizes(path)
    assert not CPanel().recognizes(f"./{path}")


def test_second_account_in_an_archive_is_told_and_left_out():
    two = {"cpmove-alfa/cp/alfa": "DNS=alfa.example\n", "cpmove-obcy/cp/obcy": "DNS=obcy.example\n"}
    inventory = found(two, "")
    assert [one.name for one in inventory.domains] == ["alfa.example"]
    assert told(inventory) == {("another_account", "cpmove-obcy")}


# -- secrets


@pytest.mark.parametrize("shape", ["plain", "old", "skipped"])
def test_no_secret_is_kept(shape):
    members = getattr(made, shape)()
    panel, inventory = taken(members)
    kept = pickle.dumps(inventory) + pickle.dumps(vars(panel)) + repr(inventory).encode()
    assert [secret for secret in made.planted() if secret.encode() in kept] == []
    assert len(made.planted()) >= 50


def test_secrets_are_planted_where_the_reader_could_find_them():
    content = made.tar(made.plain())
    assert [secret for secret in made.planted() if secret.encode() not in content] == []


def test_only_what_the_table_names_is_read():
    paths = {path for path in made.plain() if wanted(path)}
    assert paths == {
        *("homedir_paths", "cp/alfa", "cron/alfa", "userdata/main", "userdata/alfa.example"),
        *("userdata/alfa.example_SSL", "userdata/beta.alfa.example", "userdata/sklep.alfa.example"),
        *("va/alfa.example", "va/beta.example", "vad/gamma.example"),
        *(f"dnszones/{name}.example.db" for name in ("alfa", "beta", "gamma")),
        *(f"homedir/etc/{name}.example/{what}" for name in ("alfa", "beta") for what in ("passwd", "quota")),
        *("homedir/mail/alfa.example/biuro/maildirsize", "homedir/mail/beta.example/kontakt/maildirsize"),
    }
    assert all(row.why for row in WANTED)


@pytest.mark.parametrize(
    "path",
    [
        *("shadow", "mysql.sql", "proftpdpasswd", "sslkeys/x", "homedir/.my.cnf", "homedir/etc/a.example/shadow", "cp"),
        *("homedir/etc/passwd", "homedir/etc/a.example/jan/passwd", "homedir/public_html/passwd", "cp/", "cp/a/b"),
        *("homedir/public_html/quota", "homedir/mail/a.example/jan/.Sent/maildirsize", "homedir/mail/a.example/passwd"),
        *(
            "homedir/public_html/mail/maildirsize",
            "userdata/a.example.php-fpm.yaml",
            "userdata/main.cache",
            "userdata/cache",
            "dnszones/x",
        ),
        *(
            "homedir/.cpanel/cp/alfa",
            "homedir/cron/alfa",
            "homedir/userdata/main",
            "meta/cp",
            "",
            "/",
            "quota",
            "dnszones/x",
        ),
    ],
)
def test_what_is_not_in_the_table_is_not_looked_into(path):
    assert wanted(path) is None


# -- what contradicts


BASE = {
    "cp/alfa": "DNS=alfa.example\n",
    "userdata/main": "main_domain: alfa.example\naddon_domains: {}\nparked_domains: []\nsub_domains: []\n",
    "userdata/alfa.example": "documentroot: /home/alfa/public_html\nhomedir: /home/alfa\n",
}


QUOTA = "homedir/etc/alfa.example/quota"


def test_plain_account_has_no_findings():
    assert told(found(BASE)) == set()


@pytest.mark.parametrize(
    ("members", "finding"),
    [
        ({"cp/alfa": "DNS=alfa.example\nSUSPENDED=1\n"}, ("account_suspended", "")),
        ({"suspended/alfa": "nie zaplacono"}, ("account_suspended", "")),
        ({"cp/alfa": "DNS=inna.example\n"}, ("main_domain_differs", "", "alfa.example", "inna.example")),
        ({"cp/alfa": "DNS=alfa.example\nDNS1=x.example\n"}, ("domain_unlisted", "cp/alfa", "x.example")),
        ({"addons": "x.example=x_alfa.example\n"}, ("domain_unlisted", "addons", "x.example")),
        ({"pds": "x.example\n"}, ("domain_unlisted", "pds", "x.example")),
        ({"sds2": "x_alfa.example=x\n"}, ("domain_unlisted", "sds2", "x.alfa.example")),
        ({"userdata/x.example": ""}, ("domain_unlisted", "userdata/x.example", "x.example")),
        ({"dnszones/x.example.db": "x"}, ("zone_unlisted", "", "x.example")),
        ({"dnszones/x.example.db": "x"}, ("domain_without_zone", "", "alfa.example")),
        ({"homedir/mail/x.example/jan/cur/1": "x"}, ("domain_unlisted", "homedir/mail/x.example", "x.example")),
        ({"homedir/etc/x.example/passwd": "j:x:1\n"}, ("domain_unlisted", "homedir/etc/x.example/passwd", "x.example")),
        ({QUOTA: "jan:5\n"}, ("quota_unlisted", QUOTA, "jan@alfa.example")),
        ({QUOTA: "jan:5M\n"}, ("quota_unreadable", QUOTA, "1")),
        ({"homedir/inne/x": "x"}, ("site_without_folder", "", "alfa.example", "public_html")),
        ({"userdata/alfa.example_SSL": "documentroot: /home/alfa/inny\n"},
         ("site_folder_differs", "", "alfa.example", "/home/alfa/public_html", "/home/alfa/inny")),
        ({"userdata/alfa.example": "documentroot: /var/www/x\n"}, ("site_folder_outside", "", "alfa.example")),
        ({"userdata/alfa.example": "documentroot: /home/alfa/../x\n"}, ("site_folder_outside", "", "alfa.example")),
        ({"pds": "", "addons": "x.example=x_alfa.example\n"}, ("site_folder_unknown", "", "x.example")),
        ({"mysql/alfa_a.create": "x"}, ("database_without_dump", "", "alfa_a")),
        ({"mysql/alfa_a.sql.gz": "x"}, ("database_compressed", "", "alfa_a")),
    ],
)  # fmt: skip
def test_contradiction_is_told(members, finding):
    assert finding in told(found({**BASE, **members}))


def test_folder_that_two_hosts_show_is_one_site():
    main = "main_domain: alfa.example\nsub_domains: [a.alfa.example]\n"
    members = {
        **BASE, "userdata/main": main, "homedir/public_html/x": "x" * 9,
        "userdata/a.alfa.example": "documentroot: /home/alfa/public_html/\n",
    }  # fmt: skip
    inventory = found(members)
    assert inventory.sites == (Site("alfa.example", "public_html", 9),)
    assert told(inventory) == {("site_folder_shared", "", "a.alfa.example", "public_html", "alfa.example")}


def test_mailbox_of_a_domain_with_a_list_that_does_not_name_it_is_no_mailbox():
    mail = {"homedir/mail/alfa.example/dawny/cur/1": "x", "homedir/etc/x": ""}
    assert [one.address for one in found({**BASE, **mail}).mailboxes] == ["dawny@alfa.example"]
    listed = {**mail, "homedir/etc/alfa.example/passwd": "jan:x:1\n"}
    inventory = found({**BASE, **listed})
    assert inventory.mailboxes == (Mailbox("jan@alfa.example"),)
    assert ("mailbox_unlisted", "", "dawny@alfa.example", "1") in told(inventory)


def test_compressed_dump_has_no_size():
    inventory = found({**BASE, "mysql/alfa_a.sql.gz": "x" * 50})
    assert inventory.databases == (Database("alfa_a", None),)
    assert "database_sizes" in inventory.unsaid and "databases" not in inventory.unsaid


def test_account_file_alone_gives_the_domains():
    inventory = found({"cp/alfa": "DNS=alfa.example\nDNS1=beta.example\nDNS2=a.alfa.example\n"})
    assert inventory.domains == (
        FoundDomain("alfa.example", "main"),
        FoundDomain("beta.example", "addon"),
        FoundDomain("a.alfa.example", "subdomain", "alfa.example"),
    )
    assert {"made_on", "crons", "aliases", "databases", "mailboxes", "zones", "php"} - {*inventory.unsaid} == {
        "made_on"
    } - {*inventory.unsaid}


def test_empty_cron_folder_says_that_there_are_none():
    assert found({**BASE, "cron/": ""}).crons == 0
    assert found(BASE).crons is None


def test_links_are_neither_followed_nor_counted():
    panel = CPanel()
    for path, text in BASE.items():
        panel.take(Member(path, len(text), 0), text.encode())
    panel.take(Member("homedir/public_html", 0, 0, "link"), None)
    panel.take(Member("homedir/mail/.jan@alfa_example", 0, 0, "link"), None)
    inventory = panel.found()
    assert inventory.sites == (Site("alfa.example", "public_html"),) and inventory.mailboxes == ()


def test_file_that_comes_twice_counts_once():
    panel = CPanel()
    for path, text in BASE.items():
        panel.take(Member(path, len(text), 0), text.encode())
    for path in ("homedir/public_html/a", "homedir/mail/alfa.example/jan/cur/1.x,S=5:2,S"):
        panel.take(Member(path, 5, 0), None)
        panel.take(Member(path, 5, 0, "file", 5), None)
    inventory = panel.found()
    assert (inventory.sites[0].size, inventory.mailboxes[0].size) == (5, 5)
    assert "mailbox_size_named" not in {one.tag for one in inventory.findings}


def test_crons_are_lines_that_run_something():
    assert cron_lines(b'SHELL="/bin/sh"\n\n# x\n  # y\nPATH = /bin\n* * * * * x=1 y\n@reboot z\n\t5 4 * * * a\n') == 3


# -- hostile contents


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    "text",
    [
        BOMB, "!!python/object/apply:os.system ['id']", "main_domain: !!python/name:os.system\n", "[" * 100_000,
        "main_domain: [alfa.example]\nsub_domains: x\n", "addon_domains: [a]\n", "addon_domains: {a: [b]}\n",
        "\x00", b"\xff\xfe\x00", "a: b: c", "- x\n" * 1000, "x" * 2_000_000, "'" * 200_000,
    ],
    ids=range(13),
)  # fmt: skip
def test_userdata_that_is_no_plain_yaml_is_told_and_the_rest_is_read(text):
    begun = time.process_time()
    inventory = found({**BASE, "userdata/main": text, "addons": "beta.example=beta_alfa.example\n"})
    assert ("file_unreadable", "userdata/main") in told(inventory)
    assert [one.name for one in inventory.domains] == ["alfa.example", "beta.example"]
    assert time.process_time() - begun < 5


def test_names_that_are_none_are_told_without_what_may_be_a_secret():
    lines = "../../etc=x\n<script>alert(1)</script>.example=x\nżółw.example=z_alfa.example\n\x1b[2Jx.example=x\n"
    bad = "jan:tajne haslo=1\n"
    inventory = found({"cp/alfa": "DNS=alfa.example\n", "addons": lines + bad})
    assert [one.name for one in inventory.domains] == ["alfa.example", "xn--w-uga1v8h.example"]
    texts = [one.values["name"] for one in inventory.findings if one.tag == "name_unreadable_line"]
    assert [one.values["row"] for one in inventory.findings if one.tag == "name_unreadable_line"] == [1, 2, 4, 5]
    assert texts[0] == "../../etc" and texts[3] == "…"
    assert all(text.isprintable() for text in texts)


def test_paths_with_odd_names_are_told():
    odd = {
        "va/..": "x: y@a.example", "va/<b>": "x: y@a.example", "dnszones/a b.db": "x", "mysql/a b;.sql": "x",
        "homedir/mail/alfa.example/J AN/cur/1": "x", "homedir/mail/a..b/jan/cur/1": "x",
    }  # fmt: skip
    inventory = found({**BASE, **odd})
    assert len([one for one in inventory.findings if one.tag == "name_unreadable"]) == 6
    assert (inventory.aliases, inventory.mailboxes, inventory.databases) == ((), (), ())


READ = ("cp/alfa", "addons", "sds", "sds2", "homedir_paths", "dnszones/alfa.example.db", "cron/alfa", "userdata/main")
OF_DOMAIN = ("va/alfa.example", "vad/alfa.example", "homedir/etc/alfa.example/passwd", "homedir/etc/alfa.example/quota")


@pytest.mark.parametrize("path", [*READ, *OF_DOMAIN])
def test_contents_of_two_megabytes_are_read_in_moments(path):
    hostile = (
        f"DNS={'x' * READ_MAX}",
        f"x: {' ' * READ_MAX}",
        ":" * READ_MAX,
        "a: b,\n" * (READ_MAX // 6),
        '"' * READ_MAX,
    )
    begun = time.process_time()
    for text in hostile:
        found({**BASE, path: text[:READ_MAX]})
    # Half a second at most each; ten times as much is for machines that do something else besides.
    assert time.process_time() - begun < 5 * len(hostile)


def test_more_mailboxes_than_anybody_has_are_bounded_and_told():
    lines = "".join(f"u{number}:x:1:1::/h:/b\n" for number in range(50_000))
    mail = {f"homedir/mail/alfa.example/u{number}/cur/1": "x" for number in range(50_000)}
    inventory = found({**BASE, "homedir/etc/alfa.example/passwd": lines, **mail})
    assert len(inventory.mailboxes) == ENTRIES_MAX
    tags = [one.tag for one in inventory.findings]
    assert {"mailboxes_left_out", "lines_left_out"} <= {*tags} and tags.count("mailbox_unlisted") <= SAME_MAX
    # Nobody knows which of them have no folder.
    assert "mailbox_without_folder" not in tags and "mailbox_sizes" in inventory.unsaid


def test_more_databases_than_anybody_has_are_counted():
    inventory = found({**BASE, **{f"mysql/a{number}.sql": "x" for number in range(ENTRIES_MAX + 3)}})
    assert len(inventory.databases) == ENTRIES_MAX
    assert told(inventory) == {("too_many_databases", "", str(ENTRIES_MAX), "3")}


def test_lists_of_mailboxes_are_bounded_together():
    lines = "".join(f"u{number}:x\n" for number in range(ENTRIES_MAX))
    inventory = found({**BASE, "homedir/etc/alfa.example/passwd": lines, "homedir/etc/b.example/passwd": "a:x\n"})
    assert len(inventory.mailboxes) == ENTRIES_MAX
    assert ("lines_left_out", "homedir/etc/b.example/passwd", str(ENTRIES_MAX)) in told(inventory)


def test_more_files_of_userdata_than_anybody_has_are_left_out(monkeypatch):
    monkeypatch.setattr("core.inventory.cpanel.YAML_MAX", 200)
    inventory = found({**BASE, "userdata/x.example": "y" * 150})
    assert ("file_left_out", "userdata/x.example") in told(inventory)
