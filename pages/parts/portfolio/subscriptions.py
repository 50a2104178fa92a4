"""The subscriptions that are simulated: invented ones until somebody brings a file, which stays in the session."""

import datetime as dt
from dataclasses import dataclass, field, replace

import streamlit as st

from core.files.held import Held
from core.ground import clock
from core.ground.dates import DateOrder
from core.ground.limits import SUBSCRIPTIONS
from core.ground.messages import FieldError, InputError
from core.ground.secrets import secret_header
from core.language import Language
from core.migration.columns import suggest
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation.brought import Opened, load_file, open_file
from core.simulation.columns import COLUMNS, REQUIRED, template
from core.simulation.odd_terms import OddTerms, as_first_unpaid, odd_terms
from core.simulation.reading import Loaded, errors_csv, samples
from core.spreadsheet.questions import Question
from core.spreadsheet.said import AS_PROPOSED, Reading
from core.spreadsheet.tally import Tally, tally
from pages.parts.shared import shell
from pages.parts.shared.brought_file import UNREAD, Layout, choose_reading, laid_out, mistakes, summary, work
from pages.parts.shared.brought_file import wrong as told_wrong
from pages.parts.shared.column_choice import choose_columns
from pages.parts.shared.file_button import file_button
from pages.parts.shared.questions_view import date_order
from pages.parts.shared.repairs_view import Switches, repairs, rows_left_out
from pages.parts.shared.uploaded import owner, uploader
from pages.parts.shared.words import plain

_SKIP = ""
_KEPT = "_subscriptions"
_FIRST_UNPAID = "u"
"""Ends the mark of a base whose terms of a day too long are read as somebody meant them."""
BASE = "base"
"""The parameter of a link that says with which base it was made."""


