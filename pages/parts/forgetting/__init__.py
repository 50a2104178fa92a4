"""A person's data, looked for everywhere and erased by a manager."""

__all__ = ["asking", "choosing", "outcome"]
