"""A file of subscriptions on the page: how it is read, what became of its rows, and what is asked about it."""

from functools import partial

import streamlit as st

from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError
from core.ground.secrets import secret_header
from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS, REQUIRED
from core.simulation.reading import Loaded, errors_csv
from pages.parts.portfolio import subscriptions_reading as reading
from pages.parts.portfolio.subscriptions_state import Kept, Upload
from pages.parts.shared import file_mistakes, mistakes
from pages.parts.shared.column_choice import choose_columns, formats_said
from pages.parts.shared.file_button import file_button
from pages.parts.shared.questions_view import date_order
from pages.parts.shared.reading_choice import choose_reading, summary
from pages.parts.shared.repairs_view import repairs, rows_left_out
from pages.parts.shared.words import plain

_SKIP = ""
"""What becomes of a column that is none of ours: nothing."""


def draw(kept: Kept, upload: Upload, tariff: Tariff, language: Language) -> Loaded | None:
    """Draw everything about the file at hand and return its subscriptions; None where no row can be used."""
    t = language.text
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/table_view: **{plain(t('import.file', name=upload.name))}**", width="stretch")
        st.button(t("subscriptions.back"), key="subscriptions_back", icon=":material/undo:", on_click=kept.drop)
    said = st.container()
    loaded: Loaded | None = None
    header: tuple[str, ...] = ()
    wrong: tuple[FieldError, ...] = ()
    try:
        header = reading.header(upload, language)
        loaded = reading.as_meant(kept, upload, tariff, reading.load(kept, upload, tariff, language))
    except InputError as error:
        wrong = error.errors
        upload.reading_open = True
    title = f"{t('subscriptions.how')}: {summary(upload, language)}"
    with st.expander(title, icon=":material/view_column:", expanded=upload.reading_open):
        choose_reading(upload, partial(upload.key, language=language), language)
        _columns(upload, header, language)
        if loaded and loaded.read:
            st.caption(plain(formats_said(loaded.formats, _ours(language), language)))
    with said:
        mistakes.draw(wrong, language)
        if loaded:
            _order(upload, loaded, language)
            _outcome(kept, upload, loaded, language)
        _repairs(kept, upload, loaded, language)
    return loaded if loaded and len(loaded.subscriptions) else None


def _ours(language: Language) -> dict[str, str]:
    """Return what the columns of ours are called."""
    return {column.id: language.field(column.id) for column in COLUMNS}


def _columns(upload: Upload, header: tuple[str, ...], language: Language) -> None:
    """Draw what each column is, and let it be something else."""
    # What looks like passwords is not even offered.
    choice = {name: upload.mapping[name] or _SKIP for name in header if not secret_header(name)}

    def chosen(name: str, id: str) -> None:
        upload.mapping[name] = id or None
        upload.reading_open = True

    choose_columns(
        header,
        choice,
        {_SKIP: language.text("import.skip")},
        _ours(language),
        REQUIRED,
        chosen,
        upload.asked,
        partial(upload.key, language=language),
        language,
    )


def _order(upload: Upload, loaded: Loaded, language: Language) -> None:
    """Ask what comes first in its dates, and show what was answered."""
    upload.order_asked = next(iter(loaded.questions), upload.order_asked if upload.date_order else None)

    def ordered(order: DateOrder) -> None:
        upload.date_order = order

    if upload.order_asked is not None:
        with st.container(border=True):
            key = partial(upload.key, language=language)
            date_order(upload.order_asked, upload.date_order, ordered, key, language)


def _repairs(kept: Kept, upload: Upload, loaded: Loaded | None, language: Language) -> None:
    """Draw what was read otherwise than it stands; where nothing could be read, what was not to be."""
    if loaded is None and not upload.switches.of_reading:
        return
    told = kept.repairs if loaded else {}
    of_rows = loaded.of_rows if loaded else frozenset()
    repairs(
        upload.switches,
        {kind: found for kind, found in told.items() if kind in of_rows},
        {kind: found for kind, found in told.items() if kind not in of_rows},
        partial(upload.key, language=language),
        language,
    )


def _outcome(kept: Kept, upload: Upload, loaded: Loaded, language: Language) -> None:
    """Draw how many rows were read, taken and refused, what the file lacks, and why rows were refused."""
    t, value = language.text, language.value
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
        columns = ", ".join(map(language.field, loaded.missing))
        st.warning(plain(t("subscriptions.missing", columns=columns)), icon=":material/warning:")
    if loaded.names_count:
        st.caption(plain(t("subscriptions.counted_names")))
    if loaded.uneven:
        st.warning(plain(t("subscriptions.uneven", count=loaded.uneven)), icon=":material/warning:")
    _odd_terms(kept, upload, language)
    if loaded.ignored:
        st.caption(plain(t("subscriptions.ignored", columns=", ".join(loaded.ignored))))
    st.caption(plain(t("subscriptions.session")))
    if not len(loaded.subscriptions):
        st.error(plain(t("subscriptions.none")), icon=":material/error:")
    if loaded.refused:
        _refused(loaded, language)
    if loaded.left_out:
        with st.expander(t("subscriptions.left_out", count=len(loaded.left_out)), icon=":material/visibility_off:"):
            rows_left_out(loaded.left_out, language)


def _odd_terms(kept: Kept, upload: Upload, language: Language) -> None:
    """Tell how many terms are no whole months, and ask whether those of a day too long were meant otherwise."""
    t = language.text
    assert kept.meant is not None
    odd = kept.meant[3]
    if over := int(odd.day_over.sum()):
        key = upload.key("first_unpaid", language)
        st.session_state.setdefault(key, upload.first_unpaid)

        def switched() -> None:
            upload.first_unpaid = st.session_state[key]
            kept.asked = kept.mark

        st.toggle(
            t("subscriptions.day_over", count=over),
            key=key,
            on_change=switched,
            help=t("subscriptions.day_over.help"),
        )
    if other := int(odd.other.sum()):
        st.caption(plain(t("subscriptions.odd_terms", count=other)))


def _refused(loaded: Loaded, language: Language) -> None:
    t = language.text
    with st.expander(t("subscriptions.refused_rows", count=len(loaded.refused)), icon=":material/rule:"):
        count = sum(len(refused.errors) for refused in loaded.refused)
        file_mistakes.mistakes(loaded.mistakes, language, count)
        file_button(
            t("import.errors_file"),
            lambda: errors_csv(loaded, language),
            name=f"{t('import.errors_name')}.csv",
            mime="text/csv",
            key="subscriptions_errors",
        )
