"""What a zone's servers agree on, where nobody told what is to be seen; and that they do not."""

from collections.abc import Mapping, Sequence

from core.dns.change import Expected
from core.dns.judging.aliases import chain, settled
from core.dns.judging.serial import compare_serials, serial_of
from core.dns.observation import Observation, Question, Server


def agreed(
    question: Question, said: Mapping[Question, Sequence[Observation]], newest: frozenset[Server]
) -> Expected | None:
    """Return what all servers of a zone answer (`said`: by question what each said last); None where nobody does.

    Where they only point to a name in another zone, the values are those that all of that zone's servers answer.
    Where they differ, those that have the `newest` version decide; else it is disputed.
    """
    links = chain(question, said, newest)
    answers = said.get(links[-1], ())
    if not answers:
        return None
    what = settled(answers, newest)
    alias = links[1].name if len(links) > 1 else ""
    return Expected(question.name, question.type, what[0] if what else (), alias, disputed=what is None)


def newest_of(soas: Sequence[Observation]) -> frozenset[Server]:
    """Return the servers with a serial that is newer than some other's and older than none (RFC 1982); else nobody.

    `soas`: what each server of a zone said last of its SOA.
    """
    serials = {o.server: serial for o in soas if (serial := serial_of(o.values)) is not None}
    orders = {s: {compare_serials(serial, other) for other in serials.values()} for s, serial in serials.items()}
    return frozenset(server for server, order in orders.items() if order == {0, 1})
