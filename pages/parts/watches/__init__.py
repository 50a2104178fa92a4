"""What is followed: the lists of watches, one of them with its history, and what people do with them."""

__all__ = ["beginning", "listing", "looking", "one", "session_keys"]
