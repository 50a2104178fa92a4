"""Certificates of every kind, shown by real servers: one fits where Python's own handshake takes it, only there."""

import datetime as dt
import ipaddress
import ssl
import time
import warnings
from dataclasses import dataclass

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core import datafiles
from core.cutover.asking import mail_servers
from core.cutover.asking.certificates import LETTERS_MAX, NAMES_MAX, certificate_of
from core.cutover.asking.web import Site, pages
from core.cutover.judging import mail_server_findings, web_findings
from tests.mail_scripts import LONG, OURS, away, serving
from tests.web_servers import DEFAULTS

HOST, ADDRESS = "mx.a.example", "127.0.0.1"
WEIGHTS = datafiles.cutover_weights()
DAY = dt.timedelta(days=1)
# What the library thinks of lengths and numbers that no authority gives.
WITHOUT_WARNINGS = pytest.mark.filterwarnings("ignore::UserWarning")
NOW = dt.datetime.fromtimestamp(time.time(), dt.UTC)

KEYS = {
    "ec": ec.generate_private_key(ec.SECP256R1()),
    "wide": ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "rsa": rsa.generate_private_key(65_537, 2048),
    "weak": rsa.generate_private_key(65_537, 1024),
}


def name(common="", organization=""):
    # Longer than X.520 lets them be, too.
    said = [(NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.Name([x509.NameAttribute(oid, text, _validate=False) for oid, text in said if text])


@dataclass(frozen=True)
class Signer:
    """Who signs: its key, its own certificate."""

    subject: x509.Name
    key: ec.EllipticCurvePrivateKey
    own: x509.Certificate


def signed(subject, key, by_name, by_key, *, ca=False, days=(-2, 30), more=()):
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    for one in more:
        made = made.add_extension(one, critical=False)
    return made.sign(by_key, None if isinstance(by_key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def signer(subject, by=None):
    key = ec.generate_private_key(ec.SECP256R1())
    own = signed(subject, key, by.subject if by else subject, by.key if by else key, ca=True)
    return Signer(subject, key, own)


ROOTS = {
    "usual": signer(name("Laboratory", "Lab")),
    "odd": signer(name("Ża\x07b\u202ea\r\n220 ready\x1b[31m\u200b", "a\tb\x00c")),
    "long": signer(name("x" * 3_000, "Ó " * 2_000)),
    "strange": signer(name("Nobody knows it")),
}
BETWEEN = signer(name("Between"), ROOTS["usual"])


def san(*names):
    return x509.SubjectAlternativeName([*map(x509.DNSName, names)])


def pem(*several):
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in several)


@st.composite
def certificates(draw):
    """A certificate with its key, and what is shown with it; of its faults as many as it happens to have."""
    names = draw(
        st.lists(
            st.sampled_from(
                [
                    *(HOST, HOST, "*.a.example", "*.example", "*", "mx.*.example", "m*.a.example", "*x.a.example"),
                    *("*.*.example", "MX.A.example", f"{HOST}.", f".{HOST}", "a.example", f"{HOST}\0.evil.example"),
                    *("b.example", f"www.{HOST}", "*.mx.a.example", "x" * 400, "", "a b\r\nc", "xn--mx.a.example"),
                ]
            ),
            max_size=3,
        )
    )
    names += [f"s{number}.example" for number in range(draw(st.sampled_from((0, 0, 150))))]
    addresses = draw(st.lists(st.sampled_from((ADDRESS, "::1", "192.0.2.1")), max_size=2))
    said = [*map(x509.DNSName, names), *(x509.IPAddress(ipaddress.ip_address(one)) for one in addresses)]
    more = [x509.SubjectAlternativeName(said)] if said else []
    if draw(st.integers(0, 5)) == 0:
        purpose = draw(st.sampled_from((x509.ExtendedKeyUsageOID.SERVER_AUTH, x509.ExtendedKeyUsageOID.CODE_SIGNING)))
        more.append(x509.ExtendedKeyUsage([purpose]))
    subject = draw(
        st.sampled_from((name(HOST), name(), name("*"), name("b.example\r\n", "x" * 900), name("\u202e\x07")))
    )
    key = KEYS[draw(st.sampled_from(("ec", "ec", "ec", *KEYS)))]
    days = draw(st.sampled_from(((-2, 30), (-2, 30), (-2, 30), (-9, -1), (1, 9), (-20_000, 30), (-2, 600_000))))
    way = draw(
        st.sampled_from(("usual", "usual", "odd", "long", "strange", "itself", "chain", "no chain", "chain twice"))
    )
    by = BETWEEN if "chain" in way else ROOTS.get(way)
    made = signed(subject, key, by.subject if by else subject, by.key if by else key, days=days, more=more)
    shown = {"chain": (made, BETWEEN.own), "chain twice": (made, ROOTS["odd"].own, BETWEEN.own, BETWEEN.own)}
    return pem(*shown.get(way, (made,))), key


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of IMAP and of HTTP that shows the certificate in `told`."""
    folder, told = tmp_path_factory.mktemp("certificates"), {}
    (folder / "ca.pem").write_bytes(pem(*(one.own for way, one in ROOTS.items() if way != "strange")))

    async def script(talk):
        if told["imaps"]:
            await talk.say("* OK hi")
            await talk.hear()
            return
        while await talk.hear():
            pass
        await talk.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def chosen(connection, _, __):
        connection.context = told["context"]

    first = context(folder, pem(ROOTS["usual"].own), ROOTS["usual"].key)
    first.sni_callback = chosen
    with serving(script, first) as served:
        served.told, served.folder, served.trust = told, folder, str(folder / "ca.pem")
        yield served


def context(folder, certificate, key):
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "own.pem").write_bytes(certificate + key.private_bytes(serialization.Encoding.PEM, *private))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.load_cert_chain(folder / "own.pem")
    return made


def taken(shown, trust):
    """Whether the standard library takes it for the host, in memory."""
    client = ssl.create_default_context(cafile=trust)
    client.verify_flags &= ~ssl.VERIFY_X509_STRICT
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = client.wrap_bio(back, there, server_hostname=HOST), shown.wrap_bio(there, back, server_side=True)
    done = [False, False]
    while not all(done):
        for number, end in enumerate(ends):
            try:
                end.do_handshake()
                done[number] = True
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                return False
    return True


def check(found, fits):
    assert found is not None and found.fits == fits and bool(found.why) == (not fits)
    assert len(found.names) <= NAMES_MAX
    for text in (*found.names, found.issuer, found.why):
        assert (
            len(text) <= LETTERS_MAX and text == " ".join(text.split()) and "\x1b" not in text and "\u202e" not in text
        )


@WITHOUT_WARNINGS
@settings(derandomize=True, max_examples=120)
@given(certificates())
def test_a_certificate_fits_where_the_standard_librarys_handshake_takes_it(server, made):
    server.told["context"] = context(server.folder, *made)
    fits = taken(server.told["context"], server.trust)
    event(f"fits: {fits}")
    server.told["imaps"] = True
    (mail,) = away(
        lambda: mail_servers.speak(
            [(HOST, ADDRESS)], OURS, ports={"imaps": server.port}, trust=server.trust, patience=LONG
        )
    )
    check(mail.certificate, fits)
    assert mail.failure == "" and mail.banner == "* OK hi"
    assert (WEIGHTS.verdict(mail_server_findings.find([mail], ())) == "ready") == fits
    server.told["imaps"] = False
    shown = away(
        lambda: pages(
            [Site(HOST, "", ADDRESS)],
            OURS,
            defaults=DEFAULTS,
            trust=server.trust,
            port_http=server.port,
            port_https=server.port,
            patience=LONG,
        )
    )
    secure = next(page for page in shown if page.secure)
    check(secure.certificate, fits)
    assert (secure.failure, secure.status) == ("", 200)
    assert fits or WEIGHTS.verdict(web_findings.find([secure], NOW)) == "blocked"


WHOLE = signed(name(HOST, "Róża"), KEYS["ec"], ROOTS["odd"].subject, ROOTS["odd"].key, more=[san(HOST, "*.a.example")])


@WITHOUT_WARNINGS
@settings(derandomize=True, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 40))
def test_a_certificate_of_which_some_octets_are_others_is_told_as_far_as_it_can_be_read(changes, cut):
    octets = bytearray(WHOLE.public_bytes(serialization.Encoding.DER))
    for at, octet in changes:
        octets[at % len(octets)] = octet
    check(certificate_of(bytes(octets[: len(octets) - cut // 30 * cut]), "other"), False)


def test_both_kinds_are_made(server):
    good = pem(signed(name(), KEYS["ec"], BETWEEN.subject, BETWEEN.key, more=[san(HOST)]), BETWEEN.own)
    assert taken(context(server.folder, good, KEYS["ec"]), server.trust)
    bad = pem(signed(name(HOST), KEYS["ec"], BETWEEN.subject, BETWEEN.key, more=[san(HOST)]))
    assert not taken(context(server.folder, bad, KEYS["ec"]), server.trust)
