"""Under which keys a session keeps what belongs to the figures of the flow, beside their form's."""

UNREAD = "_flow_unread"
"""The texts of a link that no widget can hold, by field, until they are changed."""
CLICKS = "_flow_clicks"
"""How many clicks on charts there were: each ends its chart."""
OPEN = "_flow_open"
"""Where the last of them leads, until the page has gone there."""
