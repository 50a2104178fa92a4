"""From a row of a simulation to its explained quote: the calculator's link, with the scenario's tariff in it.

    quote?package=firma&target=vps-m&...&s.percent=5&s.prices_from=2027-01-01

What begins with `s.` are the texts of a scenario that make another tariff of the one in force.
"""

import datetime as dt
from collections.abc import Mapping

from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.portfolio import NO_PROBLEM
from core.pricing.readings import CHOICES
from core.pricing.situation import FROM_LIST
from core.pricing.tariff import Tariff, disk_text
from core.pricing.term import NO_ANCHOR
from core.simulation.scenario import Scenario
from core.simulation.scenario_texts import PRICE, PRICES, TERMS, join_tiers, parse
from core.simulation.simulate import Simulated

SIMULATED = "s."
"""Begins the parameters of a calculator's link that make another tariff."""

_OF_TARIFF = (*PRICES, *CHOICES, *TERMS, "tiers")


def tariff_texts(scenario: Scenario) -> dict[str, str]:
    """Return the texts of a scenario's form that make its tariff, and nothing where it has none of its own."""
    texts = {**scenario.readings, **{name: str(value) for name, value in scenario.terms.items()}}
    if scenario.prices_from:
        texts["prices_from"] = scenario.prices_from.isoformat()
    if scenario.percent is not None:
        texts["percent"] = str(scenario.percent)
    for (package, months), net in scenario.prices.items():
        texts[f"{PRICE}{package}.{months}"] = str(to_decimal(net))
    if scenario.tiers is not None:
        texts["tiers"] = join_tiers([(str(first), str(to_decimal(net))) for first, net in scenario.tiers])
    return texts


def texts(scenario: Scenario) -> dict[str, str]:
    """Return every text of a scenario's form that says something, days that were left blank among them."""
    days = {"ends_from": scenario.ends_from, "ends_until": scenario.ends_until, "change_on": scenario.change_on}
    given = {
        "name": scenario.name,
        "target": scenario.target or "",
        "move_ordered": "1" if scenario.move_ordered else "",
        "packages": ",".join(scenario.packages),
        "client": scenario.client,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        **tariff_texts(scenario),
    }
    return {name: text for name, text in given.items() if text}


def is_simulated(parameter: str) -> bool:
    """Whether a parameter of a calculator's link changes something in the tariff."""
    name = parameter.removeprefix(SIMULATED)
    return name != parameter and (name in _OF_TARIFF or name.startswith(PRICE))


def simulated_scenario(parameters: Mapping[str, str], tariff: Tariff, today: dt.date) -> Scenario:
    """Return what a calculator's link changes in the tariff, as a scenario in which nobody changes.

    Raises InputError with everything in it that does not read.
    """
    own = {name.removeprefix(SIMULATED): text for name, text in parameters.items() if is_simulated(name)}
    return parse(own, tariff, today)


def quote_query(s: Simulated, row: int) -> dict[str, str]:
    """Return the calculator's parameters for the change of a row on the scenario's day, in the term it is in then."""
    place = s.situations.place[row]
    asked = s.asked
    return {
        **_query(s, row, int(asked.change_on[place])),
        "term_start": str(calendar.date(int(asked.term_start[place]))),
        "valid_until": str(calendar.date(int(asked.valid_until[place]))),
        **_price(int(asked.price_net[place])),
        **_service(s, row, int(asked.term_start[place]), int(asked.anchor[place])),
        **({"target_period_months": str(s.priced.period[place])} if s.priced.problem[place] == NO_PROBLEM else {}),
    }


def call_query(s: Simulated, row: int, day: int) -> dict[str, str]:
    """Return the calculator's parameters for the change of a row on another day (its number), in the term of today."""
    return {
        **_query(s, row, day),
        "term_start": str(calendar.date(int(s.base.term_start[row]))),
        "valid_until": str(calendar.date(int(s.base.valid_until[row]))),
        **_price(int(s.base.price_net[row])),
        **_service(s, row, int(s.base.term_start[row]), int(s.base.anchor[row])),
    }


def _query(s: Simulated, row: int, day: int) -> dict[str, str]:
    place = s.situations.place[row]
    return {
        "package": s.tariff.packages[s.base.package[row]].id,
        "target": s.tariff.packages[s.asked.target[place]].id,
        "change_on": str(calendar.date(day)),
        "domains": str(s.base.domains[row]),
        "mailboxes": str(s.base.mailboxes[row]),
        "disk_gb": disk_text(int(s.base.disk[row])),
        **{f"{SIMULATED}{name}": text for name, text in tariff_texts(s.scenario).items()},
    }


def _service(s: Simulated, row: int, term_start: int, anchor: int) -> dict[str, str]:
    """Return the first day of the service, or else a day from which the months of a later term are counted."""
    if anchor == NO_ANCHOR:
        return {}
    if anchor == s.base.anchor[row]:
        return {"service_start": str(calendar.date(int(s.base.service_start[row])))}
    return {"service_start": str(calendar.date(int(calendar.last_anchored(term_start, anchor))))}


def _price(net: int) -> dict[str, str]:
    return {} if net == FROM_LIST else {"price_net": str(to_decimal(net))}
