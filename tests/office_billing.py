"""What a billing program exported, somebody saved again and somebody else pasted below: cp1250 with rows in UTF-8."""

from collections.abc import Sequence

from tests.office import HEADER, LEFT_OUT, STAYS_OUT, Line, Office, Refused, line, new, table
from tests.sheets import as_csv


def _billing(lines: Sequence[Line]) -> bytes:
    """Write lines of cp1250, of which some are UTF-8 and some were garbled before."""
    encoded = []
    for one in lines:
        row = as_csv([one.cells]).decode()
        if any(odd.startswith("a row in UTF-8") for odd in one.odd):
            encoded.append(row.encode())
        else:
            # What cp1250 does not have was never in such a file.
            encoded.append(row.encode("cp1250"))
    return b"".join(encoded)


_w = table("ref", "client", "domain", "package", "status", "created", "planned", "phone", "owner", "amount",
            "registrar", "invoice", "notes")  # fmt: skip
_BILLING_HEADER = [
    "Order Number", "Client Name", "Domain", "Product/Service", "Status", "Date Created", "Scheduled Date",
    "Phone Number", "Assigned To", "Amount", "Registrar", "Invoice", "Notes",
]  # fmt: skip

BILLING = Office(
    "billing_csv",
    (
        line(["sep=", *[""] * 12], HEADER, "sep= with padding"),
        line(_BILLING_HEADER, HEADER, "headers of a billing program", "Product/Service for a package"),
        line(
            _w(ref='="000123"', client="Żaneta Łoś", domain="losie-proba.pl", package="Starter", status="Pending",
               created="11/14/2026", planned="12/03/2026", phone='="0048600000001"', amount="329.50 PLN",
               registrar="NASK", invoice='="0007"'),
            new(
                "a guarded reference",
                "a guarded telephone",
                "a guarded number in an unknown column",
                "Polish letters of cp1250",
                "a day with the month first",
                "a day that could be either",
                ref="000123", client="Żaneta Łoś", domain="losie-proba.pl",
                package="Starter", reported="14.11.2026", planned="03.12.2026", phone="0048600000001",
                amount="329.50 PLN", registrar="NASK", invoice="0007",
            ),
        ),
        line(
            _w(ref="000124", client="Świętosława", domain="swieta-proba.pl", status="Pending", created="11/02/2026",
               planned="0000-00-00", phone="#N/D!", owner="NULL", package="#N/A", registrar="NULL"),
            new(
                "a row in UTF-8",
                "0000-00-00 for no day",
                "#N/D! for no telephone",
                "NULL for no person",
                "#N/A for no package",
                ref="000124", client="Świętosława", domain="swieta-proba.pl",
                reported="02.11.2026", registrar="NULL", or_refused=("",),
            ),
        ),
        line(
            # UTF-8 that was read as cp1250 once, and saved so.
            _w(ref="000126", client="ŁÓDŹ i Kość".encode().decode("cp1250", "replace").replace("\ufffd", "?"),
               domain="lodz-proba.pl", created="11/04/2026"),
            Refused(("Client Name", "")),
            "a name garbled before, of which a letter is lost",
        ),
        line(
            _w(ref="000125", client="ŻÓŁĆ S.A.", domain="zolc-proba.pl", created="11/03/2026"),
            new(
                "a row in UTF-8, in capitals",
                ref="000125", client="ŻÓŁĆ S.A.", domain="zolc-proba.pl", reported="03.11.2026", or_refused=("",),
            ),
        ),
        line(
            _w(ref="2,02612E+12", client="Beta", domain="beta-proba.pl", created="11/05/2026"),
            Refused(("Order Number",)),
            "a reference shortened to 2,02612E+12",
        ),
        line(
            _w(ref="2.02612E+12", client="Beta", domain="beta-druga.pl", created="11/05/2026"),
            Refused(("Order Number",)),
            "a reference shortened with a dot",
        ),
        line(_BILLING_HEADER, LEFT_OUT, "the header again, from a second export below the first"),
        line(
            _w(ref="000127", client="Gama", domain="http://www.gama-proba.pl/", status="Awaiting data",
               package="Business", created="2026-11-06 10:11:12", phone="(22) 123-45-67"),
            new(
                "a status of theirs that nobody knows",
                "an ISO moment among American days",
                "a telephone with brackets",
                ref="000127", client="Gama", domain="gama-proba.pl", status="dane", package="Business",
                reported="06.11.2026 10:11", phone="221234567",
            ),
        ),
        line(
            _w(ref="000128", client="Delta", domain="delta-proba.pl", created="13/14/2026"),
            Refused(("Date Created",)),
            "neither order makes a day of it",
        ),
        line(
            _w(ref="000129", client="Epsilon", domain="epsilon-proba.pl", created="11/07/2026", planned="10/20/2026"),
            Refused(("Scheduled Date", "Date Created")),
            "agreed before it was asked for",
        ),
        line(
            _w(ref="000130", client="Zeta", domain="zeta..pl", created="11/08/2026"),
            Refused(("Domain",)),
            "a domain that cannot be one",
        ),
        line(
            _w(ref="000131", client="Eta", domain="kowalski@wp.pl", created="11/08/2026"),
            Refused(("Domain",)),
            "an address of a public mail host",
        ),
        line(
            _w(ref="000132", client="Teta", domain="teta-proba.pl", created="11/09/2026", status="Cancelled",
               owner="ola", notes='powiedział "nie"; koniec'),
            new(
                "Cancelled",
                "a person by her first name in small letters",
                "quotes and the delimiter in a cell",
                ref="000132", client="Teta", domain="teta-proba.pl", status="anulowana", reported="09.11.2026",
                owner="Ola Sarna", notes='powiedział "nie"; koniec', reason="import",
            ),
        ),
        line(
            [*_w(ref="000133", client="Jota", domain="jota-proba.pl", created="11/10/2026"), "za dużo"],
            Refused(("",)),
            "a cell more than the header has",
        ),
        line(
            _w(ref="000134", client="Kappa", domain="xn--abka-zamki-hjc.pl", created="11/11/2026",
               phone="+48600000002"),
            new(
                "a domain in its letters for machines",
                ref="000134", client="Kappa", domain="żabka-zamki.pl", reported="11.11.2026", phone="+48600000002",
            ),
        ),
        line(_w(client="TOTAL", amount="1318.00 PLN"), STAYS_OUT, "TOTAL in capitals"),
    ),
    _billing,
    ("cp1250",),
    statuses={"pending": "package", "awaiting data": "data"},
    is_text=True,
)  # fmt: skip
