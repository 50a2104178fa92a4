"""A file of changes of package, as a spreadsheet saves it, row by row in the words of `core.pricing.request`.

    changes = Changes(data, tariff)
    for line, values in changes.rows(): ...    # values as texts of a request, or the error that refuses the row

It is read as the imports read theirs: any encoding and delimiter, workbooks, headers by their synonyms, dates in one
order, cells repaired without loss.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from core.commands.workbook_process import blocks_of
from core.ground.dates import DateOrder, parse_day, reads
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE, bounded
from core.ground.validation import one_line
from core.ground.words import fold, one_of
from core.migration.cell_values import parse_count
from core.migration.import_columns import Column, check_mapping, column, suggest, unknown
from core.pricing.money import parse_amount, to_decimal
from core.pricing.request import COLUMNS as OF_REQUEST
from core.pricing.request import REQUIRED_COLUMNS
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS as OF_SUBSCRIPTION
from core.spreadsheet.cell_repairs import bare, damaged, spaces
from core.spreadsheet.choices import AS_PROPOSED
from core.spreadsheet.decoding import Block, open_sheet
from core.spreadsheet.placeholders import says_nothing
from core.spreadsheet.repair_kinds import TURNED
from core.spreadsheet.survey import Evidence
from core.spreadsheet.workbooks import is_workbook

_OTHERS = {
    "target": "nowy pakiet, pakiet docelowy, docelowy pakiet, na pakiet, pakiet nowy, new package, target package",
    "change_on": "data zmiany, dzien zmiany, zmiana od, zmiana dnia, change date, date of change, changed on",
    "target_price_net": "nowa cena netto, cena docelowa netto, cena nowego pakietu netto, target price, new price net",
    "target_period_months": "okres nowego pakietu, okres nowego pakietu miesiace, nowy okres, target period",
}
_AMOUNTS = ("price_net", "target_price_net")
_OF_SUBSCRIPTION = {one.id: (fold(one.header), *one.synonyms) for one in OF_SUBSCRIPTION}
COLUMNS: tuple[Column, ...] = tuple(
    column(id, id, "amount" if id in _AMOUNTS else "text", _OTHERS.get(id) or ", ".join(_OF_SUBSCRIPTION[id]))
    for id in ("id", *OF_REQUEST)
)
"""Every column of such a file; our own header is its id."""
REQUIRED = ("id", *REQUIRED_COLUMNS)

_DATES = ("term_start", "valid_until", "change_on", "service_start")
_COUNTS = ("domains", "mailboxes", "target_period_months")

Row = tuple[int, "dict[str, object] | InputError"]
"""The line of a row, and what it asks for or why it is refused."""


class Changes:
    """A file of which the header is read; raises InputError where that is wrong, or the file cannot be read.

    `said`: the order of day and month in its dates, where somebody said it.
    """

    def __init__(self, data: bytes, tariff: Tariff, said: DateOrder = "") -> None:
        self._blocks: Callable[[], Iterable[Block]]
        if is_workbook(data):
            header, blocks = blocks_of(data, COLUMNS)
            self._blocks = lambda: blocks
        else:
            header = open_sheet(data, AS_PROPOSED, COLUMNS).header
            self._blocks = lambda: open_sheet(data, AS_PROPOSED, COLUMNS).blocks()
        mapping = suggest(header, COLUMNS)
        self._columns = [mapping[name] for name in header]
        # A misspelt optional column that was passed over would give wrong prices without a word.
        wrong = [FieldError(name, "", unknown(name, COLUMNS)) for name, id in mapping.items() if id is None]
        try:
            check_mapping(mapping, header, COLUMNS, REQUIRED)
        except InputError as error:
            wrong = [*error.errors, *wrong]
        if wrong:
            raise InputError(*wrong)
        self._packages = {fold(one.name): one.id for one in tariff.packages}
        self._packages |= {fold(one.id): one.id for one in tariff.packages}
        self._expected = ", ".join(one.id for one in tariff.packages)
        evidence = self._evidence()
        self._order = said or evidence.order
        self._both = evidence.both

    def _evidence(self) -> Evidence:
        found = Evidence()
        dated = [place for place, id in enumerate(self._columns) if id in _DATES]
        for block in self._blocks():
            for place in dated:
                # Each text with the first line it is on: backwards, the first one is the last to be said.
                first = dict(zip(reversed(block.columns[place]), reversed(block.numbers), strict=True))
                for text, number in first.items():
                    if len(text) <= LINE:
                        found.see(reads(one_line(bare(text))), "", text, number)
        return found

    def rows(self, progress: Callable[[float], object] = lambda share: None) -> Iterator[Row]:
        """Yield every row in the order of the file; `progress` is told the share that is read, 0 to 1."""
        for block in self._blocks():
            for line in block.lines:
                if line.error is not None:
                    yield line.number, InputError(FieldError("", "", line.error))
                    continue
                try:
                    yield line.number, self._row(line.cells)
                except InputError as error:
                    yield line.number, error
            progress(block.share)

    def _row(self, cells: tuple[str, ...]) -> dict[str, object]:
        values: dict[str, object] = {}
        wrong: list[FieldError] = []
        for id, cell in zip(self._columns, cells, strict=True):
            try:
                if id and (text := self._cell(id, cell)):
                    values[id] = text
            except InputError as error:
                wrong += (FieldError(id or "", one.value, one.message) for one in error.errors)
        told = {error.field for error in wrong}
        # A blank cell is not a zero: with it, a migration would be free and a downgrade would fit.
        blank = [name for name in REQUIRED if name not in values and name not in told]
        if blank or wrong:
            raise InputError(*wrong, *(FieldError(name, "", Message("error.missing")) for name in blank))
        return values

    def _cell(self, id: str, cell: str) -> str:
        text = bare(bounded(cell, id))
        if why := damaged(one_line(text)):
            raise InputError(FieldError(id, cell.removeprefix(TURNED), why))
        if says_nothing(text):
            if id in _AMOUNTS and text:
                # A price that is not known is not the list's.
                raise InputError(FieldError(id, cell, Message("error.amount")))
            return ""
        read = _READ.get(id)
        return read(self, text, id) if read else text

    def _package(self, text: str, id: str) -> str:
        folded = fold(text)
        if folded not in self._packages:
            raise InputError(FieldError(id, text, one_of(folded, tuple(self._packages), self._expected)))
        return self._packages[folded]

    def _day(self, text: str, id: str) -> str:
        try:
            return parse_day(text, self._order, id).isoformat()
        except InputError as error:
            if self._both and error.errors[0].message.id == "error.date_both_ways":
                raise InputError(FieldError(id, text, self._both)) from None
            raise

    def _count(self, text: str, id: str) -> str:
        return str(parse_count(spaces(text)[0], id))

    def _amount(self, text: str, id: str) -> str:
        try:
            return str(to_decimal(parse_amount(text)))
        except ValueError:
            raise InputError(FieldError(id, text, Message("error.amount"))) from None

    def _disk(self, text: str, _id: str) -> str:
        number = spaces(text)[0].upper().removesuffix("GB").strip()
        return number.replace(",", ".")


_READ: Mapping[str, Callable[[Changes, str, str], str]] = {
    **dict.fromkeys(("package", "target"), Changes._package),
    **dict.fromkeys(_DATES, Changes._day),
    **dict.fromkeys(_COUNTS, Changes._count),
    **dict.fromkeys(_AMOUNTS, Changes._amount),
    "disk_gb": Changes._disk,
}
