"""What all readers of panels' archives hold to: what is said, what is told, and that no secret is kept."""

import io

import pytest

from core import datafiles
from core.inventory import reading
from core.inventory.conf_lines import VALUE_MAX
from core.inventory.cpanel import CPanel
from core.inventory.directadmin import WANTED as DIRECTADMIN_WANTED
from core.inventory.directadmin import DirectAdmin
from core.inventory.folder_sizes import DEPTH, FOLDERS_MAX, LEAST, FolderSizes
from core.inventory.gathered import TARGETS_MAX, TEXTS_MAX, Gathered
from core.inventory.hestia import WANTED as HESTIA_WANTED
from core.inventory.hestia import Hestia
from core.inventory.inventory import Site
from core.inventory.notes import Notes
from core.inventory.panel import Member
from core.language import LANGUAGES
from tests import directadmin_archives, hestia_archives
from tests.panel_archives import feed, leaked, read, tags, tar, values
from tests.yardstick import within

CPANEL = [
    ("cp/alfa", "DNS=alfa.example\n"),
    ("userdata/main", "main_domain: alfa.example\naddon_domains: {}\nparked_domains: []\nsub_domains: []\n"),
    ("userdata/alfa.example", "documentroot: /home/alfa/public_html\nhomedir: /home/alfa\n"),
]
USER = ("backup/user.conf", "username=klos\ndomain=alfa.example\n")
DOMAIN = ("backup/alfa.example/domain.conf", "domain=alfa.example\n")
BETA = ("backup/beta.example/domain.conf", "domain=beta.example\n")
DIRECTADMIN = [USER, DOMAIN]
WEB = ("web/alfa.example/hestia/web.conf", "DOMAIN='alfa.example' ALIAS='' BACKEND='PHP-8_2' SUSPENDED='no'\n")
MAIL = ("mail/alfa.example/hestia/mail.conf", "DOMAIN='alfa.example' CATCHALL='' ACCOUNTS='1' SUSPENDED='no'\n")
ACCOUNTS = "mail/alfa.example/hestia/alfa.example.conf"
CPANEL_LIST = "homedir/etc/alfa.example/passwd"
LIST = "backup/alfa.example/email/passwd"


# -- lists of mailboxes


@pytest.mark.parametrize(
    ("panel", "files", "unsaid", "domains"),
    [
        (CPanel, [("homedir/mail/alfa.example/jan/cur/1", "x")], True, ["alfa.example"]),
        (CPanel, [("homedir/etc/notes.txt", "x"), ("homedir/etc/ftpquota", "")], True, []),
        (CPanel, [("homedir/etc/alfa.example", None)], True, ["alfa.example"]),
        (CPanel, [("homedir/etc/alfa.example/quota", "jan:5\n")], True, ["alfa.example"]),
        (CPanel, [("homedir/mail/cur/1", "x")], True, []),
        (CPanel, [(CPANEL_LIST, "")], False, []),
        (CPanel, [(CPANEL_LIST, "j:x\n"), ("homedir/mail/ALFA.example/j/cur/1", "x")], False, []),
        (CPanel, [(CPANEL_LIST, "j:x\n"), ("homedir/mail/b.example/a/cur/1", "x")], False, ["b.example"]),
        (DirectAdmin, [BETA], True, []),
        (DirectAdmin, [BETA, ("imap/beta.example/jan/Maildir/cur/1", "x")], True, ["beta.example"]),
        (DirectAdmin, [BETA, (LIST, "")], False, ["beta.example"]),
        (DirectAdmin, [BETA, (LIST, ""), ("backup/beta.example/email/passwd", "")], False, []),
        (DirectAdmin, [("Maildir/cur/1", "x")], True, []),
        (Hestia, [WEB], True, []),
        (Hestia, [MAIL], True, ["alfa.example"]),
        (Hestia, [("mail/alfa.example/accounts/jan/cur/1", "x")], True, ["alfa.example"]),
        (Hestia, [MAIL, (ACCOUNTS, "")], False, []),
    ],
)
def test_mailboxes_are_said_by_a_list_of_them_alone(panel, files, unsaid, domains):
    found = read(panel, [*{CPanel: CPANEL, DirectAdmin: DIRECTADMIN, Hestia: []}[panel], *files])
    assert ("mailboxes" in found.unsaid) is unsaid
    assert values(found, "mailboxes_not_listed") == [{"domain": domain} for domain in domains]


