"""PowerDNS as an authority that reads a database: it answers out of caches, which nobody tells of an edit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dns.rdatatype
import dns.zone

from tests.lab.servers import PATIENCE, Authority
from tests.lab.zones import Zone, absolute

MISSING_POWERDNS = (
    "no PowerDNS authority on this machine; on Debian: apt-get install --no-install-recommends pdns-server "
    "pdns-backend-sqlite3"
)

# Of PowerDNS's own schema (schema.sqlite3.sql) what it asks for.
_SCHEMA = """
pragma journal_mode = wal;
create table if not exists domains (id integer primary key, name varchar(255) unique, master varchar(128),
  last_check integer, type varchar(8), notified_serial integer, account varchar(40), options varchar(65535),
  catalog varchar(255));
create table if not exists records (id integer primary key, domain_id integer, name varchar(255), type varchar(10),
  content varchar(65535), ttl integer, prio integer, disabled boolean default 0, ordername varchar(255),
  auth bool default 1);
create index if not exists of_name on records (name, type);
create table if not exists domainmetadata (id integer primary key, domain_id integer, kind varchar(32), content text);
create table if not exists cryptokeys (id integer primary key, domain_id integer, flags integer, active boolean,
  published boolean, content text);
"""

OPTIONS = {
    "launch": "gsqlite3",
    "gsqlite3-pragma-journal-mode": "wal",
    "zone-cache-refresh-interval": "0",  # else it sees a new zone only minutes later
    "security-poll-suffix": "",
    "daemon": "no",
    "guardian": "no",
    "disable-syslog": "yes",
    "log-timestamp": "no",
    "loglevel": "3",
}
"""Its caches are as they come: `query-cache-ttl` and `cache-ttl` 20 s, `negquery-cache-ttl` 60 s."""


class PowerDnsAuthority(Authority):
    """PowerDNS with SQLite, as a panel that writes into its database has it."""

    def put(self, zone: Zone) -> None:
        """Serve a new zone at once; of an edit this returns when it is in the database, not yet in every answer."""
        with self._lock:
            if zone.name not in self.zones:
                super().put(zone)
            else:
                self.zones[zone.name] = zone
                self._write(zone, next(self._versions))

    def launch_it(self) -> None:
        """Start with the zones there are, without waiting."""
        own = {
            "gsqlite3-database": str(self._file),
            "local-address": ",".join(self.addresses),
            "socket-dir": str(self.folder),
            "server-id": self.name,
        }
        lines = (f"{name}={value}\n" for name, value in (OPTIONS | own).items())
        (self.folder / "pdns.conf").write_text("".join(lines), encoding="utf-8")
        with self._database():
            pass
        self.launch("pdns_server", f"--config-dir={self.folder}")

    def tell_of(self, name: str, *, known: bool) -> None:
        """Take a zone that has gone out of the database; nothing else is told."""
        if name not in self.zones:
            with self._database() as database:
                for table, column in (("records", "domain_id"), ("domains", "id")):
                    database.execute(
                        f"delete from {table} where {column} in (select id from domains where name = ?)",
                        (name.removesuffix("."),),
                    )

    @property
    def _file(self) -> Path:
        return self.folder / "zones.sqlite"

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=PATIENCE)) as database:
            database.executescript(_SCHEMA)
            with database:
                yield database

    def _write(self, zone: Zone, version: int) -> None:
        super()._write(zone, version)
        read = dns.zone.from_text(zone.text(version), absolute(zone.name), relativize=False)
        apex = zone.name.removesuffix(".")
        with self._database() as database:
            database.execute("insert or ignore into domains (name, type) values (?, 'NATIVE')", (apex,))
            (number,) = database.execute("select id from domains where name = ?", (apex,)).fetchone()
            database.execute("delete from records where domain_id = ?", (number,))
            database.executemany(
                "insert into records (domain_id, name, type, content, ttl, prio) values (?, ?, ?, ?, ?, ?)",
                [
                    (number, name.to_text(omit_final_dot=True), dns.rdatatype.to_text(rdata.rdtype), *_held(rdata, ttl))
                    for name, ttl, rdata in read.iterate_rdatas()
                ],
            )


def _held(rdata: dns.rdata.Rdata, ttl: int) -> tuple[str, int, int]:
    """Return a record as the database has it: names without their last dot, the priority in a column of its own."""
    words = [word.removesuffix(".") or "." for word in rdata.to_text().split(" ")]
    priority = int(words.pop(0)) if rdata.rdtype in (dns.rdatatype.MX, dns.rdatatype.SRV) else 0
    return " ".join(words), ttl, priority
