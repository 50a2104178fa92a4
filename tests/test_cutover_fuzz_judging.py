"""Whatever was seen of a switch, in whatever combination: it is not ready where anything of it failed or was unseen."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from core import datafiles
from core.cutover.finding import Finding
from core.cutover.judging import mail_server_findings, web_findings
from core.cutover.probes import PORTS, Certificate, Hop, Mailbox, Page, Spoken
from core.language import ENGLISH, POLISH

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
WEIGHTS = datafiles.cutover_weights()
SITES = ("a.example", "www.a.example")
OLD, NEW = "192.0.2.1", "203.0.113.1"
WORDS = (frozenset({1, 2, 3}), frozenset({7, 8, 9}), frozenset())
FAILURES = ("timeout", "refused", "unreachable", "closed", "tls", "not_spoken", "too_large")
PLACES = ("https://elsewhere.example/", "http://203.0.113.1/", f"http://{OLD}/", "https://a.example:8443/", "odd")

CERTIFICATES = st.builds(
    lambda why, days: Certificate(("a.example",), "Issuer", NOW + dt.timedelta(days=days), not why, why),
    st.sampled_from(("", "", "", "expired", "other_name", "self_signed", "unknown_issuer", "weak", "other", "not_yet")),
    st.integers(1, 90),
)


@st.composite
def a_page(draw, site, side, address, secure):
    """What may come of a page: followed redirects within the look, then an answer, an end, or a way out."""
    certificate = draw(st.none() | CERTIFICATES) if secure else None
    if secure and certificate is None:
        # Without a handshake there is no answer.
        return Page(site, side, address, secure, draw(st.sampled_from(FAILURES)))
    hops = tuple(
        Hop(301, f"{draw(st.sampled_from(('http', 'https')))}://{host}/", True)
        for host in draw(st.lists(st.sampled_from(SITES), max_size=2))
    )
    if draw(st.integers(0, 4)) == 0:
        hops += (Hop(302, draw(st.sampled_from(PLACES)), False),)
        return Page(site, side, address, secure, "", 302, hops, certificate=certificate)
    failure = draw(st.sampled_from(("", "", "", *FAILURES)))
    came = not failure or (failure in ("timeout", "closed", "not_spoken", "too_large") and draw(st.booleans()))
    status = draw(st.sampled_from((200, 200, 200, 204, 301, 403, 404, 421, 500, 503))) if came else None
    words = draw(st.sampled_from(WORDS)) if came else frozenset()
    default = draw(st.sampled_from(("", "", "", "nginx"))) if came else ""
    hsts = draw(st.sampled_from((None, 86_400))) if certificate and certificate.fits else None
    return Page(
        site,
        side,
        address,
        secure,
        failure,
        status,
        hops,
        length=len(words),
        words=words,
        certificate=certificate,
        hsts=hsts,
        default=default,
    )


@st.composite
def looks(draw):
    """The pages of one or two sites at both sides; an address that may not be asked is so for both ports."""
    found = []
    for site in draw(st.sampled_from((SITES, SITES[:1]))):
        for side, address in (("old", OLD), ("new", NEW)):
            if draw(st.integers(0, 11)) == 0:
                found += [Page(site, side, address, secure, "not_asked") for secure in (True, False)]
            else:
                found += [draw(a_page(site, side, address, secure)) for secure in (True, False)]
    return tuple(found)


def judged(pages):
    found = web_findings.find(pages, NOW)
    for one in found:
        assert one.tag in WEIGHTS.weight
        assert all(language.text(message) for language in (POLISH, ENGLISH) for message in (one.message, one.todo))
    return WEIGHTS.verdict(found)


def answered(page):
    return page.status is not None or bool(page.hops)


def pairs(pages):
    """The pages that visitors have today, or of which nobody could see whether they do, with the new ones."""
    by = {(one.site, one.side, one.secure): one for one in pages}
    for site in dict.fromkeys(one.site for one in pages):
        old, new = ([by[site, side, secure] for secure in (True, False)] for side in ("old", "new"))
        if all(one.failure == "refused" for one in old):
            continue
        seen = any(map(answered, old))
        for was, now in zip(old, new, strict=True):
            if was.certificate and was.certificate.why == "other_name":
                continue  # Somebody else's, shown for want of one: who comes is warned off.
            if answered(was) or was.certificate or not seen:
                yield (was if seen else None), now


def is_bad(was, now):
    """Tell whether a page of the new server is such that a visitor of the old one has less."""
    if now.failure:
        return True
    if now.certificate and not now.certificate.fits and not (was and was.certificate and not was.certificate.fits):
        return True
    if was and not was.failure and was.hops == now.hops and was.status == now.status:
        return False  # Alike, well or not.
    if now.default and not (was and was.default):
        return True
    return not now.hops and (now.status or 0) >= 400 and not (was and (was.status or 0) >= 400)


def check(pages):
    verdict = judged(pages)
    for was, now in pairs(pages):
        assert verdict != "ready" or not is_bad(was, now), (was, now)


@settings(derandomize=True, max_examples=250)
@given(looks())
def test_no_site_is_ready_where_a_visitor_of_today_would_find_less(pages):
    check(pages)


@settings(derandomize=True, max_examples=60)
@given(looks(), st.sampled_from(("old", "new")))
def test_a_site_that_nobody_may_ask_on_one_side_is_not_ready(pages, side):
    blind = [
        Page(one.site, one.side, one.address, one.secure, "not_asked") if one.side == side else one for one in pages
    ]
    assert judged(blind) != "ready"


HOSTS = (("mx.a.example", "203.0.113.1"), ("mx.a.example", "203.0.113.2"), ("mx2.a.example", "2001:db8::1"))
BANNERS = ("", "220 mx ESMTP", "* OK hi", "+OK hi", "421 busy", "554 no", "* BYE", "-ERR", "220")


@st.composite
def a_service(draw, host, address, service):
    failure = draw(st.sampled_from(("", "", *FAILURES, "not_asked")))
    if failure in ("not_asked", "refused", "unreachable"):
        return Spoken(host, address, service, failure)
    # What was answered has a banner; what has STARTTLS was told so, or was turned away.
    banner = draw(st.sampled_from(BANNERS if failure else BANNERS[1:]))
    starttls = draw(st.booleans()) if service in ("smtp", "submission") and banner.startswith("220") else None
    certificate = draw(st.none() | CERTIFICATES) if failure or starttls is not False else None
    return Spoken(host, address, service, failure, banner, starttls, certificate, draw(st.sampled_from(("", "alert"))))


@st.composite
def mail_of(draw, hosts):
    chosen = draw(st.lists(st.sampled_from(hosts), min_size=1, unique=True))
    return [draw(a_service(host, address, service)) for host, address in chosen for service in PORTS]


def of_mail(mail, mailboxes=(), old_mail=()):
    found = mail_server_findings.find(mail, mailboxes, old_mail)
    for one in found:
        assert one.tag in WEIGHTS.weight
        assert all(language.text(message) for language in (POLISH, ENGLISH) for message in (one.message, one.todo))
    return WEIGHTS.verdict(found)


def is_offered(one, mail):
    """Tell whether a port of mail programs answers somewhere: one that is shut everywhere is nobody's loss."""
    return any(
        other.service == one.service
        and other.host == one.host
        and (other.banner or other.certificate or other.failure in ("", "closed", "not_spoken", "too_large", "tls"))
        for other in mail
    )