@pytest.mark.parametrize(("panel", "base", "path"), [(CPanel, CPANEL, CPANEL_LIST), (DirectAdmin, DIRECTADMIN, LIST)])
def test_line_of_a_list_of_mailboxes_without_a_colon_gives_its_name_and_is_told(panel, base, path):
    found = read(panel, [*base, (path, "jan\nola:\no'neil:x:1\n$6$Tajne/Haslo\n")])
    assert [box.address for box in found.mailboxes] == [f"{name}@alfa.example" for name in ("jan", "o'neil", "ola")]
    assert values(found, "passwd_line_odd") == [{"row": 1}, {"row": 4}]
    assert values(found, "name_unreadable_line") == [{"name": "…", "row": 4}]
    assert leaked(found, ["Tajne"]) == []


# -- zones

BAD_ZONE = (
    "$TTL 3600\n@ IN A 192.0.2.1\nx IN A 192.0.2.999\n@ IN MX\ny IN NIC 1\n$INCLUDE z\n@ IN NS ns1.beta.example.\n"
)
RECORDS = "ID='1' RECORD='@' TYPE='A' PRIORITY='' VALUE='192.0.2.999' SUSPENDED='no'\n"


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        ([*CPANEL, ("dnszones/alfa.example.db", BAD_ZONE)], 4),
        ([*DIRECTADMIN, ("backup/alfa.example/alfa.example.db", BAD_ZONE)], 4),
        ([WEB, ("dns/alfa.example/conf/alfa.example.db", BAD_ZONE)], 4),
        ([WEB, ("dns/alfa.example/hestia/alfa.example.conf", RECORDS)], 1),
        ([WEB, ("dns/alfa.example/conf/alfa.example.db", "$TTL 60\n@ IN NS ns1.beta.example.\n")], 0),
    ],
    ids=("cpanel", "directadmin", "hestia", "records", "whole"),
)
def test_zone_that_is_not_all_there_is_told_and_its_grave_findings_counted(entries, number):
    data = tar([(path, text.encode()) for path, text in entries], "")
    errors = datafiles.zone_severities().errors
    found = reading.read(io.BytesIO(data), len(data), zone_errors=errors)
    assert sum(one.tag in errors for one in found.zones["alfa.example"].findings) >= number
    told = values(found, "zone_not_all")
    assert [one["domain"] for one in told] == (["alfa.example"] if number else [])
    assert all(one["number"] >= number for one in told)
    assert datafiles.inventory_severities().severity["zone_not_all"] == "error"


def test_zone_of_a_plesk_file_that_is_not_all_there_is_told():
    zone = '<dns-zone><dnsrec type="A" src="x.alfa.example." dst="192.0.2.999"/></dns-zone>'
    domain = f'<domain name="alfa.example"><properties>{zone}</properties></domain>'
    data = f'<?xml version="1.0"?><migration-dump><domains>{domain}</domains></migration-dump>'.encode()
    found = reading.read(io.BytesIO(data), len(data), zone_errors=datafiles.zone_severities().errors)
    assert values(found, "zone_not_all") == [{"domain": "alfa.example", "number": 1}]


# -- bounds


def test_targets_are_bounded_over_all_lines_of_an_alias_and_added_in_linear_time():
    found = Gathered()
    with within(2):
        for number in range(20_000):
            found.alias("x@alfa.example", [f"a{number}@b.example"])
    (alias,) = found.inventory("cpanel").aliases
    assert len(alias.targets) == TARGETS_MAX and alias.targets[-1] == f"a{TARGETS_MAX - 1}@b.example"
    assert values(found, "too_many_targets") == [{"address": "x@alfa.example", "most": TARGETS_MAX}]


def test_further_names_and_forwards_of_a_plesk_box_beyond_the_bound_are_told():
    many = range(TARGETS_MAX + 5)
    inside = "".join(f"<alias>b{one}</alias><forwarding-address>c{one}@b.example</forwarding-address>" for one in many)
    user = f'<mailuser name="jan" forwarding-enabled="true"><preferences>{inside}</preferences></mailuser>'
    domain = f'<domain name="alfa.example"><mailsystem><mailusers>{user}</mailusers></mailsystem></domain>'
    data = f'<?xml version="1.0"?><migration-dump><domains>{domain}</domains></migration-dump>'.encode()
    found = reading.read(io.BytesIO(data), len(data))
    assert values(found, "too_many_targets") == [{"address": "jan@alfa.example", "most": TARGETS_MAX}]
    assert [one["over"] for one in values(found, "too_many_aliases")] == [5]


