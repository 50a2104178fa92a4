"""Watches as lines: the name and where it leads, what is wrong, who sees what is new, who was told, the next look."""

from collections.abc import Mapping, Sequence

from core.dns.asked import FIELDS
from core.ground import clock
from core.ground.moments import moment
from core.migration import worded
from core.migration.migration import Migration
from core.notices.notice import Notice
from core.watch import showing
from core.watch.showing import Shown
from core.watch.transitions import is_noted
from pages.parts.shared import line_table, shell, watch_reading
from pages.parts.shared.line_table import Cell, Part, Row
from pages.parts.watches import deeds, notices

_HEADS = {"name": 21, "state": 29, "seen": 17, "told": 17, "look": 16}


def migrations() -> Mapping[int, Migration]:
    """Return the migrations by their ids."""
    return {m.id: m for m in shell.store().snapshot() if m.id is not None}


class Drawing:
    """What lines are drawn with, read at once for all of them.

    `somebody`: whether anybody looks; `drawn`: all that will be drawn; `of`: migrations by their ids.
    """

    def __init__(self, somebody: bool, drawn: Sequence[Shown], of: Mapping[int, Migration]) -> None:
        watches, ids = watch_reading.watches(), [one.watch.id for one in drawn]
        self._somebody, self._of, self._now = somebody, of, clock.now()
        self._rounds, self._told = watches.rounds_of(ids), watches.last_notices(ids)
        self._operators = watch_reading.operators()

    def draw(self, found: Sequence[Shown], name: str) -> None:
        """Draw watches, a line each; the page lets `line_table.go` go where a click leads."""
        t, code = shell.language().text, shell.language().code
        heads = {t(f"watches.head.{head}"): width for head, width in _HEADS.items()}
        rows = [self._row(one) for one in found]
        told = t(f"watches.filter.{name}") if name in showing.SECTIONS else name
        by_id = {str(one.watch.id): one for one in found}
        line_table.line_table(
            told,
            heads,
            rows,
            key=f"watches_{name}_{code}",
            on_act=lambda id, what: deeds.act(by_id, id, what),
        )

    def _row(self, one: Shown) -> Row:
        late = any(found.late for found in one.troubles) and one.watch.phase != "ended"
        edge = "late" if late else "due" if one.troubles else ""
        cells = [self._name(one), self._state(one), self._seen(one), self._notices(one), self._look(one)]
        return Row(edge if one.section == "now" else "", cells, str(one.watch.id))

    def _name(self, one: Shown) -> Cell:
        watch, t = one.watch, shell.language().text
        m = self._of.get(watch.migration_id or 0)
        known = [watch.display] if watch.display == watch.name else [watch.display, watch.name]
        lines = [
            [Part(known[0], "strong", "watches", {"id": str(watch.id)})],
            [Part(one, "small") for one in known[1:]],
        ]
        if m is not None:
            lines.append([Part(f"{m.ref} · {m.client}", "small", "migration", {"ref": m.ref})])
        else:
            who = worded.person(watch.begun_by, shell.team())
            lines.append([Part(t("watches.by_hand", who=who), "small")])
        form = {field: text for field, text in watch.form.items() if field in FIELDS and text}
        label = t("watches.check_of", name=watch.display)
        lines.append([Part(t("watches.check"), "small", "propagation", {"name": watch.display, **form}, label=label)])
        return lines

    def _state(self, one: Shown) -> Cell:
        language, watch = shell.language(), one.watch
        t, lines = language.text, []
        for found in one.troubles:
            kind: line_table.Kind = "late" if found.late else "due"
            mark = "▲" if found.late else "●"
            lines.append([Part(f"{mark} {t(showing.trouble(found, self._operators))}", kind)])
        if not one.troubles:
            kind, mark = ("", "✓") if one.well else ("small", "□") if watch.phase == "ended" else ("due", "?")
            lines.append([Part(f"{mark} {t(showing.standing(one, somebody=self._somebody))}", kind)])
        if watch.acknowledged:
            lines.append([Part(f"✓ {acknowledged(watch.acknowledged)}", "small")])
        since = language.value(moment(watch.phase_since))
        lines.append(
            [Part(t(f"watches.phase.{watch.phase}"), "strong"), Part(f" {t('watches.since', at=since)}", "small")]
        )
        lines.append([Part(t(showing.bound(watch, self._now)), "small")])
        if watch.planned_at is not None and watch.phase in ("planned", "eve", "switching"):
            lines.append([Part(t("watches.agreed", at=moment(watch.planned_at)), "small")])
        return lines

    def _seen(self, one: Shown) -> Cell:
        watch, t = one.watch, shell.language().text
        if watch.sight is None:
            return [[Part(t("watches.counts.none"), "small")]]
        points = showing.line([*(seen.sight for seen in self._rounds.get(watch.id, ())), watch.sight])
        small = showing.small(points, watch.ended_at or max(self._now, watch.sight.at))
        said = t(showing.counted(watch.sight, self._operators))
        return [[Part(said, "small", line=small)]] if small else [[Part(said, "small")]]

    def _notices(self, shown: Shown) -> Cell:
        told: Sequence[Notice] = self._told.get(shown.watch.id, ())
        if not told:
            return []
        lines = [[Part(notices.what(told[0]))]]
        # What did not come is seen before what did.
        for one in sorted(told, key=lambda one: notices.look(one, self._now) == "small")[:3]:
            lines.append([Part(notices.line(one, self._now), notices.look(one, self._now))])
        return lines

    def _look(self, one: Shown) -> Cell:
        watch, t = one.watch, shell.language().text
        if watch.phase == "ended":
            return []
        lines = [[Part(t("watches.next_look", when=showing.next_look(watch, self._now)))]]
        if watch.looked_at is not None:
            lines.append([Part(t("watches.looked", at=watch.looked_at), "small")])
        buttons = [Part(t("watches.do.look"), act=deeds.LOOK, label=t("watches.do.look_at", name=watch.display))]
        if any(found.may_be_noted and not is_noted(watch, found.kind) for found in one.troubles):
            label = t("watches.do.acknowledge_of", name=watch.display)
            buttons.insert(0, Part(t("watches.do.acknowledge"), "first", act=deeds.ACKNOWLEDGE, label=label))
        return [*lines, buttons]


def acknowledged(by: Mapping[str, str]) -> str:
    """Return who has taken note of what is wrong, and when."""
    language = shell.language()
    who = worded.person(str(by.get("by", "")), shell.team())
    return language.text("watches.acknowledged", who=who, at=by_at(by))


def by_at(by: Mapping[str, str]) -> str:
    """Return when somebody took note; blank where that is not known."""
    at = showing.moment_of(by.get("at"))
    return shell.language().value(at) if at else ""
