#!/usr/bin/env bash
# One zone file, loaded by six name servers without an error, is served in several ways: words without quotes, no TTL.
#
# Expected: RFC 1035 s. 5.1 says what a zone file means, so that whoever loads one without an error serves the same.
# What happens: "spf TXT v=spf1 include:a.example -all" without quotes is three strings for BIND, nsd, Knot DNS, YADIFA
#   and gdnsd; whoever reads SPF joins them without a blank (RFC 7208 s. 3.3) and finds "v=spf1include:a.example-all",
#   which is no SPF. PowerDNS serves one string with its blanks, which is what was meant: so a zone that worked there
#   loses its SPF on any other server, with the same file. A line without a TTL in a file without $TTL has the last
#   line's for BIND (which says so in its log) and PowerDNS, an hour for nsd and Knot DNS, a day for YADIFA and gdnsd:
#   nobody takes the SOA's MINIMUM of 300.
# Means for the desk: words without quotes are a finding with both readings, a TTL that the file does not say stays
#   unknown, and is asked of the old servers.
# With: bind9 9.18.49-1~deb12u3, nsd 4.6.1-1, knot 3.2.6-1, pdns-server and pdns-backend-bind 4.7.3-2, yadifa 2.6.4-1,
#   gdnsd 3.8.1-1 (Debian 12), all as they come; 2026-11-29.
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
lay_out bind9=1:9.18.49-1~deb12u3 nsd=4.6.1-1 knot=3.2.6-1 pdns-server=4.7.3-2 pdns-backend-bind=4.7.3-2 \
  yadifa=2.6.4-1 gdnsd=3.8.1-1
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0

cat >"$work/measure.py" <<'PY'
import subprocess, sys, time
from pathlib import Path
import dns.message, dns.query

ROOT = Path(sys.argv[1])


def write(path, text=""):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(at, name, type):
    end = time.monotonic() + 20
    while True:
        try:
            answer = dns.query.udp(dns.message.make_query(name, type), at, timeout=2).answer
            if answer:
                return answer[0]
        except (OSError, dns.exception.Timeout):
            pass
        if time.monotonic() > end:
            raise SystemExit(f"{at} does not answer")
        time.sleep(0.2)


ZONE = """@ 600 IN SOA ns.t. who.t. 1 3600 600 86400 300
@ 60 IN NS ns.t.
ns 60 IN A 127.0.0.1
spf 60 IN TXT v=spf1 include:a.example -all
www IN A 192.0.2.7
"""
for folder in ("b", "n", "kn", "y", "p", "g/zones"):
    write(f"{folder}/t", ZONE)
write("etc/passwd", "root:x:0:0::/:/bin/sh\n")
write("etc/group", "root:x:0:\n")
write(
    "b/conf",
    'options { directory "/b"; pid-file "/b/pid"; session-keyfile "/b/key"; managed-keys-directory "/b";'
    " lock-file none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; };"
    ' controls { }; zone "t" { type primary; file "/b/t"; };',
)
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.2\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /n\nremote-control:\n control-enable: no\n"
    "zone:\n name: t\n zonefile: t\n",
)
write(
    "kn/conf",
    "server:\n  rundir: /kn\n  listen: 127.0.1.3@53\ndatabase:\n  storage: /kn\nzone:\n"
    "  - domain: t.\n    storage: /kn\n    file: t\n    zonefile-sync: -1\n",
)
write("p/named.conf", 'zone "t" { type master; file "/p/t"; };')
write("p/pdns.conf", "launch=bind\nbind-config=/p/named.conf\nlocal-address=127.0.1.4\nsocket-dir=/p\nconsistent-backends=yes\n")
write(
    "y/conf",
    '<main>\n datapath "/y"\n keyspath "/y"\n logpath "/y"\n xfrpath "/y"\n pidfile "/y/pid"\n'
    " listen 127.0.1.5 port 53\n uid 0\n gid 0\n</main>\n<zone>\n type primary\n domain t\n file t\n</zone>\n",
)
write("g/config", 'options => { listen => 127.0.1.6, run_dir => "/g/run", state_dir => "/g/state" }\n')
(ROOT / "g/run").mkdir()
(ROOT / "g/state").mkdir()
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/knotd", "-c", "/kn/conf")
start("/usr/sbin/pdns_server", "--config-dir=/p", "--daemon=no", "--guardian=no", "--module-dir=" + str(
    next(p.parent for p in ROOT.glob("usr/lib/*/pdns/libbindbackend.so")).relative_to(ROOT).as_posix().join(("/", ""))))
start("/usr/sbin/yadifad", "-c", "/y/conf")
start("/usr/sbin/gdnsd", "-c", "/g", "start")

WORDS, ONE = ("v=spf1", "include:a.example", "-all"), ("v=spf1 include:a.example -all",)
EXPECTED = {"BIND": (WORDS, 60), "nsd": (WORDS, 3600), "Knot DNS": (WORDS, 3600), "PowerDNS": (ONE, 60),
            "YADIFA": (WORDS, 86400), "gdnsd": (WORDS, 86400)}
changed = False
for number, server in enumerate(EXPECTED, start=1):
    at = "127.0.0.1" if server == "BIND" else f"127.0.1.{number}"  # BIND wants an address that an interface has
    strings = tuple(part.decode() for part in ask(at, "spf.t.", "TXT")[0].strings)
    found = (strings, ask(at, "www.t.", "A").ttl)
    print(f"{server}: {len(strings)} string(s) {strings}; TTL of the line without one: {found[1]}", flush=True)
    changed |= found != EXPECTED[server]
sys.exit("No longer as described." if changed else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
