"""Master files as providers write them: what each is peculiar in."""

from tests.zone_reading import START, ZONE, short, tags, zone

# -- dialects


CLOUDFLARE = """;;
;; Domain:     alfa.example.
;; Exported:   2026-11-20 10:00:00
;; A Records
;; SOA Record
alfa.example\t3600\tIN\tSOA\tada.ns.cloudflare.com. dns.cloudflare.com. 2052 10000 2400 604800 3600
alfa.example.\t86400\tIN\tNS\tada.ns.cloudflare.com.
alfa.example.\t1\tIN\tA\t192.0.2.1 ; cf_tags=cf-proxied:true
mail.alfa.example.\t300\tIN\tA\t192.0.2.2 ; cf_tags=cf-proxied:false
alfa.example.\t1\tIN\tTXT\t"v=spf1 -all"
"""


def test_cloudflare():
    found = zone(CLOUDFLARE, "", "cloudflare")
    assert found.origin == ZONE
    assert [(record.name, record.ttl, record.type) for record in found.records] == [
        (ZONE, 3600, "SOA"),
        (ZONE, 86400, "NS"),
        (ZONE, None, "A"),
        ("mail.alfa.example.", 300, "A"),
        (ZONE, None, "TXT"),
    ]
    assert tags(found.findings) == [(6, "undotted_apex"), (8, "ttl_automatic"), (8, "proxied"), (10, "ttl_automatic")]


CPANEL = """; cPanel first:11.110.0.5 (update_time):1700000000 Cpanel::ZoneFile::VERSION:1.3 hostname:srv.beta.example
; Zone file for alfa.example
$TTL 14400
alfa.example.      86400      IN      SOA      ns1.beta.example.      root.srv.beta.example.      (
                                        2026112001 ;Serial Number
                                        3600 ;refresh
                                        1800 ;retry
                                        1209600 ;expire
                                        86400 )
alfa.example\t86400\tIN\tNS\tns1.beta.example.
alfa.example.\t14400\tIN\tA\t192.0.2.1
ftp\t14400\tIN\tA\t192.0.2.1
_cpanel-dcv-test-record\t14400\tIN\tTXT\t"_cpanel-dcv-test-record=AbC"
default._domainkey\t14400\tIN\tTXT\t( "v=DKIM1; k=rsa; p=AAAA"
\t"BBBB;" )
"""


def test_cpanel():
    found = zone(CPANEL, "", "cpanel")
    assert short(found.records) == [
        ("", 86400, "SOA", "ns1.beta.example. root.srv.beta.example. 2026112001 3600 1800 1209600 86400"),
        ("", 86400, "NS", "ns1.beta.example."),
        ("", 14400, "A", "192.0.2.1"),
        ("ftp.", 14400, "A", "192.0.2.1"),
        ("_cpanel-dcv-test-record.", 14400, "TXT", '"_cpanel-dcv-test-record=AbC"'),
        ("default._domainkey.", 14400, "TXT", '"v=DKIM1; k=rsa; p=AAAA" "BBBB;"'),
    ]
    assert tags(found.findings) == [(10, "undotted_apex"), (13, "leftover")]


def test_godaddy():
    text = """; Domain: alfa.example
; SOA Record
@\t3600\t IN \tSOA\tns01.domaincontrol.com.\tdns.jomax.net. (
\t\t\t\t2026112001
\t\t\t\t28800
\t\t\t\t7200
\t\t\t\t604800
\t\t\t\t600
\t\t\t\t)
@\t3600\t IN \tNS\tns01.domaincontrol.com
www\t3600\t IN \tCNAME\t@
_sip._tls.@\t3600\t IN \tSRV\t100 1 443 sipdir.online.lync.com
@\t3600\t IN \tMX\t0\talfa-example.mail.protection.outlook.com
"""
    found = zone(text, "", "godaddy")
    assert short(found.records)[1:] == [
        ("", 3600, "NS", "ns01.domaincontrol.com."),
        ("www.", 3600, "CNAME", "alfa.example."),
        ("_sip._tls.", 3600, "SRV", "100 1 443 sipdir.online.lync.com."),
        ("", 3600, "MX", "0 alfa-example.mail.protection.outlook.com."),
    ]
    assert tags(found.findings) == [
        (10, "undotted_meant"),
        (12, "at_sign"),
        (12, "undotted_meant"),
        (13, "undotted_meant"),
    ]


