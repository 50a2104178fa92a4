"""What readers of panels' archives share: names, bounds, sizes of mailboxes by their files, aliases, plain YAML."""

import re
import time

import pytest

from core import datafiles
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import ROOT
from core.inventory import gathered as gathering
from core.inventory import mailbox_sizes
from core.inventory.aliases_file import read_line, take_aliases
from core.inventory.gathered import ENTRIES_MAX, SAME_MAX, ZONE_MAX, Gathered
from core.inventory.inventory import Alias, Database, FoundDomain, Mailbox, Site
from core.inventory.mailbox_sizes import Measured, counted, weigh
from core.inventory.names import address, domain_name, lines_of, told, told_name
from core.inventory.plain_yaml import BYTES_MAX, NotPlainError, plain_yaml
from core.language import LANGUAGES
from core.zonefile.record import ZoneFile


def tags(gathered):
    return [one.tag for one in gathered.findings]


# -- names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alfa.Example.", "alfa.example"), ("żółw.example", "xn--w-uga1v8h.example"), ("a", None), ("", None),
        ("../etc/passwd", None), ("a..example", None), ("192.0.2.1", None), ("<b>.example", None),
        ("x" * 100_000, None), ("a b.example", None), ("*.alfa.example", None), ("a\x00.example", "a.example"),
        ("xn--w-uga1v8h.example", "xn--w-uga1v8h.example"),
    ],
)  # fmt: skip
def test_domain_is_its_a_labels_or_none(text, name):
    # Letters that nobody sees are taken off, as everywhere on the desk.
    assert domain_name(text) == name


@pytest.mark.parametrize(
    ("text", "domain", "found"),
    [
        ("Jan@Alfa.example", "", "jan@alfa.example"), ("jan", "alfa.example", "jan@alfa.example"), ("jan", "", None),
        ("jan@żółw.example", "", "jan@xn--w-uga1v8h.example"), ("j n@alfa.example", "", None),
        ("jan:haslo@alfa.example", "", None), ("../x@alfa.example", "", None), ("a..b@alfa.example", "", None),
        ("@alfa.example", "", None), ("ż@alfa.example", "", None), ("x" * 65 + "@alfa.example", "", None),
        ("x" * 100_000, "alfa.example", None),
        ("a@b@alfa.example", "", None), ("jan+x@alfa.example", "", "jan+x@alfa.example"),
    ],
)  # fmt: skip
def test_address_is_whole_or_none(text, domain, found):
    assert address(text, domain) == found


def test_what_is_told_is_short_printable_and_no_pair_with_a_secret():
    assert told("a\x1b[2J\u202eb\nc") == "a[2Jb c"
    assert len(told("x" * 100_000)) < 130
    assert told_name("zły-adres/..") == "zły-adres/.."
    for text in ("jan:haslo", "PASS=x", "|/bin/x", "a b", '"x"', "jan\thaslo"):
        assert told_name(text) == "…"


def test_lines_end_as_unix_and_windows_end_them():
    assert lines_of(b"\xef\xbb\xbfa\r\n b \n\n\xff") == ["a", "b", "", "\ufffd"]


# -- what is gathered


def test_lists_are_sorted_and_what_is_known_later_is_added():
    found = Gathered(account="alfa")
    found.domain("b.example", "alias", "a.example")
    found.domain("z.a.example", "subdomain", "a.example")
    found.domain("a.example", "main")
    found.domain("a.example", "alias", "x.example")
    found.mailbox("z@a.example")
    found.mailbox("a@b.example", 5)
    found.mailbox("z@a.example", quota=0)
    found.mailbox("z@a.example", 7)
    found.site("a.example", "x", php="8.2")
    found.site("a.example", "", 9)
    found.alias("x@a.example", ("b", "a"))
    found.alias("x@a.example", ("a", "c"))
    found.database("d", None)
    found.database("d", 4)
    found.database("d", 5)
    found.said |= {"sites", "site_sizes", "mailboxes"}
    inventory = found.inventory("cpanel")
    assert inventory.domains == (
        FoundDomain("a.example", "main"),
        FoundDomain("z.a.example", "subdomain", "a.example"),
        FoundDomain("b.example", "alias", "a.example"),
    )
    assert inventory.mailboxes == (Mailbox("z@a.example", 7, 0), Mailbox("a@b.example", 5, None))
    assert inventory.sites == (Site("a.example", "x", 9, "8.2"),)
    assert inventory.aliases == (Alias("x@a.example", ("b", "a", "c")),)
    assert inventory.databases == (Database("d", 9),)
    assert inventory.unsaid[:2] == ("mailbox_sizes", "quotas") and "made_on" in inventory.unsaid


