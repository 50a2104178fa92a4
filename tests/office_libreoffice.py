"""A LibreOffice file: sheets beside it, durations, PRAWDA, formulas with and without a result."""

import datetime as dt

from tests.office import BLANK, HEADER, LEFT_OUT, Office, Refused, at, day, line, new, table
from tests.sheets import Formula, Tab, by_odfpy

_l = table("client", "domain", "status", "package", "websites", "reported", "planned", "tested", "switched", "closed",
            "contact", "phone", "fee", "password", "nonstandard", "minutes", "notes", "moved")  # fmt: skip
_LIBRE_HEADER = [
    "Klient (firma)", "Domena/y", "Status migracji", "Nowy pakiet", "Strony WWW (szt.)", "Data zgłoszenia",
    "Umówiony termin", "Data testu", "Data przepięcia DNS", "Zakończono", "Kontakt", "Telefon kom.", "Płatna",
    "Hasło zmienione", "Niestandardowe", "Czas rozmowy", "Uwagi dodatkowe", "Start migracji",
]  # fmt: skip

LIBREOFFICE = Office(
    "libreoffice",
    (
        line(["Migracje – zestawienie"], LEFT_OUT, "a title over merged cells"),
        line(["Opracowanie:", "Dział wsparcia"], LEFT_OUT, "who made it, in two cells"),
        line([], BLANK, "a blank row"),
        line([], BLANK),
        line(_LIBRE_HEADER, HEADER, "the header in row 5", "headers with brackets, strokes and dots"),
        line(
            _l(client="Alfa", domain="alfa-proba.pl", status="nowe", websites=2, reported=day(2026, 11, 2), fee=True,
               minutes=dt.timedelta(hours=30, minutes=15)),
            new(
                "PRAWDA as a bool",
                "a duration beyond a day in an unknown column",
                "a count as a number with a fraction of nothing",
                client="Alfa", domain="alfa-proba.pl", websites="2", reported="02.11.2026",
                fee="tak", minutes="30:15:00",
            ),
        ),
        line(
            _l(client="Beta", domain="beta-proba.pl", planned=dt.timedelta(hours=30, minutes=15)),
            Refused(("Umówiony termin",)),
            "a duration for a day",
        ),
        line(
            _l(client="Gama", domain="gama-proba.pl", planned=dt.time(9, 30)),
            Refused(("Umówiony termin",)),
            "a time of day for a day in ODS",
        ),
        line(
            _l(client="Delta", domain="delta-proba.pl", reported=at("2026-11-03T08:15"), fee=False,
               minutes=dt.time(0, 20)),
            new(
                "FAŁSZ as a bool",
                "a moment of ODS",
                "a time of day in an unknown column",
                client="Delta", domain="delta-proba.pl", reported="03.11.2026 08:15", minutes="00:20:00",
            ),
        ),
        line(
            _l(client="Epsilon", domain="epsilon-proba.pl", reported=Formula("=DATE(2026;11;4)", day(2026, 11, 4)),
               websites=Formula("=2+3", 5), package=Formula('="Pl"&"us"', "Plus")),
            new(
                "a formula that gives a day",
                "a formula that gives a number",
                "a formula that gives a text",
                client="Epsilon", domain="epsilon-proba.pl", reported="04.11.2026", websites="5", package="Plus",
            ),
        ),
        line(
            _l(client="Zeta", domain="zeta-proba.pl", websites=Formula("=SUM([.E6:.E10])")),
            Refused(("Strony WWW (szt.)",)),
            "a formula that was never calculated",
        ),
        line(
            _l(client="Eta", domain="eta-proba.pl", phone="0048 600-000-001", contact="--", package="NULL"),
            new(
                "-- for no contact",
                "NULL for no package",
                "a telephone with two noughts and strokes",
                client="Eta", domain="eta-proba.pl", phone="0048600000001",
            ),
        ),
        line(
            _l(client="Teta", domain="teta-proba.pl", status="w realizacji", package="Firma", nonstandard="brak",
               reported=day(2026, 11, 1), planned=day(2026, 11, 20), contact="Jan Teta"),
            new(
                "a status in other words",
                client="Teta", domain="teta-proba.pl", status="migracja", package="Firma", nonstandard="brak",
                reported="01.11.2026", planned="20.11.2026", contact="Jan Teta",
            ),
        ),
        line(
            _l(client="Jota", domain="jota-proba.pl", status="DNS", package="Firma", nonstandard="brak",
               reported=day(2026, 10, 1), planned=day(2026, 10, 12), tested=day(2026, 10, 5), contact="Jan Jota",
               moved=day(2026, 10, 12), switched=day(2026, 10, 14)),
            Refused(("Data testu", "Start migracji")),
            "a test before the move that it tests",
        ),
        line(
            _l(client="Kappa", domain="kappa-proba.pl", status="zakończona", package="Plus", reported=day(2026, 9, 1),
               planned=day(2026, 9, 10), tested=day(2026, 9, 11), switched=day(2026, 9, 12),
               closed=day(2026, 9, 20), contact="Jan Kappa", password=True, nonstandard="brak",
               moved=day(2026, 9, 10)),
            new(
                "a finished one with all its dates",
                "a bool for the password changed",
                client="Kappa", domain="kappa-proba.pl", status="zakończona", package="Plus", reported="01.09.2026",
                planned="10.09.2026", tested="11.09.2026", dns="11.09.2026", switched="12.09.2026", closed="20.09.2026",
                contact="Jan Kappa", password="tak", nonstandard="brak", moved="10.09.2026",
            ),
        ),
        line(
            _l(client="Lambda", domain="lambda-proba.pl\nlambda-druga.pl", notes="a & b < c\n„cytat”",
               nonstandard="?"),
            new(
                "signs that XML writes otherwise",
                "Polish quotes in notes",
                client="Lambda", domain="lambda-proba.pl\nlambda-druga.pl", notes="a & b < c\n„cytat”",
            ),
        ),
        line(
            _l(client="Mi", domain="mi-proba.pl", reported="32.11.2026"),
            Refused(("Data zgłoszenia",)),
            "a day that is not in the calendar",
        ),
        line(
            _l(client="Ni", domain="ni-proba.pl", reported=day(2027, 1, 5)),
            Refused(("Data zgłoszenia",)),
            "an enquiry in the future",
        ),
        line(
            _l(client="Ksi", domain="ksi-proba.pl", status="anulowane", reported=day(2026, 11, 5)),
            new(
                "one that was given up, nobody says why",
                client="Ksi", domain="ksi-proba.pl", status="anulowana", reported="05.11.2026", reason="import",
            ),
        ),
        line([], BLANK, "a blank row before the totals"),
        line(_l(client="Suma:", websites=Formula("=SUM([.E6:.E20])", 7)), LEFT_OUT, "Suma with a colon"),
    ),
    lambda lines: by_odfpy(
        [
            Tab("Słownik", [["status", "znaczenie"], ["nowe", "przyjęte"]]),
            Tab("Migracje", [list(line.cells) for line in lines], merged=((0, 0, 0, 4),)),
            Tab("Stare", [["klient"], ["X"]], hidden=True),
        ]
    ),
    ("a sheet of words before", "a hidden sheet behind"),
    sheet="Migracje",
)  # fmt: skip
