"""The desk's database, SQLite or PostgreSQL: its tables, the steps of its schema, its transactions."""

__all__ = ["address", "epoch", "portions", "sqlite_copy", "sqlite_log", "tables", "transactions", "trouble", "upgrade"]