def test_lists_are_bounded_and_the_rest_is_counted():
    found = Gathered()
    for number in range(ENTRIES_MAX + 7):
        found.domain(f"a{number}.example", "addon")
        found.mailbox(f"a{number}@a.example")
        found.database(f"a{number}")
        found.alias(f"a{number}@a.example", ("x",))
        found.site(f"a{number}.example", "x")
    inventory = found.inventory("cpanel")
    kinds = ("domains", "mailboxes", "databases", "aliases", "sites")
    assert {len(getattr(inventory, kind)) for kind in kinds} == {ENTRIES_MAX}
    assert {one.tag: one.values["over"] for one in inventory.findings} == {f"too_many_{kind}": 7 for kind in kinds}


def test_findings_of_one_kind_are_bounded_and_the_rest_is_counted():
    found = Gathered()
    for number in range(SAME_MAX + 5):
        found.found("alias_unreadable", "va/a.example", row=number)
    found.found("account_suspended")
    findings = found.inventory("cpanel").findings
    assert len(findings) == SAME_MAX + 2
    assert (findings[-1].tag, findings[-1].values) == ("more_findings", {"more": 5})


def test_zone_is_kept_as_text_and_read(monkeypatch):
    def reading(content, origin):
        if content == b"bad":
            raise InputError(FieldError("zone", "", Message("error.empty")))
        return ZoneFile(f"{origin}.", "cpanel", (), ())

    monkeypatch.setattr(gathering.reading, "read", reading)
    found = Gathered()
    found.zone("a.example", b"x", "dnszones/a.example.db")
    found.zone("b.example", b"bad", "dnszones/b.example.db")
    found.zone("c.example", b"x" * (ZONE_MAX + 1), "dnszones/c.example.db")
    monkeypatch.setattr(gathering, "ZONES_MAX", 4)
    found.zone("d.example", b"x", "dnszones/d.example.db")
    assert found.zone_texts == {"a.example": "x", "b.example": "bad"} and list(found.zones) == ["a.example"]
    assert tags(found) == ["zone_unreadable", "zone_too_large", "zone_too_large"]
    for language in LANGUAGES.values():
        assert "error." not in language.text(found.findings[0].message)


# -- sizes of mailboxes


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("cur/1.M2P3.host,S=10,W=11:2,S", 10), ("new/1.M2.host", 10), ("tmp/1", 10), (".Sent/cur/1", 10),
        (".A.B&AUI-/new/1", 10), ("Sent/cur/1:2,S", 10), ("storage/m.1", 10), ("mailboxes/INBOX/dbox-Mails/u.1", 10),
        ("storage/dovecot.map.index", 0), ("mailboxes/INBOX/dbox-Mails/dovecot.index", 0), ("dovecot.index.cache", 0),
        ("maildirsize", 0), ("dovecot-uidlist", 0), (".Sent/maildirfolder", 0), ("courierimapkeywords/x", 0),
        ("sieve/a.sieve", 0),
    ],
)  # fmt: skip
def test_messages_count_and_nothing_else(path, size):
    box = Measured()
    weigh(box, f"homedir/mail/alfa.example/jan/{path}", 10)
    assert (box.size, box.messages) == (size, bool(size))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("1.M,S=120:2,S", 120), ("1.M,S=120", 120), ("1.M,S=120,W=130:2,", 120), ("1.M,W=1,S=120", 120),
        ("1.M,S=12x:2,S", 0), ("1.M,S=:2,S", 0), ("1.M,S=-5", 0), ("1.M,S=" + "9" * 100, 0), ("1.M,s=120", 0),
    ],
)  # fmt: skip
def test_what_a_files_name_says_is_compared_with_its_size(name, said):
    box = Measured()
    weigh(box, f"x/cur/{name}", 100)
    assert (box.size, box.named, box.named_size) == (100, said, 100 if said else 0)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1000000S,1000C\n120 1\n80 1\n-120 -1\n", 80), ("0S\n", 0), ("", 0), ("S\nx 1\n", None), ("S\n1\n", None),
        ("S\n1 2 3\n", None), ("S\n" + "9" * 400 + " 1\n", None), ("S\n" + "1 1\n" * 30_000, None), ("S\n²  1\n", None),
    ],
)  # fmt: skip
def test_maildirsize_is_summed(text, size):
    assert counted(text.encode()) == size


