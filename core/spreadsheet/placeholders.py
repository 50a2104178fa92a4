"""Cells that say nothing, and numbers of which a spreadsheet has thrown the digits away: tables of what is met.

says_nothing("n/d"), is_error("#ARG!"), is_damaged("4,86E+10")
"""

import re

from core.ground.text_limits import LINE
from core.ground.validation import one_line

_SIGNS = "- -- --- ---- – —— — − _ __ ___ . .. ... … ? ?? ??? / // \\ * ** *** ~ ' \" , ;"
_WORDS = (
    "brak, brak danych, brak informacji, b/d, b.d., bd, n/d, n.d., nd, nie dotyczy, nie wiem, nie wiadomo, "
    "nie podano, nie określono, nieokreślone, nie ustalono, nieznany, nieznana, nieznane, do ustalenia, "
    "do uzupełnienia, do wyjaśnienia, (brak), [brak], <brak>, (puste), puste, pusty, (pusty), "
    "n/a, n.a., null, (null), [null], <null>, nil, none, nan, undefined, unknown, not applicable, not available, "
    "not set, no data, tbd, tba, t.b.d., (blank), blank, (empty), empty, (none), [none]"
)
_NO_DAY = "0000-00-00, 0000-00-00 00:00, 0000-00-00 00:00:00, 00.00.0000, 00-00-0000, 00/00/0000"
PLACEHOLDERS = frozenset({*_SIGNS.split(" "), *_WORDS.split(", "), *_NO_DAY.split(", ")})
"""Whole cells, in lower case, that say nothing."""

ANSWERS = frozenset(("brak", "nie dotyczy", "none", "not applicable"))
"""Those of them that answer where it is asked what is special: nothing is."""

_LOOK_BLANK = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))
"""Letters that are drawn as nothing."""
_AROUND = " .,;:!?…-–—−_*~'\"`#=/\\|()[]<>{}"
_SAYING_NOTHING = frozenset(("", *PLACEHOLDERS))

# Excel in Polish, Excel and Google in English, LibreOffice.
_ERRORS = (
    "#n/d! #n/d #arg! #adr! #dziel/0! #nazwa? #liczba! #zero! #rozlanie! #obl! #pole! #zablokowane! #łączenie! #błąd! "
    "#n/a #n/a! #value! #ref! #div/0! #name? #num! #null! #spill! #calc! #field! #blocked! #connect! #unknown! "
    "#python! #busy! #error! #getting_data #pobieranie_danych loading... #loading... #ładowanie..."
)
ERRORS = frozenset(_ERRORS.split())
"""What a cell shows, in lower case, whose formula has gone wrong."""
_ERROR = re.compile(r"(?:err|błąd|bł|error):[0-9]{3}|#{3,}")

# A number as a column shows it that is too narrow or not formatted as text: 4,86E+10.
_DAMAGED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,20})?E\+[0-9]{1,3}|[+-]?[0-9][.,][0-9]{1,20}E-[0-9]{1,3}")


def says_nothing(text: str) -> bool:
    """Return whether a whole cell says nothing: it is blank, a placeholder or a formula's error."""
    if len(text) > LINE:
        return False
    line = one_line(text.translate(_LOOK_BLANK)).lower()
    return not line or line in PLACEHOLDERS or is_error(line) or _core(line) in _SAYING_NOTHING


def answers(text: str) -> bool:
    """Return whether a placeholder answers where it is asked what is special: nothing is.

    >>> answers("Brak."), answers("nie wiem")
    (True, False)
    """
    return len(text) <= LINE and _core(one_line(text).lower()) in ANSWERS


def _core(line: str) -> str:
    """Return a line without the signs around it; one of signs alone is "", but for a tick."""
    return line.strip(_AROUND)


def is_error(text: str) -> bool:
    """Return whether a whole cell is the error of a formula, which is never a value."""
    if len(text) > LINE:
        return False
    line = one_line(text).lower()
    return line in ERRORS or _ERROR.fullmatch(line) is not None


def is_damaged(text: str) -> bool:
    """Return whether a whole cell is a number of which only the first digits are left."""
    return len(text) <= LINE and _DAMAGED.fullmatch("".join(one_line(text).split()).upper()) is not None