def test_ovh():
    text = """$TTL 3600
@\tIN SOA dns10.ovh.net. tech.ovh.net. (2026112000 86400 3600 3600000 60)
        IN NS     dns10.ovh.net.
        IN TXT    "1|www.alfa.example"
www     IN TXT    "3|welcome"
@   600 IN SPF    "v=spf1 include:mx.ovh.com ~all"
mail._domainkey IN DKIM ( "v=DKIM1;k=rsa;" "p=MIGf" )
_dmarc  IN DMARC  "v=DMARC1; p=none"
"""
    found = zone(text, ZONE, "ovh")
    assert [(record.line, record.type, record.ttl) for record in found.records[4:]] == [
        (6, "TXT", 600),
        (7, "TXT", 3600),
        (8, "TXT", 3600),
    ]
    told = [
        (4, "ovh_page"),
        (5, "ovh_page"),
        (6, "pseudo_text"),
        (6, "ttl_unequal"),
        (7, "pseudo_text"),
        (8, "pseudo_text"),
    ]
    assert tags(found.findings) == told


def test_hetzner():
    text = """$ORIGIN alfa.example.
$TTL 86400
; SOA Records
@ IN 3600 SOA hydrogen.ns.hetzner.com. dns.hetzner.com. 1 2 3 4 5
@ IN NS hydrogen.ns.hetzner.com.
www IN 60 A 192.0.2.1
"""
    found = zone(text, "", "hetzner")
    assert [(record.ttl, record.type) for record in found.records] == [(3600, "SOA"), (86400, "NS"), (60, "A")]
    assert found.findings == ()


def test_cli53():
    text = (
        START
        + r"""\052 300 A 192.0.2.1
shop 86400 AWS ALIAS A dualstack.lb.beta.example. Z32O12XQLNTSW2 false
w 60 IN A 192.0.2.2 ; AWS routing="WEIGHTED" weight=1 identifier="one"
"""
    )
    found = zone(text, ZONE, "cli53")
    assert short(found.records[2:]) == [("*.", 300, "A", "192.0.2.1"), ("w.", 60, "A", "192.0.2.2")]
    assert tags(found.findings) == [(3, "wildcard_octal"), (4, "pseudo_type"), (5, "aws_routing")]
    assert found.findings[1].values["data"] == "A dualstack.lb.beta.example. Z32O12XQLNTSW2 false"


SOA_LINE = "alfa.example.\t\t3600\tIN\tSOA\tns1.beta.example. admin.alfa.example. 1 7200 900 1209600 300\n"
AXFR = f"""
; <<>> DiG 9.18.49 <<>> AXFR alfa.example @192.0.2.53
;; global options: +cmd
{SOA_LINE}alfa.example.\t\t3600\tIN\tNS\tns1.beta.example.
www.alfa.example.\t300\tIN\tA\t192.0.2.1
{SOA_LINE};; Query time: 4 msec
;; XFR size: 4 records (messages 1, bytes 200)
"""


def test_dig_axfr():
    found = zone(AXFR, "", "dig")
    assert [(record.line, record.type) for record in found.records] == [(4, "SOA"), (5, "NS"), (6, "A")]
    assert tags(found.findings) == [(7, "soa_closing")]


def test_a_transfer_that_broke_off_is_not_whole():
    broken = AXFR[: AXFR.rindex(SOA_LINE)]
    assert (None, "not_whole") in tags(zone(broken, "", "dig").findings)
    assert tags(zone("; <<>> DiG 9.18.49 <<>> AXFR alfa.example\n; Transfer failed.\n", "", "dig").findings) == [
        (2, "transfer_failed")
    ]
