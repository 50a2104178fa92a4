"""What `make test ARGS="-m quick"` runs: of every room what needs no more than Python, for after each change.

No list to keep: a test is quick by what it does without. Files that name something slow are then not even read.
"""

import re
from functools import cache
from pathlib import Path

import pytest

_SLOW = re.compile(
    r"\b(AppTest|Store\(|Engine\(|subprocess|multiprocessing|threading|playwright|pytest\.mark\.lab)"
    r"|^from core\.(__main__|desk|dns\.asking|offer\.pdf)\b"
    r"|\btests(\.|\simport\s)(dirt|importer|lab|office|pages|pooler|portfolio|server|session|stores|test_pages|texts|visitor|workbooks)",
    re.MULTILINE,
)
"""Pages, databases, processes, sockets, whole workbooks, papers and bases, as the source of a file names them."""

_DATABASES = {"_sqlite_template", "database_url", "postgres_server"}
"""Fixtures below every one that gives a database."""


def asked_for(config: pytest.Config) -> bool:
    return config.option.markexpr == "quick"


@cache
def may_be(file: Path) -> bool:
    """Say whether a file may have quick tests: one of the core, or one of tests that names nothing slow."""
    return "tests" not in file.parts or file.suffix != ".py" or not _SLOW.search(file.read_text(encoding="utf-8"))


def is_quick(item: pytest.Item) -> bool:
    """Say whether a test is quick: no database, and no hundred examples made up for it."""
    made_up = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return not made_up and _DATABASES.isdisjoint(getattr(item, "fixturenames", ())) and may_be(item.path)
