"""What tests of pages share: who sits there, what stands on the desk, what is clicked, typed, uploaded and read."""

import datetime as dt

from core import datafiles
from core.language import POLISH
from core.migration.cutover_looks import look_taken
from core.migration.moves import Act
from tests import migrations
from tests.migrations import Life, summary
from tests.test_pages import HOSTILE, everything, open_page

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
"""The moment at which the clock of tests stands."""

KOT = "hasło: Kot12!x"

DIRTY = "\r\n".join(
    [
        "Klient;Domena;Etap;Hasło FTP;Liczba skrzynek;Termin;Uwagi;Nr zlecenia",
        "Róża i Wspólnicy;róża.example;nowe;Kot12!x;12;24.11.2026;dzwonić po 15;Z-1",
        "Łąka;laka.example, łąka.example;nowe;Pies99;3;;;Z-2",
        f"{HOSTILE};zly.example;nowe;x;1;24.11.2026;{HOSTILE};Z-3",
        "Mała;mala.example;nowe;z;dużo;31.02.2026;;Z-5",
    ]
).encode("cp1250")
"""A file with a password, a row that is wrong, and a name that is none."""


# -- what stands on the desk


def act(person="anna", now=NOW):
    return Act(datafiles.process(), datafiles.team().person(person), now)


def register(store, ref="P-1", client="Róża", domain="a.example", *, by="anna", **values):
    of_domains = {domain: {"display": domain}}
    return store.register(act(by), {"ref": ref, "client": client, **values}, of_domains).migration


def looked(store, ref, *domains, now=NOW):
    """Look at domains of a stored migration before their switch, and find nothing against it."""
    for name in domains:
        m = store.by_ref(ref)
        store.change(m.id, lambda m, name=name: look_taken(m, act(now=now), name, summary(name, now)))


def live(store, stage="package", *domains, **values):
    """Store a migration that stands at a stage."""
    life = Life(*domains, **values).to(stage)
    of_domains = {name: {"display": name} for name in life.m.domains}
    made = store.register(act(now=migrations.NOW), {"ref": "P-1", "client": "Róża", **values}, of_domains)
    if stage == "package":
        return made.migration
    return store.change(made.migration.id, lambda now: life.events[len(made.events) :]).migration


# -- what is done


def choose(app, person, language=POLISH):
    app.selectbox(key=f"person_{language.code}").select(person).run()
    assert not app.exception
    return app


def opened(person="anna", language=POLISH, **query):
    """Open the page of the migration P-1, as somebody."""
    app = open_page("migration", language, ref="P-1", **query)
    return choose(app, person, language) if person else app


def click(app, key):
    app.button(key=key).click().run()
    assert not app.exception, app.exception


def box(app, label):
    return next(box for box in app.checkbox if label in box.label.replace("\\", ""))


def tick(app, label):
    box(app, label).check().run()
    assert not app.exception, app.exception


def upload(app, data, name="plik.csv"):
    app.file_uploader[0].set_value((name, data, "text/csv"))
    app.run()
    assert not app.exception, app.exception
    return app


def new(person="anna", language=POLISH):
    """Open the form of a new migration, as somebody."""
    return choose(open_page("register", language), person, language)


def filled(app, language=POLISH, **typed):
    for name, text in typed.items():
        key = f"register_{name}_{language.code}"
        if name in ("domains", "note"):
            app.text_area(key=key).input(text)
        elif name in ("planned_day", "old_hosting_until"):
            app.text_input(key=key).input(language.typed_day(text) if isinstance(text, dt.date) else text)
        elif name == "fee_applies":
            app.checkbox(key=key).set_value(text)
        elif name == "package":
            # One that the tariff does not have is written below the choice.
            app.selectbox(key=key).select(" other").run()
            app.text_input(key=f"register_package_other_{language.code}").input(text)
        elif name in ("owner", "deputy"):
            app.selectbox(key=key).select(text)
        else:
            app.text_input(key=key).input(text)
    app.run()
    assert not app.exception, app.exception
    return app


# -- what is read


def table(app, *columns):
    """Return the table on the page that has these columns."""
    frames = [element.value for element in (*app.dataframe, *app.table)]
    return next(frame for frame in frames if set(columns) <= set(frame.columns))


def board(app):
    """Return the numbers of the migrations on the board, or in its table, from the top."""
    if app.dataframe:
        return list(app.dataframe[0].value.iloc[:, 0])
    _, columns, _ = app.session_state["_board_kept"][2]
    return [card.listed.migration.ref for column in columns for card in column.cards]


def counts(app):
    """Return what the page of imports says became of the rows, without the last number where that is none."""
    (line,) = [text.value for text in app.markdown if text.value.startswith(("Wczytane", "Rows read"))]
    *found, left_out = (int("".join(filter(str.isdigit, part))) for part in line.split("**")[1::2])
    return [*found, left_out] if left_out else found


def texts_of(app):
    """Return all that is told on the page, as markdown."""
    return everything(app) + "\n".join(toast.value for toast in app.toast)


def texts(app):
    """Return all that is read on the page, as it is read."""
    return texts_of(app).replace("\\", "")
