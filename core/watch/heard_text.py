"""What a watch has heard, packed to be kept in its row, and back: JSON of tables and columns, compressed.

A thousand observations have some fifty servers and questions and a few hundred different answers: each stands once, and
an observation is a row of numbers. It is data, not code: what cannot be read raises ValueError, whatever it is.
"""

import base64
import datetime as dt
import json
import zlib
from collections.abc import Hashable, Iterable
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

from core.dns.change import Below
from core.dns.judging.check_so_far import Heard, Move
from core.dns.judging.history import MOST_HELD
from core.dns.observation import Observation, Question, Rrset, Server
from core.dns.way_down import Delegated
from core.dns.wish import Wish

_FORM = 1
"""Another number: written by a desk that this one does not understand."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_BROKEN = (KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, zlib.error)

_T = TypeVar("_T", bound=Hashable)


class Kept(NamedTuple):
    """What was heard, and until when (UTC) a round that says the same again need not be judged; None: each is."""

    heard: Heard
    quiet_until: dt.datetime | None


def pack(heard: Heard, quiet_until: dt.datetime | None = None) -> bytes:
    """Return what was heard, its wish aside, for `unpack`; the same for the same.

    Times that answers took are kept in microseconds, as moments are. Whole messages are kept where the parent has a DS:
    only then anything depends on the signatures in them.
    """
    return _Packing(heard).packed(quiet_until)


def unpack(packed: bytes, wish: Wish) -> Heard:
    """Return what was heard, for a wish; raises ValueError for what `pack` has not written, or a newer one has."""
    return unpack_kept(packed, wish).heard


def unpack_kept(packed: bytes, wish: Wish) -> Kept:
    """Return the same with until when it is quiet: never where another wish was judged; raises ValueError likewise."""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(packed, MOST_HELD)
        if not reader.eof or reader.unused_data:
            raise ValueError("it does not end, or is larger than anything that is kept")
        read = json.loads(text)
        if read["form"] != _FORM:
            raise ValueError(f"it is written in form {read['form']!r}, not {_FORM}")
        quiet = _moment(read["quiet_until"]) if read["wish"] == _mark(wish) else None
        return Kept(_Unpacking(read).heard(wish), quiet)
    except _BROKEN as error:
        raise ValueError(f"it cannot be read: {error!r}") from error


def _mark(wish: Wish) -> int:
    return zlib.crc32(repr(wish).encode("utf-8", "surrogatepass"))


def _number(moment: dt.datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _moment(number: int | None) -> dt.datetime | None:
    return None if number is None else _EPOCH + dt.timedelta(microseconds=number)


class _Table(Generic[_T]):
    """Different things, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[_T, int] = {}

    def number(self, one: _T) -> int:
        return self._numbers.setdefault(one, len(self._numbers))

    def numbers(self, some: Iterable[_T]) -> list[int]:
        return [self.number(one) for one in some]

    def __iter__(self) -> Any:
        return iter(self._numbers)


_COLUMNS = ("server", "question", "at", "ms", "how", "said", "whole")


class _Packing:
    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._servers: _Table[Server] = _Table()
        self._questions: _Table[Question] = _Table()
        self._records: _Table[tuple[str, str, tuple[str, ...]]] = _Table()
        self._rrsets: _Table[tuple[int, int, int]] = _Table()
        self._said: _Table[tuple[tuple[int, ...], ...]] = _Table()
        self._how: _Table[tuple[Hashable, ...]] = _Table()
        # By identity: one that stands in two places is one, two that are alike are two.
        self._observations: dict[int, int] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        self._signed = False

    def packed(self, quiet_until: dt.datetime | None) -> bytes:
        heard, move = self._heard, self._heard.move
        every = [*(move.before if move else ()), *heard.observations]
        self._signed = any(o.question.type == "DS" and o.server.role == "parent" and o.values for o in every)
        text: dict[str, Any] = {
            "form": _FORM,
            "wish": _mark(heard.wish),
            "quiet_until": _number(quiet_until),
            "delegated": self._delegated(heard.delegated),
            "latest": self._delegated(heard.latest),
            "told_servers": self._servers.numbers(heard.told_servers),
            "awaited": self._servers.numbers(heard.awaited),
            "known": self._servers.numbers(heard.known),
            "move": move and self._move(move),
            "ends": [self._numbers(ends) for ends in heard.ends.values()],
            # Those that were thinned away whole say nothing any more.
            "rounds": [self._numbers(said) for said in heard.rounds if said],
            "named": sorted(heard.named),
            "otherwise": self._servers.numbers(heard.otherwise),
            "mail": self._questions.numbers(heard.mail),
            "beside": self._questions.numbers(heard.beside),
            "below": [
                [self._questions.number(q), b.zone, sorted(b.servers), sorted(b.addresses)]
                for q, b in heard.below.items()
            ],
            "spoke_below": [[self._questions.number(q), sorted(some)] for q, some in heard.spoke_below.items()],
            "beyond": [[self._questions.number(q), self._servers.numbers(some)] for q, some in heard.beyond.items()],
            "powerdns": dict(heard.powerdns),
        }
        at = self._columns["at"]
        self._columns["at"] = [now - before for before, now in zip([0, *at], at, strict=False)]
        text |= {
            "observations": self._columns,
            "servers": list(self._servers),
            "questions": list(self._questions),
            "how": list(self._how),
            "said": list(self._said),
            "rrsets": list(zip(*self._rrsets, strict=True)),
            "records": list(self._records),
        }
        return zlib.compress(json.dumps(text, separators=(",", ":")).encode("ascii"), 1)

    def _delegated(self, found: Delegated) -> list[Any]:
        # What was seen on the way is of use in its own round only.
        return [found.zone, self._servers.numbers(found.parent), self._servers.numbers(found.servers), found.hosts]

    def _move(self, move: Move) -> list[Any]:
        before, servers = self._numbers(move.before), self._servers.numbers(move.servers)
        return [before, servers, _number(move.seen), move.renamed, move.zone, move.cut]

    def _numbers(self, observations: Iterable[Observation]) -> list[int]:
        return [self._number(o) for o in observations]

    def _number(self, o: Observation) -> int:
        known = self._observations.get(id(o))
        if known is not None:
            return known
        columns = self._columns
        columns["server"].append(self._servers.number(o.server))
        columns["question"].append(self._questions.number(o.question))
        columns["at"].append(_number(o.at))
        columns["ms"].append(None if o.ms is None else round(o.ms, 3))
        columns["how"].append(
            self._how.number(
                (
                    *(o.rcode, tuple(sorted(o.flags)), o.ede, o.nsid, o.transport, o.failure),
                    *(o.checking_disabled, o.udp_failure, o.extension),
                )
            )
        )
        columns["said"].append(self._said.number(tuple(map(self._section, (o.answer, o.authority, o.additional)))))
        kept = o.whole if self._signed else None
        columns["whole"].append(None if kept is None else base64.b64encode(kept).decode("ascii"))
        self._observations[id(o)] = number = len(self._observations)
        return number

    def _section(self, rrsets: Iterable[Rrset]) -> tuple[int, ...]:
        records = self._records
        return tuple(
            [
                self._rrsets.number((records.number((name, type, values)), ttl, highest))
                for name, type, ttl, values, highest in rrsets
            ]
        )


