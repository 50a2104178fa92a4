"""What was spoken to: the pages of old and new side by side, mail servers, mailboxes. All they say is shown as text."""

import streamlit as st

from core.cutover.asking.page_text import lacking
from core.cutover.probes import PORTS, WHYS, Certificate, Mailbox, Page, Probes, Spoken
from core.cutover.result import Cutover
from core.cutover.showing.side_by_side import PagePair, pairs
from core.cutover.showing.words import SHOWN
from core.ground.moments import moment
from pages.parts.cutover import pictures
from pages.parts.shared import shell
from pages.parts.shared.line_table import Cell, Part, Row, line_table
from pages.parts.shared.words import plain

_SITES = {"site": 22, "old": 32, "new": 32, "differs": 14}
_MAIL = {"host": 28, "service": 16, "answer": 28, "certificate": 28}
_BOXES = {"mailbox": 32, "box_state": 22, "server": 18, "said": 28}
_BOX_EDGES = {"missing": "late", "unknown": "due"}
_UNASKED = ("not_ours", "address", "smtputf8", "too_many", "silent")


def draw(found: Cutover) -> None:
    """Draw what servers said in a look."""
    probes = found.probes
    of_pages = pairs(probes.pages)
    _table("pages", _SITES, [_pair(pair) for pair in of_pages])
    pictures.draw(found, of_pages)
    _table("mail", _MAIL, [_mail(one) for one in probes.mail])
    _table("mailboxes", _BOXES, [_mailbox(one) for one in probes.mailboxes])


def draw_so_far(probes: Probes, most: int) -> None:
    """Draw what servers have said in a look that goes on, the latest of it."""
    of_pages = pairs(probes.pages)
    _table("pages", _SITES, [_pair(pair) for pair in of_pages[-most:]], "_so_far")
    _table("mail", _MAIL, [_mail(one) for one in probes.mail[-most:]], "_so_far")
    _table("mailboxes", _BOXES, [_mailbox(one) for one in probes.mailboxes[-most:]], "_so_far")


def _table(what: str, heads: dict[str, int], rows: list[Row], suffix: str = "") -> None:
    t = shell.language().text
    if not rows:
        return
    title = t(f"cutover.page.{what}")
    st.subheader(title, anchor=False)
    if what == "mailboxes":
        st.caption(plain(t("cutover.page.mailboxes.what")))
    named = {t(f"cutover.page.head.{head}"): width for head, width in heads.items()}
    line_table(title, named, rows[:SHOWN], key=f"cutover_{what}{suffix}", labelled=True)
    if len(rows) > SHOWN:
        st.caption(plain(t("cutover.more", count=len(rows) - SHOWN)))


# -- web


def _pair(pair: PagePair) -> Row:
    t = shell.language().text
    differs = ", ".join(t(f"cutover.page.part.{part}") for part in pair.differs)
    site = [[Part(pair.site, "strong")], [Part("HTTPS" if pair.secure else "HTTP", "small")]]
    end: Cell = [[Part(differs or "–")]]
    return Row("due" if differs else "", [site, _page(pair.old), [*_page(pair.new), *_lacks(pair)], end])


def _page(page: Page | None) -> Cell:
    t = shell.language().text
    if page is None:
        return [[Part(t("cutover.page.not_seen"), "small")]]
    lines = [[Part(page.address, "small")], [Part(_answer(page))]]
    lines += [[Part(f"{hop.status} → {hop.to}{_not_followed(hop.followed)}", "small")] for hop in page.hops]
    if page.title:
        lines.append([Part(t("cutover.page.title", title=page.title))])
    if page.length:
        lines.append([Part(t("cutover.page.length", count=page.length), "small")])
    if page.default:
        lines.append([Part(t("cutover.page.default", whose=page.default))])
    if page.certificate:
        lines.append([Part(_certificate(page.certificate), "small")])
    return lines


def _lacks(pair: PagePair) -> Cell:
    """Return what of the old page's text the new one lacks; nothing where either showed none of the client's."""
    t = shell.language().text
    old, new = pair.old, pair.new
    if not old or not new or not all(map(_shows, (old, new))):
        return []
    return [[Part(t("cutover.page.lacks", text=piece), "small")] for piece in lacking(old.text, new.words)]


def _shows(page: Page) -> bool:
    return not page.failure and not page.default and page.status is not None and page.status < 400


def _answer(page: Page) -> str:
    t = shell.language().text
    said = [str(page.status)] if page.status is not None else []
    if page.failure:
        said.append(t(f"cutover.web.failure.{page.failure}"))
    return " · ".join(said) or "–"


def _not_followed(followed: bool) -> str:
    return "" if followed else f" ({shell.language().text('cutover.page.not_followed')})"


def _certificate(one: Certificate) -> str:
    language = shell.language()
    if not one.fits:
        why = language.text(f"cutover.web.why.{one.why if one.why in WHYS else 'other'}")
        return language.text("cutover.page.certificate.bad", why=why)
    ends = language.value(moment(one.ends)) if one.ends else "–"
    return language.text("cutover.page.certificate.good", issuer=one.issuer or "–", ends=ends)


# -- mail


def _mail(one: Spoken) -> Row:
    t = shell.language().text
    said: list[list[Part]] = []
    if one.failure:
        said.append([Part(t(f"cutover.web.failure.{one.failure}"))])
    if one.banner:
        said.append([Part(one.banner, "small")])
    if one.starttls is not None and not one.failure:
        said.append([Part(t("cutover.page.starttls" if one.starttls else "cutover.page.no_starttls"), "small")])
    if one.why:
        said.append([Part(one.why, "small")])
    host = [[Part(one.host, "strong")], [Part(one.address, "small")]]
    service = [[Part(one.service.upper())], [Part(t("cutover.page.port", port=str(PORTS[one.service])), "small")]]
    certificate = [[Part(_certificate(one.certificate) if one.certificate else "–")]]
    bad = bool(one.failure) or (one.certificate is not None and not one.certificate.fits)
    return Row("due" if bad else "", [host, service, said or [[Part("–")]], certificate])


def _mailbox(one: Mailbox) -> Row:
    t = shell.language().text
    said = t(f"cutover.page.unasked.{one.said}") if one.code is None and one.said in _UNASKED else one.said
    cells: list[Cell] = [
        [[Part(one.address, "strong")]],
        [[Part(t(f"cutover.page.box.{one.state}"))]],
        [[Part(one.server or "–")]],
        [[Part(" ".join(filter(None, ("" if one.code is None else str(one.code), said))) or "–", "small")]],
    ]
    return Row(_BOX_EDGES.get(one.state, ""), cells)
