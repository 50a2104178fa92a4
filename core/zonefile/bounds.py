"""How much of a zone is read."""

BYTES_MAX = 20 * 1024 * 1024
"""The longest file that is read."""
RECORDS_MAX = 200_000
"""Records of a zone; more are told, not read."""
FINDINGS_MAX = 50_000
"""Findings of a zone; where there are more it is none."""