@dataclass
class Upload:
    """A file that somebody brought, and what they said of it; `number` tells its widgets from those of the one before.

    `asked`: columns of a wide file that have a choice of their own because somebody wants one. `opened`: its header as
    last read, with what was said then. `first_unpaid`: "valid until" of terms a day too long is read as the day after.
    """

    name: str
    file: Held
    number: int
    how: Reading = AS_PROPOSED
    layout: Layout = UNREAD
    switches: Switches = field(default_factory=Switches)
    date_order: DateOrder = ""
    order_asked: Question | None = None
    mapping: dict[str, str | None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    reading_open: bool = False
    opened: tuple[object, tuple[str, ...]] | None = None
    first_unpaid: bool = False

    def header(self, language: Language) -> tuple[str, ...]:
        """Return the names of the columns; others than before are understood anew. Raises InputError."""
        how = self.reading
        if self.opened is None or self.opened[0] != how:
            text, asked = language.text("import.reading"), (self.file.content, how)
            opened: Opened = work(text, False, self.file, open_file, *asked)
            self.layout = laid_out(self, opened.sheet, opened.guessed)
            if opened.errors or opened.sheet is None:
                raise InputError(*opened.errors)
            header = opened.sheet.header
            self.opened = (how, header)
            if header != tuple(self.mapping):
                self.mapping = suggest(header, COLUMNS)
                self.asked = set()
                self.date_order, self.order_asked = "", None
        return self.opened[1]

    @property
    def reading(self) -> Reading:
        """How it is read, with the repairs that are not made."""
        return replace(self.how, off=self.switches.of_reading | self.switches.of_cells)

    def forget(self) -> None:
        """Empty it: the fields on the page hold it until others take their place."""
        self.file.let_go()
        self.mapping, self.opened, self.asked = {}, None, set()
        self.layout, self.order_asked = UNREAD, None
        self.switches.forget()


@dataclass
class Kept:
    """What a session keeps: the file at hand, how many there were, and what was read last with what it was read from.

    `meant`: that as its odd terms are to be read, which are told; `asked`: the mark of the base that the link was made
    with.
    """

    upload: Upload | None = None
    number: int = 0
    made: tuple[object, Loaded] | None = None
    meant: tuple[Loaded, object, Loaded, OddTerms] | None = None
    repairs: dict[str, Tally] = field(default_factory=dict)
    samples: tuple[object, Loaded] | None = None
    asked: str | None = None

    @property
    def mark(self) -> str:
        """What a link says of the base: how its file's fingerprint begins and how it is read; "" for the samples."""
        if self.upload is None:
            return ""
        return self.upload.file.sha256[:8] + _FIRST_UNPAID * self.upload.first_unpaid

    def take(self, name: str, data: bytes) -> None:
        """Take a file up instead of the samples, read as the link says where it is the link's."""
        asked = self.asked or ""
        self.drop()
        self.upload = Upload(name, Held(data, owner()), self.number)
        self.upload.first_unpaid = asked == self.mark + _FIRST_UNPAID
        self.asked = self.mark

    def drop(self) -> None:
        """Go back to the samples, and forget the file."""
        self.number += 1
        if self.upload is not None:
            self.upload.forget()
        self.upload, self.made, self.meant, self.repairs = None, None, None, {}
        self.asked = self.mark


def draw(language: Language) -> Loaded | None:
    """Draw which subscriptions are simulated and let somebody bring their own; None where no row can be used."""
    kept: Kept = st.session_state.setdefault(_KEPT, Kept())
    tariff = shell.tariff()
    if kept.asked is None:
        kept.asked = st.query_params.get(BASE, "")
    if kept.asked != kept.mark:
        st.warning(plain(language.text("subscriptions.other_base")), icon=":material/file_copy_off:")
    if kept.asked:
        st.query_params[BASE] = kept.asked
    elif BASE in st.query_params:
        del st.query_params[BASE]
    if kept.upload is None:
        return _samples(kept, tariff, clock.today(), language)
    return _File(kept, kept.upload, tariff, language).draw()


def is_another() -> bool:
    """Whether the figures are of another base than the link's."""
    kept: Kept = st.session_state[_KEPT]
    return kept.asked != kept.mark


def at_hand() -> tuple[str, str] | None:
    """Return the name and the fingerprint of the file at hand, None for the samples."""
    upload = st.session_state[_KEPT].upload
    return (upload.name, upload.file.sha256) if upload else None


def said(language: Language) -> str:
    """Return in words which base is at hand, for a file of its figures."""
    upload = st.session_state[_KEPT].upload
    if upload is None:
        return language.text("subscriptions.samples_said")
    return f"{upload.name}{' · ' + language.text('subscriptions.first_unpaid_said') if upload.first_unpaid else ''}"


def of_link() -> dict[str, str]:
    """Return what a link says of the base at hand: which file it is, but nothing of what is in it."""
    mark = st.session_state[_KEPT].mark
    return {BASE: mark} if mark else {}


def _samples(kept: Kept, tariff: Tariff, today: dt.date, language: Language) -> Loaded | None:
    t = language.text
    key = (tariff.version, today)
    if kept.samples is None or kept.samples[0] != key:
        kept.samples = (key, samples(tariff, today))
    loaded = kept.samples[1]
    st.markdown(f":material/science: {plain(t('subscriptions.samples', count=len(loaded.subscriptions)))}")
    with st.expander(t("subscriptions.own"), icon=":material/upload_file:"):
        columns = ", ".join(column.header for column in COLUMNS)
        required = ", ".join(column.header for column in COLUMNS if column.id in REQUIRED)
        uploader(
            t("subscriptions.upload"),
            key=f"subscriptions_upload_{kept.number}",
            most=SUBSCRIPTIONS,
            take_up=kept.take,
            language=language,
            help=plain(t("subscriptions.upload_help", columns=columns, required=required)),
        )
        st.caption(plain(t("subscriptions.session")))
        file_button(
            t("import.template"),
            template,
            name=f"{t('subscriptions.template_file')}.csv",
            mime="text/csv",
            key="subscriptions_template",
        )
    # A tariff of other packages has none of them.
    return loaded if len(loaded.subscriptions) else None


class _File:
    """The parts of the view about a file that was brought."""

    def __init__(self, kept: Kept, upload: Upload, tariff: Tariff, language: Language) -> None:
        self.kept = kept
        self.upload = upload
        self.tariff = tariff
        self.language = language
        self.t = language.text

    def draw(self) -> Loaded | None:
        t, upload = self.t, self.upload
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/table_view: **{plain(t('import.file', name=upload.name))}**", width="stretch")
            st.button(t("subscriptions.back"), key="subscriptions_back", icon=":material/undo:", on_click=self._drop)
        said = st.container()
        loaded: Loaded | None = None
        header: tuple[str, ...] = ()
        wrong: tuple[FieldError, ...] = ()
        try:
            header = upload.header(self.language)
            loaded = self._meant(self._load())
        except InputError as error:
            wrong = error.errors
            upload.reading_open = True
        title = f"{t('subscriptions.how')}: {summary(upload, self.language)}"
        with st.expander(title, icon=":material/view_column:", expanded=upload.reading_open):
            choose_reading(upload, self._key, self.language)
            self._columns(header)
            if loaded and loaded.read:
                self._dates(loaded)
        with said:
            told_wrong(wrong, self.language)
            if loaded:
                self._order(loaded)
                self._outcome(loaded)
            self._repairs(loaded)
        return loaded if loaded and len(loaded.subscriptions) else None

    def _drop(self) -> None:
        self.kept.drop()

    def _key(self, name: str) -> str:
        return f"subscriptions_{name}_{self.language.code}_{self.upload.number}"

    def _load(self) -> Loaded:
        upload, kept, layout = self.upload, self.kept, self.upload.layout
        # As the beginning was read, so that nothing is guessed twice.
        how = replace(upload.reading, encoding=layout.encoding or None, delimiter=layout.delimiter or None)
        key = (how, tuple(upload.mapping.items()), upload.date_order, self.tariff.version)
        if kept.made is None or kept.made[0] != key:
            asked = (upload.file.content, self.tariff, upload.mapping, how, upload.date_order)
            kept.made = (key, work(self.t("subscriptions.loading"), False, upload.file, load_file, *asked))
            kept.repairs = tally(kept.made[1].repairs)
        return kept.made[1]

    def _meant(self, loaded: Loaded) -> Loaded:
        """Return the file with its odd terms as somebody said that they are meant."""
        upload, kept = self.upload, self.kept
        today = clock.today()
        if kept.meant is None or kept.meant[0] is not loaded or kept.meant[1] != (upload.first_unpaid, today):
            readings = self.tariff.shown_on(calendar.number(today)).readings
            odd = odd_terms(loaded.subscriptions, readings)
            meant = loaded
            if upload.first_unpaid:
                meant = replace(loaded, subscriptions=as_first_unpaid(loaded.subscriptions, readings))
            kept.meant = (loaded, (upload.first_unpaid, today), meant, odd)
        return kept.meant[2]

    def _odd_terms(self) -> None:
        """Tell how many terms are no whole months, and ask whether those of a day too long were meant otherwise."""
        t, upload = self.t, self.upload
        assert self.kept.meant is not None
        odd = self.kept.meant[3]
        if over := int(odd.day_over.sum()):
            key = self._key("first_unpaid")
            st.session_state.setdefault(key, upload.first_unpaid)

            def switched() -> None:
                upload.first_unpaid = st.session_state[key]
                self.kept.asked = self.kept.mark

            st.toggle(
                t("subscriptions.day_over", count=over),
                key=key,
                on_change=switched,
                help=t("subscriptions.day_over.help"),
            )
        if other := int(odd.other.sum()):
            st.caption(plain(t("subscriptions.odd_terms", count=other)))

    def _columns(self, header: tuple[str, ...]) -> None:
        t, upload = self.t, self.upload
        required = ", ".join(map(self.language.field, REQUIRED))
        st.caption(plain(t("import.required", columns=required)))
        # What looks like passwords is not even offered.
        choice = {name: upload.mapping[name] or _SKIP for name in header if not secret_header(name)}
        ours = [column.id for column in COLUMNS]
        options = [_SKIP, *ours]
        choose_columns(
            header, choice, options, ours, self._column_name, self._chosen, upload.asked, self._key, self.language
        )

    def _chosen(self, name: str, choice: str) -> None:
        self.upload.mapping[name] = choice or None
        self.upload.reading_open = True

    def _column_name(self, id: str) -> str:
        if id == _SKIP:
            return self.t("import.skip")
        return f"{self.language.field(id)} *" if id in REQUIRED else self.language.field(id)

    def _dates(self, loaded: Loaded) -> None:
        by_format: dict[str, list[str]] = {}
        for id, format in loaded.formats.items():
            by_format.setdefault(format, []).append(self.language.field(id))
        said = "; ".join(f"{format}: {', '.join(columns)}" for format, columns in by_format.items())
        st.caption(plain(self.t("import.dates", formats=said)))

    def _order(self, loaded: Loaded) -> None:
        """Ask what comes first in its dates, and show what was answered."""
        upload = self.upload
        upload.order_asked = next(iter(loaded.questions), upload.order_asked if upload.date_order else None)

        def ordered(order: DateOrder) -> None:
            upload.date_order = order

        if upload.order_asked is not None:
            with st.container(border=True):
                date_order(upload.order_asked, upload.date_order, ordered, self._key, self.language)

    def _repairs(self, loaded: Loaded | None) -> None:
        """Draw what was read otherwise than it stands; where nothing could be read, what was not to be."""
        upload = self.upload
        if loaded is None and not upload.switches.of_reading:
            return
        told = self.kept.repairs if loaded else {}
        of_rows = loaded.of_rows if loaded else frozenset()
        repairs(
            upload.switches,
            {kind: found for kind, found in told.items() if kind in of_rows},
            {kind: found for kind, found in told.items() if kind not in of_rows},
            self._key,
            self.language,
        )

    def _outcome(self, loaded: Loaded) -> None:
        """Draw how many rows were read, taken and refused, what the file lacks, and why rows were refused."""
        t, value = self.t, self.language.value
        if not loaded.read:
            st.info(plain(t("import.only_header")), icon=":material/info:")
            return
        st.markdown(
            f"{plain(t('import.read'))}: **{value(loaded.read + len(loaded.left_out))}** = "
            f"{plain(t('subscriptions.taken'))} **{value(len(loaded.subscriptions))}** + "
            f"{plain(t('subscriptions.refused'))} **{value(len(loaded.refused))}** + "
            f"{plain(t('import.outcome.left_out'))} **{value(len(loaded.left_out))}**"
        )
        if loaded.missing:
            columns = ", ".join(map(self.language.field, loaded.missing))
            st.warning(plain(t("subscriptions.missing", columns=columns)), icon=":material/warning:")
        if loaded.names_count:
            st.caption(plain(t("subscriptions.counted_names")))
        if loaded.uneven:
            st.warning(plain(t("subscriptions.uneven", count=loaded.uneven)), icon=":material/warning:")
        self._odd_terms()
        if loaded.ignored:
            st.caption(plain(t("subscriptions.ignored", columns=", ".join(loaded.ignored))))
        st.caption(plain(t("subscriptions.session")))
        if not len(loaded.subscriptions):
            st.error(plain(t("subscriptions.none")), icon=":material/error:")
        if loaded.refused:
            self._refused(loaded)
        if loaded.left_out:
            with st.expander(t("subscriptions.left_out", count=len(loaded.left_out)), icon=":material/visibility_off:"):
                rows_left_out(loaded.left_out, self.language)

    def _refused(self, loaded: Loaded) -> None:
        t, language = self.t, self.language
        with st.expander(t("subscriptions.refused_rows", count=len(loaded.refused)), icon=":material/rule:"):
            count = sum(len(refused.errors) for refused in loaded.refused)
            mistakes(loaded.mistakes, language, count)
            file_button(
                t("import.errors_file"),
                lambda: errors_csv(loaded, language),
                name=f"{t('import.errors_name')}.csv",
                mime="text/csv",
                key="subscriptions_errors",
            )
