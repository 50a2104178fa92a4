"""Serial numbers of zones compared: RFC 1982."""

_HALF, _WHOLE = 2**31, 2**32


def compare_serials(one: int, other: int) -> int | None:
    """Return -1 where `one` is older than `other`, 0 where equal, 1 where newer; None where RFC 1982 defines nothing.

    >>> compare_serials(2**32 - 1, 0), compare_serials(7, 7), compare_serials(0, 2**31)
    (-1, 0, None)
    """
    distance = (one - other) % _WHOLE
    if distance == _HALF:
        return None
    return 0 if distance == 0 else 1 if distance < _HALF else -1
