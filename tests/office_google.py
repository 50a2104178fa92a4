"""Google: a form's answers as CSV in English, a shared sheet as XLSX in Polish."""

from tests.office import BLANK, HEADER, STAYS_OUT, Held, Office, Refused, at, line, new, table
from tests.sheets import Tab, as_csv, by_openpyxl

_g = table("at", "client", "domain", "package", "mailboxes", "contact", "phone", "fee", "status", "planned", "notes",
            "mail")  # fmt: skip
_GOOGLE_HEADER = [
    "Timestamp", "Company name", "Website URL", "Plan", "Number of mailboxes", "Contact person", "Phone number",
    "Paid migration", "Status", "Planned date", "Comments", "Email Address",
]  # fmt: skip

GOOGLE_CSV = Office(
    "google_csv",
    (
        line(_GOOGLE_HEADER, HEADER, "headers of Google Forms", "Website URL for a domain", "Plan for a package"),
        line(
            _g(at="11/12/2026 9:05:30", client="Alfa", domain="https://alfa-proba.pl/", package="Mini", mailboxes="3",
               contact="Ann Lee", phone="+48 600 000 001", fee="FALSE", status="New", mail="ann@alfa-proba.pl"),
            new(
                "a timestamp of a form, month first",
                "a month that could be a day, proven by another row",
                "an hour of one digit",
                "an address from a form",
                "a box not ticked",
                "an unknown column with addresses of people",
                client="Alfa", domain="alfa-proba.pl", package="Mini", mailboxes="3",
                contact="Ann Lee", phone="+48600000001", reported="12.11.2026 09:05", mail="ann@alfa-proba.pl",
            ),
        ),
        line(
            _g(at="11/18/2026 14:30:15", client="Beta, Inc.", domain="http://www.beta-proba.pl", package="",
               mailboxes="", contact="n/a", phone="0048600000002", fee="TRUE", status="In progress"),
            Held("package"),
            "a day beyond 12 proves the order of the file",
            "a comma in a quoted cell",
            "http and www",
            "n/a for no contact",
            "a box ticked",
            "in progress, yet nothing agreed",
        ),
        line(
            _g(at="11/05/2026 23:59:59", client="Gamma \"G\" Ltd", domain="gama-proba.pl", package="Plus",
               mailboxes="1,000", contact="Eve", phone="600000003"),
            Refused(("Number of mailboxes",)),
            "quotes doubled in a cell",
            "a comma for thousands",
        ),
        line(
            _g(at="11/06/2026 08:00:00", client="Delta", domain="DELTA-PROBA.PL", status="To do",
               notes="call me\nlater", planned="12/03/2026"),
            new(
                "a line break in a cell",
                "a day with the month first in another column",
                client="Delta", domain="delta-proba.pl", reported="06.11.2026 08:00",
                planned="03.12.2026", notes="call me\nlater",
            ),
        ),
        line(
            _g(at="11/07/2026 08:00:00", client="Epsilon", domain="epsilon-proba.pl", planned="2026-12-04"),
            new(
                "an ISO day where others begin with the month",
                client="Epsilon", domain="epsilon-proba.pl", reported="07.11.2026 08:00", planned="04.12.2026",
            ),
        ),
        line(
            _g(at="11/08/2026 08:00:00", client="Zeta", domain="zeta@gmail.com"),
            Refused(("Website URL",)),
            "an address of a public mail host",
        ),
        line(
            _g(at="11/09/2026 08:00:00", client="", domain="eta-proba.pl"),
            Refused(("Company name",)),
            "no client",
        ),
        line(
            _g(at="11/10/2026 08:00:00", client="Theta", domain="theta-proba.pl", status="Waiting for client"),
            new(
                "a status of theirs",
                client="Theta", domain="theta-proba.pl", reported="10.11.2026 08:00",
            ),
        ),
        line(["", "", "", "", "", "", "", "", "", "", "", ""], BLANK, "a row of nothing but commas"),
        line(
            _g(at="11/11/2026 08:00:00", client="Kość".encode().decode("cp1252"), domain="kosc-proba.pl"),
            new(
                "a name garbled before",
                client="Kość", domain="kosc-proba.pl", reported="11.11.2026 08:00", or_refused=("Company name", ""),
            ),
        ),
        line(
            _g(at="11/11/2026 09:00:00", client="Łaźnia".encode().decode("cp1252", "replace").replace("\ufffd", "?"),
               domain="laznia-proba.pl"),
            Refused(("Company name", "")),
            "a name garbled before, of which a letter is lost",
        ),
        line(["Total", "", "", "", "1003"], STAYS_OUT, "Total in English"),
    ),
    lambda lines: as_csv([list(line.cells) for line in lines], delimiter=","),
    ("commas between cells", "UTF-8 without a mark"),
    statuses={"waiting for client": "package"},
    is_text=True,
)  # fmt: skip

_s = table("at", "client", "domain", "package", "mailboxes", "contact", "phone", "fee", "planned", "notes", "paid")
_SHEET_HEADER = [
    "Sygnatura czasowa", "Nazwa firmy", "Adres strony www", "Wybrany pakiet", "Liczba skrzynek e-mail",
    "Imię i nazwisko", "Numer telefonu", "Opłata za migrację", "Planowany termin", "Uwagi", "Faktura opłacona",
]  # fmt: skip

GOOGLE_XLSX = Office(
    "google_xlsx",
    (
        line(_SHEET_HEADER, HEADER, "headers of Google Forms in Polish", "Sygnatura czasowa for the enquiry"),
        line(
            _s(at=at("2026-11-12T09:05:30"), client="Alfa", domain="https://alfa-proba.pl", package="Mini",
               mailboxes=3, contact="Anna Lis", phone=48600000001, fee=False, paid=True),
            new(
                "a timestamp with seconds as a real date",
                "a box as a bool",
                "a bool in an unknown column",
                client="Alfa", domain="alfa-proba.pl", package="Mini", mailboxes="3", contact="Anna Lis",
                phone="48600000001", reported="12.11.2026 09:05", paid="tak",
            ),
        ),
        line(
            _s(at=at("2026-11-13T00:00"), client="Beta", domain="beta-proba.pl/", mailboxes="około 5"),
            Refused(("Liczba skrzynek e-mail",)),
            "a count in words",
        ),
        line(
            _s(at="2026-11-14 10:00:00", client="Gama", domain="www.gama-proba.pl", planned="1 grudnia 2026"),
            new(
                "a timestamp as a text among dates",
                "a day with the month's name",
                client="Gama", domain="gama-proba.pl", reported="14.11.2026 10:00", planned="01.12.2026",
            ),
        ),
        line(
            _s(at=at("2026-11-15T08:00"), client="Delta", domain="delta-proba.pl", phone=48.0,
               contact="nie wiem", package="nie wiem", notes="=1+1"),
            new(
                "nie wiem for no contact and no package",
                "a text that looks like a formula",
                "a telephone that is too short is kept as it is",
                client="Delta", domain="delta-proba.pl", reported="15.11.2026 08:00", phone="48", notes="=1+1",
            ),
        ),
    ),
    lambda lines: by_openpyxl([Tab("Liczba odpowiedzi 1", [list(line.cells) for line in lines])]),
    ("a sheet of a form's answers",),
)  # fmt: skip
