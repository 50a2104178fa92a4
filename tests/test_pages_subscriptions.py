"""The subscriptions to simulate: samples first, then a file that somebody brings, read as they say."""

import datetime as dt
import gc
import weakref

import pytest
from streamlit.testing.v1 import AppTest

from core.language import ENGLISH, POLISH
from tests.sheets import WRITERS, Tab

HEADER = "nr umowy;firma;usługa;od;do;cena;uwagi"
GOOD = "A-1;Róża;firma;01.06.2025;31.05.2026;199,00;x"
BAD = "A-2;*Kowal*;złoty;01.06.2025;31.05.2026;=1;x"


def draw(code):
    import streamlit as st

    from core.language import LANGUAGES
    from pages.parts.portfolio import subscriptions

    st.session_state["_language"] = code
    loaded = subscriptions.draw(LANGUAGES[code])
    st.session_state["base"] = None if loaded is None else (loaded, loaded.subscriptions.id.tolist())


def page(language=POLISH):
    return AppTest.from_function(draw, args=(language.code,), default_timeout=120).run()


def bring(app, *lines, encoding="utf-8"):
    app.file_uploader[0].set_value(("baza.csv", "\r\n".join(lines).encode(encoding), "text/csv"))
    app.run()
    assert not app.exception
    return app


def texts(app):
    drawn = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(element.value for element in drawn).replace("\\", "")


def base(app):
    return app.session_state["base"]


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_invented_subscriptions_are_there_first_and_said_to_be(language):
    app = page(language)
    assert len(base(app)[1]) == 2000
    assert language.text("subscriptions.samples", count=2000) in texts(app)
    assert language.text("subscriptions.session") in texts(app)


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_a_file_is_read_and_what_is_wrong_in_it_is_listed(language):
    app = bring(page(language), HEADER, GOOD, BAD)
    assert base(app)[1] == ["A-1"]
    shown = texts(app)
    assert f"{language.text('import.read')}: **2** =" in shown
    assert f"{language.text('subscriptions.refused')} **1**" in shown
    assert language.text("subscriptions.ignored", columns="uwagi") in shown
    assert "mailboxes" not in shown and language.field("mailboxes") in shown
    table = app.table[0].value
    assert [list(row[:3]) for row in table.itertuples(index=False)] == [
        ["3", "usługa", "złoty"],
        ["3", "cena", "\\=1"],
    ]


def test_other_columns_encoding_and_delimiter_can_be_said():
    app = bring(page(), HEADER.replace("usługa", "pakiet"), GOOD, encoding="cp1250")
    assert base(app)[0].subscriptions.client.tolist() == ["Róża"]
    app.selectbox(key="subscriptions_encoding_pl_1").select("cp852").run()
    assert base(app)[0].subscriptions.client.tolist() == ["Rˇ┐a"]
    app.selectbox(key="subscriptions_column_1_pl_1").select("").run()
    assert base(app)[0].subscriptions.client.tolist() == [""]
    app.selectbox(key="subscriptions_column_0_pl_1").select("").run()
    assert base(app) is None and POLISH.field("id") in texts(app)
    app.selectbox(key="subscriptions_column_0_pl_1").select("id").run()
    assert base(app)[1] == ["A-1"]
    app.selectbox(key="subscriptions_delimiter_pl_1").select(",").run()
    assert base(app) is None
    assert not app.exception


def test_a_wide_file_lets_another_column_be_asked_for():
    others = [f"pole {n}" for n in range(300)]
    app = bring(page(), ";".join([HEADER, *others]), f"{GOOD}{';1' * 300}")
    assert base(app)[1] == ["A-1"]
    before = len(app.selectbox)
    app.selectbox(key="subscriptions_column_other_0_pl_1").select("pole 299").run()
    assert len(app.selectbox) == before + 1 and not app.exception


def test_the_samples_come_back_and_the_file_is_forgotten():
    app = bring(page(), HEADER, GOOD, BAD)
    gone = []
    weakref.finalize(base(app)[0], gone.append, True)
    upload = app.session_state["_subscriptions"].upload
    app.run()
    gc.collect()
    assert not gone
    app.button(key="subscriptions_back").click().run()
    assert len(base(app)[1]) == 2000
    assert (upload.file.content, upload.opened, upload.mapping) == (b"", None, {})
    # What the function above keeps for the tests is the session's until the next run.
    app.run()
    gc.collect()
    assert gone
    assert base(bring(app, HEADER, GOOD, BAD))[1] == ["A-1"]


@pytest.mark.parametrize(
    ("lines", "language"),
    [((HEADER,), POLISH), (("PK\x03\x04",), POLISH), ((HEADER, BAD), POLISH), (("a;b",), ENGLISH)],
)
def test_a_file_without_a_row_to_use_gives_nothing(lines, language):
    app = bring(page(language), *lines)
    assert base(app) is None and (app.error or app.info)


def test_columns_with_passwords_are_not_offered():
    app = bring(page(), f"{HEADER};hasło", f"{GOOD};Kot123")
    assert "hasło" not in {box.label.replace("\\", "") for box in app.selectbox}
    assert base(app)[1] == ["A-1"] and "Kot123" not in texts(app)


TABLE = Tab(
    "Abonamenty",
    [
        ["Wykaz na 1 grudnia"],
        HEADER.split(";"),
        ["A-1", "Róża", "firma", dt.date(2025, 6, 1), dt.date(2026, 5, 31), 199, "x"],
        ["RAZEM", None, None, None, None, 199, None],
    ],
)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_workbook_is_read_with_its_title_and_total_left_out(kind):
    app = page()
    app.file_uploader[0].set_value(("baza", WRITERS[kind]([TABLE]), "text/csv")).run()
    assert not app.exception and base(app)[1] == ["A-1"]
    assert f"{POLISH.text('import.outcome.left_out')} **2**" in texts(app)
    assert any(f"{kind.upper()} ·" in box.label.replace("\\", "") for box in app.expander)
    app.checkbox(key="subscriptions_repair_total_pl_1").uncheck().run()
    assert f"{POLISH.text('import.outcome.left_out')} **1**" in texts(app)
    app.selectbox(key="subscriptions_header_row_pl_1").select(1).run()
    assert base(app) is None and app.error
    app.selectbox(key="subscriptions_header_row_pl_1").select(2).run()
    assert base(app)[1] == ["A-1"] and not app.exception


def test_order_of_dates_is_asked_and_answered_with_one_click():
    app = bring(page(), HEADER, "A-1;Róża;firma;01/06/2026;02/06/2027;199,00;x")
    assert base(app) is None
    asked = app.radio(key="subscriptions_date_order_pl_1")
    assert "1 czerwca 2026" in asked.options[0] and "6 stycznia 2026" in asked.options[1]
    asked.set_value("dmy").run()
    assert base(app)[1] == ["A-1"] and app.radio(key="subscriptions_date_order_pl_1").value == "dmy"
