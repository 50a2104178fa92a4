"""A look asked for with anything at all, by the command: refused in words, or asked for where it may go."""

import contextlib
import datetime as dt
import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.__main__ import main
from core.cutover.plan import Plan
from core.cutover.probes import Probes
from core.cutover.result import Cutover
from core.dns.addresses import is_of_the_world

AT = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
USAGE = 64

VALUES = st.sampled_from(
    [
        *(
            "firma.example",
            "żółw.pl",
            "8.8.8.8",
            "127.0.0.1",
            "::1",
            "fe80::1%eth0",
            "0x7f000001",
            "127.1",
            "2130706433",
        ),
        *(
            "[::1]",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "0.0.0.0",
            "224.0.0.1",
            "10.0.0.1",
            "２.2.2.2",
        ),
        *(
            "a@firma.example",
            "a@b@firma.example",
            "<a>@firma.example",
            "a@firma.example\r\nRSET",
            "x" * 5_000,
            "",
            "-",
            "--",
        ),
        *(
            "=",
            "8.8.8.8=1.1.1.1",
            "8.8.8.8=::1",
            "1.1.1.1=8.8.8.8=9.9.9.9",
            "8.8.8.8=127.0.0.1",
            "/",
            "/dev/null",
            "\udcff",
        ),
        *(
            "\x1b[31m",
            "2026-11-21",
            "2026-11-21T12:00:00+01:00",
            "9999-12-31",
            "1900-01-01",
            "2026-02-30",
            "xn--",
            "*.a.pl",
        ),
        *(".", "..", "firma.example.", "{name}", "%s", "a\tb,8.8.4.4", "a\u202eb.pl"),
    ]
)
OPTIONS = st.sampled_from(
    ["--new-server", "--old-server", "--map", "--mailbox", "--site", "--agreed", "--zone-file", "--lang"]
)


@pytest.fixture(scope="module")
def looks():
    """What was looked at: nothing is asked of anybody."""
    seen = []

    def look(wanted, *_, **how):
        seen.append((wanted, how["agreed"]))
        return Cutover(wanted.name, AT, wanted.new_servers, True, 0, (), (), Probes(), (), Plan(AT, False))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("core.cutover.asking.look.look", look)
        yield seen


def said(*call):
    """The exit code and both outputs."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"www A 8.8.8.8\n")))
        code = main(["cutover", *call])
    out.flush(), err.flush()
    return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()


@settings(derandomize=True, max_examples=150)
@given(
    name=st.just("firma.example") | VALUES,
    server=st.just("8.8.8.8") | VALUES,
    more=st.lists(st.tuples(OPTIONS, VALUES), max_size=3),
    json=st.booleans(),
)
def test_whatever_is_typed_is_refused_in_words_or_looked_at_where_a_look_may_go(looks, name, server, more, json):
    looks.clear()
    call = [name, "--new-server", server, *(word for pair in more for word in pair), *(["--json"] if json else [])]
    code, out, err = said(*call)
    assert code == (0 if looks else USAGE) and bool(err) == (not looks) and bool(out) == bool(looks)
    assert "Traceback" not in err and "\x1b" not in out + err and "\u202e" not in out + err
    for wanted, agreed in looks:
        assert wanted.new_servers and all(map(is_of_the_world, (*wanted.new_servers, *wanted.old_servers)))
        assert all(len(one) <= 320 and one.isprintable() and " " not in one for one in wanted.mailboxes)
        assert agreed is None or agreed.tzinfo is not None
