"""The file of subscriptions read: its header, its rows, its odd terms; each anew only where something has changed."""

from dataclasses import replace

from core.ground import clock
from core.ground.messages import InputError
from core.language import Language
from core.migration.import_columns import suggest
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation.base_job import Opened, load_file, open_file
from core.simulation.columns import COLUMNS
from core.simulation.odd_terms import as_first_unpaid, odd_terms
from core.simulation.reading import Loaded
from core.spreadsheet.tally import tally
from pages.parts.portfolio.subscriptions_state import Kept, Upload
from pages.parts.shared.long_work import work
from pages.parts.shared.reading_choice import laid_out


def header(upload: Upload, language: Language) -> tuple[str, ...]:
    """Return the names of the columns; others than before are understood anew. Raises InputError."""
    how = upload.reading
    if upload.opened is None or upload.opened[0] != how:
        text, asked = language.text("import.reading"), (upload.file.content, how)
        opened: Opened = work(text, False, upload.file, open_file, *asked)
        upload.layout = laid_out(upload, opened.sheet, opened.guessed)
        if opened.errors or opened.sheet is None:
            raise InputError(*opened.errors)
        names = opened.sheet.header
        upload.opened = (how, names)
        if names != tuple(upload.mapping):
            upload.mapping = suggest(names, COLUMNS)
            upload.asked = set()
            upload.date_order, upload.order_asked = "", None
    return upload.opened[1]


def load(kept: Kept, upload: Upload, tariff: Tariff, language: Language) -> Loaded:
    """Return what stands in the file, as its columns are understood. Raises InputError."""
    layout = upload.layout
    # As the beginning was read, so that nothing is guessed twice.
    how = replace(upload.reading, encoding=layout.encoding or None, delimiter=layout.delimiter or None)
    key = (how, tuple(upload.mapping.items()), upload.date_order, tariff.version)
    if kept.made is None or kept.made[0] != key:
        asked = (upload.file.content, tariff, upload.mapping, how, upload.date_order)
        text = language.text("subscriptions.loading")
        kept.made = (key, work(text, False, upload.file, load_file, *asked))
        kept.repairs = tally(kept.made[1].repairs)
    return kept.made[1]


def as_meant(kept: Kept, upload: Upload, tariff: Tariff, loaded: Loaded) -> Loaded:
    """Return what was loaded with its odd terms as somebody said that they are meant."""
    today = clock.today()
    if kept.meant is None or kept.meant[0] is not loaded or kept.meant[1] != (upload.first_unpaid, today):
        readings = tariff.shown_on(calendar.number(today)).readings
        odd = odd_terms(loaded.subscriptions, readings)
        meant = loaded
        if upload.first_unpaid:
            meant = replace(loaded, subscriptions=as_first_unpaid(loaded.subscriptions, readings))
        kept.meant = (loaded, (upload.first_unpaid, today), meant, odd)
    return kept.meant[2]
