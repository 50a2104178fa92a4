"""Simulations over a whole base: scenarios, their outcome, the base itself."""

__all__ = ["kept_base", "overdue", "scenario_form", "scenario_words", "subscriptions", "view"]