def test_long_value_is_read_and_one_that_is_too_long_told():
    aliases = ",".join(f"alias{number}" for number in range(600))
    found = read(Hestia, [MAIL, (ACCOUNTS, f"ACCOUNT='jan' ALIAS='{aliases}' QUOTA='0'\n")])
    assert len(found.aliases) == 600 and len(aliases) > 4_000 and "value_too_long" not in tags(found)
    long = "a," * VALUE_MAX
    found = read(Hestia, [MAIL, (ACCOUNTS, f"ACCOUNT='ola'\nACCOUNT='jan' ALIAS='{long}' MD5='{long}'\n")])
    assert values(found, "value_too_long") == [{"row": 2, "key": "ALIAS"}] and len(found.mailboxes) == 2
    found = read(DirectAdmin, [USER, ("backup/alfa.example/domain.conf", f"suspended={long}\nx={long}\n")])
    assert values(found, "value_too_long") == [{"row": 1, "key": "suspended"}]


def test_files_that_are_read_are_bounded_together():
    found = Gathered()
    assert found.fits(b"x" * TEXTS_MAX, "a") and not found.fits(b"x", "b")
    assert [(one.tag, one.where) for one in found.findings] == [("file_left_out", "b")]


# -- folders of sites

DEEP = "a/b/c/d/e/f/g/h"


@pytest.mark.parametrize(("inside", "size"), [("app/public", 4), ("a/b/c/d", 4), (DEEP, None)])
def test_folder_of_a_site_is_weighed_far_down_and_one_that_is_too_deep_is_not_called_missing(inside, size):
    docroot = f"/home/klos/web/alfa.example/public_html/{inside}"
    hestia = [
        ("web/alfa.example/hestia/web.conf", f"DOMAIN='alfa.example' CUSTOM_DOCROOT='{docroot}'\n"),
        ("web/beta.example/hestia/web.conf", "DOMAIN='beta.example'\n"),
        (f"web/alfa.example/domain_data/public_html/{inside}/index.php", "1234"),
        ("web/beta.example/domain_data/public_html/index.php", "1"),
    ]
    cpanel = [
        *CPANEL[:2],
        ("userdata/alfa.example", f"documentroot: /home/alfa/x/{inside}\nhomedir: /home/alfa\n"),
        (f"homedir/x/{inside}/index.php", "1234"),
    ]
    for panel, files in ((Hestia, hestia), (CPanel, cpanel)):
        found = read(panel, files)
        assert [site.size for site in found.sites if site.host == "alfa.example"] == [size]
        assert ("site_too_deep" in tags(found)) is (size is None)
        assert "site_without_folder" not in tags(found)


def test_empty_folder_of_the_last_level_is_known():
    sizes, path = FolderSizes(), "/".join("abcdefgh"[:DEPTH])
    sizes.add(path, 0)
    assert sizes.of([path]) == {path: 0}


def test_very_many_folders_are_told_apart_in_fewer_levels():
    sizes = FolderSizes()
    for number in range(FOLDERS_MAX + 10):
        sizes.add(f"a/b/c/d/e/f{number}/x", 1)
    assert (sizes.over, sizes.depth) == (False, LEAST)
    assert sizes.of(["a/b"]) == {"a/b": FOLDERS_MAX + 10}
    assert sizes.why_unknown("a/b/c/d/e/f1") == "site_too_deep"
    for number in range(FOLDERS_MAX + 10):
        sizes.add(f"b{number}/x", 1)
    assert sizes.over


