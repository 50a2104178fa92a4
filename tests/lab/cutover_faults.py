"""What goes wrong at a switch, one thing in one domain: the table of faults, and what must be said of each.

`CLEAN` are moves with nothing wrong, of which nothing may be said.
"""

from __future__ import annotations

from tests.lab.cutover_faults_mail import MAIL_FAULTS
from tests.lab.cutover_faults_web import HSTS, WEB, WEB_FAULTS, to
from tests.lab.cutover_stage import DKIM_KEY, PAGE, Edit, Fault, Show
from tests.lab.services import Reply

ZONES, DELEGATION = "zone", "delegation"

FILE = "\r\n".join(
    [
        "\ufeff; cPanel first:11.118.0.20 (update_time):1764490000 Cpanel::ZoneFile::VERSION:1.3 hostname:s12.stary.pl",
        "; Zone file for {domain}",
        "$TTL 4h",
        "{domain}.\t86400\tIN\tSOA\tns1.stary.pl.\tadmin.stary.pl. (",
        "\t\t\t2026113001\t;Serial Number",
        '\t\t\t3600 ; refresh "odświeżanie"',
        "\t\t\t1800 1w 86400 )",
        "{domain}.  86400 IN NS ns1.stary.pl.",
        "",
        "@ 1h IN A {old_web}",
        "   IN 300 mx 10 POCZTA.{domain}.",
        "\t\t; a comment alone",
        '{domain}. TXT ("v=spf1 mx "',
        '   "ip4:{old_mail} -all") ; "v=spf1 -all"',
        "  300 IN caa 0 issue letsencrypt.org",
        "WWW.{domain}. IN A {old_web}",
        "www a {old_web}   ",
        "sklep TYPE1 \\# 4 7F000A01",
        "\\112oczta IN A ( {old_mail}",
        "  )",
        "_acme-challenge 60 TXT gfj9Xq-Rg85nM",
        "autoconfig IN CNAME poczta",
        "$ORIGIN _tcp.{domain}.",
        "_imaps  14400   IN    SRV   0   1   993   poczta.{domain}.",
        "$ORIGIN {domain}.",
        "_DMARC.{domain}. TXT v=DMARC1\\;\\032p=quarantine",
        "$ORIGIN _domainkey",
        f"s1 IN TXT ( {DKIM_KEY} )",
        " ",
        "$ORIGIN {domain}.",
        "",
    ]
)
"""A panel's file of the zone of a clean move, in as many peculiar ways as may stand in one."""

UNLISTED = Edit(more=tuple(f"{name} A {{web}}" for name in ("blog", "stary", "mail", "ftp", "dev", "autodiscover")))
AS_DOMAIN = Show(Reply(body=PAGE.format(host="{domain}")))

