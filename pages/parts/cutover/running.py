"""The looks of this process, and what one needs from the files of the desk."""

import gc
import sys

from core import datafiles
from core.cutover.asking.running_looks import Looks, Means
from core.cutover.finding import Weights
from core.cutover.settings import Targets
from core.dns.asking.engine import Engine
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from pages.parts.shared import shell
from pages.parts.shared.once import Once

_TURN = 0.001
"""Seconds that a thread computes before another has its turn."""


@Once
def looks() -> Looks:
    """Return the looks of this process: one engine, so that its limits hold over everybody."""
    # A script lets other threads in a few dozen times, and each time waits for one that judges: by default 5 ms.
    sys.setswitchinterval(_TURN)
    # A look makes and drops so much that all of memory is searched for cycles time and again, and each time all pages
    # wait 0.2 s: what the process has loaded by now stays anyway, and needs no search.
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    targets = Targets(settings().cutover_targets)
    return Looks(Engine(authoritative_per_second=targets.per_second), targets, clock.now)


def means() -> Means | None:
    """Return what a look needs, or say what is wrong with its file."""
    try:
        return Means(datafiles.root_servers(), datafiles.known_names(), datafiles.default_pages())
    except InputError as error:
        shell.broken(shell.language().text("cutover.page.files_broken"), error, shell.language())
        return None


def weights() -> Weights:
    """Return how much findings weigh; where the file that says so is broken, each blocks, and that is said."""
    try:
        return datafiles.cutover_weights()
    except InputError as error:
        shell.broken(shell.language().text("cutover.page.files_broken"), error, shell.language())
        return Weights()
