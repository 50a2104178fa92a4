"""What must stay true of the house itself."""

import re
import subprocess
import sys
from pathlib import Path

from core.ground.settings import ROOT
from pages.parts.shared.shell import PAGES


def test_core_runs_without_streamlit():
    without = "import sys; sys.modules['streamlit'] = None; "
    commands = "import core.pricing.portfolio; from core.__main__ import app; app()"
    subprocess.run([sys.executable, "-c", without + commands], cwd=ROOT, check=True)


def test_every_page_is_in_the_menu_and_begins_with_the_guard():
    files = sorted((ROOT / "pages").glob("*.py"))
    assert [path.stem for path in files] == sorted(PAGES)
    for path in files:
        statements = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S).splitlines()
        first = next(line for line in statements if line and not line.startswith(("import ", "from ", "    ", ")")))
        assert first == "frame.guard()", path


def test_readme_names_every_setting():
    from core.ground.settings import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(name.upper() in readme for name in Settings.model_fields)


def test_requirements_are_pinned_and_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==\S+", text, flags=re.M)
        assert pins and text.count("\n    --hash=") >= len(pins)
    run, dev = (
        set(re.findall(r"^[A-Za-z0-9_.\[\]-]+==\S+", (ROOT / name).read_text(encoding="utf-8"), flags=re.M))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert run <= dev


def test_bare_machine_is_told_what_to_install(tmp_path):
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    for given, told in ((str(python), "-venv"), ("", "Python 3.11")):
        done = subprocess.run(
            [ROOT / "tools" / "create-venv"],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHON": given},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1 and told in done.stderr and "apt-get install" in done.stderr
        assert not (tmp_path / ".venv").exists()


DATA = ("tests/data/", "tests/office_", "tests/lab/scenes", "tests/texts")
"""Files that are tables: as long as what they tell of."""


def sources():
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split() if (ROOT / name).exists()]


def test_no_file_is_a_hall():
    def length(name):
        return len((ROOT / name).read_text(encoding="utf-8").splitlines())

    assert [name for name in sources() if not name.startswith(DATA) and length(name) > 450] == []
    assert [f"pages/{page}.py" for page in PAGES if length(f"pages/{page}.py") > 120] == []


def test_every_room_says_its_idea_and_its_front_door():
    rooms = {str(Path(name).parent) for name in sources() if name.startswith(("core/", "pages/parts/"))}
    for room in rooms - {"core", "core/database/schema", "core/database/schema/versions"}:
        text = (ROOT / room / "__init__.py").read_text(encoding="utf-8")
        assert text.startswith('"""') and "\n__all__ = [" in text, room


def test_guides_name_files_that_are_there():
    for guide in ("README.md", "CONTRIBUTING.md", "docs/decisions.md"):
        text = (ROOT / guide).read_text(encoding="utf-8")
        for named in re.findall(r"`((?:core|pages|tests|tools|bench)/[\w./-]*\w)/?`", text):
            assert (ROOT / named).exists() or (ROOT / f"{named}.py").exists(), (guide, named)


def test_readme_tells_of_every_room_where_to_change_what():
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Where to change what")[2]
    rows = re.findall(r"^\| (?:`([\w/.]+)`)? ?\|[^|]*\|([^|]*)\|$", text, flags=re.MULTILINE)
    room = ""
    for named, files in rows:
        room = named or room
        assert (ROOT / room).is_dir(), room
        for name in re.findall(r"`([\w/.]+(?:\.\w+|/))`", files):
            assert (ROOT / room / name).exists() or (ROOT / name).exists(), (room, name)
    told = {named.strip("/") for named, _ in rows}
    rooms = {str(path.parent.relative_to(ROOT)) for path in ROOT.glob("core/*/__init__.py")}
    small = {"core/commands", "core/desk", "core/files", "core/language"}
    assert rooms - small - told - {"core/dns"} == set()
