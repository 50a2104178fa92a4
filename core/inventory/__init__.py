"""What a panel's backup says of the old hosting: the list of what is to be moved, without asking the client for it.

reading (any archive, as a stream) -> archive_stream (members, bounded; nothing unpacked)
    -> the readers of the panels (cpanel, directadmin, plesk, hestia): names and sizes, never a secret
    -> an `inventory`; what it does not say is said
"""

__all__ = ["inventory", "reading"]
