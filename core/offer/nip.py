"""The NIP (Polish tax number): ten digits, the last of which checks the others.

https://pl.wikipedia.org/wiki/Numer_identyfikacji_podatkowej

>>> read_nip("PL 5261040828")
'5261040828'
>>> read_nip("526-10-40-829")
Traceback (most recent call last):
pydantic_core._pydantic_core.PydanticCustomError: error.nip_checksum
>>> written("5261040828")
'526-10-40-828'
"""

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.pl import nip

from core.ground.text_limits import LINE
from core.ground.validation import mistake


def read_nip(text: str) -> str:
    """Return the ten digits of a NIP written with or without dashes, spaces and PL; raises pydantic's error."""
    if len(text) > LINE:
        raise mistake("error.nip_digits")
    try:
        return nip.validate(text)
    except InvalidChecksum:
        raise mistake("error.nip_checksum") from None
    except ValidationError:
        raise mistake("error.nip_digits") from None


def written(digits: str) -> str:
    """Return a NIP's digits in the groups that companies write them in."""
    return "-".join((digits[:3], digits[3:5], digits[5:7], digits[7:]))
