"""Senders in processes of their own: `python tests/sending.py URL PORT send BY`, or `... URL PORT die POINTS`.

`send`: says "ready", and once something comes on standard input sends what is due until nothing is. `die`: for each of
the points (numbers, or "answered", commas between) writes three notices and lets a process send that dies by SIGKILL
after so many steps: statements, commits, and what is said to and by the mail server; "answered" is right after the
server has taken a message. The last process lives.
"""

import os
import signal
import smtplib
import sys

import sqlalchemy as sa

from core.database.transactions import engine_of
from core.notices.mail import Mail
from core.notices.sender import send_due
from tests.notices import MINUTE, NIGHT, NOON, SENDER, team, write


def send(url: str, port: int, by: str, minutes: int = 0) -> None:
    """Send what is due, until nothing is."""
    engine = engine_of(url)
    way = Mail("127.0.0.1", port, "off", SENDER)
    while send_due(engine, by, NOON + minutes * MINUTE, {"mail": way}, team(), NIGHT):
        pass
    engine.dispose()


def die_at(point: str) -> None:
    """Let this process be killed at a point."""
    count = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def step(*_: object) -> None:
        nonlocal count
        count += 1
        if str(count) == point:
            die()

    for event in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, event, step)
    said, answered, data = smtplib.SMTP.send, smtplib.SMTP.getreply, smtplib.SMTP.data

    def counted_send(server, s):
        step()
        said(server, s)

    def counted_reply(server):
        step()
        return answered(server)

    def watched_data(server, message):
        answer = data(server, message)
        if point == "answered":
            die()
        return answer

    smtplib.SMTP.send, smtplib.SMTP.getreply, smtplib.SMTP.data = counted_send, counted_reply, watched_data


def main(url: str, port: str, what: str, given: str) -> None:
    if what == "send":
        print("ready", flush=True)
        sys.stdin.readline()
        send(url, int(port), given)
        return
    for number, point in enumerate((*given.split(","), "never")):
        engine = engine_of(url)
        write(engine, "anna", now=NOON)
        write(engine, "jan", now=NOON, urgent=False)
        write(engine, "jan", now=NOON, urgent=False)
        engine.dispose()
        child = os.fork()
        if child == 0:
            die_at(point)
            # By then the claims of whoever died before are over.
            send(url, int(port), f"sender {number}", 10 * number)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
