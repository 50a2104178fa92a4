"""Credentials on the pages and in the commands: no form takes them, and a manager blanks what was stored before."""

import json

import pytest

from core.__main__ import main
from core.database.address import file_of
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.event import Event
from core.store import blanking, stored_texts
from core.store.stored_texts import MARK
from pages.parts.shared.words import plain
from tests.migrations import MARIA, NOW, act
from tests.pages import click, filled, live, new, opened, texts

pytestmark = pytest.mark.usefixtures("desk_url")

CASES = ["klos / Zima2026!", "admin:Qwerty12#", "login: a@b.example / Tr0ub4dor&3", "u: klos p: Zima2026!"]
WORDS = ("Zima2026", "Qwerty12", "Tr0ub4dor")


def silent(text):
    return not [word for word in WORDS if word in text]


def with_secret(store, text=CASES[0]):
    """A migration with a note as the desk took it before it knew a login by its shape."""
    m = live(store)
    return store.change(m.id, lambda now: [Event("noted", "anna", NOW, NOW, new=text)]).migration


@pytest.mark.parametrize("case", CASES)
def test_note_and_every_text_of_the_register_refuse_credentials(store, case):
    names = ("client", "ref", "package", "source_host", "contact_name", "contact_phone", "nonstandard", "note")
    app = filled(new(), domains="a.pl", **dict.fromkeys(names, case))
    click(app, "register_save_pl")
    told = "\n".join(error.value for error in app.error)
    assert len(app.error) == len(names) and silent(told) and not store.all()
    live(store)
    app = opened()
    app.text_area(key="card_note_1_pl").input(case).run()
    click(app, "card_note_save_pl")
    assert "to wygląda na" in texts(app) and silent("\n".join(e.value for e in app.error))
    assert not store.by_ref("P-1").notes


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_manager_blanks_a_suspect_text_and_is_told_of_copies(store, language, desk_url):
    folder = file_of(desk_url).parent / "backups"
    folder.mkdir(exist_ok=True)
    (folder / "desk-20261101T000000Z-before-0003.sqlite3").write_bytes(b"")
    m = with_secret(store)
    this = f"{m.epoch}_{m.token}_{language.code}"
    app = opened("maria", language)
    chosen = app.selectbox(key=f"card_blank_which_{this}")
    assert chosen.value is None and silent("".join(chosen.options))
    assert plain(language.text("secret.pair")).replace("\\", "") in chosen.options[0]
    chosen.select(stored_texts.suspects(store)[0].spot).run()
    assert app.button(key=f"card_blank_{this}").disabled
    app.checkbox(key=f"card_blank_sure_{this}").check().run()
    click(app, f"card_blank_{this}")
    assert store.by_ref("P-1").notes[0].text == CASES[0]
    app.text_input(key=f"card_blank_reason_{this}").input("login w notatce").run()
    click(app, f"card_blank_{this}")
    assert store.by_ref("P-1").notes[0].text == MARK and silent(texts(app))
    assert "before-0003" in texts(app)


def test_who_is_no_manager_sees_why_not(store):
    with_secret(store)
    for person in (None, "anna"):
        app = opened(person)
        assert not [box for box in app.selectbox if (box.key or "").startswith("card_blank")]
    assert POLISH.text("error.may_not.erase") in texts(app)


def test_page_that_stood_open_while_it_was_blanked_is_told(store):

    m = with_secret(store)
    this = f"{m.epoch}_{m.token}_pl"
    app = opened("maria")
    app.selectbox(key=f"card_blank_which_{this}").select(stored_texts.suspects(store)[0].spot).run()
    app.text_input(key=f"card_blank_reason_{this}").input("login w notatce").run()
    app.checkbox(key=f"card_blank_sure_{this}").check().run()
    blanking.blank(store, stored_texts.suspects(store)[0].spot, act(MARIA), "byłam pierwsza")
    app.run()
    assert not app.exception and silent(texts(app)) and store.by_ref("P-1").notes[0].text == MARK


def test_manager_finds_suspects_of_the_whole_desk(store):
    m = with_secret(store)
    app = opened("maria")
    click(app, "card_blank_sweep_pl")
    assert POLISH.text("card.blank.found", count=1) in texts(app)

    blanking.blank(store, stored_texts.suspects(store, m.id)[0].spot, act(MARIA), "login w notatce")
    click(app, "card_blank_sweep_pl")
    assert POLISH.text("card.blank.clean") in texts(app)


# -- the commands


