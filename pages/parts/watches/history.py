"""What a watch saw: the rounds that said something else than the one before, what came true in them, and the gaps."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.ground.moments import moment
from core.language import Language
from core.watch import showing
from core.watch.showing import Shown
from core.watch.watches import Seen
from pages.parts.shared import line_table, shell, watch_reading
from pages.parts.shared.line_table import Cell, Part

MOST = 100
"""Rounds that are drawn, the newest."""

_HEADS = {"at": 20, "came": 50, "counts": 30}


def draw(one: Shown, rounds: Sequence[Seen]) -> None:
    """Draw the rounds of a watch, the newest first, and since when it is followed."""
    language, t = shell.language(), shell.language().text
    heads = {t(f"watches.round.{head}"): width for head, width in _HEADS.items()}
    rows: list[tuple[str, Sequence[Cell]]] = [("", _cells(seen, language)) for seen in reversed(rounds[-MOST:])]
    if len(rounds) <= MOST:
        begun = language.value(moment(one.watch.begun_at))
        rows.append(("", [[[Part(begun)]], [[Part(t("watches.begun"))]], []]))
    line_table.line_table(t("watches.history"), heads, rows, key=f"watches_rounds_{language.code}", labelled=True)


def _cells(seen: Seen, language: Language) -> list[Cell]:
    t, came = language.text, []
    for one in seen.transitions:
        came += _transition(one, language)
    if seen.sight.wrong:
        came.append([Part(t("watches.servers_wrong", names=", ".join(seen.sight.wrong[: showing.NAMED])), "late")])
    if not came:
        came = [[Part(t("watches.changed"), "small")]]
    at = [[Part(language.value(seen.at))], [Part(t(f"watches.phase.{seen.phase}"), "small")]]
    counts = t(showing.counted(seen.sight, watch_reading.operators()))
    return [at, came, [[Part(counts, "small")]]]


def _transition(one: Mapping[str, Any], language: Language) -> list[list[Part]]:
    """Return what came true: what, since when as far as that is known, and between when nobody had looked."""
    t, kind = language.text, one.get("kind")
    if kind not in showing.KINDS:
        return []
    lines = [[Part(t(f"watches.transition.{kind}"), "strong")]]
    seen, since, gap = (showing.moment_of(one.get(name)) for name in ("at", "since", "gap"))
    if seen is not None:
        lines.append([Part(t("watches.seen_at", at=seen), "small")])
    if since is not None:
        lines.append([Part(t("watches.so_since", at=since), "small")])
    if gap is not None and seen is not None:
        lines.append([Part(t("watches.gap", since=gap, until=seen), "due")])
    return lines
