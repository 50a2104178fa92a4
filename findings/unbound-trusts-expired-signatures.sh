#!/usr/bin/env bash
# unbound trusts signatures for up to a day after they have expired, and says so with AD.
#
# Expected: once the expiration in an RRSIG has passed, every validating resolver answers SERVFAIL (RFC 4035 s. 5.3.1:
#   the validator's notion of the current time must not be later). A resolver that still answers, with AD, would prove
#   that the zone's signatures are in order.
# What happens: BIND, Knot Resolver and PowerDNS Recursor answer SERVFAIL from the first hour on. unbound allows a
#   tenth of the signature's lifetime, at least an hour and at most a day (val-sig-skew-min, val-sig-skew-max: meant
#   for wrong clocks), and gives AD meanwhile; the same before the inception. So a month's signatures work there for
#   another 24 hours while users elsewhere get no answer.
# Means for the desk: an answer of unbound with AD is no evidence that signatures are in order; they are judged by
#   their own dates, and "expired" is told from the first second on.
# With: unbound 1.17.1-2+deb12u4, bind9 9.18.49-1~deb12u3, knot-resolver 5.6.0-1+deb12u1, pdns-recursor
#   4.8.8-1+deb12u1, nsd 4.6.1-1 (Debian 12), all as they come; 2026-11-28.
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
lay_out unbound=1.17.1-2+deb12u4 bind9=1:9.18.49-1~deb12u3 knot-resolver=5.6.0-1+deb12u1 \
  pdns-recursor=4.8.8-1+deb12u1 nsd=4.6.1-1
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" dnspython==2.8.0 cryptography==46.0.3

cat >"$work/measure.py" <<'PY'
import subprocess, sys, time
from pathlib import Path
import dns.dnssec, dns.flags, dns.message, dns.query, dns.rcode, dns.zone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT, HOUR = Path(sys.argv[1]), 3600
# Inception and expiration in hours from now, as anybody signs; and whether unbound, the others answer.
CASES = {
    "good": (-720, 720, True, True),
    "month1h": (-720, -1, True, False),
    "month23h": (-720, -23, True, False),
    "month25h": (-720, -25, False, False),
    "week12h": (-156, -12, True, False),  # 144 hours: a tenth is 14.4
    "week16h": (-152, -16, False, False),
    "early12h": (12, 720, True, False),
}


def write(path, text):
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(text)


def start(*command):
    subprocess.Popen(["chroot", ROOT, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def soa(owner):
    return f"{owner} 60 IN SOA ns.host. who.host. 1 3600 600 86400 60\n"


zones, anchors = {}, {}
zones["."] = soa(".") + ". 60 NS a.root.\na.root. 60 A 127.0.1.1\n" + "".join(f"{n}. 60 NS a.root.\n" for n in CASES)
for name, (begin, end, *_) in CASES.items():
    key = Ed25519PrivateKey.generate()
    public = dns.dnssec.make_dnskey(key.public_key(), "ED25519", flags=257)
    text = soa("@") + "@ 60 NS a.root.\nwww 60 A 192.0.2.1\n"
    zone = dns.zone.from_text(text, f"{name}.", relativize=False)
    dates = {"inception": time.time() + begin * HOUR, "expiration": time.time() + end * HOUR}
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(zone, transaction, [(key, public)], **dates)
    zones[f"{name}."] = zone.to_text(relativize=False, want_origin=True)
    anchors[name] = dns.dnssec.make_ds(f"{name}.", public, "SHA256").to_text()
for name, text in zones.items():
    write(f"n/{name}zone", text)
write("hints", ". 3600000 NS a.root.\na.root. 3600000 A 127.0.1.1\n")
write(
    "n/conf",
    'server:\n ip-address: 127.0.1.1\n username: ""\n database: ""\n pidfile: /n/pid\n zonelistfile: /n/list\n'
    " xfrdfile: /n/state\n xfrdir: /n\n zonesdir: /n\nremote-control:\n control-enable: no\n"
    + "".join(f"zone:\n name: {name}\n zonefile: {name}zone\n" for name in zones),
)
write(
    "u/conf",
    'server:\n chroot: ""\n username: ""\n use-syslog: no\n directory: /u\n pidfile: /u/pid\n root-hints: /hints\n'
    ' interface: 127.0.2.1\n do-ip6: no\n do-not-query-localhost: no\n module-config: "validator iterator"\n'
    + "".join(f' trust-anchor: "{name}. DS {ds}"\n' for name, ds in anchors.items()),
)
static = "".join('{} static-ds {} {} {} "{}";'.format(name, *ds.split()) for name, ds in anchors.items())
write(
    "b/conf",
    'options { directory "/b"; pid-file "/b/pid"; session-keyfile "/b/key"; managed-keys-directory "/b";'
    " lock-file none; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation yes; };"
    f' controls {{ }}; trust-anchors {{ {static} }}; zone "." {{ type hint; file "/hints"; }};',
)
write("p/lua", "".join(f'addTA("{name}.", "{ds}")\n' for name, ds in anchors.items()))
write(
    "p/recursor.conf",
    "socket-dir=/p\nlocal-address=127.0.2.3\nhint-file=/hints\ndont-query=\ndnssec=validate\nlua-config-file=/p/lua\n"
    "security-poll-suffix=\nthreads=1\n",
)
write(
    "k/conf",
    "net.ipv6 = false\nnet.listen('127.0.2.4', 53, { kind = 'dns' })\nmodules = { 'hints' }\n"
    "hints.root_file('/hints')\nhints.config()\noption('ALLOW_LOCAL', true)\ncache.size = 16 * MB\n"
    "trust_anchors.remove('.')\n" + "".join(f"trust_anchors.add('{name}. DS {ds}')\n" for name, ds in anchors.items()),
)
start("/usr/sbin/nsd", "-d", "-c", "/n/conf")
start("/usr/sbin/unbound", "-d", "-c", "/u/conf")
start("/usr/sbin/named", "-f", "-c", "/b/conf")
start("/usr/sbin/pdns_recursor", "--config-dir=/p", "--daemon=no")
start("/usr/sbin/kresd", "-n", "-c", "/k/conf", "/k")


def said(at, name):
    query = dns.message.make_query(f"www.{name}.", "A", use_edns=0)
    query.flags |= dns.flags.AD
    end = time.monotonic() + 20
    while True:
        try:
            answer = dns.query.udp(query, at, timeout=5)
            break
        except (OSError, dns.exception.Timeout):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    return dns.rcode.to_text(answer.rcode()) + (" AD" if answer.flags & dns.flags.AD else "")


SERVERS = {"unbound": "127.0.2.1", "BIND": "127.0.0.1", "PowerDNS": "127.0.2.3", "kresd": "127.0.2.4"}
changed = False
for name, (begin, end, unbound, others) in CASES.items():
    found = {server: said(at, name) for server, at in SERVERS.items()}
    print(f"signed from {begin:+} h to {end:+} h:", found, flush=True)
    for server, answer in found.items():
        expected = "NOERROR AD" if (unbound if server == "unbound" else others) else "SERVFAIL"
        changed |= answer != expected
sys.exit("No longer as described." if changed else 0)
PY
# shellcheck disable=SC2016
PYTHONPATH="$work/py" unshare -Urnmpf --kill-child bash -c \
  'ip link set lo up && mount --rbind /dev "$1/root/dev" && exec python3 "$1/measure.py" "$1/root"' - "$work"
