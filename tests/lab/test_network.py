"""The network of the laboratory: its own, reached by nobody else, gone when the test is."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.lab.asked import ask, eventually, values
from tests.lab.laboratory import OLD, Laboratory
from tests.lab.network import NoNetworkError, own_network
from tests.lab.servers import LaboratoryError

pytestmark = pytest.mark.lab


HERE = Path("/proc/thread-self/ns/net")


@pytest.fixture
def second_network(laboratory):
    """A network within that of the laboratory."""
    try:
        with own_network() as network:
            yield network
    except NoNetworkError:
        pytest.skip("the laboratory runs in the network it found")


# -- the network


def test_inside_nothing_but_loopback_exists_and_afterwards_the_old_network_is_back(second_network):
    before = HERE.readlink()
    with own_network() as network:
        assert HERE.readlink() != before
        assert [name for _, name in socket.if_nameindex()] == ["lo"]
        with socket.socket() as door, pytest.raises(OSError, match="unreachable"):
            door.connect(("192.0.2.1", 53))
        seen = []
        thread = threading.Thread(target=lambda: seen.append(HERE.readlink()))
        thread.start()
        thread.join()
        assert seen == [HERE.readlink()]
        with network.outside():
            assert HERE.readlink() == before
    assert HERE.readlink() == before


def test_whoever_may_not_have_a_network_is_told_how_to_run_the_tests():
    code = "from tests.lab.network import own_network\nwith own_network(): pass"
    without_rights = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*without_rights, sys.executable, "-c", code], env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 1 and "unshare --user --map-root-user --net make test" in done.stderr


def test_two_laboratories_at_once_do_not_see_each_other(laboratory, second_network):
    with second_network.outside():
        laboratory.old.serve("twice.pl", "@ A 192.0.2.1")
    with Laboratory() as second:
        second.old.serve("twice.pl", "@ A 192.0.2.2")
        assert values(ask(OLD[0], "twice.pl")) == ["192.0.2.2"]
        with second_network.outside():
            assert values(ask(OLD[0], "twice.pl")) == ["192.0.2.1"]


def test_two_laboratories_in_one_network_are_refused(laboratory):
    with (
        pytest.raises(LaboratoryError, match=r"root cannot have port 53 of 127.0.2.1: Address already in use"),
        Laboratory(),
    ):
        pass


def test_server_that_does_not_start_says_why(laboratory):
    with pytest.raises(LaboratoryError, match="no-such-option"):
        laboratory.recursor("no-such-option: yes")


def test_servers_die_with_the_process_that_started_them_even_paused_ones(second_network):
    code = (
        "import os, signal, time\n"
        "from tests.lab.laboratory import Laboratory\n"
        "with Laboratory() as lab:\n"
        "    lab.old.pause()\n"
        "    print(lab.folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    tests = subprocess.Popen([sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE, text=True)
    with tests.stdout as output:
        folder = output.readline().strip()
    assert len(running_in(folder)) > 8
    tests.send_signal(signal.SIGKILL)
    tests.wait()
    eventually(lambda: not running_in(folder))
    subprocess.run(["rm", "-r", folder], check=True)


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def running_in(folder):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"{folder}/".encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:  # it has just ended
            continue
    return found
