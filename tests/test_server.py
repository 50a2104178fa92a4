"""The desk as a server, spoken to over its websocket by whoever can reach it: no browser minds the rules."""

import asyncio
import contextlib
import socket

import pytest

from tests.server import serve
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def silent():
    """An address that takes every question and answers none, so that a check goes on for as long as it may."""
    with contextlib.ExitStack() as open:
        udp = open.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        tcp = open.enter_context(socket.socket())
        tcp.bind(udp.getsockname())
        tcp.listen()
        yield udp.getsockname()


@pytest.fixture(scope="module")
def server(silent, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    hints, resolvers = folder / "named.root", folder / "resolvers.csv"
    hints.write_text(". 3600000 NS a.root-servers.net.\na.root-servers.net. 3600000 A 127.0.0.1\n")
    rows = ["id,operator,country,address,port,dot,doh,source", f"x,Nikt,PL,{silent[0]},{silent[1]},,,https://a.pl/"]
    resolvers.write_text("\n".join(rows) + "\n")
    with serve(ROOT_HINTS_FILE=str(hints), RESOLVERS_FILE=str(resolvers)) as found:
        yield found


def test_client_that_clears_the_caches_drops_nobodys_check_and_leaks_no_thread(server):
    async def clear():
        async with Visitor(server.address) as mine, Visitor(server.address) as hostile:
            await mine.run("propagation", "name=firma.pl")
            while not any("Pytano" in text for text in mine.texts):
                await asyncio.sleep(0.2)
                await mine.run()
            before, texts = len(server.threads), list(mine.texts)
            for _ in range(12):
                await hostile.send(clear_cache=True)
                await hostile.run("board")
                await mine.run()
            return before, texts, mine.texts, hostile.exceptions

    before, texts, after, exceptions = asyncio.run(clear())
    # Whoever lost the check would be told that it begins.
    assert [text for text in texts if "Pytano" in text] == [text for text in after if "Pytano" in text]
    assert not exceptions
    # An engine for every clearing would be twelve; Streamlit itself begins and ends some.
    assert len(server.threads) < before + 6


async def drawn_by(tab, *widgets):
    """Run the page with what a client claims of its widgets; it must be drawn all the same."""
    await tab.run(None, "", *widgets)
    assert not tab.exceptions


def lines_after(server, before):
    return [line for line in server.logged()[before:].splitlines() if line.strip()]


@pytest.mark.parametrize("frame", [b"\xff\xffno message", "text"], ids=["bytes", "text"])
def test_frame_that_is_no_message_is_one_line_and_disturbs_nobody_else(server, frame):
    async def send():
        async with Visitor(server.address) as mine, Visitor(server.address) as hostile:
            await mine.run("tariff")
            await hostile.run("tariff")
            before = len(server.logged())
            await hostile.socket.send(frame)
            await hostile.socket.wait_closed()
            await drawn_by(mine)
            return before

    (line,) = lines_after(server, asyncio.run(send()))
    assert "Malformed frame" in line


DAY = "scenario_pl_a1_change_on"
"""A day's field, on the page of simulations."""

WRONG = {
    DAY: {"int_value": 7},
    "quote_pl_change_on": {"int_value": 7},
    "quote_pl_adjust": {"double_value": 1.5},
    "quote_pl_package": {"bool_value": True},
    "lang": {"double_value": 1.0},
    "search_pl": {"int_value": 7},
    "quote_copy_link": {"json_value": "{no json"},
}
"""Values of a type that is not the widget's, or no value at all."""


@pytest.mark.parametrize("key", WRONG)
def test_widget_value_of_a_wrong_type_is_one_line_and_the_session_goes_on(server, key):
    async def send():
        async with Visitor(server.address) as tab:
            await tab.run("portfolio" if key == DAY else "quote")
            before = len(server.logged())
            await drawn_by(tab, tab.widget(key, **WRONG[key]))
            said = lines_after(server, before)
            await drawn_by(tab, tab.widget("search_pl", string_value="7"))
            return said

    (line,) = asyncio.run(send())
    assert "Malformed" in line and key.removeprefix("quote_pl_") in line


def test_field_that_was_cleared_still_knows_its_type(server):
    async def send():
        async with Visitor(server.address) as tab:
            await tab.run("quote")
            await drawn_by(tab, tab.widget("quote_pl_adjust"))
            before = len(server.logged())
            await drawn_by(tab, tab.widget("quote_pl_adjust", bool_value=True))
            return lines_after(server, before)

    (line,) = asyncio.run(send())
    assert "bool_value for string_value" in line


def test_choice_that_is_none_leaves_what_was_chosen(server):
    async def send():
        async with Visitor(server.address) as tab:
            await tab.run("quote")
            before = len(server.logged())
            for key in ("quote_pl_package", "quote_pl_target", "quote_pl_target_period_months"):
                await drawn_by(tab, tab.widget(key, string_value="no such choice"))
            return lines_after(server, before)

    assert asyncio.run(send()) == []