def test_sizes_are_the_files_and_what_says_otherwise_is_told_with_both():
    found = Gathered(said={"mailbox_sizes"})
    for name, quota in (("a", 10), ("b", 0), ("c", None)):
        found.mailbox(f"{name}@a.example", quota=quota)
    boxes = {
        "a@a.example": Measured(20, 1, 25, 20, 20),
        "b@a.example": Measured(20, 1, 20, 20, 15),
        "d@a.example": Measured(7),
        "e@b.example": Measured(8),
    }
    mailbox_sizes.judge(found, boxes, {"a@a.example", "b@a.example", "c@a.example"})
    assert [(one.tag, *one.values.values()) for one in found.findings] == [
        ("mailbox_size_named", "a@a.example", 25, 20),
        ("mailbox_size_counted", "b@a.example", 15, 20),
        ("mailbox_unlisted", "d@a.example", 7),
        ("mailbox_unlisted", "e@b.example", 8),
        ("mailbox_over_quota", "a@a.example", 20, 10),
        ("mailbox_without_folder", "c@a.example"),
    ]
    assert [(one.address, one.size) for one in found.mailboxes.values()] == [
        *(("a@a.example", 20), ("b@a.example", 20), ("c@a.example", None)),
        # No list of its own domain says that it is none.
        ("e@b.example", 8),
    ]


# -- aliases


@pytest.mark.parametrize(
    ("line", "targets", "unread"),
    [
        ("a: b@beta.example", ("b@beta.example",), 0),
        ("a: b@beta.example, c@beta.example,d", ("b@beta.example", "c@beta.example", "d"), 0),
        ("a: B@Beta.Example,b@beta.example", ("b@beta.example",), 0),
        ('a: "|/bin/x --password=tajne, y",b@beta.example', ("|", "b@beta.example"), 0),
        (r'a: "|/bin/x \"a, tajne\" y", b@beta.example', ("|", "b@beta.example"), 0),
        ("a: |/bin/x --password=tajne,haslo", ("|",), 0),
        ("a: b@beta.example, |/bin/x tajne,haslo", ("b@beta.example", "|"), 0),
        ('a: "|/bin/x tajne', ("|",), 0),
        ("*: :fail: haslo, tajne", (":fail:",), 0),
        ('*: ":FAIL: x"', (":fail:",), 0),
        ("a: :blackhole:", (":blackhole:",), 0),
        ("a: /dev/null", (":blackhole:",), 0),
        ("a: :include:/home/a/tajne", (":include:",), 0),
        ("a: /home/a/skrzynka", (":file:",), 0),
        ("a: zle haslo, b@beta.example", ("b@beta.example",), 1),
        ("a: jan:haslo@beta.example", (), 1),
        ("a: beta.example", (), 1),
        ("a:", (), 0),
        ("a: ,,, ,", (), 0),
    ],
)
def test_line_of_aliases(line, targets, unread):
    found = read_line(line)
    assert (found.targets, found.unread) == (targets, unread)
    assert "tajne" not in repr(found) and "haslo" not in repr(found)


