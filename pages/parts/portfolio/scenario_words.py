"""What a scenario is called: by its name, else by what it changes."""

from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation.scenario import Scenario

_NAMED = 2
"""Packages that are named one by one; of more, how many."""


def title(slot: str, scenario: Scenario, tariff: Tariff, language: Language) -> str:
    """Return a scenario's letter with its name or what it changes."""
    return f"{slot.upper()} · {scenario.name or said(scenario, tariff, language)}"


def said(scenario: Scenario, tariff: Tariff, language: Language) -> str:
    """Return what a scenario changes, in short."""
    t = language.text
    names = {package.id: package.name for package in tariff.packages}
    who = ", ".join(names[id] for id in scenario.packages[:_NAMED]) or t("scenario.said.everybody")
    if (more := len(scenario.packages) - _NAMED) > 0:
        who += f" +{more}"
    parts = []
    if scenario.target:
        parts.append(t("scenario.said.change", who=who, target=names[scenario.target], date=scenario.change_on))
    if scenario.prices:
        parts.append(t("scenario.said.list", date=scenario.prices_from))
    elif scenario.percent:
        parts.append(t("scenario.said.percent", percent=signed(scenario.percent, language), date=scenario.prices_from))
    if rules := len(scenario.readings) + len(scenario.terms) + (scenario.tiers is not None):
        parts.append(t("scenario.said.rules", changed=rules))
    if not parts:
        parts.append(t("scenario.said.nobody"))
    if scenario.client or scenario.ends_from or scenario.ends_until:
        parts.append(t("scenario.said.some"))
    return " · ".join(parts)


def signed(number: object, language: Language) -> str:
    """Return a number with its sign as the reader writes it: +5, −3,5."""
    text = language.value(number)
    return text if text.startswith("−") else f"+{text}"