@settings(derandomize=True, max_examples=200)
@given(mail_of(HOSTS), mail_of((("mail.old.example", "192.0.2.1"),)) | st.just([]))
def test_no_mail_server_is_ready_of_which_a_service_failed_or_turned_us_away(mail, old_mail):
    verdict = of_mail(mail, (), old_mail)
    had = {one.service for one in old_mail if not one.failure}
    for one in mail:
        lost = one.failure and (one.service == "smtp" or one.failure == "not_asked")
        # Without IPv6 of our own such an address is not to be seen.
        silent = one.failure and (one.service in had or is_offered(one, mail)) and ":" not in one.address
        refused = not one.failure and not one.banner.startswith(("220", "* OK", "+OK"))
        bare = not one.failure and one.starttls is False
        uncertain = one.certificate is not None and not one.certificate.fits
        if lost or silent or refused or bare or uncertain:
            assert verdict != "ready", one


SAID = st.sampled_from(
    ("", "silent", "smtputf8", "250 ok", "550 5.1.1 no", "550 relay not permitted", "451 later", "odd")
)
BOXES = st.builds(
    Mailbox,
    st.sampled_from(("anna@a.example", "jan@a.example", "ola@b.a.example")),
    st.sampled_from(("mx.a.example", "")),
    st.sampled_from(("known", "missing", "any", "unknown")),
    st.sampled_from((None, 250, 252, 421, 451, 550, 554)),
    SAID,
)


@settings(derandomize=True, max_examples=200)
@given(st.lists(BOXES, max_size=30))
def test_no_mailboxes_are_ready_unless_each_is_known(boxes):
    verdict = of_mail((), boxes)
    assert (verdict == "ready") == all(one.state == "known" for one in boxes)
    assert verdict == "blocked" or not any(one.state == "missing" for one in boxes)


@settings(derandomize=True, max_examples=150)
@given(st.lists(st.sampled_from((*WEIGHTS.weight, "nobody_knows_it", "", "ready")), max_size=6))
def test_a_verdict_is_ready_for_notices_alone_and_an_unknown_tag_blocks(tags):
    found = [Finding(tag, "a.example") for tag in tags]
    verdict = WEIGHTS.verdict(found)
    assert (verdict == "ready") == all(WEIGHTS.weight.get(tag) == "notice" for tag in tags)
    assert verdict == "blocked" or all(tag in WEIGHTS.weight for tag in tags)
    assert WEIGHTS.verdict(reversed(found)) == verdict
