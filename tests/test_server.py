"""The desk as a server, spoken to over its websocket by whoever can reach it: no browser minds the rules."""

import asyncio
import contextlib
import socket

import pytest

from tests.server import serve
from tests.visitor import Visitor

pytestmark = pytest.mark.xdist_group("server")


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
