"""Migrations of customers: stages and gates, their history, the store, import and export."""
