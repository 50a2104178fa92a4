"""The check of the DNS: asked for, watched, told."""

__all__ = ["aside", "check", "files", "form", "resolver_choice"]
