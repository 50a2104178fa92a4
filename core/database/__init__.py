"""The desk's database, SQLite or PostgreSQL: its tables, the steps of its schema, its transactions."""

__all__ = ["address", "epoch", "portions", "sqlite_copy", "tables", "transactions", "trouble", "upgrade"]
