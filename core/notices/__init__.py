"""What people are told without asking: an outbox of rows, each to one recipient, sent once whoever sends."""

__all__: list[str] = []