CLEAN = (
    Fault("clean", "everything has moved as it should", (), ZONES),
    Fault("clean-signed", "both zones are signed by the same key, which the parent knows", (), DELEGATION, keys="kept"),
    Fault(
        "clean-alias",
        "www is an alias of the domain on both sides",
        (),
        ZONES,
        Edit(("www A",), ("www CNAME @",)),
        Edit(("www A",), ("www CNAME @",)),
    ),
    Fault(
        "clean-below",
        "a zone below is delegated to another company on both sides",
        (),
        ZONES,
        Edit(more=("dev NS ns1.{third}.",)),
        Edit(more=("dev NS ns1.{third}.",)),
    ),
    Fault(
        "clean-texts",
        "a proof of ownership and a DKIM key at another company on both sides",
        (),
        ZONES,
        Edit(more=('@ TXT "google-site-verification=abc"', "s2._domainkey CNAME s2.{third}.")),
        Edit(more=('@ TXT "google-site-verification=abc"', "s2._domainkey CNAME s2.{third}.")),
    ),
    Fault(
        "clean-mail-elsewhere",
        "mail is at another company on both sides",
        (),
        ZONES,
        Edit(("@ MX", '@ TXT "v=spf1'), ("@ MX 10 mx.{third}.", '@ TXT "v=spf1 include:_spf.{third} -all"')),
        Edit(("@ MX", '@ TXT "v=spf1'), ("@ MX 10 mx.{third}.", '@ TXT "v=spf1 include:_spf.{third} -all"')),
        asked=(),
        mapping={"{old_mail}": "{new_mail}"},  # no MX tells it
    ),
    Fault(
        "clean-blog",
        "a name leads to another company on both sides",
        (),
        ZONES,
        Edit(more=("blog A 192.0.2.7",)),
        Edit(more=("blog A 192.0.2.7",)),
    ),
    Fault("clean-file", "a panel's file with twenty peculiarities tells the same", (), ZONES, file=FILE),
    Fault(
        "clean-redirects",
        "the domain leads to www on both sides, over two steps on the new one",
        (),
        WEB,
        web={"@": to(301, "https://www.{domain}/")},
        web_old={"@": to(301, "https://www.{domain}/")},
    ),
    Fault(
        "clean-wildcard",
        "a wildcard on both sides",
        (),
        ZONES,
        Edit(more=("* A {web}",)),
        Edit(more=("* A {web}",)),
    ),
    Fault(
        "clean-hsts",
        "HSTS on both sides, with good certificates",
        (),
        WEB,
        web={"@": Show(headers=HSTS)},
        web_old={"@": Show(headers=HSTS)},
    ),
    Fault(
        "clean-unlisted",
        "sites and names without any that no list names: of the mail's and the panel's, and one that leads to the shop",
        (),
        WEB,
        UNLISTED,
        UNLISTED,
        # The old panel shows the domain's own site for the mail's name, the new one its empty page.
        web={"blog": Show(), "stary": to(301, "https://sklep.{domain}/")},
        web_old={"blog": Show(), "stary": to(301, "https://sklep.{domain}/"), "mail": AS_DOMAIN},
    ),
    Fault(
        "clean-mx-name",
        "the mail host has another name and number on the new side, as between panels of two makers",
        (),
        ZONES,
        Edit(("@ MX",), ("mail A {mail}", "@ MX 0 mail")),
        Edit(more=("mail A {mail}",)),
    ),
)

