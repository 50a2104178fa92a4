"""The tables of lines on a page, as tests read them."""

import json


def tables(app):
    """Return the tables of lines by their key."""
    found = {}
    for component in app.get("bidi_component"):
        data = json.loads(component.proto.json)
        if "rows" in data:
            found[component.proto.id.split("-", 3)[-1]] = data
    return found
