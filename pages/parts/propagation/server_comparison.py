"""Two servers of a check side by side; any other address may be typed, and is asked then."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from core.dns.asked import server_address
from core.dns.asking.job import Job
from core.dns.asking.probe import questions_of
from core.dns.names import is_address
from core.dns.observation import Observation, Question, Server
from core.dns.showing.picture import kind_of
from core.dns.showing.side_by_side import Pair, side_by_side
from core.dns.values import as_shown
from core.dns.wish import Wish
from core.ground.messages import InputError
from pages.parts.propagation.session_keys import COMPARED
from pages.parts.shared import mistakes, shell
from pages.parts.shared.words import plain


def draw(
    wish: Wish,
    questions: Mapping[Question, str],
    servers: Sequence[Server],
    said: Sequence[Observation],
    private: bool,
    round_: int,
) -> None:
    """Draw the choice of two servers and what they say to the same questions; one typed is asked anew every `round_`.

    `questions`: with what each is called.
    """
    language, t = shell.language(), shell.language().text
    st.subheader(t("propagation.compare"), anchor=False)
    by_label = {_label(server): server for server in servers}
    sides = []
    for number, column in enumerate(st.columns(2, gap="medium")):
        with column:
            label = st.selectbox(
                t(f"propagation.compare.{('left', 'right')[number]}"),
                list(by_label),
                index=None,
                key=f"propagation_compare_{number}_{language.code}",
                placeholder=t("propagation.compare.choose"),
                accept_new_options=True,
            )
            sides.append(_said(wish, questions, label, by_label, said, private, round_) if label else None)
    left, right = sides
    if left is None or right is None:
        st.caption(plain(t("propagation.compare.hint")))
        return
    lines = [f"| | {_title(0)} | {_title(1)} | |", "|---|---|---|---|"]
    pairs = side_by_side(tuple(questions), left, right)
    lines += [_line(pair, title) for pair, title in zip(pairs, questions.values(), strict=True)]
    st.markdown("\n".join(lines))


def _title(number: int) -> str:
    language = shell.language()
    return plain(str(st.session_state[f"propagation_compare_{number}_{language.code}"]))


def _label(server: Server) -> str:
    return f"{server.operator or server.name} {server.address}".strip()


def _said(
    wish: Wish,
    questions: Iterable[Question],
    label: str,
    by_label: dict[str, Server],
    said: Sequence[Observation],
    private: bool,
    round_: int,
) -> list[Observation] | None:
    """Return what a server said, asking it where the check does not; None where it cannot be asked."""
    t = shell.language().text
    # The list offers first to add what was typed: a part of one name alone means that one.
    meant = [known for known in by_label if known == label or by_label[known].address == label.strip()]
    if not meant and not is_address(label.strip()):
        meant = [known for known in by_label if label.casefold() in known.casefold()]
    if len(meant) == 1:
        return [o for o in said if o.server == by_label[meant[0]]]
    try:
        address = server_address(label.strip(), "", private)
    except InputError as error:
        mistakes.draw(error.errors[:1], shell.language())
        return None
    if not address:
        st.error(plain(t("error.ip_address")), icon=":material/error:")
        return None
    jobs: dict[tuple[object, ...], Job] = st.session_state.setdefault(COMPARED, {})
    for old in [known for known in jobs if known[-1] != round_]:
        del jobs[old]
    asked = (*wish.wire, *(question for question in questions if question not in wish.questions))
    key = address, asked, round_
    if key not in jobs:
        jobs[key] = shell.checks().engine.ask(questions_of(Server("resolver", address), asked))
        jobs[key].wait(0.08)  # mostly it is here by then; else the page looks again
    if not jobs[key].done:
        st.caption(plain(t("propagation.asking")))
    return list(wish.read(jobs[key].snapshot()))


def _line(pair: Pair, title: str) -> str:
    t = shell.language().text
    same = {
        True: f":green[:material/check:] {plain(t('propagation.compare.same'))}",
        False: f":orange[:material/difference:] {plain(t('propagation.compare.differs'))}",
        None: plain(t("propagation.compare.unknown")),
    }[pair.same]
    return f"| **{plain(title)}** | {_values(pair.left)} | {_values(pair.right)} | {same} |"


def _values(said: Observation | None) -> str:
    t = shell.language().text
    if said is None:
        return plain(t("propagation.kind.waiting"))
    if said.failure:
        return plain(t(f"propagation.kind.{kind_of(said)}"))
    if not said.values:
        return plain(t("propagation.kind.none") if said.rcode == "NOERROR" else said.rcode or "")
    ttl = f" :small[TTL {said.records.ttl}]" if said.records else ""
    return plain(", ".join(as_shown(said.values))) + ttl
