"""The check of the DNS: asked for, watched, told."""

__all__ = ["aside", "check", "resolver_choice"]
