"""The number of a bank account (IBAN): its country, and two digits that check the others (mod 97).

https://en.wikipedia.org/wiki/International_Bank_Account_Number

>>> read_account("04 0000 0000 0000 0000 0000 0000")
'PL04000000000000000000000000'
>>> read_account("PL05 0000 0000 0000 0000 0000 0000")
Traceback (most recent call last):
pydantic_core._pydantic_core.PydanticCustomError: error.account_checksum
>>> written("PL04000000000000000000000000")
'PL04 0000 0000 0000 0000 0000 0000'
"""

from stdnum import iban
from stdnum.exceptions import InvalidChecksum, ValidationError

from core.ground.text_limits import LINE
from core.ground.validation import mistake

_POLISH_DIGITS = 26


def read_account(text: str) -> str:
    """Return the letters and digits of an account's number; 26 digits alone are Polish. Raises pydantic's error."""
    if len(text) > LINE or not text.isascii():
        raise mistake("error.account")
    number = iban.compact(text)
    if number.isdigit():
        if len(number) != _POLISH_DIGITS:
            raise mistake("error.account")
        number = f"PL{number}"
    try:
        # Nothing is looked up: the check digits and the length of the country are in the package.
        return str(iban.validate(number))
    except InvalidChecksum:
        raise mistake("error.account_checksum") from None
    except ValidationError:
        raise mistake("error.account") from None


def written(number: str) -> str:
    """Return an account's number in groups of four, as banks write it."""
    return str(iban.format(number))
