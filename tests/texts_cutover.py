"""Readers of the look before a switch, for the table in `tests.texts`."""

from collections.abc import Callable
from ipaddress import ip_network

from core.cutover import asked, finding
from core.cutover.asking import default_pages, mail_line, page_text, redirects
from core.cutover.judging import dkim, dmarc, spf, tag_list
from core.cutover.settings import Targets

_OURS = Targets((ip_network("192.0.2.0/24"),))


def _typed(**typed: object) -> object:
    return asked.read_wanted(asked.Typed(**{"name": "a.pl", "new": ("192.0.2.1",), **typed}), _OURS)


CUTOVER: dict[str, Callable[[str], object]] = {
    "core.cutover.asked.read_wanted name": lambda text: _typed(name=text),
    **{
        f"core.cutover.asked.read_wanted {field}": lambda text, field=field: _typed(**{field: (text,)})
        for field in ("new", "old", "map", "mailbox", "site")
    },
    "core.cutover.asked.read_wanted agreed": lambda text: _typed(agreed=text),
    "core.cutover.asked.read_zone": lambda text: asked.read_zone(text.encode(), "a.pl"),
    "core.cutover.asked.read_zone_file": lambda text: asked.read_zone_file(text.encode(), "a.pl", lambda share: None),
    "core.cutover.finding.parse_weights": finding.parse_weights,
    "core.cutover.finding.parse_weights rows": lambda text: finding.parse_weights(f"[weight]\n{text}"),
    "core.cutover.asking.default_pages.parse_default_pages": default_pages.parse_default_pages,
    "core.cutover.asking.mail_line.shortened": mail_line.shortened,
    "core.cutover.asking.page_text.read_page": lambda text: page_text.read_page(text.encode()),
    "core.cutover.asking.page_text.read_page type": lambda text: page_text.read_page(b"<title>a</title>", text),
    "core.cutover.asking.page_text.lacking": lambda text: page_text.lacking(text, frozenset()),
    "core.cutover.asking.page_text.triples": page_text.triples,
    "core.cutover.asking.redirects.leads_to": lambda text: redirects.leads_to(
        redirects.Where(True, "a.pl", "/x"), text.encode("utf-8", "replace"), redirects.Ports()
    ),
    "core.cutover.judging.dkim.fault": dkim.fault,
    "core.cutover.judging.dkim.is_revoked": dkim.is_revoked,
    "core.cutover.judging.dkim.meaning": dkim.meaning,
    **{
        f"core.cutover.judging.dmarc.{name}": getattr(dmarc, name)
        for name in ("fault", "is_dmarc", "is_meant", "meaning", "policy", "policy_word")
    },
    "core.cutover.judging.spf.is_spf": spf.is_spf,
    "core.cutover.judging.spf.read_spf": spf.read_spf,
    "core.cutover.judging.tag_list.read_tags": tag_list.read_tags,
}
"""What was typed, pages of anybody's, and records of the DNS, where they are read."""