@pytest.mark.parametrize("folder", ["/home/klos/inny", "/domains/../inny", "inny"])
def test_subdomain_whose_folder_lies_elsewhere_has_none_and_is_told(folder):
    override = f"sklep=public_html={folder}&private_html={folder}\n??=public_html=/domains/x\n"
    files = [
        ("backup/alfa.example/subdomain.list", "sklep\n"),
        ("backup/alfa.example/domain.subdomains.docroot.override", override),
        ("domains/alfa.example/public_html/sklep/index.html", "1234"),
    ]
    found = read(DirectAdmin, [*DIRECTADMIN, *files])
    assert Site("sklep.alfa.example", "") in found.sites
    assert values(found, "site_folder_outside") == [{"host": "sklep.alfa.example"}]
    assert len(values(found, "name_unreadable")) == 1


# -- secrets

PANELS = [
    *((DirectAdmin, directadmin_archives, shape) for shape in directadmin_archives.SHAPES),
    *((Hestia, hestia_archives, shape) for shape in hestia_archives.SHAPES),
]
LOOKED_AT = {
    Hestia: {
        *("user.conf", "backup.conf", "web.conf", "dns.conf", "mail.conf", "cron.conf"),
        *("alfa.example.conf", "beta.example.conf", "alfa.example.db"),
    },
    DirectAdmin: {
        *("user.conf", "crontab.conf", "domain.conf", "subdomain.list", "domain.pointers", "alfa.example.db"),
        *("passwd", "quota", "aliases", "email.conf", "autoresponder.conf", "vacation.conf", "maildirsize"),
    },
}


@pytest.mark.parametrize(("panel", "made", "shape"), PANELS)
def test_no_secret_is_in_the_result_or_in_what_is_said(panel, made, shape):
    secrets = made.account(shape).secrets
    assert len({secret[3:8] for secret in secrets}) >= 15
    assert leaked(feed(panel(), made.archive(shape)).found(), secrets) == []


@pytest.mark.parametrize(
    ("panel", "made", "wanted"),
    [(DirectAdmin, directadmin_archives, DIRECTADMIN_WANTED), (Hestia, hestia_archives, HESTIA_WANTED)],
)
def test_nothing_is_looked_into_but_what_the_table_names(panel, made, wanted):
    looked_at = []
    for shape in made.SHAPES:
        feed(panel(), made.archive(shape), looked_at=looked_at)
    assert {path.rpartition("/")[2] for path in looked_at} == LOOKED_AT[panel]
    assert all(line.reason for line in wanted.values())
    assert len(made.planted()) > 25


@pytest.mark.parametrize(
    ("panel", "path"),
    [
        *((DirectAdmin, path) for path in (
            "backup/.shadow", "backup/klos_wp.conf", "backup/alfa.example/ftp.passwd", "backup/alfa.example/domain.key",
            "backup/alfa.example/email/filter", "backup/alfa.example/email/reply/jan.msg", "backup/login.keys",
            "backup/home/.ssh/id_rsa", "backup/home/backup/user.conf", "domains/alfa.example/public_html/user.conf",
            "imap/alfa.example/jan/Maildir/cur/maildirsize.txt", "backup/klos.sql", "user.conf", "domain.conf",
        )),
        *((Hestia, path) for path in (
            "pam/shadow", "pam/passwd", "hestia/ssl/alfa.example.key", "cron/klos", "db/klos_wp/hestia/db.conf",
            "mail/alfa.example/hestia/alfa.example.pem", "mail/alfa.example/conf/passwd", "user_dir/user.conf",
            "web/alfa.example/domain_data/public_html/web.conf", "web/alfa.example/domain_data/hestia/web.conf",
            "mail/alfa.example/accounts/jan/mail.conf", "web/alfa.example/conf/nginx.conf",
        )),
    ],
)  # fmt: skip
def test_never_wanted(panel, path):
    assert not panel().wants(Member(path, 100, 0))


def test_secret_in_the_name_of_a_file_a_folder_or_a_database_is_masked():
    notes = Notes()
    notes.note("path_outside", "../haslo=Zima2026!")
    found = read(
        DirectAdmin, [*DIRECTADMIN, ("backup/haslo: Zima2026!.sql.gz", "x"), ("backup/pass=Zima2026!/x.db", "x")]
    )
    assert {"name_unreadable", "database_compressed"} <= {*tags(found)} and [one.name for one in found.databases] == [
        "•••"
    ]
    said = [
        LANGUAGES[language].text(one.message) for language in LANGUAGES for one in (*notes.findings(), *found.findings)
    ]
    assert "Zima2026" not in repr((found, notes.findings(), said)) and "•••" in "".join(said)
