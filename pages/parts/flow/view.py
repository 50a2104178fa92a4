"""The figures of the flow, room by room: each with what it means, how many it is made of, or why there is none."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st
from babel.dates import format_date

from core.flow import cumulative, exporting
from core.flow.asked import MOST_ITEMS
from core.flow.capacity import Capacity
from core.flow.forecast import how_many, when_done
from core.flow.history import WORKED, Item
from core.flow.offering import loads, offers
from core.flow.percentiles import TooFew
from core.flow.throughput import desk_began, samples, weekly
from core.flow.times import Aged, Pace, ageing, cycle_times, expectation, lead_times, pace, scatter
from core.flow.waiting import waited
from core.ground import workdays
from core.ground.clock import WARSAW
from core.language import Language
from core.migration import worded
from core.migration.migration import Migration
from core.migration.people import Team
from core.migration.stages import Process
from core.pricing.alike import half_up
from pages.parts.flow import charts
from pages.parts.flow.form import FlowForm
from pages.parts.shared import rooms
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

AHEAD = 20
"""Working days after which "how many by that day" is asked where nobody names a day."""
DRAWN = 800
"""Dots drawn of a chart, those to chase first and the latest: a browser takes long for more."""
CHASED = 5
"""Migrations in progress that are named, those to see to first."""
PACE_WEEKS = 4
"""Whole weeks whose finishes are held against what is in progress."""
WEEKS = 26
"""Weeks of the cumulative flow where nobody asks for a period."""

_DAY = dt.timedelta(days=1)


@dataclass
class Figures:
    """The figures of the migrations that a form asks for; `migrations` are all that there are, `all` their items."""

    all: Sequence[Item]
    migrations: Sequence[Migration]
    form: FlowForm
    capacity: Capacity
    process: Process
    team: Team
    now: dt.datetime
    language: Language

    def __post_init__(self) -> None:
        self.items = self.form.wanted.of(self.all)
        self.finished = self.form.wanted.finished(self.all)
        self.today = self.now.astimezone(WARSAW).date()
        self.t = self.language.text

    def draw(self) -> None:
        """Draw what the figures are made of, and the open room of them."""
        self._made_of()
        of = {"flow.room.figures": self._figures, "flow.room.cumulative": self._cumulative}
        rooms.draw("flow", of, self.language)

    def _made_of(self) -> None:
        t = self.t
        with st.container(horizontal=True, vertical_alignment="center"):
            counts = {
                "all": len(self.all),
                "open": sum(i.open for i in self.items),
                "closed": sum(not i.open and not i.dropped for i in self.items),
                "cancelled": sum(i.dropped for i in self.items),
                "finished": len(self.finished),
            }
            st.markdown(plain(t("flow.made_of", **counts, count=len(self.items))), width="stretch")
            if self.form.narrowed:
                st.button(t("flow.clear"), key="flow_clear", on_click=self.form.clear, icon=":material/filter_alt_off:")
            with st.container(width="content"):
                file_button(
                    t("flow.csv"),
                    lambda: exporting.as_csv(
                        [*self.finished, *(i for i in self.items if not i.done)], self.team, self.now
                    ),
                    name=f"{t('flow.file')}-{self.today.isoformat()}.csv",
                    mime="text/csv",
                    key="flow_csv",
                )

    # -- what is said of every figure

    def _head(self, name: str) -> None:
        st.subheader(self.t(f"flow.{name}"), anchor=False, help=self.t(f"flow.{name}.help"))

    def _n(self, n: int | str, left_out: int = 0, *more: str) -> None:
        """Say how many a figure is made of, and how many were left out."""
        said = [self.t("flow.n", n=n)]
        if left_out:
            said.append(self.t("flow.left_out", count=left_out))
        st.caption(plain(" · ".join([*said, *more])))

    def _none(self, why: str) -> None:
        """Say why there is no figure."""
        st.markdown(f":material/hourglass_empty: {plain(why)}")

    def _too_few(self, found: TooFew) -> None:
        self._none(self.t("flow.none", why=found.said))
        if found.left_out:
            st.caption(plain(self.t("flow.left_out", count=found.left_out)))

    def _beside(self, found: Iterable[tuple[str, str]]) -> None:
        with st.container(horizontal=True, gap="medium"):
            for label, value in found:
                st.markdown(f":small[{plain(label)}]  \n**{plain(value)}**", width="content")

    def _percent(self, percent: int) -> str:
        return f"{percent}{self.t('flow.percent_sign')}"

    def _long(self, time: dt.timedelta) -> str:
        """Return a time in days, a short one with its first decimal."""
        tenths = round(time / (_DAY / 10))
        if tenths >= 100 or tenths % 10 == 0:
            return self.t("flow.days", count=round(tenths / 10))
        return self.t("flow.days_part", days=Decimal(tenths) / 10)

    # -- the first room

    def _figures(self) -> None:
        with st.container(border=True):
            self._ageing()
        left, right = st.columns([3, 2])
        with left, st.container(border=True, height="stretch"):
            self._cycle_times()
        with right, st.container(border=True, height="stretch"):
            self._expectation()
        left, right = st.columns(2)
        with left, st.container(border=True, height="stretch"):
            self._weekly()
        with right, st.container(border=True, height="stretch"):
            self._by_stage()
        with st.container(border=True):
            self._waiting()
        left, right = st.columns([3, 2])
        with left, st.container(border=True, height="stretch"):
            self._loads()
        with right, st.container(border=True, height="stretch"):
            self._offers()
        left, right = st.columns(2)
        # Days on which only others finished something are days on which these did not.
        found = samples(self.items, self.today, desk_began(self.all))
        with left, st.container(border=True, height="stretch"):
            self._head("when")
            usual = min(max(sum(i.in_progress for i in self.items), 1), MOST_ITEMS)
            self.form.number("items", usual, help=self.t("flow.when.items", count=usual), width=220)
            self.form.mistakes("items")
            done = None if self.form.wrong("items") else when_done(found, self.form.asked.items or usual, self.today)
            if isinstance(done, TooFew):
                self._too_few_days(done)
            elif done is not None:
                st.markdown(plain(self.t("flow.when.said", count=done.items)))
                later = self.t("flow.when.later")
                days = {percent: self.language.value(day) if day else later for percent, day in done.by.items()}
                self._beside((self._percent(percent), day) for percent, day in days.items())
                self._days(done.days, done.active, found.left_out)
        with right, st.container(border=True, height="stretch"):
            self._head("many")
            self.form.day("by", width=220)
            self.form.mistakes("by")
            day = self.form.asked.by or workdays.working_days_later(self.today, AHEAD)
            many = how_many(found, day, self.today)
            if isinstance(many, TooFew):
                self._too_few_days(many)
            else:
                st.markdown(plain(self.t("flow.many.said", day=day)))
                self._beside(
                    (self._percent(percent), self.t("flow.many.least", count=least))
                    for percent, least in many.at_least.items()
                )
                self._days(many.days, many.active, found.left_out)

    def _too_few_days(self, found: TooFew) -> None:
        said = self.t("flow.none_active", needed=found.needed, count=found.n)
        self._none(said)
        if found.left_out:
            st.caption(plain(self.t("flow.left_out", count=found.left_out)))

    def _days(self, days: int, active: int, left_out: int) -> None:
        self._n(self.t("flow.active", active=active, count=days), left_out)

    def _ageing(self) -> None:
        self._head("ageing")
        bands = pace(self.finished)
        found = ageing(self.items, bands, self.today)
        if not found.items:
            self._none(self.t("flow.nothing_in_progress"))
        else:
            standing = [sum(aged.item.stage == stage for aged in found.items) for stage in WORKED]
            charts.ageing(found.items[:DRAWN], standing, bands, self.process, self.language)
        for aged in found.items[:CHASED]:
            if aged.beyond is not None and aged.beyond >= 2:
                self._chase(aged, bands)
        more = []
        if isinstance(bands, Pace):
            more.append(self.t("flow.bands", n=bands.n))
            if bands.left_out:
                more.append(self.t("flow.left_out", count=bands.left_out))
        else:
            more.append(self.t("flow.no_bands", why=bands.said))
        self._n(len(found.items), found.left_out, *more, *self._points("ageing", len(found.items)))

    def _chase(self, aged: Aged, bands: Pace | TooFew) -> None:
        """Draw a migration to see to first, in words: whose, how old, and whom it waits for."""
        i, t = aged.item, self.t
        usual = bands.of[i.stage][85] if isinstance(bands, Pace) else aged.age
        said = t(
            "flow.chase",
            stage=worded.stage(i.stage, self.process),
            usual=usual,
            owner=worded.person(i.owner, self.team) if i.owner else t("board.nobody"),
            waits=t("flow.chase.held") if i.held else t(f"flow.chase.{i.waiting_on}"),
            count=aged.age,
        )
        # A link is cut where a phone ends; what is below it breaks into lines.
        with st.container(gap=None):
            st.page_link("pages/migration.py", label=plain(f"{i.ref} · {i.client}"), query_params={"ref": i.ref})
            st.caption(plain(said))

    def _points(self, chart: str, count: int) -> list[str]:
        """Return what is said of the dots of a chart."""
        drawn = [self.t(f"flow.drawn.{chart}", drawn=DRAWN)] if count > DRAWN else []
        return [*drawn, self.t("flow.click")] if count else []

    def _cycle_times(self) -> None:
        self._head("cycle")
        lines, found = cycle_times(self.finished), scatter(self.finished)
        limit = expectation(self.finished, self.form.asked.percent, self.form.asked.days)
        if found:
            charts.cycle_times(
                found[-DRAWN:], lines, None if isinstance(limit, TooFew) else limit.days, self.process, self.language
            )
        if isinstance(lines, TooFew):
            self._too_few(lines)
            return
        self._beside((self._percent(percent), self.t("flow.days", count=days)) for percent, days in lines.of.items())
        self._n(lines.n, lines.left_out, *self._points("cycle", lines.n))

    def _expectation(self) -> None:
        self._head("expectation")
        t, asked = self.t, self.form.asked
        found = expectation(self.finished, asked.percent, asked.days)
        usual = "" if isinstance(found, TooFew) or found.given else found.days
        with st.container(horizontal=True):
            self.form.number("percent", asked.percent, width=110)
            self.form.number("days", usual, width=110, help=t("flow.expectation.days"))
        self.form.mistakes("percent", "days")
        if isinstance(found, TooFew):
            self._too_few(found)
        elif not self.form.wrong("percent", "days"):
            share = half_up(found.within * 100, found.last)
            kept = share >= found.percent
            st.metric(
                t("flow.expectation.label"),
                t("flow.expectation.said", percent=self._percent(found.percent), count=found.days),
                t(
                    "flow.expectation.last",
                    share=self._percent(share),
                    within=found.within,
                    count=found.last,
                ),
                # Days that were worked out from the very same migrations say nothing of whether they are kept.
                delta_color=("normal" if kept else "inverse") if found.given else "off",
                delta_arrow=("up" if kept else "down") if found.given else "off",
            )
            if found.given:
                st.caption(plain(t("flow.expectation.kept" if kept else "flow.expectation.missed")))
            else:
                st.caption(plain(t("flow.expectation.so_far")))
            self._busy(found.days)
            self._n(found.n, found.left_out)
        lead = lead_times(self.finished)
        st.markdown(f"**{plain(t('flow.lead'))}**", help=t("flow.lead.help"))
        if isinstance(lead, TooFew):
            self._too_few(lead)
        else:
            self._beside((self._percent(percent), t("flow.days", count=days)) for percent, days in lead.of.items())
            self._n(lead.n, lead.left_out)

    def _busy(self, promised: int) -> None:
        """Warn where more is in progress than what is promised was measured with."""
        progress = sum(i.in_progress for i in self.items)
        weeks = weekly(self.items, self.today, PACE_WEEKS + 1).weeks[:-1]
        finished = sum(week.finished for week in weeks)
        # At that pace, what is in progress takes longer than what is promised for each.
        if finished and progress * PACE_WEEKS * 7 > promised * finished:
            values = {"progress": progress, "finished": finished, "weeks": PACE_WEEKS}
            st.warning(plain(self.t("flow.expectation.busy", **values)), icon=":material/warning:")

    def _weekly(self) -> None:
        self._head("weekly")
        found = weekly(self.items, self.today)
        started, finished = (sum(getattr(week, name) for week in found.weeks) for name in ("started", "finished"))
        if not started + finished:
            self._none(self.t("flow.weekly.none"))
        else:
            charts.weekly(found.weeks, self.language)
            st.markdown(plain(self.t("flow.weekly.said", started=started, finished=finished)))
        self._n(f"{self.language.value(started)} + {self.language.value(finished)}", found.left_out)

    def _by_stage(self) -> None:
        self._head("wip")
        standing = cumulative.by_stage(self.items)
        n = sum(standing.values())
        if n:
            charts.by_stage(standing, self.form.board_query(), self.process, self.language)
        else:
            self._none(self.t("flow.nothing_open"))
        # The board knows nothing of groups, so it would show others as well.
        click = "flow.wip.click_all" if self.form.wanted.group else "flow.wip.click"
        self._n(n, 0, *([self.t(click)] if n else []))

    def _waiting(self) -> None:
        self._head("waiting")
        t, wanted = self.t, self.form.wanted
        found = waited(self.items, self.now, wanted.since, wanted.until)
        if not found.n:
            self._none(t("flow.waiting.none"))
            return
        with st.container(horizontal=True):
            for side in ("us", "client", "hold"):
                median = (
                    found.median.said
                    if isinstance(found.median, TooFew)
                    else t("flow.waiting.median", days=self._long(getattr(found.median, side)))
                )
                total = getattr(found.total, side)
                st.metric(
                    t(f"flow.waiting.{side}"),
                    self._long(total),
                    self.language.value(median),
                    delta_color="off",
                    delta_arrow="off",
                    width="stretch",
                )
        more = []
        if found.left_out:
            more.append(t("flow.waiting.unknown", days=self._long(found.total.unknown), count=found.left_out))
        self._n(found.n, 0, *more)

    def _loads(self) -> None:
        self._head("loads")
        found = loads(self.migrations, self.capacity, self.now)
        charts.loads(found, self.capacity, self.language)
        full = sum(load.taken > load.units for load in found)
        more = [self.t("flow.loads.full", count=full)] if full else []
        n = sum(len(load.agreed) for load in found)
        self._n(n, 0, *more, *([self.t("flow.click")] if n else []))

    def _offers(self) -> None:
        self._head("offers")
        t, domains = self.t, self.form.asked.domains
        self.form.number("domains", 1, width=160)
        self.form.mistakes("domains")
        if self.form.wrong("domains"):
            return
        found = offers(self.migrations, self.capacity, self.process, self.now, domains=domains)
        units = t("flow.units", count=self.capacity.units(domains))
        st.markdown(plain(t("flow.offers.said", units=units, count=domains)))
        if not found:
            self._none(t("flow.offers.none"))
            return
        lines = []
        for load in found:
            day = f"{format_date(load.day, 'EEEE', locale=self.language.locale)}, {self.language.value(load.day)}"
            free = t("flow.offers.free", free=load.units - load.taken, units=load.units)
            lines.append(f"- **{plain(day)}** :small[{plain(free)}]")
        st.markdown("\n".join(lines))
        st.caption(plain(t("flow.offers.note")))
        agreed = sum(len(load.agreed) for load in loads(self.migrations, self.capacity, self.now))
        self._n(agreed)

    # -- the second room

    def _cumulative(self) -> None:
        self.form.keep_questions()
        self._head("cumulative")
        wanted, t = self.form.wanted, self.t
        last = min(wanted.until or self.today, self.today)
        whole = cumulative.flow(self.items, last)
        first = wanted.since or (last - dt.timedelta(weeks=WEEKS))
        found = cumulative.flow(self.items, last, max(first, whole.days[0])) if whole.days else whole
        if not found.n:
            self._none(t("flow.cumulative.none"))
        elif len(found.days) < 2:
            self._none(t("flow.cumulative.no_days"))
        else:
            charts.cumulative(found, self.process, self.language)
            progress = found.in_progress
            st.markdown(
                plain(
                    t(
                        "flow.cumulative.said",
                        first=found.days[0],
                        last=found.days[-1],
                        before=int(progress[0]),
                        after=int(progress[-1]),
                    )
                )
            )
        self._n(found.n, found.left_out)
