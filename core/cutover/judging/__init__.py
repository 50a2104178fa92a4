"""Judges what was asked: pure functions from what was seen to records compared, findings and a plan."""

__all__ = [
    "address_map",
    "comparison",
    "delegation_findings",
    "mail_law",
    "mail_server_findings",
    "mailbox_answers",
    "own_sites",
    "panel_names",
    "said",
    "told",
    "web_findings",
    "when",
    "zone_findings",
]
