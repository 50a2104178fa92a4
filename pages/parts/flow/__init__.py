"""How work flows: figures, charts, the forecast."""

__all__ = ["charts", "form", "view"]
