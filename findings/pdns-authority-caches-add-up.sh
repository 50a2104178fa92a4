#!/usr/bin/env bash
# An edit of a record at a PowerDNS authority shows after up to 40 seconds, not 20: its two caches add up.
#
# Expected: cache-ttl (answers) and query-cache-ttl (records) are 20 seconds each, so after 20 seconds everybody gets
#   what is in the database.
# What happens: an answer that is made in the last second of the record's 20 is kept for 20 more. It is kept by the
#   whole question: one who asks with EDNS may get the old record for twenty seconds after one who asks without had
#   the new one (for as long as the record's own TTL, where that is less).
# Means for the desk: that all servers were seen to agree does not begin the countdown at a PowerDNS; min(20, TTL)
#   seconds more are counted, as its answers to other questions may be old for so long.
# With: pdns-server and pdns-backend-sqlite3 4.7.3-2 (Debian 12), as they come; 2026-11-28. It takes most of a minute.
#
# Needs apt-get with Debian 12, python3 with pip, unshare, ip; root, or an ordinary user who may have namespaces.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
lay_out() { # packages and all they need, in a folder of their own; nothing is installed
  mkdir -p "$work/debs" "$work/root/dev" "$work/root/tmp"
  (cd "$work/debs" && apt-get install -s -o Dir::State::status=/dev/null --no-install-recommends "$@" |
    awk '/^Inst/ { sub(/\(/, "", $3); print $2 "=" $3 }' | xargs apt-get download -q >/dev/null 2>&1)
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
}
lay_out pdns-server=4.7.3-2 pdns-backend-sqlite3=4.7.3-2
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import subprocess, sys, time
from pathlib import Path
import dns.flags, dns.message, dns.query, dns.rcode

ROOT = Path(sys.argv[1])


def write(path, text):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(at, name, type="A", **how):
    query = dns.message.make_query(name, type, **how)
    end = time.monotonic() + 20
    while True:
        try:
            return dns.query.udp(query, at, timeout=5)
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


import sqlite3

(ROOT / "p").mkdir()
database = sqlite3.connect(ROOT / "p/database", isolation_level=None)
database.executescript((ROOT / "usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql").read_text())
database.execute("insert into domains (id, name, type) values (1, 't', 'NATIVE')")
for name, type_, value in (
    ("t", "SOA", "ns.host who.host 1 3600 600 86400 60"),
    ("t", "NS", "ns.host"),
    ("www.t", "A", "192.0.2.1"),
):
    row = "insert into records (domain_id, name, type, content, ttl, auth) values (1, ?, ?, ?, 300, 1)"
    database.execute(row, (name, type_, value))
write(
    "p/pdns.conf",
    "launch=gsqlite3\ngsqlite3-database=/p/database\nsocket-dir=/p\nlocal-address=127.0.1.1\nsecurity-poll-suffix=\n",
)
start("/usr/sbin/pdns_server", "--config-dir=/p", "--guardian=no", "--daemon=no")


def value(**how):
    return str(ask("127.0.1.1", "www.t.", **how).answer[0][0])


WITH_EDNS = {"use_edns": 0, "payload": 1232}
ask("127.0.1.1", "t.", "SOA")
# Both caches have the record, and then it is edited at once.
assert value() == "192.0.2.1"
begun = time.monotonic()
database.execute("update records set content = '192.0.2.2' where type = 'A'")
time.sleep(18)
assert value(**WITH_EDNS) == "192.0.2.1"  # the first question of its kind
news = {}
while len(news) < 2 and time.monotonic() < begun + 60:
    for how, options in (("without EDNS", {}), ("with EDNS", WITH_EDNS)):
        if how not in news and value(**options) == "192.0.2.2":
            news[how] = time.monotonic() - begun
    time.sleep(0.25)
print("seconds from the edit to the new record:", {how: round(after) for how, after in news.items()})
expected = 15 < news.get("without EDNS", 0) < 25 and 33 < news.get("with EDNS", 0) < 45
sys.exit(0 if expected else "No longer as described.")
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
