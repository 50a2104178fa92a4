"""`python -m core undo-import`: the last import taken back, all of it."""

from typing import Annotated

import typer

from core.commands.terminal import NOT_WORKING, SOME_REFUSED, USAGE, AsJson, Lang, open_desk, print_json, refuse, wrote
from core.ground import clock
from core.ground.messages import FieldError, InputError, Message
from core.language import LANGUAGES
from core.migration.act import Act
from core.migration.people import CONSOLE


def undo_import(
    lang: Lang,
    actor: Annotated[str, typer.Option(help="Who takes it back, by the id in data/team.toml.")] = CONSOLE.id,
    json: AsJson = False,
) -> None:
    """Take the last import back, all of it: only while nothing was changed after it."""
    from core.importing.undo import last_import, undo
    from core.importing.writing import StalePlanError

    language = LANGUAGES[lang]
    store, process, team = open_desk(language)
    try:
        act = Act(process, team.person(actor), clock.now())
    except InputError as error:
        refuse(error, language, USAGE)
    last = last_import(store)
    try:
        if last is None:
            raise InputError(FieldError("", "", Message("error.undo.none")))
        done = undo(store, last, act)
    except InputError as error:
        refuse(error, language, SOME_REFUSED)
    except StalePlanError as error:
        refuse(InputError(FieldError("", "", error.message or Message("import.stale"))), language, NOT_WORKING)
    wrote()
    if json:
        print_json({"import": done.batch, "erased": done.erased, "set_back": done.set_back})
    else:
        print(language.text("import.undone", number=str(done.batch), erased=done.erased, back=done.set_back))
