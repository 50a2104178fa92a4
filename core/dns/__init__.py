"""What the DNS says of a change: asked (`asking`), judged (`judging`), shown (`showing`).

Here is what all three speak of. `names`; an `observation` is what one server said; the `way_down` from the root leads
to a name's zone; a `wish` is what somebody wants to know, `asked` reads it from a form, a link or a command, `chosen`
whom to ask beside; a `change` is what is to come and what was.
"""

__all__ = [
    "addresses",
    "asked",
    "asking",
    "change",
    "chosen",
    "judging",
    "names",
    "observation",
    "showing",
    "values",
    "way_down",
    "wish",
]
