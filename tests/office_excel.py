"""A Polish Excel file: titles, totals, numbers that are telephones, dates in six ways."""

import datetime as dt

from tests.office import BLANK, HEADER, LEFT_OUT, NBSP, SAME, Held, Office, Refused, at, day, line, new, table
from tests.sheets import Formula, Tab, by_xlsxwriter

_x = table(
    "lp", "ref", "client", "domain", "status", "package", "mailboxes", "reported", "planned", "tested", "switched",
    "owner", "contact", "phone", "nonstandard", "fee", "net", "notes", "access",
)  # fmt: skip
_EXCEL_HEADER = [
    "Lp.", "Nr zlec.", f"Nazwa{NBSP}klienta", "DOMENA ", "Etap", "Pakiet", "Ilość skrzynek", "Data\nzgł.",
    "Termin migracji", "Data testów", "Zmiana DNS", "Opiekun", "Osoba do kontaktu", "Tel. kontaktowy",
    "Niestandardowe ustawienia", "Czy płatna", "Wartość netto", "Uwagi", "Dostęp FTP",
]  # fmt: skip

EXCEL = Office(
    "polish_excel",
    (
        line(["Zestawienie migracji klientów – listopad 2026"], LEFT_OUT, "a title over merged columns"),
        line([None, None, "stan na:", day(2026, 11, 20)], LEFT_OUT, "a second title, with a date in it"),
        line([], BLANK, "a blank row between title and header"),
        line(
            _EXCEL_HEADER,
            HEADER,
            "the header in row 4",
            "a header with a line break",
            "a header with a hard space",
            "a header in capitals with a blank behind",
        ),
        line(
            _x(
                lp=1, ref=1001, client="Zakład „Żaba” sp. z o.o.", domain="slusarz-zaba.pl", status="dane",
                package="Plus", mailboxes=12, reported=day(2026, 11, 3), owner="Anna", contact="Ewa Żak",
                phone=48501502503, nonstandard="brak", fee="nie", net=329.5, notes="Dzwonić po 14\nnie w piątki",
                access="uzgodniony",
            ),
            new(
                "a reference that is a number",
                "a telephone that is a number",
                "a real date",
                "brak answers the question for odd configuration",
                "a first name for a person of the team",
                "a price with a fraction in an unknown column",
                "two lines in a cell of notes",
                "an ordinal number in an unknown column",
                "a column about access that holds no secret",
                lp="1", ref="1001", client="Zakład „Żaba” sp. z o.o.", domain="slusarz-zaba.pl", status="dane",
                package="Plus", mailboxes="12", reported="03.11.2026", owner="Anna Bobrowska", contact="Ewa Żak",
                phone="48501502503", nonstandard="brak", net="329,5", notes="Dzwonić po 14\nnie w piątki",
                access="uzgodniony",
            ),
        ),
        line(
            _x(
                lp=Formula("=A5+1", 2), ref="1002 ", client=f"Piekarnia{NBSP}Ćwik", domain="WWW.Piekarnia-Cwik.PL.",
                status="Pakiet", mailboxes=f"1{NBSP}200", reported=46329, phone="+48 601 234 567", fee=True,
                net=Formula("=Q5*2", 659),
            ),
            new(
                "a formula with its result",
                "a blank behind a reference",
                "a hard space in a name",
                "www before a domain",
                "a domain in capitals",
                "a dot behind a domain",
                "a hard space for thousands",
                "a date as its serial number",
                "a telephone with plus and blanks",
                "TRUE as yes",
                lp="2", ref="1002", client="Piekarnia Ćwik", domain="piekarnia-cwik.pl",
                mailboxes="1200", reported="03.11.2026", phone="+48601234567", fee="tak", net="659",
            ),
        ),
        line(
            _x(
                lp=3, ref="-", client="Gama", domain="https://www.gama-proba.pl/", status="nowe", package="-",
                reported="3 listopada 2026 r.", planned="?", owner="nie dotyczy", contact="brak", phone="n/d",
                nonstandard="?",
            ),
            new(
                "- for no reference",
                "an address instead of a domain",
                "- for no package",
                "a month in words",
                "? for no day",
                "nie dotyczy for no person",
                "brak for no contact",
                "n/d for no telephone",
                "? is no answer for odd configuration",
                lp="3", client="Gama", domain="gama-proba.pl", reported="03.11.2026",
            ),
        ),
        line(
            _x(
                lp=4, ref="-", client="Gama", domain="gama-druga.pl:443", status="nowe", reported="29-sie-26",
                phone="'+48 600 100 200", contact="Jan\nKowalski", planned="2026-12-01", owner="Ktoś Dawny",
            ),
            new(
                "another row with - for a reference is another migration",
                "a port behind a domain",
                "a month of three letters and a year of two",
                "an apostrophe before a plus",
                "a name on two lines",
                "an ISO day among others",
                "a person who is not of the team any more",
                lp="4", client="Gama", domain="gama-druga.pl", reported="29.08.2026",
                phone="+48600100200", contact="Jan Kowalski", planned="01.12.2026", owner="Ktoś Dawny",
            ),
        ),
        line([], BLANK, "a blank row among the data"),
        line(
            _x(lp=5, ref="1005", client="Delta", domain="delta-proba.pl", phone="4,86E+10"),
            Refused(("Tel. kontaktowy",)),
            "a telephone whose digits are lost",
        ),
        line(
            _x(lp=6, ref=202611200000001234, client="Delta", domain="delta-druga.pl"),
            Refused(("Nr zlec.",)),
            "a reference of 18 digits, of which a number keeps 15",
        ),
        line(
            _x(lp=7, ref="1007", client="Epsilon", domain="epsilon-proba.pl", planned=dt.time(14, 30)),
            Refused(("Termin migracji",)),
            "a time of day for a day",
        ),
        line(
            _x(lp=8, ref="1008", client="Epsilon", domain="epsilon-druga.pl", planned=day(1900, 1, 12)),
            Refused(("Termin migracji",)),
            "a number shown as a day of 1900",
        ),
        line(
            _x(lp=9, ref="1009", client="Zeta", domain="https://www.zeta-proba.pl/sklep"),
            Refused(("DOMENA",)),
            "an address with a path",
        ),
        line(
            _x(lp=10, ref="1010", client="Zeta", domain="facebook.com/zeta"),
            Refused(("DOMENA",)),
            "a page of a platform",
        ),
        line(_EXCEL_HEADER, LEFT_OUT, "the header again, after the page break"),
        line(
            _x(
                lp=11, ref="1011", client="Eta", domain="eta-proba.pl, www.eta-proba.pl\neta-druga.pl", status="dane",
                package=Formula("=VLOOKUP(B5,Cennik!A:B,2,0)", "#N/A"), reported=day(2026, 11, 4),
            ),
            Held("package"),
            "an error for a package is no package, so the gate is closed",
        ),
        line(
            _x(
                lp=12, ref="1012", client="Łódź Fryzjerzy".replace("ó", "o\u0301"), domain="żabka-zamki.pl\nzamki.pl",
                status="nowe", mailboxes="12 szt.", reported="2026-11-05 09:15", fee="PRAWDA",
            ),
            new(
                "a letter and its accent apart",
                "a domain with Polish letters",
                "two domains on two lines",
                "a count with its unit",
                "a moment for a day",
                "PRAWDA as a text",
                lp="12", ref="1012", client="Łódź Fryzjerzy", domain="żabka-zamki.pl\nzamki.pl",
                mailboxes="12", reported="05.11.2026 09:15", fee="tak",
            ),
        ),
        line(
            _x(
                lp=13, ref="1013", client="Teta", domain="teta-proba.pl", status="DNS", package="Firma",
                reported=day(2026, 10, 1), planned=at("2026-10-12T10:00"), tested=day(2026, 10, 13),
                switched=day(2026, 10, 14), contact="Jan Teta", nonstandard="nie dotyczy", owner="Piotr Żbik",
            ),
            new(
                "a moment as a real date",
                "nie dotyczy answers the question for odd configuration",
                lp="13", ref="1013", client="Teta", domain="teta-proba.pl", status="DNS i propagacja", package="Firma",
                reported="01.10.2026", planned="12.10.2026 10:00", tested="13.10.2026", dns="13.10.2026",
                switched="14.10.2026", contact="Jan Teta", nonstandard="nie dotyczy", owner="Piotr Żbik",
            ),
        ),
        line(
            _x(lp=14, ref="1014", client="Jota", domain="jota-proba.pl", reported=day(2026, 11, 20),
               planned=day(2026, 11, 10)),
            Refused(("Termin migracji", "Data zgł.")),
            "an agreed day before the enquiry",
        ),
        line(
            _x(lp=15, ref="1015", client="Kappa", domain="kappa-proba.pl", status="test", package="Mini",
               nonstandard="brak", reported=day(2026, 10, 1)),
            Held("contact"),
            "a status beyond a gate whose fields are missing",
        ),
        line(
            _x(lp=16, ref="1016", client="Lambda", domain="lambda-proba.pl", status="zakończona",
               reported=day(2025, 3, 3)),
            new(
                "history of last year without any field",
                lp="16", ref="1016", client="Lambda", domain="lambda-proba.pl", status="zakończona",
                reported="03.03.2025",
            ),
        ),
        line(
            _x(lp=16, ref="1016", client="Lambda", domain="lambda-proba.pl", status="zakończona",
               reported=day(2025, 3, 3)),
            SAME,
            "the same row twice",
        ),
        line(
            _x(client="RAZEM", mailboxes=Formula("=SUM(G5:G18)", 1224), net=Formula("=SUM(Q5:Q18)", 988.5)),
            LEFT_OUT,
            "a row of totals",
        ),
    ),
    lambda lines: by_xlsxwriter(
        [
            Tab("Cennik", [["pakiet", "cena"], ["Plus", 329.5]], hidden=True),
            Tab("Migracje 2026", [list(line.cells) for line in lines], merged=((0, 0, 0, 5),)),
            Tab("Arkusz3", []),
        ]
    ),
    ("a hidden sheet before", "an empty sheet behind"),
    sheet="Migracje 2026",
)  # fmt: skip
