"""What every room stands on: messages and their ids, bounds of texts, words, days, moments, settings, the clock.

`messages` is how the core speaks; `text_limits`, `validation` and `secrets` what every text from outside meets first;
`clock` alone asks the time; `words` (folded, nearest), `sought` (what is looked for), `dates` (what day a cell tells)
and `moments` (how exactly one is known, and how it is said) are shared by forms, spreadsheets and links; `filling`
puts values into a text; `mail_address` is what mail can be sent to.
"""

__all__ = [
    "clock",
    "dates",
    "file_limits",
    "filling",
    "mail_address",
    "messages",
    "moments",
    "secrets",
    "settings",
    "severity",
    "sought",
    "text_limits",
    "validation",
    "words",
    "workdays",
]
