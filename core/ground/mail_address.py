"""An address that mail can be sent to, as an envelope takes it (RFC 5321, section 4.1.2), without quotes."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from core.ground.validation import mistake

_LONGEST = 254
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z0-9-]{2,63}"
)


def read_mail_address(value: object) -> str:
    """Return a mail address; raises a mistake where it is none. A domain with Polish letters is written as xn--.

    >>> read_mail_address("anna@example.pl")
    'anna@example.pl'
    """
    if not isinstance(value, str):
        raise mistake("error.text")
    local = value.partition("@")[0]
    odd = local.startswith(".") or local.endswith(".") or ".." in local
    if len(value) > _LONGEST or odd or not _ADDRESS.fullmatch(value):
        raise mistake("error.email")
    return value


def _or_none(value: object) -> str:
    return "" if value == "" else read_mail_address(value)


MailAddress = Annotated[str, BeforeValidator(_or_none)]
"""A mail address, or "" for none."""
