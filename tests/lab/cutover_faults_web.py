"""What goes wrong with sites at a switch: certificates, redirects, pages."""

from __future__ import annotations

from tests.lab.cutover_stage import DEFAULT_PAGE, Edit, Fault, Show
from tests.lab.services import Reply

WEB = "web server"
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


BLOG = Edit(more=("blog A {web}",))
"""A name that no list names."""


def to(status: int, where: str) -> Show:
    return Show(Reply(status, to=where))


WEB_FAULTS = (
    Fault(
        "certificate-other",
        "the certificate is for the first name only",
        ("web_certificate_other_name",),
        WEB,
        web={"sklep": Show(certificate="other")},
    ),
    Fault(
        "certificate-expired",
        "an expired certificate",
        ("web_certificate_expired",),
        WEB,
        web={"sklep": Show(certificate="expired")},
    ),
    Fault(
        "certificate-soon",
        "a certificate that ends in two days",
        ("web_certificate_ends",),
        WEB,
        web={"sklep": Show(certificate="soon")},
    ),
    Fault(
        "certificate-alone",
        "a certificate that signs itself",
        ("web_certificate_self_signed",),
        WEB,
        web={"sklep": Show(certificate="alone")},
    ),
    Fault(
        "no-tls",
        "there is no TLS on the new side",
        ("web_no_tls",),
        WEB,
        web=dict.fromkeys(("@", "www", "sklep"), Show(certificate="none")),
        web_at="plain",
    ),
    Fault(
        "hsts-no-certificate",
        "HSTS on the old side and no good certificate on the new one",
        ("web_certificate_self_signed", "web_hsts"),
        WEB,
        web={"sklep": Show(certificate="alone")},
        web_old={"sklep": Show(headers=HSTS)},
    ),
    Fault(
        "redirect-www-old",
        "the old server leads to www, the new one does not",
        ("web_redirect_differs",),
        WEB,
        web_old={"@": to(301, "https://www.{domain}/")},
    ),
    Fault(
        "redirect-elsewhere",
        "the new server leads to another company",
        ("web_redirect_away",),
        WEB,
        web={"sklep": to(302, "https://parking.example.pl/")},
    ),
    Fault(
        "redirect-loop",
        "the new server leads round in a circle",
        ("web_redirect_loop",),
        WEB,
        web={"sklep": to(301, "https://sklep.{domain}/")},
    ),
    Fault(
        "default-page",
        "the hoster's default page",
        ("web_default_page",),
        WEB,
        web={"sklep": Show(Reply(body=DEFAULT_PAGE))},
    ),
    Fault(
        "unknown-name",
        "the new web server does not know the name",
        ("web_certificate_other_name", "web_default_page"),
        WEB,
        web={"sklep": Show(absent=True)},
    ),
    Fault("status-500", "HTTP 500", ("web_server_error",), WEB, web={"sklep": Show(Reply(500))}),
    Fault("status-404", "HTTP 404", ("web_client_error",), WEB, web={"sklep": Show(Reply(404))}),
    Fault("status-421", "HTTP 421", ("web_misdirected",), WEB, web={"sklep": Show(Reply(421))}),
    Fault(
        "page-differs",
        "another page",
        ("web_unlike",),
        WEB,
        web={
            "sklep": Show(
                Reply(body="<html><head><title>Buty</title></head><body>Trzewiki i kalosze na jesień.</body></html>")
            )
        },
    ),
    Fault(
        "web-closed",
        "nobody listens at the new web address",
        ("web_no_answer",),
        WEB,
        web_at="closed",
    ),
    Fault(
        "redirect-old",
        "the new server leads to the old one's address",
        ("web_redirect_old",),
        WEB,
        web={"sklep": to(302, "https://{old_web}/")},
    ),
    Fault(
        "under-construction",
        "a page under construction",
        ("web_default_page",),
        WEB,
        web={"sklep": Show(Reply(body="<title>Strona w budowie</title>Zapraszamy."))},
    ),
    Fault("page-empty", "an empty page", ("web_empty",), WEB, web={"sklep": Show(Reply())}),
    Fault(
        "status-both",
        "HTTP 500 on both sides",
        ("web_error_both",),
        WEB,
        web={"sklep": Show(Reply(500))},
        web_old={"sklep": Show(Reply(500))},
    ),
    Fault(
        "site-unknown",
        "a site of the list that nobody has",
        ("site_unknown",),
        WEB,
        sites=("sklep", "nie-ma"),
    ),
    Fault(
        "web-silent", "the new web server takes connections and says nothing", ("web_no_answer",), WEB, web_at="silent"
    ),
    Fault(
        "redirect-missing",
        "the shop leads nowhere but did to another company",
        ("web_redirect_differs",),
        WEB,
        web_old={"sklep": to(302, "https://sklep.example.pl/")},
    ),
    Fault(
        "www-not-served",
        "the new web server knows the domain and not its www",
        ("web_certificate_other_name", "web_default_page"),
        WEB,
        web={"www": Show(absent=True)},
    ),
    Fault(
        "old-web-closed",
        "the old side shows nothing to compare with",
        ("web_old_silent",),
        WEB,
        Edit(("sklep",), ("sklep A {new_closed}",)),
        mapping={"{new_closed}": "{new_web}"},
    ),
    # Names that no list names: they move, and their old server shows a site for them.
    Fault(
        "unlisted-unknown",
        "the new web server does not know a name that moves and that no list names",
        ("web_certificate_other_name", "web_default_page"),
        WEB,
        BLOG,
        BLOG,
        web={"blog": Show(absent=True)},
        web_old={"blog": Show()},
    ),
    Fault(
        "unlisted-certificate",
        "the certificate of a name that no list names is for another",
        ("web_certificate_other_name",),
        WEB,
        BLOG,
        BLOG,
        web={"blog": Show(certificate="other")},
        web_old={"blog": Show()},
    ),
    Fault(
        "unlisted-500",
        "HTTP 500 at a name that no list names",
        ("web_server_error",),
        WEB,
        BLOG,
        BLOG,
        web={"blog": Show(Reply(500))},
        web_old={"blog": Show()},
    ),
    Fault(
        "unlisted-alias",
        "the new web server does not know an alias of the domain that no list names",
        ("web_certificate_other_name", "web_default_page"),
        WEB,
        Edit(more=("blog CNAME @",)),
        Edit(more=("blog CNAME @",)),
        web={"blog": Show(absent=True)},
        web_old={"blog": Show()},
    ),
    Fault(
        "unlisted-without-tls",
        "a site without TLS, at a name that no list names, is the empty page on the new side",
        ("web_default_page",),
        WEB,
        BLOG,
        BLOG,
        web={"blog": Show(absent=True)},
        web_old={"blog": Show(certificate="none")},
    ),
    Fault(
        "unlisted-service",
        "web mail of the old server has no counterpart on the new one",
        ("web_service_differs",),
        WEB,
        Edit(more=("webmail A {web}",)),
        Edit(more=("webmail A {web}",)),
        web={"webmail": Show(absent=True)},
        web_old={"webmail": Show(Reply(body="<title>Poczta</title>Zaloguj się do swojej skrzynki pocztowej."))},
    ),
    Fault(
        "wildcard-site",
        "the old web server shows a shop at any name, by a wildcard, and the new one does not",
        ("web_default_page",),
        WEB,
        Edit(more=("* A {web}",)),
        Edit(more=("* A {web}",)),
        web={"*": Show(absent=True)},
        web_old={"*": Show(certificate="none")},
    ),
)
