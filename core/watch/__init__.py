"""Moving domains are looked at by themselves, from the day their move is agreed until a week after it has arrived.

    plan (data/watch.toml) -> phases (when to look) -> looking (a round: heard, sight)
        -> transitions (what has come true) -> recording (all of it in one transaction, with what people are told)

`watch` is one of them as it stands, `sight` what a round said in short. `following` begins and ends those of
migrations, `watches` reads them, `recording` alone writes them. Who looks: `runner` in a process that has the `lease`,
or `workers` on several machines. All processes that ask resolvers have an `asking_share`.
"""

__all__ = [
    "asking_count",
    "asking_share",
    "deeds",
    "deferring",
    "facts",
    "fate",
    "following",
    "heard_text",
    "jobs_app",
    "lease",
    "looking",
    "mornings",
    "phases",
    "plan",
    "recording",
    "rows",
    "runner",
    "showing",
    "sight",
    "ticks",
    "transitions",
    "watch",
    "watches",
    "workers",
]
