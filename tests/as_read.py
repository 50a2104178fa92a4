"""A file as the tests read it: its cells, or its mistakes."""

import pytest

from core.ground.messages import InputError
from core.spreadsheet.choices import Reading
from core.spreadsheet.decoding import read_sheet


def cells(data, **given):
    return [line.cells for line in read_sheet(data, Reading(**given)).lines]


def mistakes(data, **given):
    with pytest.raises(InputError) as refused:
        read_sheet(data, Reading(**given))
    return [(error.field, error.message.id) for error in refused.value.errors]
