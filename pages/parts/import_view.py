"""An import on the screen: the file as it was read, its columns, what it would change, and writing it.

What was uploaded stays in the session until it is written or dropped; a plan is made once and kept until something that
it depends on changes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

import pandas as pd
import streamlit as st

from core import clock
from core.held import Held
from core.language import Language
from core.messages import FieldError, InputError, Message
from core.pipeline import brought, worded
from core.pipeline.brought import Compared, Found, Read
from core.pipeline.columns import COLUMNS, REQUIRED, check_mapping
from core.pipeline.database import UnknownOutcomeError
from core.pipeline.decoding import DELIMITERS, Line, Sheet
from core.pipeline.importing import Applied, StalePlanError, remembered
from core.pipeline.mistakes import mistakes_csv
from core.pipeline.moves import Act
from core.pipeline.people import CONSOLE, Team
from core.pipeline.plan import OUTCOMES, Change, Outcome, Plan, Planned
from core.pipeline.rows import RowError
from core.pipeline.said import AS_PROPOSED, Reading, Said
from core.pipeline.stages import Process
from core.pipeline.store import Store
from core.settings import settings
from pages.parts import shell
from pages.parts.brought_file import choose_reading, mistakes, more, work
from pages.parts.column_choice import choose_columns
from pages.parts.file_button import file_button
from pages.parts.uploaded import owner
from pages.parts.words import plain

SHOWN = 500
"""Rows drawn of a table; its total is said."""
_FIRST = 10
"""Rows of the file shown before anything else is done."""
MISTAKES = 20_000
"""Mistakes that the page's file of them has: nobody corrects more by hand, and it goes to the browser in one piece."""
_LONG = 1000
"""Rows from which on a bar says how far the work is: below, it would only blink."""

KEEP, SKIP = "", "-"
"""What may become of a column beside being one of ours: kept as it is, or left out."""


@dataclass
class Upload:
    """A file that somebody brought, and what they said of it; `number` tells its widgets from those of the one before.

    `suspects`: columns that held what looks like a secret, left out since or not. `asked`: columns of a wide file that
    have a choice of their own because somebody wants one. `begun`: whether writing was, and had
    no end. `read`, `found` and `made` are what was worked out last, each with what it was worked out from.
    """

    name: str
    file: Held
    number: int
    how: Reading = AS_PROPOSED
    header: tuple[str, ...] = ()
    mapping: dict[str, str | None] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)
    suspects: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    columns_open: bool = False
    known_before: bool = False
    valid_only: bool = False
    stale: str | Message | None = None
    begun: bool = False
    guessed: str = ""
    read: tuple[object, Read] | None = None
    found: tuple[object, Found] | None = None
    made: tuple[object, Compared] | None = None
    epoch: str = ""

    @property
    def said(self) -> Said:
        """What somebody said of its columns and cells."""
        return Said(dict(self.mapping), frozenset(self.excluded))

    def forget(self) -> None:
        """Empty it: the fields on the page hold it until others take their place."""
        self.file.let_go()
        self.read = self.found = self.made = None
        self.header, self.mapping = (), {}
        self.excluded.clear()
        self.suspects.clear()
        self.asked.clear()


@dataclass(frozen=True)
class Report:
    """An import that was written: whose, which file, how many rows came out how, and the first of the mistakes."""

    name: str
    person: str
    at: dt.datetime
    applied: Applied
    read: int
    errors: Sequence[RowError]
    mistakes: int


@dataclass
class Kept:
    """What a session keeps of its imports: the file at hand, how many there were, and the last one that was written."""

    upload: Upload | None = None
    number: int = 0
    report: Report | None = None

    def take(self, name: str, data: bytes) -> None:
        """Take a file up instead of the one before."""
        self.drop()
        self.upload = Upload(name, Held(data, owner()), self.number)

    def drop(self) -> None:
        """Put the file away, and the widget that it came through."""
        self.number += 1
        if self.upload is not None:
            self.upload.forget()
        self.upload = None


