"""Plesk's dumps: what each element says, what contradicts another, hostile XML, and that nothing secret is kept."""

import datetime as dt
import io
import tracemalloc

import pytest

from core.ground.messages import InputError
from core.inventory import reading
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.inventory.plesk import TOKEN_MAX, read_xml
from tests.panel_archives import leaked, tags, values
from tests.plesk_exports import MB, SHAPES, archive, export, planted, xml
from tests.yardstick import within

TODAY = ("one", "many")


def read(content):
    data = content.encode() if isinstance(content, str) else content
    return read_xml(io.BytesIO(data), len(data))


def dump(inside):
    return read(f"<migration-dump>{inside}</migration-dump>")


def domain(inside, name="alfa.example"):
    return dump(f'<domain name="{name}">{inside}</domain>')


def refused(content):
    with pytest.raises(InputError) as error:
        read(content)
    (mistake,) = error.value.errors
    return mistake.field, mistake.message.id


# -- what a dump says


@pytest.mark.parametrize("shape", SHAPES)
def test_account_its_domains_and_when_it_was_made(shape):
    found = read(xml(shape))
    assert (found.panel, found.account, found.made_on) == ("plesk", "klos", dt.date(2026, 11, 28))
    further = () if shape == "one" else (FoundDomain("beta.example", "addon"),)
    assert found.domains == (
        FoundDomain("alfa.example", "main"),
        *further,
        FoundDomain("sklep.alfa.example", "subdomain", "alfa.example"),
        FoundDomain("gamma.example", "alias", "alfa.example"),
    )
    assert found.whole


@pytest.mark.parametrize("shape", TODAY)
def test_website_has_its_folder_its_bytes_and_its_php(shape):
    assert read(xml(shape)).sites == (
        Site("alfa.example", "httpdocs", 50_000, "8.2"),
        Site("sklep.alfa.example", "sklep.alfa.example", 900, "7.4"),
    )


