"""What people are told without asking: an outbox of rows, each to one recipient, sent once whoever sends.

    notifying (recipients: who, by data/team.toml) -> outbox.write, in the transaction that found it out
        -> sender.send_due -> words (in the reader's language) -> ways: mail, webhook, apprise_way -> outbox: its fate

`notice` is a row; `quiet` says when somebody may be told, `pauses` when it is tried again.
"""

__all__ = ["notice", "notifying", "outbox", "quiet", "recipients", "sender", "ways", "words"]