def draw(kept: Kept, store: Store, process: Process, team: Team, language: Language) -> None:
    """Draw everything about the file at hand, and write it where that is asked for."""
    assert kept.upload is not None
    view = _View(kept, kept.upload, store, process, team, language)
    sheet = view.file()
    if sheet is None:
        return
    preview = st.container()
    mapped = view.columns(sheet)
    try:
        compared = view.compare(sheet) if mapped else None
        secrets = view.secrets(sheet) if compared is None else compared.secrets
    except InputError as error:
        view.wrong(error.errors)
        return
    made = compared.plan if compared else None
    with preview:
        view.preview(sheet, secrets)
    view.suspects(secrets, made)
    if made is not None and not secrets.errors:
        view.changes(made)
        view.writing(sheet, made)


def report(done: Report, language: Language) -> None:
    """Draw what was written last."""
    t = language.text
    with st.container(border=True):
        st.markdown(f":material/task_alt: **{plain(t('import.done', name=done.name))}**")
        _equation(done.read, done.applied.counts, language)
        at = worded.moment(done.at)
        st.caption(plain(t("import.done_by", number=str(done.applied.batch), at=at, who=done.person)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/board.py", label=t("import.to_board"), icon=shell.PAGES["board"], query_params={"state": "all"}
            )
            if done.errors:
                _errors_button(done.errors, done.mistakes, language, "import_report_errors")


def template_button(language: Language, make: Callable[[], bytes]) -> None:
    """Draw the button for an empty file with all our columns."""
    t = language.text
    file_button(
        t("import.template"), make, name=f"{t('import.template_file')}.csv", mime="text/csv", key="import_template"
    )


def _equation(count: int, counts: Mapping[Outcome, int], language: Language) -> None:
    """Draw how many rows were read, and that each came out as exactly one thing."""
    t = language.text
    parts = [f"{plain(t(f'import.outcome.{outcome}'))} **{language.value(counts[outcome])}**" for outcome in OUTCOMES]
    read = f"{plain(t('import.read'))}: **{language.value(count)}**"
    st.markdown(f"{read} = {' + '.join(parts)}")


def _errors_button(errors: Sequence[RowError], count: int, language: Language, key: str) -> None:
    t = language.text
    file_button(
        t("import.errors_file") if count <= MISTAKES else t("import.first_errors_file", count=MISTAKES),
        lambda: mistakes_csv(islice(errors, MISTAKES), language),
        name=f"{t('import.errors_name')}.csv",
        mime="text/csv",
        key=key,
    )


def _table(rows: list[dict[str, object]], key: str, wide: Iterable[str] = ()) -> None:
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(38 + 35 * len(rows), 458),
        placeholder="",
        key=key,
        column_config={name: st.column_config.TextColumn(width="large") for name in wide},
    )


