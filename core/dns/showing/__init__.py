"""A check as people read it: in words, as a picture, a tree, two servers side by side, a file."""

__all__ = ["picture", "report", "side_by_side", "tree", "verdict_words"]
