"""An archive of two domains as its reader gives it, and the zone of one, for tests of what becomes of them."""

import datetime as dt
from dataclasses import replace

from core.inventory.inventory import Alias, Database, Finding, FoundDomain, Inventory, Mailbox, Site
from core.migration.handover import Handed
from core.zonefile.record import Record, ZoneFile

MB = 1024 * 1024
SOURCE = "backup-11.12.2026_klient.tar.gz"
ZONE = """$ORIGIN alfa.example.
$TTL 3600
@ IN SOA ns1.alfa.example. admin.alfa.example. 2026111201 3600 900 604800 86400
@ IN TXT "v=spf1 mx -all"
@ IN TXT "google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ"
x._domainkey IN TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDp"
www IN A 192.0.2.7
"""

LISTED = {
    "mail_accounts": (Handed("biuro@alfa.example", 2, 1024), Handed("jan@alfa.example", 1, 0)),
    "site_list": (Handed("alfa.example", 300), Handed("sklep.alfa.example", 12)),
}
"""The lists that the archive brings."""


def zone(origin="alfa.example.", dialect="cpanel", **more):
    records = (Record("www.alfa.example.", 3600, "A", "192.0.2.7", 7),)
    return ZoneFile(origin, dialect, records, (), **more)


def inventory(*further, **values):
    """Return an archive of alfa.example, and of `further` domains, with `values` in the place of its own."""
    names = ("alfa.example", *further)
    found = Inventory(
        panel="cpanel",
        account="klient",
        made_on=dt.date(2026, 11, 12),
        domains=(
            *(FoundDomain(name, "addon" if n else "main") for n, name in enumerate(dict.fromkeys(names))),
            FoundDomain("sklep.alfa.example", "subdomain", "alfa.example"),
        ),
        sites=(
            Site("alfa.example", "public_html", 300 * MB, "8.2"),
            Site("sklep.alfa.example", "public_html/sklep", 11 * MB + 1),
        ),
        mailboxes=(
            Mailbox("biuro@alfa.example", MB + 1, 1024 * MB),
            Mailbox("jan@alfa.example", 7, 0),
        ),
        aliases=(Alias("info@alfa.example", ("biuro@alfa.example", "|/usr/bin/odp --password=Zima2026!")),),
        databases=(Database("klient_wp", 120 * MB), Database("klient_stara", 40 * MB)),
        crons=3,
        zones={"alfa.example": zone()},
        zone_texts={"alfa.example": ZONE},
        findings=(Finding("mailbox_size", "mail/alfa.example/jan", {"said": 5, "seen": 7}),),
    )
    return replace(found, **values)
