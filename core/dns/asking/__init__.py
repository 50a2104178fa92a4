"""Asking servers: whom, what, how often, over which way; what they say is kept as observations, and judged elsewhere.

`checks` are those that go on in a process, each a `check` of rounds; `probe` walks down from the root; the `engine`
asks each `job` of questions, and alone sends packets.
"""

__all__ = ["check", "checks", "engine", "job", "probe", "servers", "turns"]
