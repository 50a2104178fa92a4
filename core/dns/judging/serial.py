"""Serial numbers of zones, read and compared: RFC 1982."""

_HALF, _WHOLE = 2**31, 2**32


def serial_of(soa: tuple[str, ...] | None) -> int | None:
    """Return the serial in the values of a SOA; None where there are none, or it is no number.

    >>> serial_of(("ns.a.pl host.a.pl 7 1 1 1 60",)), serial_of(("ns.a.pl",)), serial_of(None)
    (7, None, None)
    """
    parts = soa[0].split() if soa else []
    # Text from the network: isdigit alone takes digits of other scripts too.
    return int(parts[2]) if len(parts) == 7 and parts[2].isascii() and parts[2].isdigit() else None


def compare_serials(one: int, other: int) -> int | None:
    """Return -1 where `one` is older than `other`, 0 where equal, 1 where newer; None where RFC 1982 defines nothing.

    >>> compare_serials(2**32 - 1, 0), compare_serials(7, 7), compare_serials(0, 2**31)
    (-1, 0, None)
    """
    distance = (one - other) % _WHOLE
    if distance == _HALF:
        return None
    return 0 if distance == 0 else 1 if distance < _HALF else -1
