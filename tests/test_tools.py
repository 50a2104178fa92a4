"""The scripts in tools/, run with commands that only note what they were told to do."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from core.ground.settings import ROOT

SCRIPT = ROOT / "tools" / "system-packages"
PROGRAMS = {
    "chromium-headless-shell": "chromium-headless-shell",
    "postgresql": "postgres",
    "pgbouncer": "pgbouncer",
    "nsd": "nsd",
    "unbound": "unbound",
    "bind9": "named",
    "knot": "knotd",
    "knot-resolver": "kresd",
    "pdns-recursor": "pdns_recursor",
    "pdns-server": "pdns_server",
    "nginx": "nginx",
    "apache2-bin": "apache2",
    "postfix": "postfix",
    "dovecot-core": "dovecot",
}
"""Packages, and by what each is known to be there."""
PARTS = {
    "pdns-backend-sqlite3": "usr/lib/x86_64-linux-gnu/pdns/libgsqlite3backend.so",
    "dovecot-imapd": "usr/lib/dovecot/imap",
    "dovecot-pop3d": "usr/lib/dovecot/pop3",
}
"""Packages without a program on the PATH: they are there by what another one loads or starts."""
WANTED = {*PROGRAMS, *PARTS}
FOREIGN = "#!/bin/sh\n# the administrator's\nexit 101\n"


class Machine:
    """A machine of its own: its folders, and a PATH on which there is only what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        self.policy, self.told = folder / "usr/sbin/policy-rc.d", folder / "told"
        self.policy.parent.mkdir(parents=True)
        self.bin.mkdir()
        for name in ("bash", "cat", "chmod", "rm", "sed", "sh", "sleep"):
            (self.bin / name).symlink_to(f"/bin/{name}")
        self.command("id", "echo 0")
        self.apt("")

    def command(self, name: str, does: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def apt(self, does: str) -> None:
        """Let apt-get note its call and what policy there is while it installs, and then do something."""
        self.command("apt-get", f'echo "$@" >>"{self.told}"\ncat "{self.policy}" >"{self.told}.policy"\n{does}')

    def part(self, package: str) -> None:
        path = self.folder / PARTS[package]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o755)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.bin), "SYSROOT": str(self.folder)}

    def begin(self, *arguments: str, stdin: int = subprocess.DEVNULL, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            # Whoever runs the tests in the background hands on that Ctrl-C is not heard.
            ["/usr/bin/env", "--default-signal=INT", SCRIPT, *arguments],
            env=self.environment | environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> str:
        script = self.begin(*arguments, **environment)
        said, _ = script.communicate(timeout=30)
        assert script.returncode == 0, said
        return said

    def answered(self, typed: str, *arguments: str, **environment: str) -> str:
        """Run the script at a terminal where somebody types something."""
        ours, theirs = pty.openpty()
        try:
            script = self.begin(*arguments, stdin=theirs, **environment)
            os.write(ours, typed.encode())
            said, _ = script.communicate(timeout=30)
            assert script.returncode == 0, said
            return said
        finally:
            os.close(ours)
            os.close(theirs)

    @property
    def installed(self) -> set[str]:
        calls = self.told.read_text(encoding="utf-8").splitlines() if self.told.exists() else []
        return {word for call in calls if call.startswith("install") for word in call.split() if word in WANTED}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_what_is_installed_is_said_and_no_daemon_starts_meanwhile(machine):
    said = machine.run()
    assert machine.installed == WANTED and all(name in said for name in WANTED)
    assert "exit 101" in Path(f"{machine.told}.policy").read_text(encoding="utf-8")
    assert not machine.policy.exists()


def test_only_what_is_missing_is_installed_and_nothing_where_nothing_is(machine):
    there = {"chromium-headless-shell", "pgbouncer", "nsd", "knot", "dovecot-core"}
    for name in there:
        machine.command(PROGRAMS[name], "")
    machine.part("dovecot-pop3d")
    machine.run()
    assert machine.installed == WANTED - there - {"dovecot-pop3d"}
    machine.told.unlink()
    for package in PARTS:
        machine.part(package)
    for name in PROGRAMS.keys() - there:
        machine.command(PROGRAMS[name], "")
    assert machine.run() == "" and not machine.told.exists()


def test_browser_with_windows_does_as_well(machine):
    machine.command("chromium", "")
    machine.run()
    assert machine.installed == WANTED - {"chromium-headless-shell"}


def test_servers_off_the_path_are_found_where_debian_keeps_them(machine):
    servers = PROGRAMS.keys() - {"chromium-headless-shell", "postgresql"}
    for package in PARTS:
        machine.part(package)
    for name in ("usr/lib/postgresql/17/bin/postgres", *(f"usr/sbin/{PROGRAMS[server]}" for server in servers)):
        path = machine.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n", encoding="utf-8")
        path.chmod(0o755)
    machine.run()
    assert machine.installed == {"chromium-headless-shell"}


@pytest.mark.parametrize(("typed", "installs"), [("\n", True), ("y\n", True), ("n\n", False), ("wat\n", False)])
def test_person_at_a_terminal_is_asked_and_a_no_goes_on_without(machine, typed, installs):
    said = machine.answered(typed)
    assert "[Y/n]" in said and machine.installed == (WANTED if installs else set())
    assert ("skipped" in said) is not installs and not machine.policy.exists()


@pytest.mark.parametrize(("arguments", "environment"), [(["--yes"], {}), ([], {"YES": "1"}), ([], {"CI": "true"})])
def test_whoever_said_yes_beforehand_is_not_asked(machine, arguments, environment):
    assert "[Y/n]" not in machine.answered("n\n", *arguments, **environment)
    assert machine.installed == WANTED


def test_whoever_is_not_root_is_told_what_is_skipped(machine):
    machine.command("id", "echo 1000")
    said = machine.run()
    assert "skipped" in said and "apt-get install chromium" in said and not machine.told.exists()


def test_mail_of_the_machine_is_left_alone_where_postfix_is_installed(machine):
    machine.command("debconf-set-selections", f'cat >"{machine.told}.selected"')
    machine.run()
    selected = Path(f"{machine.told}.selected")
    assert selected.read_text(encoding="utf-8") == "postfix postfix/main_mailer_type select No configuration\n"
    selected.unlink()
    machine.command("postfix", "")
    machine.run()
    assert not selected.exists()


def test_install_that_fails_leaves_no_policy_and_stops_nobody(machine):
    machine.apt("exit 100")
    assert "Could not install" in machine.run() and not machine.policy.exists()


@pytest.mark.parametrize(("sent", "left"), [("INT", False), ("TERM", False), ("KILL", True)])
def test_policy_goes_with_a_signal_and_after_a_kill_with_the_next_run(machine, sent, left):
    machine.apt(f'while [ ! -e "{machine.folder}/go" ]; do sleep 0.05; done')
    script = machine.begin()
    end = time.monotonic() + 30
    while not Path(f"{machine.told}.policy").exists() or not machine.policy.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    os.kill(script.pid, getattr(signal, f"SIG{sent}"))
    (machine.folder / "go").touch()
    script.communicate(timeout=30)
    assert script.returncode != 0 and machine.policy.exists() is left
    # Also where there is nothing to install any more.
    for package in PARTS:
        machine.part(package)
    for name in PROGRAMS.values():
        machine.command(name, "")
    machine.run()
    assert not machine.policy.exists()


def test_policy_of_another_run_that_still_installs_is_kept(machine):
    machine.apt(f'while [ ! -e "{machine.folder}/go" ]; do sleep 0.05; done')
    first = machine.begin()
    end = time.monotonic() + 30
    while not Path(f"{machine.told}.policy").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    machine.apt("")
    machine.run()
    assert machine.policy.exists()
    (machine.folder / "go").touch()
    first.communicate(timeout=30)
    assert not machine.policy.exists()


def test_policy_of_somebody_else_is_kept(machine):
    machine.policy.write_text(FOREIGN, encoding="utf-8")
    machine.run()
    assert machine.installed == WANTED and machine.policy.read_text(encoding="utf-8") == FOREIGN
