"""Tells a result: as JSON, in words, as a picture on a time axis."""

__all__ = ["axis", "client", "kept", "report", "side_by_side", "since", "words"]
