"""A scenario in words, for a file that somebody opens a year later: what it changes, not what its fields are called."""

from collections.abc import Iterator, Mapping

from core.ground.messages import Grosze
from core.language import Language
from core.simulation.scenario import Scenario
from core.simulation.scenario_texts import LABEL


def in_words(scenario: Scenario, packages: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
    """Return what a scenario says, a name and a value a line; `packages`: their names by id."""
    return [(name, language.value(value)) for name, value in _said(scenario, packages, language)]


def _said(it: Scenario, packages: Mapping[str, str], language: Language) -> Iterator[tuple[str, object]]:
    t = language.text

    def field(name: str) -> str:
        return language.field(f"{LABEL}{name}")

    yield field("target"), packages[it.target] if it.target else t("scenario.nobody")
    yield field("change_on"), it.change_on
    yield field("packages"), ", ".join(packages[id] for id in it.packages) or t("scenario.everybody")
    if it.client:
        yield field("client"), it.client
    for name, day in (("ends_from", it.ends_from), ("ends_until", it.ends_until)):
        if day:
            yield field(name), day
    if it.move_ordered:
        yield field("move_ordered"), t("said.yes")
    if it.prices_from:
        yield field("prices_from"), it.prices_from
    if it.percent is not None:
        yield field("percent"), it.percent
    for (package, months), net in it.prices.items():
        yield field("price"), f"{packages[package]}, {t('quote.months', count=months)}: {language.money(Grosze(net))}"
    for question, choice in it.readings.items():
        yield f"{question} · {t(f'question.{question}')}", t(f"reading.{question}.{choice}")
    for name, value in it.terms.items():
        yield field(name), value
    for first, net in it.tiers or ():
        yield field("tier_net"), t("scenario.tier_said", first=first, net=Grosze(net))
