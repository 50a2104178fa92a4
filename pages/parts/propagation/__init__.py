"""The check of the DNS: asked for, watched, told."""

__all__ = ["aside", "check", "files", "followed", "form", "resolver_choice"]
