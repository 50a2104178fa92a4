"""Names of a zone file: relative or not, with or without the dot that was meant, as the absolute name they stand for.

    read_name("www", "alfa.example.", "alfa.example.").name     # 'www.alfa.example.'

Letters keep their case; whoever wants an owner lowers it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

import dns.exception
import dns.name
import idna

Use = Literal["owner", "target", "target_absolute"]
"""What a name is for: an owner; a target in a dialect that means names as the standard does; or one in which a name
with a known ending is meant whole although it has no last dot."""

_LENGTH = 254
"""Letters of an absolute name with its last dot: 255 octets on the wire (RFC 1035 s. 2.3.4)."""
# dnspython writes these as they are.
_PLAIN = re.compile(r"(?:[A-Za-z0-9_*/-]{1,63}\.)*[A-Za-z0-9_*/-]{1,63}\.?")
_KNOWN_ENDINGS = (
    "com net org info biz name pro edu gov mil int arpa mobi tel jobs coop aero museum travel cat post app dev "
    "page xyz online shop store site tech cloud email agency blog club company design digital group host hosting "
    "life live media network news services solutions space support systems team today top website wiki work world "
    "zone example test invalid localhost onion ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf "
    "bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm "
    "do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn "
    "hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt "
    "lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu "
    "nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr "
    "ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu "
    "wf ws ye yt za zm zw"
)
"""How names of the Internet end: what ends so and has no dot was hardly meant below the zone."""
_ENDINGS = frozenset(_KNOWN_ENDINGS.split())

Told = tuple[str, Mapping[str, object]]
"""A finding about a name: its tag, its values."""


class ReadName(NamedTuple):
    """A name, absolute with the last dot; "" where it cannot be read: the last of `told` says why."""

    name: str
    told: tuple[Told, ...] = ()


def is_below(name: str, zone: str) -> bool:
    """Return whether an absolute name is a zone's own, or below it; both in lower case.

    >>> is_below("www.alfa.example.", "alfa.example."), is_below("xalfa.example.", "alfa.example.")
    (True, False)
    """
    if not name.endswith(zone):
        return False
    if len(name) == len(zone) or zone == ".":
        return True
    before = name[: -len(zone)]
    # A dot behind a backslash is a letter of its label.
    return before.endswith(".") and not (before.endswith("\\.") and _ends_escaped(before[:-1]))


def _ends_escaped(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


# Most names of a zone are the same few: its own, its mail servers, the owner of the line before.
@lru_cache(20_000)
def read_name(text: str, origin: str, zone: str, use: Use = "owner") -> ReadName:
    """Return the name that a text stands for, with what is to be told of it.

    `origin`: what relative names are below, `zone`: the zone's own name; both absolute, "" where nobody knows.
    """
    if text == "@":
        return ReadName(origin) if origin else _unread("origin_unknown", text)
    if _PLAIN.fullmatch(text):
        return _plain(text, origin, zone, use)
    if text == "@.":
        told = ("at_sign", {"written": text, "name": origin})
        return ReadName(origin, (told,)) if origin else _unread("origin_unknown", text)
    if text.endswith((".@", ".@.")) and len(text) < _LENGTH:
        inner = read_name(text.removesuffix(".")[:-2], origin, zone, use)
        if not inner.name:
            return inner
        return ReadName(inner.name, (*inner.told, ("at_sign", {"written": text, "name": inner.name})))
    return _unusual(text, origin, zone, use)


def _plain(text: str, origin: str, zone: str, use: Use) -> ReadName:
    told: tuple[Told, ...] = ()
    name = text
    if text[-1] != ".":
        low = text.lower()
        name = f"{text}." if origin == "." else f"{text}.{origin}"
        values = {"written": text, "absolute": f"{text}.", "relative": name}
        if _own(low, origin, zone):
            name = f"{text}."
            tag = "undotted_own_target" if use != "owner" else "undotted_owner"
            told = (("undotted_apex" if use == "owner" and name.lower() == zone else tag, values),)
        elif use != "owner" and _foreign(low):
            if use == "target_absolute" or not origin:
                name = f"{text}."
            told = (("undotted_meant" if len(name) == len(text) + 1 and origin != "." else "undotted_target", values),)
        elif not origin:
            return _unread("origin_unknown", text)
    if len(name) > _LENGTH:
        return _unread("name_long", text)
    if "xn--" in name.lower() and (wrong := _wrong_punycode(name)):
        told = (*told, ("name_punycode", {"name": name, "label": wrong}))
    return ReadName(name, told)


def _own(low: str, origin: str, zone: str) -> bool:
    """Return whether a relative name ends with the name of its zone: read by the letter it would end so twice."""
    for whole in {zone, origin}:
        bare = whole[:-1]
        if "." in bare and (low == bare or low.endswith(f".{bare}")):
            return True
    return False


def _foreign(low: str) -> bool:
    _, dot, ending = low.rpartition(".")
    return bool(dot) and ending in _ENDINGS


def _wrong_punycode(name: str) -> str:
    """Return the first label that says it is punycode and is none, else ""."""
    for label in name.lower().split("."):
        if label.startswith("xn--"):
            try:
                idna.ulabel(label)
            except (idna.IDNAError, UnicodeError):
                return label
    return ""


def _unusual(text: str, origin: str, zone: str, use: Use) -> ReadName:
    """Return a name with escapes, letters outside of ASCII, or what is no name."""
    if not text or len(text) > 4 * _LENGTH:
        return _unread("name_long" if text else "name_empty", text)
    if text == ".":
        return ReadName(".")
    try:
        labels = dns.name.from_text(text, None, idna_codec=dns.name.IDNA_2008_Practical)
    except (dns.name.LabelTooLong, dns.name.NameTooLong):
        return _unread("name_long", text)
    except dns.name.EmptyLabel:
        return _unread("name_empty_label", text)
    except dns.name.BadEscape:
        return _unread("name_escape", text)
    except (dns.exception.DNSException, UnicodeError, ValueError):
        return _unread("name_letters", text)
    written = labels.to_text()
    if not text.isascii():
        found = read_name(written, origin, zone, use)
        told = ("name_unicode", {"written": text, "name": found.name})
        return ReadName(found.name, (*found.told, told)) if found.name else found
    if not labels.is_absolute():
        if not origin:
            return _unread("origin_unknown", text)
        try:
            written = labels.derelativize(dns.name.from_text(origin)).to_text()
        except dns.exception.DNSException:
            return _unread("name_long", text)
    return ReadName(written, () if _PLAIN.fullmatch(written) else (("name_unusual", {"name": written}),))


def _unread(tag: str, text: str) -> ReadName:
    return ReadName("", ((tag, {"written": text}),))
