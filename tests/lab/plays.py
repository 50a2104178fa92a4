"""Plays scenes side by side on one laboratory, as many as the machine can keep in time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from core.dns.asking.engine import Engine
from core.dns.observation import Server
from tests.lab.laboratory import Laboratory
from tests.lab.network import Network
from tests.lab.stage import Party, Played, Scene, Stage
from tests.yardstick import slowness

APART = 0.15
"""Seconds between the beginnings of two scenes."""
TIMES = 5
"""How often a scene is played at most."""


def play_all(
    scenes: Sequence[Scene],
    lab: Laboratory,
    network: Network,
    engine: Engine,
    recursors: Sequence[Server],
    parties: Mapping[str, Party],
) -> dict[str, Played]:
    """Play scenes, the longest first; return what came of each by its id.

    All side by side on a usual machine, on a slower one in several groups; what was hurried is played again, as it was
    not played as it is written.
    """

    def staged(scene: Scene, ready: Callable[[], object]) -> Stage:
        return Stage(scene, lab, engine, recursors, parties, ready)

    found: dict[str, Played] = {}
    left = sorted(scenes, key=lambda scene: -scene.length)
    together = math.ceil(len(left) / slowness())
    for _ in range(TIMES):
        for first in range(0, len(left), together):
            group = left[first : first + together]
            found |= _play_side_by_side(group, network, staged)
        left = [scene for scene in left if found[scene.id].hurried]
        together = math.ceil(together / 2)
    return found


def _play_side_by_side(
    scenes: Sequence[Scene], network: Network, staged: Callable[[Scene, Callable[[], object]], Stage]
) -> dict[str, Played]:
    all_stand = threading.Barrier(len(scenes))

    def readiness(place: int) -> Callable[[], object]:
        # One after the other, as the registry takes one change at a time.
        return lambda: (all_stand.wait(), time.sleep(APART * place))

    stages = {scene.id: staged(scene, readiness(place)) for place, scene in enumerate(scenes)}

    def play(stage: Stage) -> None:
        with network.inside():
            stage.play()

    threads = [threading.Thread(target=play, args=(stage,), name=id) for id, stage in stages.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {id: stage.played for id, stage in stages.items()}
