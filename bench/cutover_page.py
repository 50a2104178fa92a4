"""The page of a look before the switch while looks go on in the same process, in milliseconds: of `make bench`."""

import os
import tempfile
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.cutover.wanted import Wanted
from core.ground.settings import ROOT, settings
from tests.lab.cutover_stage import TARGETS, CutoverStage

AIM_MS = 100
LOOKS_LEAST, SCRIPTS_LEAST = 3, 100
"""Looks of each domain, and scripts in all, that are measured at least."""
_LONGEST = 120.0

Row = tuple[str, float, float, float, str]
"""What, the median, of 100 the 95th, and the worst in milliseconds, the aim."""


def measured(stage: CutoverStage, ids: tuple[str, ...]) -> list[Row]:
    """Return what the script of the page takes while looks at domains of the stage go on, all of them at once."""
    from pages.parts.cutover import running

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(stage.lab.environment(), DATABASE_URL=f"sqlite:///{Path(folder) / 'desk.sqlite3'}")
        os.environ["CUTOVER_TARGETS"] = ",".join(map(str, TARGETS.networks))
        settings.cache_clear()
        apps = [_page(stage.wanted(id), _file(stage, id)) for id in ids]
        looks = running.looks()
        # What is loaded once a process is nobody's page.
        resting = [_timed(app) for app in apps * 20][len(apps) :]
        begun, during, over = [], [], []
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end and (len(begun) < LOOKS_LEAST * len(apps) or len(during) < SCRIPTS_LEAST):
            for app in apps:
                app.button(key="cutover_check").click()
                begun.append(_timed(app))
            while any(not one.over for one in looks._looks.values()):
                for app in apps:
                    took = _timed(app)
                    if any(not one.over for one in looks._looks.values()):
                        during.append(took)
            assert all(one.found for one in looks._looks.values()), "a look broke"
            over += [_timed(app) for app in apps]
        looks.close()
    assert len(during) >= SCRIPTS_LEAST, f"only {len(during)} scripts ran while looks went on"
    return [
        _row("nothing asked yet", resting, ""),
        _row("the script that begins a look", begun, f"{AIM_MS} ms"),
        _row(f"{len(apps)} looks under way, {len(during)} scripts", during, f"{AIM_MS} ms"),
        _row("what came of it", over, ""),
    ]


def _file(stage: CutoverStage, id: str) -> bytes:
    move = stage.moves[id]
    return move.filled(move.fault.file, "old").encode()


def _page(wanted: Wanted, file: bytes) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/cutover.py")
    asked = {
        "lang": ("Polski",),
        "name": (wanted.name,),
        "new": wanted.new_servers,
        "old": wanted.old_servers,
        "site": wanted.sites,
    }
    for field, texts in asked.items():
        app.query_params[field] = ",".join(texts)
    app.run()
    app.text_area(key="cutover_mailbox_pl").input("\n".join(wanted.mailboxes))
    if file:
        app.file_uploader[0].set_value((wanted.zone_source, file, "text/plain"))
    _timed(app)
    return app


def _timed(app: AppTest) -> float:
    begun = time.perf_counter()
    app.run()
    took = (time.perf_counter() - begun) * 1000
    assert not app.exception, app.exception
    return took


def _row(what: str, found: list[float], aim: str) -> Row:
    found = sorted(found)
    return what, found[len(found) // 2], found[len(found) * 95 // 100], found[-1], aim
