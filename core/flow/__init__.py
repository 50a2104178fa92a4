"""How work flows through the desk: figures and forecasts from the history of events, pure functions of it and of now.

Definitions: Kanban Guide; started = the data is complete, finished = all domains are visible. What is not known is left
out of the figure that needs it, and the figure says how many were.
"""

__all__ = [
    "agreeing",
    "asked",
    "capacity",
    "clock_words",
    "cumulative",
    "duties",
    "exporting",
    "forecast",
    "history",
    "kept",
    "offering",
    "percentiles",
    "throughput",
    "times",
    "waiting",
    "wanted",
]
