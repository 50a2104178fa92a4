"""`python -m core cutover` as scripts see it: JSON, exit codes, what it hands on, what it refuses in which words."""

import datetime as dt
import json

import pytest

from core.__main__ import main
from core.cutover.asked import Typed, read_wanted, read_zone
from core.cutover.finding import Finding
from core.cutover.plan import Plan
from core.cutover.probes import Probes, Spoken
from core.cutover.result import Cutover
from core.cutover.settings import Targets
from core.ground.messages import InputError
from core.ground.settings import Settings, settings
from core.language import LANGUAGES

AT = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
CALL = ("firma.example", "--new-server", "8.8.8.8")
SOUND = """$ORIGIN firma.example.
$TTL 3600
@ SOA ns1.firma.example. admin.firma.example. 1 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def cutover(monkeypatch, capsys):
    """Run the command with a look that found `findings`; return exit code, both outputs, what the look was given."""

    def run(*call, findings=(), probes=None):
        given = {}

        def look(wanted, engine, roots, known, targets, now, **how):
            given.update(how, wanted=wanted, engine=engine, targets=targets, known=known, roots=roots)
            return Cutover(
                name=wanted.name,
                at=AT,
                new_servers=wanted.new_servers,
                complete=True,
                asked=0,
                sources=(),
                records=(),
                probes=probes or Probes(),
                findings=findings,
                plan=Plan(AT, False),
            )

        monkeypatch.setattr("core.cutover.asking.look.look", look)
        code = main(["cutover", *map(str, call)])
        return (code, *capsys.readouterr(), given)

    return run


@pytest.mark.parametrize(
    ("tag", "code", "verdict"),
    [
        (None, 0, "ready"),
        ("end_unknown", 0, "ready"),
        ("site_unknown", 1, "accept"),
        ("part_failed", 2, "unknown"),
        ("nobody_knows_this_tag", 1, "blocked"),
    ],
)
def test_exit_code_is_the_verdict(cutover, tag, code, verdict):
    found = (Finding(tag, "firma.example", {"part": "x", "detail": "y"}),) if tag else ()
    left, out, err, _ = cutover(*CALL, "--json", findings=found)
    assert (left, err) == (code, "") and json.loads(out)["verdict"] == verdict


def test_json_has_these_keys(cutover):
    said = json.loads(cutover(*CALL, "--json", "--lang", "pl")[1])
    assert said.keys() == {
        *("name", "at", "verdict", "complete", "asked", "sources", "mapping"),
        *("records", "probes", "findings", "plan"),
    }


def test_words_begin_with_the_answer(cutover):
    assert cutover(*CALL, "--lang", "pl")[1].startswith("Można przełączać domenę firma.example.\n")
    code, out, _, _ = cutover(*CALL, findings=(Finding("site_unknown", "sklep.firma.example"),))
    assert code == 1 and out.startswith(
        "firma.example may be switched only once somebody confirms it: 1 thing to accept.\n"
    )
    assert "What to do: " in out


def test_all_that_is_typed_is_handed_on(cutover, monkeypatch):
    monkeypatch.setenv("CUTOVER_TARGETS", "10.0.0.0/8, 192.168.1.0/24")
    _, _, err, given = cutover(
        *("Żółw.pl", "--new-server", "10.0.0.1", "--new-server", "192.168.1.2,8.8.4.4"),
        *("--old-server", "9.9.9.9", "--map", "198.51.100.7=10.0.0.7", "--site", "sklep.żółw.pl"),
        *("--mailbox", "biuro@żółw.pl", "--mailbox", "o'neil@zolw.pl", "--agreed", "2026-12-01T20:00:00+01:00"),
    )
    wanted = given["wanted"]
    assert err == "" and wanted.name == "xn--w-uga1v8h.pl"
    assert wanted.new_servers == ("10.0.0.1", "192.168.1.2", "8.8.4.4") and wanted.old_servers == ("9.9.9.9",)
    assert wanted.mapping == {"198.51.100.7": "10.0.0.7"} and wanted.sites == ("sklep.xn--w-uga1v8h.pl",)
    assert wanted.mailboxes == ("biuro@xn--w-uga1v8h.pl", "o'neil@zolw.pl")
    assert given["agreed"] == dt.datetime(2026, 12, 1, 19, tzinfo=dt.UTC)
    assert [str(one) for one in given["targets"].networks] == ["10.0.0.0/8", "192.168.1.0/24"]
    assert given["known"] and given["roots"] and given["defaults"]


def test_a_zone_file_is_read_for_this_domain_and_says_whether_all_of_it_was(cutover, tmp_path):
    file = tmp_path / "firma.zone"
    file.write_text(SOUND, encoding="utf-8")
    wanted = cutover(*CALL, "--zone-file", file)[3]["wanted"]
    assert wanted.zone.origin == "firma.example." and wanted.zone_source == str(file) and wanted.zone_whole
    file.write_text(f"{SOUND}what is this\n", encoding="utf-8")
    assert not cutover(*CALL, "--zone-file", file)[3]["wanted"].zone_whole
    # A panel's export that does not say whose it is.
    file.write_text("www 3600 IN A 192.0.2.1\n", encoding="utf-8")
    assert cutover(*CALL, "--zone-file", file)[3]["wanted"].zone.records[0].name == "www.firma.example."


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (("firma.example",), "--new-server"),
        (("firma", "--new-server", "8.8.8.8"), "NAME"),
        (("firma.example", "--new-server", "ns1.example"), "--new-server"),
        (("firma.example", "--new-server", "192.168.0.1"), "--new-server"),
        (("firma.example", "--new-server", "127.0.0.1"), "--new-server"),
        (("firma.example", "--new-server", "fe80::1%lo"), "--new-server"),
        (("firma.example", "--new-server", "64:ff9b::10.0.0.1"), "--new-server"),
        ((*CALL, "--old-server", "10.0.0.1"), "--old-server"),
        ((*CALL, "--map", "198.51.100.7"), "--map"),
        ((*CALL, "--map", "198.51.100.7=2001:db8::1"), "--map"),
        ((*CALL, "--map", "198.51.100.7=8.8.8.8", "--map", "198.51.100.7=8.8.4.4"), "--map"),
        ((*CALL, "--mailbox", "biuro"), "--mailbox"),
        ((*CALL, "--mailbox", "a b@firma.example"), "--mailbox"),
        ((*CALL, "--mailbox", "a\r\nRCPT TO:<x>@firma.example"), "--mailbox"),
        ((*CALL, "--mailbox", f"{'a' * 65}@firma.example"), "--mailbox"),
        ((*CALL, "--site", "https://"), "--site"),
        ((*CALL, "--agreed", "tomorrow"), "--agreed"),
        ((*CALL, "--zone-file", "/no/such/file"), "--zone-file"),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_call_is_refused_with_its_option_and_nobody_is_asked(cutover, call, named, lang):
    code, out, err, given = cutover(*call, "--lang", lang)
    assert (code, out, given) == (64, "", {}) and named in err and "error." not in err and "Traceback" not in err


def test_every_mistake_of_a_call_is_told_at_once(cutover):
    err = cutover("firma", "--new-server", "10.0.0.1", "--mailbox", "x", "--agreed", "never")[2]
    assert len(err.splitlines()) == 4


def test_a_file_of_another_zone_is_refused_and_names_it(cutover, tmp_path):
    file = tmp_path / "other.zone"
    file.write_text(SOUND.replace("firma.example", "other.example"), encoding="utf-8")
    code, _, err, given = cutover(*CALL, "--zone-file", file)
    assert code == 64 and "other.example." in err and given == {}
    file.write_bytes(b"\x00\xff" * 50)
    assert cutover(*CALL, "--zone-file", file)[0] == 64


def test_networks_that_are_none_are_the_desks_mistake_and_say_what_is_right(cutover, monkeypatch):
    for wrong in ("10.0.0.1/8", "firma.example", "0.0.0.0/0", "10.0.0.0/8;192.0.2.0/24", "[]"):
        monkeypatch.setenv("CUTOVER_TARGETS", wrong)
        settings.cache_clear()
        code, _, err, given = cutover(*CALL)
        assert code == 2 and "CUTOVER_TARGETS" in err and "10.0.0.0/8,192.0.2.0/24" in err and given == {}


def test_networks_left_out_are_none(monkeypatch):
    assert Settings().cutover_targets == ()
    monkeypatch.setenv("CUTOVER_TARGETS", "")
    assert Settings().cutover_targets == ()
    monkeypatch.setenv("CUTOVER_TARGETS", "192.0.2.7,2001:db8::/32")
    assert [str(one) for one in Settings().cutover_targets] == ["192.0.2.7/32", "2001:db8::/32"]


def test_what_a_server_said_moves_no_cursor(cutover):
    evil = "\x1b[2J\u202e\r\nOK: ready"
    spoken = Spoken("mx.firma.example", "192.0.2.8", "smtp", banner=evil)
    for flags in ((), ("--json",)):
        _, out, _, _ = cutover(*CALL, *flags, findings=(Finding("site_unknown", evil),), probes=Probes(mail=(spoken,)))
        assert not {"\x1b", "\u202e", "\r"} & {*out} and "\nOK: ready" not in out


# -- the form


def test_what_was_typed_twice_is_asked_once():
    wanted, agreed = read_wanted(
        Typed("firma.example", ("8.8.8.8", "8.8.8.8"), mailbox=("A@Firma.Example",) * 2), Targets()
    )
    assert wanted.new_servers == ("8.8.8.8",) and wanted.mailboxes == ("A@firma.example",) and agreed is None


def test_too_many_servers_and_names_are_refused():
    many = tuple(f"8.8.8.{n}" for n in range(1, 40))
    with pytest.raises(InputError) as refused:
        read_wanted(Typed("firma.example", many), Targets())
    assert [one.field for one in refused.value.errors] == ["new"]
    sites = tuple(f"n{n}.firma.example" for n in range(2_100))
    with pytest.raises(InputError) as refused:
        read_wanted(Typed("firma.example", ("8.8.8.8",), site=sites), Targets())
    assert [one.field for one in refused.value.errors] == ["site"]


def test_a_zone_in_a_file_must_be_the_domains():
    assert read_zone(SOUND.encode(), "firma.example").origin == "firma.example."
    with pytest.raises(InputError) as refused:
        read_zone(SOUND.encode(), "example")
    assert refused.value.errors[0].field == "zone"