class _View:
    """The parts of the page about one file, in their order."""

    def __init__(
        self, kept: Kept, upload: Upload, store: Store, process: Process, team: Team, language: Language
    ) -> None:
        self.kept = kept
        self.upload = upload
        self.store = store
        self.process = process
        self.team = team
        self.language = language
        self.t = language.text

    def _key(self, name: str) -> str:
        return f"import_{name}_{self.language.code}_{self.upload.number}"

    # -- the file

    def file(self) -> Sheet | None:
        """Draw how the file was read and let it be read otherwise; return its rows, None where it has none."""
        t, upload = self.t, self.upload
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(t("import.file", name=upload.name)), anchor=False, width="stretch")
            st.button(t("import.drop"), key="import_drop", icon=":material/close:", on_click=self.kept.drop)
        try:
            read = self._read()
        except InputError as error:
            self.wrong(error.errors)
            return None
        sheet = read.sheet
        encoding = upload.how.encoding or upload.guessed
        delimiter = sheet.delimiter if sheet else upload.how.delimiter or DELIMITERS[0]
        a, b = st.columns(2)
        choose_reading(a, b, upload, encoding, delimiter, self._key, self.language)
        self.wrong(read.errors)
        if sheet is not None and not sheet.lines:
            st.info(plain(t("import.only_header")), icon=":material/info:")
            return None
        return sheet

    def wrong(self, errors: Iterable[FieldError]) -> None:
        """Draw what is wrong with the file as a whole."""
        for mistake in errors:
            st.error(plain(self.language.mistake(mistake)), icon=":material/error:")

    def _read(self) -> Read:
        upload = self.upload
        if upload.read is None or upload.read[0] != upload.how:
            asked = (upload.file.content, upload.how)
            upload.read = (upload.how, work(self.t("import.reading"), False, upload.file, brought.read, *asked))
        read = upload.read[1]
        upload.guessed = read.guessed
        sheet = read.sheet
        if sheet is not None and sheet.header != upload.header:
            upload.header = sheet.header
            before = remembered(self.store, sheet.header)
            upload.mapping = before.mapping
            upload.excluded = {*before.excluded, *(upload.excluded & {*sheet.header})}
            upload.suspects = []
            upload.asked = set()
            upload.columns_open = False
            upload.known_before = before.known
        return read

    def preview(self, sheet: Sheet, secrets: Found) -> None:
        """Draw the first rows as they were read, without what looks like a secret."""
        lines = sheet.lines[:_FIRST]
        there = takewhile(lambda error: error.row <= lines[-1].number, secrets.errors)
        hidden = {(error.row, error.column) for error in there}
        shown = [name for name in sheet.header if name not in self.upload.excluded]

        def cell(line: Line, name: str, cells: Mapping[str, str]) -> str:
            secret = {(1, name), (line.number, name), (line.number, "")} & hidden
            return "•••" if secret else cells.get(name, "")

        rows = [
            [cell(line, name, cells) for name in shown]
            for line in lines
            for cells in [dict(zip(sheet.header, line.cells, strict=False))]
        ]
        index = pd.Index([line.number for line in lines], name=self.t("import.row"))
        st.dataframe(pd.DataFrame(rows, index=index, columns=shown), key=self._key("preview"))
        st.caption(plain(self.t("import.preview", shown=len(lines), count=len(sheet.lines))))

    # -- the columns

    def columns(self, sheet: Sheet) -> bool:
        """Draw what each column is and let it be something else; return whether the file can be read like that."""
        t, upload = self.t, self.upload
        try:
            check_mapping(upload.said.columns, sheet.header)
            wrong: tuple = ()
        except InputError as error:
            wrong = error.errors
        known = sum(id is not None for id in upload.said.columns.values())
        title = t(
            "import.columns",
            known=known,
            kept=len(upload.said.columns) - known,
            out=len(upload.excluded & {*sheet.header}),
        )
        if wrong:
            upload.columns_open = True
        with st.expander(title, icon=":material/view_column:", expanded=upload.columns_open):
            if upload.known_before:
                st.caption(plain(t("import.remembered")))
            required = ", ".join(map(self._label, REQUIRED))
            st.caption(plain(t("import.required", columns=required)))
            ours = [column.id for column in COLUMNS]
            choice = {name: SKIP if name in upload.excluded else upload.mapping[name] or KEEP for name in sheet.header}
            options = [KEEP, SKIP, *ours]
            choose_columns(
                sheet.header,
                choice,
                options,
                ours,
                self._column_name,
                self._chosen,
                upload.asked,
                self._key,
                self.language,
            )
            self._formats = st.empty()
        self.wrong(wrong)
        return not wrong

    def _chosen(self, name: str, choice: str) -> None:
        upload = self.upload
        upload.excluded.discard(name)
        if choice == SKIP:
            upload.excluded.add(name)
        else:
            upload.mapping[name] = choice or None
        upload.columns_open = True

    def _column_name(self, id: str) -> str:
        if id in (KEEP, SKIP):
            return self.t("import.skip" if id == SKIP else "import.keep")
        return f"{self._label(id)} *" if id in REQUIRED else self._label(id)

    def _label(self, id: str) -> str:
        return self.language.value(worded.column(id))

    def _say_formats(self, formats: Mapping[str, str]) -> None:
        by_format: dict[str, list[str]] = {}
        for id, format in formats.items():
            by_format.setdefault(format, []).append(self._label(id))
        if by_format:
            said = "; ".join(f"{format}: {', '.join(columns)}" for format, columns in by_format.items())
            self._formats.caption(plain(self.t("import.dates", formats=said)))

    # -- secrets

    def secrets(self, sheet: Sheet) -> Found:
        """Return where the file holds what looks like a secret, while its columns are not sorted out yet."""
        upload = self.upload
        key = (upload.how, frozenset(upload.excluded))
        if upload.found is None or upload.found[0] != key:
            asked = (sheet, frozenset(upload.excluded), frozenset[str]())
            upload.found = (key, work(self.t("import.reading"), False, upload.file, brought.find_secrets, *asked))
        return upload.found[1]

    def suspects(self, secrets: Found, made: Plan | None) -> None:
        """Refuse a file with secrets and say where they are, without them; let their columns be left out."""
        t, upload, count = self.t, self.upload, len(secrets.errors)
        upload.suspects += [name for name in secrets.columns if name not in upload.suspects]
        if not upload.suspects and not count:
            return
        with st.container(border=True):
            if count:
                st.error(plain(t("import.secrets", count=count)), icon=":material/key_off:")
            else:
                st.markdown(f":material/key_off: {plain(t('import.secrets_out'))}")
            for name in upload.suspects:
                self._leave_out(name)
            if secrets.in_rows:
                st.markdown(plain(t("import.secret_rows")))
            if count:
                mistakes(secrets.errors, self.language, count)
            if count and made:
                _errors_button(secrets.errors, count, self.language, "import_secrets_file")

    def _leave_out(self, name: str) -> None:
        excluded = self.upload.excluded
        key = self._key(f"leave_{self.upload.header.index(name)}")
        st.session_state[key] = name in excluded

        def chosen() -> None:
            (excluded.add if st.session_state[key] else excluded.discard)(name)

        st.checkbox(plain(self.t("import.leave_out", column=name)), key=key, on_change=chosen)

    # -- the plan

    def compare(self, sheet: Sheet) -> Compared:
        """Return what the file would do, worked out anew only where something has changed."""
        upload, doing = self.upload, self._act()
        key = (upload.how, upload.said, doing.person.id)
        if upload.made is None or upload.made[0] != key:
            # The epoch first: a restore between the two is found when it is written.
            upload.epoch = self.store.epoch()
            asked = (sheet, upload.said, (doing.person, doing.now), settings().database_url)
            upload.made = (key, self._work("import.comparing", len(sheet.lines), brought.compare, *asked))
        self._say_formats(upload.made[1].formats)
        return upload.made[1]

    def _act(self) -> Act:
        # Looking is everybody's: whoever has not said who they are sees the same, and cannot write it.
        return shell.act() or Act(self.process, CONSOLE, clock.now())

    def _work(self, text: str, rows: int, do: Callable[..., Any], *args: object, **then: Any) -> Any:
        return work(self.t(text, count=rows), rows >= _LONG, self.upload.file, do, *args, **then)

    def changes(self, made: Plan) -> None:
        """Draw the rows by what becomes of them."""
        t, counts = self.t, made.counts
        st.subheader(t("import.changes"), anchor=False)
        if self.upload.begun:
            st.warning(plain(t("import.interrupted")), icon=":material/back_hand:")
            self.upload.begun = False
        if self.upload.stale:
            st.warning(plain(t(self.upload.stale)), icon=":material/sync_problem:")
        _equation(made.read, counts, self.language)
        there = [outcome for outcome in ("rejected", "conflict", "changed", "new", "unchanged") if counts[outcome]]
        key = self._key("outcome")
        if st.session_state.get(key) not in there:
            st.session_state[key] = there[0]
        chosen = st.segmented_control(
            t("import.show"),
            there,
            format_func=lambda id: f"{t(f'import.outcome.{id}')} ({self.language.value(counts[id])})",
            key=key,
            required=True,
            label_visibility="collapsed",
        )
        st.caption(plain(t(f"import.explained.{chosen}")))
        if chosen == "rejected":
            mistakes(made.errors, self.language, len(made.errors))
            _errors_button(made.errors, len(made.errors), self.language, "import_errors_file")
        elif chosen in ("changed", "conflict"):
            self._changed(made, chosen)
        else:
            shown = [self._row(planned) for planned in islice(made.those(chosen), SHOWN)]
            _table(shown, self._key(f"table_{chosen}"), [t("import.says")] if chosen == "new" else ())
            more(len(shown), counts[chosen], self.language)

    def _row(self, planned: Planned) -> dict[str, object]:
        field = self.language.field
        row: dict[str, object] = {
            self.t("import.row"): str(planned.row),
            field("ref"): planned.ref,
            field("client"): planned.client,
            field("domain"): ", ".join(planned.domains),
        }
        if planned.outcome == "new":
            said = (
                f"{self.language.value(worded.column(change.column))}: {self._value(change, change.new)}"
                for change in planned.changes
            )
            row[self.t("import.says")] = " · ".join(said)
        if planned.outcome == "unchanged":
            same = planned.same_as
            row[self.t("import.remark")] = self.t("import.same_as", row=str(same)) if same else ""
        return row

    def _changed(self, made: Plan, outcome: Outcome) -> None:
        t = self.t
        lines = ((planned, change) for planned in made.those(outcome) for change in planned.changes)
        shown: list[dict[str, object]] = []
        for planned, change in islice(lines, SHOWN):
            stands, said = (self._value(change, value) for value in (change.old, change.new))
            line = self._row(planned) | {t("import.column"): self.language.value(worded.column(change.column))}
            if planned.outcome == "conflict":
                line |= {
                    t("import.on_board"): stands,
                    t("import.in_file"): said,
                    t("import.remark"): t("import.board_newer") if change.conflict else "",
                }
            else:
                line |= {t("import.change"): t("import.from_to", old=stands or "—", new=said)}
            shown.append(line)
        _table(shown, self._key("table_changes"), () if outcome == "conflict" else [t("import.change")])
        more(len(shown), made.changes[outcome], self.language)

    def _value(self, change: Change, given: object) -> str:
        return self.language.value(worded.value(change.column, given, self.process, self.team))

    # -- writing

    def writing(self, sheet: Sheet, made: Plan) -> None:
        """Draw the button that writes, or why it cannot; write where it was clicked."""
        t, upload = self.t, self.upload
        rejected, written = made.counts["rejected"], made.counts["new"] + made.counts["changed"]
        if rejected and written:
            self._valid_only(rejected)
        refused = shell.refusal("work")
        if not written:
            refused = t("import.nothing")
        elif rejected and not upload.valid_only:
            refused = t("import.fix_or_leave")
        with st.container(horizontal=True, vertical_alignment="center"):
            clicked = st.button(
                t("import.write", count=written) if written else t("import.write_none"),
                key="import_write",
                type="primary",
                icon=":material/save:",
                disabled=refused is not None,
            )
            if refused:
                st.markdown(plain(refused), width="stretch")
        doing = shell.act()
        if clicked and refused is None and doing is not None:
            self._write(sheet, made, doing)

    def _valid_only(self, rejected: int) -> None:
        key = self._key("valid")
        st.session_state[key] = self.upload.valid_only

        def chosen() -> None:
            self.upload.valid_only = st.session_state[key]

        st.checkbox(self.t("import.valid_only", count=rejected), key=key, on_change=chosen)

    def _write(self, sheet: Sheet, made: Plan, doing: Act) -> None:
        upload, kept = self.upload, self.kept
        upload.begun = True

        # Before anything is drawn: a click meanwhile ends this run at the next thing that Streamlit draws.
        def written(applied: Applied) -> None:
            errors = tuple(islice(made.errors, MISTAKES))
            kept.report = Report(
                upload.name, doing.person.name, doing.now, applied, made.read, errors, len(made.errors)
            )
            kept.drop()

        try:
            if replaced := self.store.replaced_since(upload.epoch):
                raise StalePlanError(replaced)
            by = (doing.person, doing.now)
            asked = (made, sheet, upload.file.content, upload.said, by, settings().database_url)
            rows = made.counts["new"] + made.counts["changed"]
            self._work("import.writing", rows, brought.write, *asked, then=written)
        except StalePlanError as error:
            upload.made, upload.stale, upload.begun = None, error.message or "import.planned_anew", False
        except InputError as error:
            # Compared anew: its process may have died after it had written.
            upload.made, upload.begun = None, False
            self.wrong(error.errors)
            return
        except Exception as error:
            # No click: whoever tells this says what happened, and the next comparison what stands.
            upload.made, upload.begun = None, False
            upload.stale = "import.unknown_outcome" if isinstance(error, UnknownOutcomeError) else None
            raise
        st.rerun()