def test_suspects_are_listed_with_where_and_why_and_never_what(store, capsys):
    assert main(["suspects"]) == 0
    assert ENGLISH.text("suspects.none") in capsys.readouterr().out
    with_secret(store)
    assert main(["suspects", "--json"]) == 1
    out = capsys.readouterr().out
    (one,) = json.loads(out)["suspects"]
    assert (one["ref"], one["event"], one["field"], one["actor"], one["sure"]) == ("P-1", 3, "note", "anna", False)
    assert main(["suspects", "--lang", "pl"]) == 1
    assert silent(out + capsys.readouterr().out)
    assert store.by_ref("P-1").notes[0].text == CASES[0]


HEADER = "klient;domena;Dostęp FTP;Panel;uwagi"
ROW = "Ala;a.pl;klos / Zima2026!;admin:Qwerty12#;login: a@b.example / Tr0ub4dor&3"


def test_import_refuses_credentials_and_writes_them_nowhere(store, tmp_path, capsys, desk_url):
    file, errors = tmp_path / "in.csv", tmp_path / "wrong.csv"
    file.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    call = ["import", str(file), "--valid-only", "--errors", str(errors)]
    assert main(call) == 1
    assert main([*call, "--not-secret", "Dostęp FTP", "--not-secret", "Panel", "--not-secret", "uwagi"]) == 1
    said = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in file_of(desk_url).parent.glob("*.sqlite3*"))
    assert silent(said.out + said.err + errors.read_text(encoding="utf-8-sig") + kept.decode(errors="replace"))
    assert not store.all()


def test_what_only_has_the_shape_comes_in_where_somebody_says_it_is_none(store, tmp_path, capsys):
    file = tmp_path / "in.csv"
    file.write_text("klient;domena;hasło reklamowe dnia\nAla;a.pl;x\n", encoding="utf-8")
    assert main(["import", str(file), "--not-secret", "hasło reklamowe dnia"]) == 1
    file.write_text("klient;domena;kampania\nAla;a.pl;kotek: Promocja2026!\n", encoding="utf-8")
    assert main(["import", str(file)]) == 1
    assert "--not-secret" in "".join(capsys.readouterr()) and not store.all()
    assert main(["import", str(file), "--not-secret", "kampanja"]) == 64
    assert main(["import", str(file), "--not-secret", "kampania"]) == 0
    (m,) = store.all()
    assert m.domains["a.pl"].extra == {"kampania": "kotek: Promocja2026!"}


HARMLESS = "klient;domena;status\nAla;a.pl;nowe\n"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('klient;domena;kolor\nAla;a.pl;="{}"\n', []),
        ("klient;domena;{0};{0}\nAla;a.pl;x;y\n", []),
        ("{};;\nklient;domena;status\nAla;a.pl;nowe\nRAZEM;{};\n", []),
        (HARMLESS, ["--exclude", "{}"]),
        (HARMLESS, ["--not-secret", "{}"]),
        (HARMLESS, ["--status", "{}=dns"]),
        (HARMLESS, ["--status", "{}"]),
        (HARMLESS, ["--status", "x={}"]),
        (HARMLESS, ["--reason", "{}", "--actor", "maria"]),
        (HARMLESS, ["--actor", "{}"]),
        (HARMLESS, ["--no-repair", "{}"]),
        (HARMLESS, ["--date-order", "{}"]),
        (HARMLESS, ["--sheet", "{}"]),
    ],
)  # fmt: skip
def test_no_way_of_saying_a_login_to_the_import_repeats_or_stores_it(
    store, tmp_path, capsys, desk_url, text, options, case
):
    file, errors = tmp_path / "in.csv", tmp_path / "errors.csv"
    file.write_text(text.replace("{0}", case).replace("{}", case), encoding="utf-8")
    given = [option.replace("{}", case) for option in options]
    main(["import", str(file), *given, "--json"])
    main(["import", str(file), *given, "--valid-only", "--errors", str(errors)])
    told = "".join(capsys.readouterr()) + (errors.read_text(encoding="utf-8") if errors.exists() else "")
    kept = b"".join(one.read_bytes() for one in file_of(desk_url).parent.glob("*.sqlite3*"))
    assert silent(told) and not [word for word in WORDS if word.casefold().encode() in kept.lower()]


@pytest.mark.parametrize("header", ["login", "Użytkownik FTP", "user", "konto"])
def test_a_login_with_its_password_in_the_next_column_is_refused(store, tmp_path, capsys, header):
    file = tmp_path / "in.csv"
    file.write_text(f"klient;domena;{header};x\nAla;a.pl;klos;Zima2026!\n", encoding="utf-8")
    assert main(["import", str(file)]) == 1
    assert silent("".join(capsys.readouterr())) and not store.all()
    file.write_text(f"klient;domena;{header};od kiedy\nAla;a.pl;klos;12.11.2026\n", encoding="utf-8")
    assert main(["import", str(file)]) == 0
