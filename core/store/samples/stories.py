"""The stories of the samples: how far each migration has come, and what happened on its way."""

from random import Random
from typing import Any

from core.store.samples.detours import (
    agreed_anew,
    cancelled,
    dated,
    held,
    noted,
    paid_until,
    redone,
    resumed,
    reworked,
    synchronised_again,
    ticked,
    unannounced,
)
from core.store.samples.play import SEED, Story


def stories() -> list[Story]:
    """Return the stories: 25 open, 3 cancelled, 32 closed, the latter closer together of late."""
    special: dict[int, dict[str, Any]] = {
        1: {"lengths": {"begun": 15, "confirmed": 10}},
        4: {"forced": "Listę stron klient podaje telefonicznie w dniu przenosin; umowa ze starą firmą się kończy."},
        6: {
            "lengths": {"begun": 12},
            "asides": (
                ("accepted", 1, held("client", "Remont sklepu, do końca prac bez zmian")),
                ("accepted", 8, resumed),
            ),
        },
        8: {
            "lengths": {"confirmed": 3.2},
            "asides": (
                ("synced", 0.6, reworked(0, "migration", "Brakuje zdjęć w galerii")),
                ("synced", 1.4, redone(0)),
            ),
        },
        11: {"asides": (("seen", 3, dated),)},
        13: {"ours": True},
        15: {
            "lengths": {"confirmed": 11},
            "asides": (("synced", 5, noted("Dwa telefony bez odpowiedzi, klient na urlopie.")),),
        },
        17: {"domains": 9, "early": True},
        18: {"ours": True},
        20: {
            "domains": 3,
            "lengths": {"confirmed": 2.5},
            "asides": (
                ("synced", 0.4, reworked(1, "sync", "W skrzynce biuro brakuje wiadomości z soboty")),
                ("synced", 0.7, redone(1)),
            ),
        },
        22: {"asides": (("proposed", 0.1, noted("Sklep na starszym PHP, sprawdzone: ruszy bez zmian.")),)},
        24: {"early": True},
        25: {"lengths": {"complete": 9, "begun": 9}},
        27: {"ours": True},
        29: {"asides": (("seen", 3, noted("Klient dziękuje, poleci nas siostrze.")),)},
        30: {"early": True},
    }  # fmt: skip
    rng = Random(SEED)  # noqa: S311 - nothing secret
    ago = [3.3 + 54 * (1 - n / 31) ** 1.25 + rng.uniform(0, 6) * (n < 30) for n in range(32)]
    closed = [Story("changed", days, "switched", **special.get(n, {})) for n, days in enumerate(ago)]
    given_up = [
        Story("enquired", 47, asides=(("enquired", 2.2, cancelled("Klient zostaje u obecnej firmy")),)),
        Story("served", 33, asides=(
            ("served", 6, noted("Dwa przypomnienia o listach, bez odpowiedzi.")),
            ("served", 11, cancelled("Klient nie odpowiada od dwóch tygodni")),
        )),
        Story("proposed", 16, asides=(("proposed", 2, cancelled("Klient zamyka działalność")),)),
    ]  # fmt: skip
    return [*closed, *given_up, *_open()]


def _open() -> list[Story]:
    return [
        Story("enquired", 0.3, unowned=True),
        Story("chosen", 3, domains=2, ours=True, asides=(
            ("chosen", 0.6, held("us", "Czekamy na nowy węzeł VPS, zapowiedziany na przyszły tydzień")),
        )),
        # Data
        Story("served", 0.9, asides=(("served", 0.4, ticked(0, 0)),)),
        Story("served", 8, domains=6, asides=(
            ("served", 3, ticked(0, 0)),
            ("served", 6, noted("Przypomniane telefonicznie: brakuje listy stron, pani Halina obiecuje na jutro.")),
        )),
        Story("served", 6, asides=(("served", 1.5, held("client", "Klient zmienia nazwę firmy, odezwie się")),)),
        # Analysis
        Story("complete", 0.25),
        Story("complete", 2.4, domains=3, asides=(("complete", 1, noted("Własny moduł płatności, pytamy autora.")),)),
        Story("complete", 3.6, asides=(("complete", 2, ticked(0, 0)),)),
        # Date
        Story("proposed", 0.8, agreed=(4, 9)),
        Story("accepted", 3.5, agreed=(-1, 10)),
        Story("accepted", 2.2, domains=2, agreed="soon", asides=(
            ("accepted", 0.3, noted("Dzwonić po południu.")),
            ("accepted", 0.4, unannounced),
        )),
        Story("accepted", 1.6, domains=8, agreed=(3, 8), asides=(
            ("accepted", 0.5, agreed_anew(5, 13)),
            ("accepted", 0.6, paid_until(5)),
        )),
        Story("accepted", 0.7, agreed=(9, None), ours=True),
        # Migration
        Story("begun", 0.42, domains=24, lengths={"moved": 0.33, "synced": 0.06}, ahead=((11, "moved"), (6, "synced")),
            asides=(
                ("begun", 0.15, noted("Stary serwer oddaje pliki powoli, 3 MB/s.")),
                ("begun", 0.25, ticked(12, 16)),
            )),
        Story("synced", 2, domains=2, asides=(
            ("synced", 1.2, reworked(1, "migration", "Formularz zamówień zwraca błąd, brakuje jednej tabeli")),
            ("synced", 1.3, noted("Kopiujemy bazę sklepu jeszcze raz.")),
        )),
        # Mail synchronisation
        Story("moved", 0.2, domains=1),
        # The client's test
        Story("synced", 0.4, domains=3),
        Story("synced", 6, asides=(("synced", 4.2, noted("Przypomnienie wysłane, klient obiecał sprawdzić.")),)),
        Story("synced", 5, domains=7, lengths={"confirmed": 4, "switched": 0.2},
               ahead=((3, "confirmed"), (3, "switched"))),
        # DNS
        Story("switched", hours=5),
        Story("switched", hours=20, domains=1),
        Story("switched", hours=30, domains=5, ahead=((2, "seen"),)),
        Story("switched", hours=40, domains=2, asides=(
            ("switched", 0.1, noted("U jednego operatora wciąż stary adres.")),
        )),
        # Passwords
        Story("seen", 2.6, "switched", asides=(("switched", 2.3, synchronised_again),)),
        Story("seen", 7, "switched", domains=2, ours=True),
    ]  # fmt: skip
