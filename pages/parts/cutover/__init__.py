"""The page of the look before a switch: what is asked, how far it is, what came of it."""

__all__ = ["form", "kept", "progress", "running", "session_keys", "view", "zone"]