FAULTS = (
    # -- the zones
    Fault("sklep-lost", "the shop was forgotten", ("record_lost",), ZONES, new=Edit(("sklep",))),
    Fault("type-lost", "an IPv6 address was forgotten", ("ipv6_lost",), ZONES, Edit(more=("www AAAA 2001:db8::7",))),
    Fault(
        "file-lost",
        "a name that only the old zone's file tells",
        ("record_lost",),
        ZONES,
        Edit(more=("kuchnia-letnia A {web}",)),
        file=f"{FILE}kuchnia-letnia A {{old_web}}",
    ),
    Fault(
        "sklep-old-address",
        "the shop is still at the old address in the new zone",
        ("not_moved",),
        ZONES,
        new=Edit(("sklep",), ("sklep A {old_web}",)),
    ),
    Fault(
        "srv-differs",
        "mail programs are led to another port",
        ("record_differs",),
        ZONES,
        new=Edit(("_imaps",), ("_imaps._tcp SRV 0 1 1993 poczta",)),
    ),
    Fault(
        "proof-lost",
        "the proof of ownership beside the SPF text was forgotten",
        ("side_record_lost",),
        ZONES,
        Edit(more=('@ TXT "google-site-verification=abcdefghijklmnop"',)),
    ),
    Fault("wildcard-lost", "a wildcard was forgotten", ("wildcard_lost",), ZONES, Edit(more=("* A {web}",))),
    Fault(
        "wildcard-new", "a wildcard that the old zone has not", ("wildcard_new",), ZONES, new=Edit(more=("* A {web}",))
    ),
    Fault(
        "between",
        "a name between others, with records that nobody asked for below it",
        ("between_lost",),
        ZONES,
        Edit(more=("tajne.biuro A {web}",)),
    ),
    Fault(
        "alias-elsewhere",
        "an alias leads to another name",
        ("alias_differs",),
        ZONES,
        new=Edit(("autoconfig",), ("autoconfig CNAME ustawienia.example.pl.",)),
    ),
    Fault(
        "below-lost",
        "the delegation of a zone below was forgotten",
        ("record_lost",),
        ZONES,
        Edit(more=("dev NS ns1.example.pl.",)),
    ),
    Fault(
        "ttl-differs",
        "a day of TTL on the new side",
        ("ttl_longer",),
        ZONES,
        new=Edit(("sklep",), ("sklep 86400 A {web}",)),
    ),
    Fault(
        "servers-disagree",
        "the two new name servers serve different data",
        ("new_servers_differ",),
        ZONES,
        second=Edit(("_imaps",), ("_imaps._tcp SRV 0 1 993 imap",)),
    ),
    Fault(
        "one-lacks", "one of the new name servers does not know the zone", ("new_server_refuses",), ZONES, lacks="one"
    ),
    Fault("both-lack", "no new name server knows the zone", ("new_server_refuses",), ZONES, lacks="both"),
    Fault(
        "hint-old",
        "an HTTPS hint names the old address",
        ("hint_at_old_address",),
        ZONES,
        Edit(more=("www HTTPS 1 . ipv4hint={web}",)),
        Edit(more=("www HTTPS 1 . ipv4hint={old_web}",)),
    ),
    Fault(
        "records-new",
        "a record that the old zone has not",
        ("records_new",),
        ZONES,
        new=Edit(more=('nowe TXT "od nowego hostera"',)),
    ),
    Fault(
        "between-kept",
        "a name between others on both sides, and nobody knows what is below it",
        ("between_hidden",),
        ZONES,
        Edit(more=("tajne.biuro A {web}",)),
        Edit(more=("tajne.biuro A {web}",)),
    ),
    Fault(
        "wildcard-old",
        "the new wildcard leads to the old address",
        ("not_moved",),
        ZONES,
        Edit(more=("* A {web}",)),
        Edit(more=("* A {old_web}",)),
    ),
    Fault(
        "panel-name",
        "a name of the old panel's own is gone",
        ("panel_name_lost",),
        ZONES,
        Edit(more=("cpanel A {web}",)),
    ),
    Fault(
        "alias-old-hoster",
        "an alias still leads to a name of the old hoster's",
        ("alias_at_old_hoster",),
        ZONES,
        Edit(more=("ftp CNAME ftp.{old_hoster}.",)),
        Edit(more=("ftp CNAME ftp.{old_hoster}.",)),
    ),
    Fault(
        "below-old-servers",
        "a zone below is still delegated to the old name servers",
        ("below_at_old_servers",),
        ZONES,
        Edit(more=("dev NS {old_ns}.",)),
        Edit(more=("dev NS {old_ns}.",)),
    ),
    Fault(
        "second-address-lost",
        "one of two addresses was forgotten",
        ("address_differs",),
        ZONES,
        Edit(more=("blog A 192.0.2.7", "blog A 192.0.2.8")),
        Edit(more=("blog A 192.0.2.7",)),
    ),
    Fault(
        "wildcard-covers",
        "the shop was forgotten, and the new wildcard answers for it",
        ("wildcard_new",),
        ZONES,
        new=Edit(("sklep",), ("* A {web}",)),
    ),
    Fault(
        "autodiscover-lost",
        "the record by which Outlook sets itself up was forgotten",
        ("service_name_lost",),
        ZONES,
        Edit(more=("_autodiscover._tcp SRV 0 0 443 poczta",)),
    ),
    # -- delegation and signatures
    Fault(
        "signatures-end",
        "the new zone's signatures end in a day",
        ("new_signatures_end_soon",),
        DELEGATION,
        keys="kept",
        good_for=1,
    ),
    Fault(
        "signatures-over",
        "the new zone's signatures are over",
        ("new_signatures_bad",),
        DELEGATION,
        keys="kept",
        good_for=-1,
    ),
    Fault("ds-left", "the parent has a DS, the new zone is not signed", ("ds_unsigned",), DELEGATION, keys="left"),
    Fault(
        "ds-others",
        "the new zone is signed by keys that the parent does not know",
        ("ds_other_keys",),
        DELEGATION,
        keys="others",
    ),
    Fault(
        "caa-forbids",
        "CAA allows another authority than that of the new certificates",
        ("caa_forbids",),
        DELEGATION,
        Edit(("@ CAA",), ('@ CAA 0 issue "certum.pl"',)),
        Edit(("@ CAA",), ('@ CAA 0 issue "certum.pl"',)),
    ),
    Fault("caa-lost", "CAA was forgotten", ("side_record_lost",), ZONES, new=Edit(("@ CAA",))),
    *MAIL_FAULTS,
    *WEB_FAULTS,
)
