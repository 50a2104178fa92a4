"""What somebody who attacked the look found: servers that are both old and new, a certificate of no version."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.cutover.asking import certificates
from core.cutover.asking.old_zone import gather
from core.cutover.judging.old_zone_findings import old_zone_findings
from core.cutover.known_names import KnownName
from core.cutover.wanted import Wanted
from core.dns.observation import Server
from core.language import POLISH
from core.zonefile.reading import read
from tests.cutover_served import OURS, ZONE, asking, at

KNOWN = tuple(map(KnownName, ("www", "sklep", "poczta", "mail", "blog", "ftp", "panel", "sklepik")))
LINES = tuple(f"{one.name} A 192.0.2.7" for one in KNOWN)
NEW = "127.0.8.2"


def gathered(wanted, *servers):
    with asking() as engine:
        return gather(wanted, KNOWN, servers, engine, OURS)


def labels(old):
    return {name.partition(".")[0] for name, type in old.sets if type == "A"}


# -- a server that is both old and new: it proves nothing of the old zone


def test_a_server_that_is_new_is_not_asked_what_the_old_zone_has_though_the_delegation_names_it_too():
    with at("127.0.8.1", *LINES) as (served, _), at(NEW) as (fresh, zone):
        old = gathered(Wanted(ZONE, (NEW,)), served.server(), fresh.server())
    # Half of the names would have been asked of the server that lacks them, and nobody would have missed them.
    assert labels(old) == {one.name for one in KNOWN}
    assert (zone.asked, old.refused[NEW]) == ([], "new_server")


def test_the_old_zone_is_unseen_where_all_its_servers_are_the_new_ones():
    with at(NEW, *LINES) as (fresh, _):
        old = gathered(Wanted(ZONE, (NEW,)), fresh.server())
        file = Wanted(ZONE, (NEW,), zone=read("$TTL 600\nwww A 192.0.2.7\n", ZONE), zone_source="strefa.txt")
        by_file = gathered(file, fresh.server())
    (found,) = old_zone_findings(old)
    assert found.tag == "old_zone_unseen" and f"{NEW}: to jeden z nowych serwerów" in POLISH.text(found.message)
    # Nobody can see whether the file is of today.
    assert [one.tag for one in old_zone_findings(by_file)] == ["old_file_unchecked"] and by_file.complete


def test_of_a_name_server_with_two_addresses_of_which_one_is_new_the_other_is_not_old():
    with at("127.0.8.1", *LINES) as (served, _), at("127.0.8.3") as (twin, zone):
        twice = [
            Server("authoritative", one.address, one.port, "ns1.nowy.pl")
            for one in (Server("authoritative", NEW), twin.server())
        ]
        old = gathered(Wanted(ZONE, (NEW,)), served.server(), *twice)
    assert zone.asked == [] and labels(old) == {one.name for one in KNOWN}


# -- certificates


@pytest.fixture(scope="module")
def odd():
    """Return a certificate of a version that there is not (DER)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.firma.example")])
    begins, ends = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2026, 2027))
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(5).not_valid_before(begins).not_valid_after(ends)
    der = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05", 1)


def test_a_certificate_of_a_version_that_there_is_not_is_told_and_ends_no_look(odd):
    found = certificates.certificate_of(odd, "other")
    assert (found.names, found.fits, found.why) == ((), False, "other")
