"""`python -m core suspects`: what among all that is stored looks like a password; a manager blanks it in the desk."""

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core import datafiles
from core.commands.terminal import DONE, NOT_WORKING, SOME_REFUSED, AsJson, Lang, print_json, refuse
from core.ground import moments
from core.ground.messages import InputError
from core.ground.settings import settings
from core.language import LANGUAGES


def suspects(lang: Lang, json: AsJson = False) -> None:
    """List what is stored and looks like a password: where, when, by whom and why, never what. Exits 1 where any is."""
    # Here, not above: the commands that price should not wait for the database's libraries to load.
    from core.desk.backup import kept_copies
    from core.desk.opening import open_store
    from core.migration import worded
    from core.store import stored_texts

    language = LANGUAGES[lang]
    t, say = language.text, language.value
    try:
        store, team = open_store(), datafiles.team()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    found = stored_texts.suspects(store)
    if json:
        rows = [
            {
                "ref": one.ref or None,
                "import": one.spot.id if one.spot.of == "import" else None,
                "event": one.spot.seq or None,
                "domain": one.domain,
                "field": one.field,
                "at": one.at.isoformat(),
                "actor": one.actor,
                "reason": t(one.reason),
                "sure": one.sure,
            }
            for one in found
        ]
        print_json({"suspects": rows, "backups": [str(file) for file in kept_copies(settings().database_url)]})
    elif not found:
        print(t("suspects.none"))
    else:
        table = Table()
        for id in ("where", "event", "field", "when", "who", "why"):
            table.add_column(t(f"suspects.{id}"))
        for one in found:
            where = one.ref or t("card.batch", number=str(one.spot.id))
            when, who = say(moments.moment(one.at)), worded.person(one.actor, team)
            cells = (where, str(one.spot.seq or ""), say(stored_texts.named(one.field)), when, who, t(one.reason))
            table.add_row(*map(Text, cells))
        console = Console()
        console.print(table)
        console.print(Text(t("suspects.what_now", count=len(found))))
    raise typer.Exit(SOME_REFUSED if found else DONE)
