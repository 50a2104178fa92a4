"""Asking servers: whom, what, how often, over which way; what they say is kept as observations, and judged elsewhere.

`running_checks` are those of a process, each a `check` of rounds; `probe` walks down from the root; the `engine` asks
each `job` of questions, and alone sends packets.
"""

__all__ = ["check", "check_queue", "engine", "extensions", "job", "probe", "running_checks", "server_rate", "servers"]
