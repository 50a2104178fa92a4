"""`python -m core forget`: all that is kept of a person, listed; then, with what the list ended in, erased."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.commands.terminal import (
    DONE,
    NOT_WORKING,
    SOME_REFUSED,
    USAGE,
    AsJson,
    Lang,
    open_desk,
    print_json,
    refuse,
    wrote,
)
from core.ground import clock
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import settings
from core.ground.text_limits import bounded
from core.language import LANGUAGES, Language
from core.migration.act import Act
from core.migration.people import CONSOLE

Number = Annotated[list[int] | None, typer.Option(help="The number of a line of the list; again for more.")]


def forget(
    person: Annotated[list[str], typer.Argument(metavar="WHAT...", help="A name, NIP, e-mail, telephone or domain.")],
    lang: Lang,
    actor: Annotated[str, typer.Option(help="Who erases, by the id in data/team.toml: a manager.")] = CONSOLE.id,
    seen: Annotated[str, typer.Option(help="What the list ended in: erases what is sure in it.")] = "",
    reason: Annotated[str, typer.Option(help="Why, without naming anybody.")] = "",
    also: Number = None,
    without: Number = None,
    json: AsJson = False,
) -> None:
    """List what is kept of a person, and backups that hold it; exits 1 where any surely is. Erases with --seen."""
    from core.forgetting.asked import read_lines
    from core.forgetting.copies import holding
    from core.forgetting.forget import ChangedError, look
    from core.forgetting.forget import forget as erase

    language = LANGUAGES[lang]
    asked = read_lines(person)
    store, process, team = open_desk(language)
    url = settings().database_url
    found = look(store.engine, asked)
    if not seen:
        _tell(found, holding(url, asked), language, json)
        raise typer.Exit(SOME_REFUSED if found.sure else DONE)
    try:
        act = Act(process, team.person(actor), clock.now())
        chosen = _chosen([one.key for one in found.found], found.sure, also or (), without or ())
        if bounded(seen, "--seen") != found.digest:
            raise InputError(FieldError("--seen", seen, Message("error.forget_seen", {"seen": found.digest})))
        done = erase(store.engine, asked, found, chosen, act, reason)
    except InputError as error:
        changed = any(mistake.field == "--seen" for mistake in error.errors)
        refuse(error, language, SOME_REFUSED if changed else USAGE)
    except ChangedError as error:
        refuse(InputError(FieldError("", "", error.message)), language, NOT_WORKING)
    wrote()
    copies = holding(url, asked, found.own(chosen))
    if json:
        counts = {name: getattr(done, name) for name in done.__dataclass_fields__}
        print_json({**counts, "backups": _backups(copies, language)})
        return
    for said in (done.told, done.left, *_of_copies(copies)):
        if said:
            print(language.text(said))


def _chosen(keys: Sequence[str], sure: frozenset[str], also: Sequence[int], without: Sequence[int]) -> set[str]:
    for flag, numbers in (("--also", also), ("--without", without)):
        for number in numbers:
            if not 1 <= number <= len(keys):
                right = Message("error.range", {"first": 1, "last": len(keys)})
                raise InputError(FieldError(flag, number, right))
    return ({*sure} | {keys[number - 1] for number in also}) - {keys[number - 1] for number in without}


def _tell(found: Any, copies: Any, language: Language, json: bool) -> None:
    from core.forgetting.found_words import field, title

    t = language.text
    if json:
        rows = [
            {
                "number": number,
                "where": one.where,
                "id": one.name,
                "whole": one.whole,
                "sure": one.sure,
                "quotes": [*one.along],
                "what": [{"field": t(field(said)), "text": said.text} for said in one.evidence],
            }
            for number, one in enumerate(found.found, start=1)
        ]
        told = {"found": rows, "seen": found.digest, "stays": [*found.stays], "backups": _backups(copies, language)}
        print_json(told)
        return
    if found.found:
        table = Table(show_lines=True)
        for id in ("number", "where", "what", "sure"):
            table.add_column(t(f"forget.column.{id}"))
        for number, one in enumerate(found.found, start=1):
            what = "\n".join(f"{t(field(said))}: {said.text}" for said in one.evidence)
            sure = t("forget.is_sure" if one.sure else "forget.resembles")
            table.add_row(*map(Text, (str(number), t(title(one)), what, sure)))
        Console().print(table)
        print(t("forget.how", seen=found.digest))
    else:
        print(t("forget.none"))
    for said in (found.told_of_records, *_of_copies(copies)):
        if said:
            print(t(said))


def _of_copies(copies: Any) -> list[Message]:
    from core.forgetting.found_words import of_copies

    return of_copies(copies, settings().database_url)


def _backups(copies: Any, language: Language) -> list[dict[str, Any]]:
    return [
        {"file": str(copy.file), "state": copy.state, "why": language.text(copy.why) if copy.why else None}
        for copy in copies
    ]
