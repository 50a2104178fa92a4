"""A template filled in, with one full stop where a value brings its own: "sp. z o.o." ends a sentence by itself."""

import re
from collections.abc import Mapping

_ENDS = (".", "…")
"""What a value may end with that a full stop after it would double."""


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders filled in; a full stop after a value that ends with one is left out.

    >>> filled("Założono migrację {ref}: {client}.", {"ref": "P-61", "client": "Alfa sp. z o.o."})
    'Założono migrację P-61: Alfa sp. z o.o.'
    >>> filled("Klient: {client}. Dalej: {client}", {"client": "Alfa"})
    'Klient: Alfa. Dalej: Alfa'
    """
    for name, value in values.items():
        if value.endswith(_ENDS):
            # Only where the stop ends the sentence: after it comes nothing, a space or a closing mark.
            template = re.sub(rf"\{{{name}\}}\.(?![^\s”\"’)])", f"{{{name}}}", template)
    return template.format(**values)
