"""The desk's decisions.

Nothing in here imports streamlit; what does I/O imports what is pure, never the reverse.
"""
