"""All that happened to a migration: when, what, who, why, from what to what."""

import pandas as pd
import streamlit as st

from core.ground.messages import Message
from core.migration import worded
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import Team
from core.migration.stages import Process
from pages.parts.migration import deed_button
from pages.parts.shared import migration_words, shell


def draw(m: Migration) -> None:
    """Draw all that happened, the last first."""
    language = shell.language()
    t = language.text
    deed_button.draw("date", t("card.do.date"), "edit_calendar", deed_button.refused(lambda: _nothing_dated(m)))
    process, team = shell.process(), shell.team()
    rows = [_row(m, event, process, team) for event in reversed(shell.store().events(m.id or 0))]
    table = pd.DataFrame(rows)
    widths = {
        t("card.occurred"): 125,
        t("card.what"): 200,
        t("card.who"): 115,
        t("card.why"): 150,
        language.field("domain"): 140,
        t("card.old"): 130,
        t("card.new"): 200,
    }
    st.dataframe(
        table.loc[:, (table != "").any()],
        hide_index=True,
        height=min(38 + 35 * len(rows), 640),
        column_config={name: st.column_config.TextColumn(width=width) for name, width in widths.items()},
        key="card_history",
    )


def _row(m: Migration, event: Event, process: Process, team: Team) -> dict[str, str]:
    language = shell.language()
    t = language.text
    told = worded.event(event, process, team)
    given = [f"{language.value(name)}: {language.value(value)}" for name, value in told.given]
    domain = m.domains[event.domain].display if event.domain in m.domains else (event.domain or "")
    return {
        t("card.occurred"): migration_words.at(event.occurred_at) or t("card.day_unknown"),
        t("card.what"): t(told.what),
        t("card.who"): worded.person(event.actor, team),
        t("card.why"): (f"{t('card.forced')}: " if event.forced else "") + migration_words.reason(event.reason),
        **({language.field("domain"): domain} if len(m.domains) > 1 else {}),
        t("card.old"): language.value(told.old),
        t("card.new"): "; ".join(filter(None, [language.value(told.new), *given])),
        t("card.recorded"): migration_words.at(event.recorded_at),
        t("card.source"): t("card.batch", number=str(event.batch)) if event.batch else "",
    }


def _nothing_dated(m: Migration) -> Message | None:
    return Message("error.cancelled") if m.cancelled is not None else None
