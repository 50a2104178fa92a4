"""All that is kept of a person: found in every place, erased in one transaction, told where copies still hold it.

`asked` reads what a client wrote and says where it stands in a text, `places` is the table of what is looked through,
`forget` looks and does it, `copies` looks into the backups that are within reach.
"""

__all__ = ["asked", "copies", "forget", "found", "found_words", "known"]