def test_aliases_of_a_domain():
    found = Gathered()
    text = "# x\nInfo: jan\nola@ALFA.example: jan\n*: jan\n\nzla\n<b>: x\nx: ???\n"
    take_aliases(found, text.encode(), "alfa.example", "va/alfa.example")
    assert list(found.aliases.values()) == [
        Alias("info@alfa.example", ("jan",)), Alias("ola@alfa.example", ("jan",)), Alias("*@alfa.example", ("jan",)),
    ]  # fmt: skip
    assert [(one.tag, one.values["row"]) for one in found.findings] == [
        *(("alias_unreadable", 6), ("alias_unreadable", 7), ("alias_target_unreadable", 8)),
    ]
    whole = Gathered()
    take_aliases(whole, b"info: jan, ola@beta.example\n", "alfa.example", "x", complete=True)
    assert whole.aliases["info@alfa.example"].targets == ("jan@alfa.example", "ola@beta.example")


def test_aliases_are_read_in_linear_time():
    lines = (
        "a: " + "b," * 1_000_000,
        'a: "' + '\\"' * 1_000_000,
        "a: " + '"",' * 20_000,
        "a:b" * 600_000,
        "a: x\n" * 400_000,
    )
    begun = time.process_time()
    for line in lines:
        take_aliases(Gathered(), line[: 2 * 1024 * 1024].encode(), "alfa.example", "va/alfa.example")
    assert time.process_time() - begun < 10
    found = Gathered()
    take_aliases(found, b"a: x\n" * (ENTRIES_MAX + 5), "alfa.example", "va/alfa.example")
    assert tags(found) == ["lines_left_out"]
    take_aliases(found, b"b: " + b"x%d,y," * 1500, "alfa.example", "va/alfa.example")
    assert tags(found)[-1] == "alias_target_unreadable"


# -- plain YAML


def test_scalars_stay_texts():
    text = b"---\na: no\nb: 8.10\nc: 2026-11-29\nd: ''\ne:\nf: [1, {g: \"\\u017c\"}]\n? h\n: |\n  i\n"
    assert plain_yaml(text) == {
        "a": "no",
        "b": "8.10",
        "c": "2026-11-29",
        "d": "",
        "e": "",
        "f": ["1", {"g": "ż"}],
        "h": "i\n",
    }
    assert plain_yaml(b"") == plain_yaml(b"---\n") == plain_yaml(b"# x\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x", "<<: *x", "a: !!str b", "!x {}", "- a", "a", "a: 1\n---\nb: 2", "a: [", "[a]: b",
        "[" * 200_000, "a: 1\n" * (BYTES_MAX // 5 + 1), "{" + "a," * 60_000 + "}", "a: \x07", "%YAML 9.9\n---\na: b",
        "{a: {b: " * 20, "\t",
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_more_than_plain_is_refused_without_repeating_it(text):
    with pytest.raises(NotPlainError) as refused:
        plain_yaml(text.encode())
    assert str(refused.value) == "" and refused.value.__cause__ is None


# -- words


def test_every_finding_has_words_in_both_languages_and_says_how_grave_it_is():
    severities = datafiles.inventory_severities().severity
    sources = ["gathered", "mailbox_sizes", "aliases_file", "cpanel", "cpanel_account", "conf_lines"]
    written = "".join((ROOT / f"core/inventory/{name}.py").read_text(encoding="utf-8") for name in sources)
    known = set(re.findall(r'(?:found\(|Finding\(|tag = |else )"([a-z_]{6,})"', written))
    known |= {f"too_many_{kind}" for kind in ("domains", "sites", "mailboxes", "aliases", "databases", "zones")}
    known |= {"site_too_deep", "site_without_folder", "zone_not_all"}
    assert len(known) > 30 and {one for one in known if one not in severities} == set()
    names = "where name row most over more domain why address size told quota host folder of other database key number"
    values = dict.fromkeys(names.split(), "x")
    for language in LANGUAGES.values():
        for tag in known:
            said = language.text(Message(f"inventory.finding.{tag}", values))
            assert "inventory." not in said and "{" not in said, said