@pytest.mark.parametrize("shape", TODAY)
def test_mailbox_has_the_bytes_of_its_messages_and_its_quota(shape):
    assert read(xml(shape)).mailboxes == (
        Mailbox("biuro@alfa.example", 5_000, 500 * MB),
        Mailbox("ewa@alfa.example", 200 * MB, 0),
        Mailbox("ola@alfa.example", 700, 100 * MB),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_further_names_and_forwards_with_and_without_a_mailbox(shape):
    found = read(xml(shape))
    assert found.aliases == (
        Alias("*@alfa.example", ("biuro@alfa.example",)),
        Alias("info@alfa.example", ("biuro@alfa.example",)),
        Alias("jan@alfa.example", ("jan@beta.example",)),
        Alias("kontakt@alfa.example", ("biuro@alfa.example",)),
        Alias("ola@alfa.example", ("ola@alfa.example", "ola@beta.example")),
    )
    assert values(found, "mailbox_off") == [{"address": "tylkologin@alfa.example"}]
    assert values(found, "autoresponder") == [{"address": "ewa@alfa.example"}]


@pytest.mark.parametrize("shape", SHAPES)
def test_database_has_the_bytes_of_its_dump(shape):
    size = None if shape == "old" else 3_000
    assert read(xml(shape)).databases == (Database("klos_pg"), Database("klos_wp", size))


@pytest.mark.parametrize("shape", SHAPES)
def test_zone_is_read_and_its_text_reads_as_the_same(shape):
    found = read(xml(shape))
    (zone,) = found.zones.values()
    assert (zone.origin, zone.dialect) == ("alfa.example.", "plesk")
    assert {(one.type, one.rdata) for one in zone.records} == {
        ("NS", "ns1.stary.example."),
        ("A", "192.0.2.30"),
        ("MX", "10 mail.alfa.example."),
        ("TXT", '"v=spf1 a mx -all"'),
    }
    again = domain(found.zone_texts["alfa.example"])
    assert again.zones == found.zones and again.zone_texts == found.zone_texts


def test_suspended_domain_is_told_and_mail_that_is_off_with_it_is_not():
    found = read(xml("many"))
    assert values(found, "domain_suspended") == [{"domain": "beta.example"}]
    assert "mail_suspended" not in tags(found)


@pytest.mark.parametrize("shape", TODAY)
def test_everything_is_said_today(shape):
    found = read(xml(shape))
    assert (found.crons, found.unsaid) == (2, ())


def test_old_dump_does_not_say_sizes_and_nobody_takes_packed_ones_for_them():
    found = read(xml("old"))
    assert found.sites == (
        Site("alfa.example", "httpdocs", None, "8.2"),
        Site("sklep.alfa.example", "subdomains/sklep/httpdocs"),
    )
    assert {box.size for box in found.mailboxes} == {None}
    assert set(found.unsaid) == {"site_sizes", "mailbox_sizes", "database_sizes", "crons"}
    assert "packed_sizes" in tags(found)


def test_same_by_the_stream():
    for shape in SHAPES:
        for data in (xml(shape), archive(shape)):
            found = reading.read(io.BytesIO(data), len(data))
            assert (found.domains, found.sites, found.mailboxes) == (
                read(xml(shape)).domains,
                read(xml(shape)).sites,
                read(xml(shape)).mailboxes,
            )


def test_dump_of_a_domain_alone_does_not_say_what_it_does_not_hold():
    found = domain("")
    assert (found.mailboxes, found.databases, found.crons) == ((), (), None)
    assert len(found.unsaid) == 12


def test_no_mailboxes_are_said_where_there_is_a_mail_system_without_any():
    found = domain("<mailsystem><mailusers/></mailsystem><databases/><scheduled-tasks/>")
    assert not {"mailboxes", "databases", "crons"} & {*found.unsaid}
    assert found.crons == 0


def test_files_of_all_websites_together_are_no_size_of_one():
    hosting = '<phosting www-root="httpdocs">{}<content><cid type="user-data" unpacksize="900"/></content></phosting>'
    assert domain(hosting.format("")).sites == (Site("alfa.example", "httpdocs", 900),)
    site = '<sites><site name="beta.example"><phosting www-root="beta"/></site></sites>'
    found = domain(hosting.format(site))
    assert [one.size for one in found.sites] == [None, None]
    assert values(found, "site_sizes_together") == [{"host": "alfa.example", "size": 900}]
    assert FoundDomain("beta.example", "addon") in found.domains


@pytest.mark.parametrize(
    ("attributes", "php"),
    [
        ('php_handler_id="plesk-php82-fpm"', "8.2"), ('php_handler_id="alt-php74"', "7.4"),
        ('php_version="8.3.11"', "8.3"),
        ('php-handler-id="plesk-php56-cgi"', "5.6"), ('php_handler_id="fpm"', ""), ('php_version="8"', ""), ("", ""),
    ],
)  # fmt: skip
def test_version_of_php_is_in_the_name_of_its_handler(attributes, php):
    assert domain(f'<phosting><scripting php="true" {attributes}/></phosting>').sites[0].php == php


def test_index_of_several_files_says_where_the_rest_is():
    found = dump('<admin><domains><domain-info name="alfa.example" guid="1"/></domains></admin>')
    assert found.domains == (FoundDomain("alfa.example", "main"),)
    assert values(found, "domain_elsewhere") == [{"domain": "alfa.example"}]


def test_domain_in_unicode_and_namespaces():
    text = '<p:migration-dump xmlns:p="urn:x"><p:domain name="Żółw.example"/></p:migration-dump>'
    assert read(text).domains == (FoundDomain("xn--w-uga1v8h.example", "main"),)
    assert read('<?xml version="1.0" encoding="iso-8859-2"?><domain name="żółw.pl"/>'.encode("iso-8859-2")).domains


# -- contradictions


def test_what_comes_twice_and_what_is_two_things_is_told():
    users = '<mailuser name="jan"><preferences><alias>ola</alias></preferences></mailuser><mailuser name="ola"/>'
    found = dump(
        f'<domain name="alfa.example"><mailsystem><mailusers>{users}<mailuser name="jan"/></mailusers></mailsystem>'
        '<databases><database name="a"/><database name="a"/></databases></domain><domain name="alfa.example">'
        '<preferences><domain-alias name="alfa.example"/></preferences></domain>'
    )
    assert {"mailbox_twice", "alias_is_mailbox", "listed_twice", "pointer_is_domain"} <= {*tags(found)}
    assert len(values(found, "listed_twice")) == 2


def test_mailbox_over_its_quota_and_quotas_whose_unit_nobody_knows():
    box = (
        '<mailuser name="{}" mailbox-quota="{}"><mailbox><content><cid unpacksize="{}"/></content></mailbox></mailuser>'
    )
    found = domain(f"<mailsystem>{box.format('jan', 20 * MB, 30 * MB)}</mailsystem>")
    assert "mailbox_over_quota" in tags(found) and found.mailboxes[0].quota == 20 * MB
    found = domain(f"<mailsystem>{box.format('jan', 102_400, 5)}</mailsystem>")
    assert values(found, "quota_unit_unknown") == [{"address": "jan@alfa.example", "number": 102_400, "size": 5}]
    assert found.mailboxes == (Mailbox("jan@alfa.example", 5),) and "quotas" in found.unsaid


def test_switched_off_forward_secondary_zone_and_website_elsewhere():
    target = "<forwarding-address>x@beta.example</forwarding-address>"
    user = f'<mailuser name="jan" forwarding-enabled="false">{target}</mailuser>'
    found = domain(
        f"<mailsystem><properties><status><disabled-by name='client'/></status></properties>{user}</mailsystem>"
        '<shosting/><properties><dns-zone type="slave"/></properties>'
    )
    assert {"forward_off", "zone_secondary", "site_redirects", "mail_suspended"} <= {*tags(found)}
    assert found.aliases == ()


# -- secrets


@pytest.mark.parametrize("shape", SHAPES)
def test_no_secret_is_in_the_result_or_in_what_is_said(shape):
    secrets = export(shape).secrets
    assert len({secret[3:8] for secret in secrets}) >= 10
    found = read(xml(shape))
    assert leaked(found, secrets) == []
    assert not [secret for secret in secrets if secret in repr(found.zone_texts)]


def test_every_shape_has_its_secrets():
    assert len(planted()) > 15


# -- broken and hostile


def test_dump_that_is_broken_off_is_read_as_far_as_it_goes():
    data = xml("many")
    found = read(data[: data.index(b"<databases>") + 200])
    assert not found.whole and len(values(found, "xml_broken")) == 1
    assert [box.address for box in found.mailboxes] == ["biuro@alfa.example", "ewa@alfa.example", "ola@alfa.example"]
    assert read(data + b"<more>").whole is False


@pytest.mark.parametrize(
    "content", [b"", b"<html><body/></html>", b"<migration-dump/>", b"{}", b"<domain", b"\x00" * 9]
)
def test_what_is_no_dump_is_refused(content):
    assert refused(content)[0] == "archive"


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "TajneTajneTajne">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><migration-dump><domain name="&j;.example"/></migration-dump>'
)


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><domain name="alfa.example"/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><domain name="alfa.example">&x;</domain>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://192.0.2.1/x">%x;]><domain name="alfa.example"/>',
        f"<migration-dump>{'<a>' * 5_000}</migration-dump>",
        f'<migration-dump><domain name="{"x" * (TOKEN_MAX + 200_000)}"/></migration-dump>',
        f"<migration-dump><!--{'x' * (TOKEN_MAX + 200_000)}--></migration-dump>",
    ],
)
def test_entities_other_files_depth_and_endless_tags_are_refused(content):
    with within(5):
        assert refused(content) == ("archive", "error.archive_xml")


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "inside",
    [
        f'<domain name="{LONG}" a="{LONG}"/>',
        f'<{LONG[:50_000]} a="b"/>',
        f'<mailsystem><mailuser name="{LONG}" mailbox-quota="{LONG}"/></mailsystem>',
        f'<mailsystem><mailuser name="jan" mailbox-quota="{"9" * 90_000}"/></mailsystem>',
        f"<mailsystem><mailuser name='jan'><alias>{LONG}</alias><redirect>{LONG}</redirect></mailuser></mailsystem>",
        "<mailsystem><mailuser name='jan'><alias>';rm -rf ~</alias><alias/></mailuser></mailsystem>",
        f'<mailsystem><mailuser name="jan">{"<alias>a</alias>" * 30_000}</mailuser></mailsystem>',
        "<mailsystem>" + "".join(f'<mailuser name="u{n}"/>' for n in range(30_000)) + "</mailsystem>",
        f'<databases><database name="{LONG}"/><database name="&#x9b;x"/><database name="a b"/></databases>',
        "<properties><dns-zone>" + "<dnsrec type='A'/>" * 30_000 + "</dns-zone></properties>",
        f'<properties><dns-zone><dnsrec type="TXT" src="a" dst="{LONG}"/><dnsrec/></dns-zone></properties>',
        f'<phosting www-root="../../{LONG}"><scripting php_handler_id="{"php" * 30_000}"/></phosting>',
        f'<preferences><domain-alias name="{LONG}"/><domain-alias name="a&#10;b"/></preferences>',
        f'<phosting><content><cid type="docroot" unpacksize="-1"/><cid size="{"9" * 90_000}"/></content></phosting>',
        f"<phosting><sites><site name='{LONG}'/><site/></sites></phosting>",
        "<phosting><subdomains><subdomain name='*'/><subdomain name='../x'/></subdomains></phosting>",
        "</domain><domain name='';rm'>",
    ],
)
def test_hostile_element_is_read_fast_and_told_shortly(inside):
    with within(8):
        found = domain(inside)
    assert max((len(str(value)) for one in found.findings for value in one.values.values()), default=0) < 200
    assert "\x9b" not in repr(found) and found.domains[0].name == "alfa.example"


def test_long_dump_takes_no_memory_by_its_length():
    element = b'<junk a="b"><password type="plain">TajneHaslo</password><b/></junk>\n'

    class Endless(io.RawIOBase):
        left = 120

        def read(self, size=-1):
            self.left -= 1
            if self.left == 119:
                return b'<migration-dump><domain name="alfa.example"/>'
            return element * 900 if self.left else b""

    tracemalloc.start()
    found = read_xml(Endless(), 10**7)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * MB and not found.whole


def test_progress_names_the_domain_and_comes_to_its_end():
    told = []
    data = xml("many")
    read_xml(io.BytesIO(data), len(data), lambda share, name: told.append((share, name)))
    assert told[-1] == (1.0, "beta.example")
