"""What an answer looks like on the screen: a shape and a word for each kind, so that colour never tells alone."""

from core.dns.showing.picture import Kind

SHAPES: dict[Kind, str] = {
    "new": "●",
    "old": "◆",
    "other": "▲",
    "none": "○",
    "failure": "✕",
    "unreachable": "–",
    "unjudged": "·",
    "waiting": "…",
}
"""A shape a kind."""

SYMBOLS: dict[Kind, str] = {
    "new": "circle",
    "old": "diamond",
    "other": "triangle-up",
    "none": "circle-open",
    "failure": "x",
    "unreachable": "line-ew-open",
    "unjudged": "circle-dot",
    "waiting": "circle-dot",
}
"""The same for charts, by plotly's names."""

COLOURS: dict[Kind, str] = {
    "new": "#2b9a5b",
    "old": "#d98e04",
    "other": "#8a6fd1",
    "none": "#7b8a8c",
    "failure": "#d2552d",
    "unreachable": "#7b8a8c",
    "unjudged": "#7b8a8c",
    "waiting": "#7b8a8c",
}
"""For charts; these read on light and on dark."""
