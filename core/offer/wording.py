"""The parts of a quote that take more than one message to word: for the screen and the command line alike."""

from core.language import Language
from core.offer.extras import Promotion
from core.pricing.notes import Note
from core.pricing.quote import Option
from core.pricing.rules import Rule


def source(rule: Rule, language: Language) -> str:
    """Return where a rule stands in the terms."""
    t, citation = language.text, rule.citation
    parts = [t("cite.document"), t(f"cite.section.{citation.section}"), t(f"cite.heading.{citation.heading}")]
    if citation.point:
        parts.append(t("cite.point", point=citation.point))
    return ", ".join(parts)


def note(given: Note, option: Option, language: Language) -> str:
    """Return a note in words, with what each other reading would change."""
    t = language.text
    parts = [t(given.message) + ("." if given.others else "")]
    for other in given.others:
        reading = t(f"reading.{given.question}.{other.choice}")
        if other.rule is None:
            change = t("note.other_refused")
        elif other.delta is None:
            change = t("note.other_rule", rule=other.rule)
        elif other.rule != option.rule:
            change = t("note.other_amount_and_rule", difference=language.difference(other.delta), rule=other.rule)
        elif other.delta:
            change = t("note.other_amount", difference=language.difference(other.delta))
        else:
            change = t("note.other_no_amount")
        parts.append(t("note.other", reading=reading, change=change))
    return " ".join(parts)


def off(promotion: Promotion, language: Language) -> str:
    """Return what a promotion takes off, and of what: 20% (subscription, surcharge)."""
    much = language.money(promotion.amount or 0)
    if promotion.percent is not None:
        much = f"{language.value(promotion.percent)}%"
    return f"{much} ({', '.join(language.text(f'promotion.on.{kind}') for kind in sorted(promotion.on))})"