class _Unpacking:
    def __init__(self, read: Any) -> None:
        self._read = read
        self._servers = [Server(*fields) for fields in read["servers"]]
        self._questions = [Question(*fields) for fields in read["questions"]]
        self._observations = self._all()

    def heard(self, wish: Wish) -> Heard:
        read, questions = self._read, self._questions
        heard = Heard(wish)
        heard.delegated, heard.latest = self._delegated(*read["delegated"]), self._delegated(*read["latest"])
        heard.told_servers, heard.awaited = self._of("told_servers"), self._of("awaited")
        heard.known = dict.fromkeys(self._of("known"))
        heard.move = read["move"] and self._move(*read["move"])
        of_ends = (tuple(self._some(ends)) for ends in read["ends"])
        heard.ends = {(o.server, o.nsid, o.question, o.values): ends for ends in of_ends for o in ends[:1]}
        heard.rounds = [self._some(said) for said in read["rounds"]]
        heard.named, heard.otherwise = frozenset(read["named"]), self._of("otherwise")
        heard.mail, heard.beside = (tuple(questions[n] for n in read[name]) for name in ("mail", "beside"))
        heard.below = {questions[q]: Below(zone, frozenset(s), frozenset(a)) for q, zone, s, a in read["below"]}
        heard.spoke_below = {questions[q]: frozenset(some) for q, some in read["spoke_below"]}
        heard.beyond = {questions[q]: tuple(self._servers[n] for n in some) for q, some in read["beyond"]}
        heard.powerdns = {address: so is True for address, so in read["powerdns"].items()}
        return heard

    def _of(self, name: str) -> tuple[Server, ...]:
        return tuple(self._servers[n] for n in self._read[name])

    def _some(self, numbers: Iterable[int]) -> list[Observation]:
        return [self._observations[n] for n in numbers]

    def _delegated(self, zone: str, parent: list[int], servers: list[int], hosts: list[str]) -> Delegated:
        of = self._servers
        return Delegated(zone, tuple(of[n] for n in parent), tuple(of[n] for n in servers), tuple(hosts))

    def _move(self, before: list[int], servers: list[int], seen: int | None, *rest: Any) -> Move:
        renamed, zone, cut = rest
        there = tuple(self._servers[n] for n in servers)
        return Move(self._some(before), there, _moment(seen), bool(renamed), zone, bool(cut))

    def _all(self) -> list[Observation]:
        read = self._read
        records = [(name, type, tuple(values)) for name, type, values in read["records"]]
        rrsets: list[Rrset] = []
        for record, ttl, highest in zip(*read["rrsets"], strict=True):
            name, type, values = records[record]
            rrsets.append(Rrset(name, type, ttl, values, highest))
        said = [tuple([tuple([rrsets[n] for n in some]) for some in sections]) for sections in read["said"]]
        how = [self._how(*fields) for fields in read["how"]]
        columns = read["observations"]
        return [
            self._observation(self._servers[server], self._questions[question], at, ms, how[n], said[m], whole)
            for server, question, at, ms, n, m, whole in zip(
                columns["server"],
                columns["question"],
                accumulate(columns["at"]),
                *(columns[name] for name in ("ms", "how", "said", "whole")),
                strict=True,
            )
        ]

    @staticmethod
    def _how(rcode: str | None, flags: list[str], ede: list[Any], *rest: Any) -> tuple[Any, ...]:
        return rcode, frozenset(flags), tuple((code, text) for code, text in ede), *rest

    @staticmethod
    def _observation(
        server: Server, question: Question, at: int, ms: float | None, how: Any, said: Any, whole: str | None
    ) -> Observation:
        rcode, flags, ede, nsid, transport, failure, checking_disabled, udp_failure, extension = how
        answer, authority, additional = said
        message = None if whole is None else base64.b64decode(whole, validate=True)
        moment = _EPOCH + dt.timedelta(microseconds=at)
        return Observation(
            *(server, question, moment, rcode, flags, answer, authority, additional, ede, nsid, transport, ms),
            *(failure, checking_disabled, udp_failure, extension, message),
        )
