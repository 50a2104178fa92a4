"""An import on the screen, from the file to writing it: each part draws one thing, and this is their order."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.importing import import_job
from core.importing.import_job import Compared
from core.language import Language
from core.migration.act import Act
from core.migration.people import CONSOLE, Team
from core.migration.stages import Process
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.tally import Tally
from core.store.store import Store
from pages.parts.imports.changes import changes
from pages.parts.imports.columns import columns, say_formats
from pages.parts.imports.file import file, preview
from pages.parts.imports.gates import taken_over
from pages.parts.imports.questions import questions
from pages.parts.imports.secrets import secrets_in, suspects
from pages.parts.imports.session_state import Kept, Upload
from pages.parts.imports.writing import writing
from pages.parts.shared import mistakes, repairs_view, shell
from pages.parts.shared.long_work import LONG, work


def draw(kept: Kept, store: Store, process: Process, team: Team, language: Language) -> None:
    """Draw everything about the file at hand, and write it where that is asked for."""
    upload = kept.upload
    assert upload is not None
    sheet = file(kept, upload, store, language)
    if sheet is None:
        if upload.switches.of_reading:
            # What made it unreadable can be taken back.
            _repairs(upload, {}, language)
        return
    first = st.container()
    formats = columns(upload, sheet, language)
    doing = shell.act() or Act(process, CONSOLE, clock.now())
    said = _said(upload)
    try:
        compared = _compare(upload, sheet, said, doing, store, language) if formats else None
        secrets = compared.secrets if compared else secrets_in(upload, sheet, language)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return
    with first:
        preview(upload, sheet, secrets, language)
    if compared and formats:
        say_formats(formats, compared.formats, language)
    suspects(upload, secrets, compared is not None, language)
    if compared is None or secrets.errors:
        return
    questions(upload, compared.plan.questions, process, language)
    _repairs(upload, compared.repairs, language)
    changes(upload, sheet, compared, process, team, language)
    taken_over(upload, language)
    writing(kept, upload, sheet, said, compared.plan, store, language)


def _said(upload: Upload) -> Said:
    # A reason is a manager's: whoever else sits here now sees what they may write themselves.
    return upload.said if shell.refusal("force") is None else replace(upload.said, reason="")


def _compare(upload: Upload, sheet: Sheet, said: Said, doing: Act, store: Store, language: Language) -> Compared:
    """Return what the file would do, worked out anew only where something has changed.

    Looking is everybody's: whoever has not said who they are sees the same, and cannot write it.
    """
    key = (upload.read and upload.read[0], said, doing.person.id)
    if upload.made is None or upload.made[0] != key:
        # The epoch first: a restore between the two is found when it is written.
        upload.epoch = store.epoch()
        rows = len(sheet.lines)
        text = language.text("import.comparing", count=rows)
        asked = (sheet, said, (doing.person, doing.now), settings().database_url)
        upload.made = (key, work(text, rows >= LONG, upload.file, import_job.compare, *asked))
    return upload.made[1]


def _repairs(upload: Upload, of_cells: Mapping[str, Tally], language: Language) -> None:
    repairs_view.repairs(
        upload.switches,
        upload.read[1].repairs if upload.read else {},
        of_cells,
        lambda name: upload.key(name, language),
        language,
    )
