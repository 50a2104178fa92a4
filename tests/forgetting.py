"""A desk on which somebody who asks to be forgotten stands in every place, beside strangers who are called alike."""

from decimal import Decimal

from core.database.transactions import writing
from core.ground.messages import Grosze
from core.offer.customer import Customer
from core.offer.extras import Extras, FreeLine
from core.quotes import subscription_base
from core.simulation.reading import load
from core.store.changing import write_batch
from core.store.store import Store
from core.watch.following import begin
from tests.migrations import MARIA, NOW, act
from tests.quotes import by, save

ASKED = "Jan Kowalski\n601 234 567\nNIP 5261040828\nkowalski.example\njan@kowalski.example"
TRACES = ("Jan Kowalski", "601 234 567", "601234567", "5261040828", "526-104-08-28", "kowalski.example")
"""What nobody may find any more; strangers' names are not among them."""

BASE = """nr;klient;pakiet;od;do;cena;domeny;skrzynki;dysk;nazwy domen
A-1;Jan Kowalski;basic;01.06.2025;31.05.2026;199,00;2;5;4,5;kowalski.example
A-2;Łąka sp. z o.o.;plus;01.05.2025;30.04.2027;;1;0;0;laka.example
A-3;Janina Kowalska;basic;01.01.2026;31.12.2026;;1;1;1;janina.example
""".encode()


def full(quotes, tariff):
    """Fill an empty desk; return its store."""
    store = Store(quotes.engine)
    e = act().event
    own = _begin(store, "P-1", "kowalski.example", client="Jan Kowalski", contact_phone="+48 601-234-567")
    store.change(own, lambda m: [e("noted", new="Jan Kowalski woli po 15")])
    other = _begin(
        store, "P-2", "laka.example", client="Łąka sp. z o.o.", contact_name="Jan Kowalski", contact_phone="601234567"
    )
    store.change(
        other,
        lambda m: [
            e("noted", new="Jan Kowalski prosi o mail na jan@kowalski.example\ni o telefon po 15"),
            e("set", item="contact_name", old="Jan Kowalski", new="Ewa Lis"),
            e("set", domain="laka.example", item="extra", old={}, new={"Jan Kowalski": "tak", "opis": "JAN KOWALSKI"}),
            e("held", item="client", reason="Jan Kowalski wyjechał"),
        ],
    )  # fmt: skip
    _begin(store, "P-3", "janina.example", client="Janina Kowalska", contact_phone="601 234 568")
    first = save(quotes, tariff, customer=Customer("Jan Kowalski", "5261040828", ("ul. Długa 1",)))
    # The same client, whom somebody wrote otherwise; it belongs to no migration.
    save(quotes, tariff, customer=Customer("J. K.", "", ()), replaces=first.number)
    label = FreeLine("Przeniesienie, uzgodnił Jan Kowalski", Grosze(100), Decimal(23))
    others = save(quotes, tariff, customer=Customer("Łąka sp. z o.o.", "", ()), extras=Extras((label,)))
    quotes.refuse(others, by(), "Jan Kowalski był przeciw")
    save(quotes, tariff, customer=Customer("Janina Kowalska", "", ()))
    for name in ("kowalski.example", "janina.example"):
        begin(quotes.engine, name, {}, MARIA, NOW)
    subscription_base.keep(quotes.engine, load(BASE, tariff), tariff, "baza Jan Kowalski.csv", "0", act(MARIA))
    mapping = {
        "columns": {"Jan Kowalski": None, "klient": "client"},
        "excluded": ["telefon 601234567"],
        "statuses": {"jan kowalski": "data", "nowe": "package"},
    }
    values = {
        "sha256": "0", "encoding": "utf-8", "delimiter": ";", "header_key": "0", "mapping": mapping, "counts": {},
        "actor": "anna", "applied_at": NOW,
    }  # fmt: skip
    rows = [{"row": 2, "outcome": "rejected", "errors": [{"column": "Jan Kowalski", "reason": "error.missing"}]}]
    with writing(quotes.engine) as connection:
        write_batch(connection, values, rows)
    return store


def _begin(store, ref, domain, **values):
    return store.register(act(), {"ref": ref, **values}, {domain: {"display": domain}}).migration.id
