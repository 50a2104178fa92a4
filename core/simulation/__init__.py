"""What a change of prices or of the rules would bring: a base of subscriptions, scenarios, and their outcome.

`reading` makes a base of a file, `scenario` is what is to be tried and `scenario_texts` how it is written; `simulate`
prices, `figures` and `tables` say what came of it.
"""

__all__ = [
    "base_job",
    "columns",
    "figures",
    "files",
    "link",
    "odd_terms",
    "overdue",
    "reading",
    "samples",
    "scenario",
    "scenario_texts",
    "simulate",
    "subscriptions",
    "tables",
]
