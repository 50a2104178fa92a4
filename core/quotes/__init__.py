"""Quotes that stay: saved with a number, priced from what they were priced from, followed until the client decides."""
