"""What the client is told at the stage where their migration stands."""

import streamlit as st

from core.migration.migration import Migration
from core.migration.stages import STEPS
from pages.parts.shared import client_message, migration_words, shell


def draw(m: Migration) -> None:
    """Draw what the client is told at the present stage; where domains stand at several, at the one chosen."""
    language = shell.language()
    stages = [m.stage]
    if m.stage in STEPS:
        standing = {d.step for d in m.active}
        stages = [step for step in STEPS if step in standing and step in shell.process().by_id]
    stage = stages[0]
    if len(stages) > 1:
        key = f"card_message_stage_{m.id}_{language.code}"
        if st.session_state.get(key) not in stages:
            st.session_state[key] = stages[0]
        names = {id: migration_words.stage(id) for id in stages}
        stage = st.selectbox(language.text("card.message.stage"), stages, format_func=names.get, key=key)
    about = [d for d in m.active if d.step == stage]
    client_message.draw(m, stage, about, f"card_message_{language.code}")
