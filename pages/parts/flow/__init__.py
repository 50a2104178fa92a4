"""How work flows: its figures and their charts, what they are made of, the forecast."""

__all__ = ["chart", "form", "view"]
