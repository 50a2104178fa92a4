"""Real mail servers as child processes: Postfix for what takes mail, Dovecot for what mail is read from.

One process may be several hosts, each an address with a name, a certificate and doors of its own.
"""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.certificates import Certificate
from tests.lab.services import Service

SMTP, SUBMISSIONS, SUBMISSION, IMAPS, POP3S = 25, 465, 587, 993, 995
SENDING, READING = (SMTP, SUBMISSIONS, SUBMISSION), (IMAPS, POP3S)
MASTER = "/usr/lib/postfix/sbin/master"
"""What `postfix start-fg` ends in; the check before it takes two seconds of the processor."""

# It changes its user for a moment, and to the kernel that undoes the wish to hear of our end; a shell above it hears.
_LEADER = 'trap "kill -KILL 0" TERM; "$@" & wait'
# Name, type, private, unprivileged, chroot, wake-up, how many, program: of Debian's master.cf what takes mail.
_PROGRAMS = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# Of Debian's postfix-files; "pid" is root's.
_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
_GROUPS = {"maildrop": 0o730, "public": 0o710}


@dataclass(frozen=True)
class MailHost:
    """A host that takes mail and has it read.

    `certificate`: none means that port 25 and 587 offer no STARTTLS, and the others are not there; `bare`: those that
    offer none all the same. `boxes`: addresses it knows, a domain alone ("firma.pl") being a catch-all. `defers`: it
    puts every recipient off (450).
    """

    address: str
    name: str
    certificate: Certificate | None
    boxes: tuple[str, ...] = ()
    ports: tuple[int, ...] = (*SENDING, *READING)
    bare: tuple[int, ...] = ()
    defers: bool = False

    def doors(self, ports: Sequence[int]) -> list[tuple[str, int]]:
        """Return where it listens, of some ports."""
        secure = (port for port in self.ports if self.certificate or port in (SMTP, SUBMISSION))
        return [(self.address, port) for port in secure if port in ports]


class Mail(Service):
    """A mail server of several hosts; which program it is, is its subclass's."""

    PORTS: tuple[int, ...]

    def __init__(self, folder: Path, name: str, hosts: Sequence[MailHost]) -> None:
        super().__init__(folder, name, tuple(host.address for host in hosts))
        self.hosts = list(hosts)

    def doors(self) -> list[tuple[str, int]]:
        """Return where it listens."""
        return [door for host in self.hosts for door in host.doors(self.PORTS)]


class Postfix(Mail):
    """Postfix: ports 25, 465 and 587. What it is slow in and what it closes at are as they come."""

    LOGS = ("log", "mail.log")
    PORTS = SENDING

    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""
        owner, dropping = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        for name, mode in ({"pid": 0o755} | dict.fromkeys(_QUEUES, 0o700) | _GROUPS).items():
            folder = self.folder / "spool" / name
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
            os.chown(folder, 0 if name == "pid" else owner, dropping if name in _GROUPS else -1)
        for name in ("data", "etc", "mail"):
            (self.folder / name).mkdir(exist_ok=True)
        os.chown(self.folder / "data", owner, -1)
        # What an ended one left: whoever listens is found by its sockets.
        (self.folder / "spool/pid/master.pid").unlink(missing_ok=True)
        (self.folder / "etc/master.cf").write_text(f"{''.join(self._listening())}{_PROGRAMS}", encoding="utf-8")
        (self.folder / "etc/main.cf").write_text(self._main(), encoding="utf-8")
        # It waits up to two seconds for whoever may still be writing a file that is so new.
        for file in (self.folder / "etc").iterdir():
            os.utime(file, (0, 0))
        # Without a session of its own, which the leader of a group cannot have, so that what it starts is of our group.
        self.launch("sh", "-c", _LEADER, "sh", MASTER, "-d", "-c", f"{self.folder}/etc")

    def _main(self) -> str:
        domains = {box.rpartition("@")[2] for host in self.hosts for box in host.boxes}
        user = pwd.getpwnam("mail")
        lines = {
            "compatibility_level": "3.6",
            "queue_directory": f"{self.folder}/spool",
            "data_directory": f"{self.folder}/data",
            "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "meta_directory": "/etc/postfix",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": f"{self.folder}/mail.log",
            "maillog_file_prefixes": "/tmp",
            "myhostname": self.hosts[0].name,
            "mydestination": "",
            "mynetworks": "127.255.255.254/32",
            "inet_interfaces": ", ".join(dict.fromkeys(self.addresses)),
            "inet_protocols": "ipv4",
            "smtp_host_lookup": "native",
            "disable_dns_lookups": "yes",
            "smtpd_peername_lookup": "no",
            "smtpd_client_connection_count_limit": "0",  # many look at once, from one address
            "alias_maps": "",
            "alias_database": "",
            "local_recipient_maps": "",
            "virtual_mailbox_domains": ", ".join(sorted(domains)),
            "virtual_mailbox_base": f"{self.folder}/mail",
            "virtual_uid_maps": f"static:{user.pw_uid}",
            "virtual_gid_maps": f"static:{user.pw_gid}",
            "virtual_minimum_uid": f"{user.pw_uid}",
            "smtpd_relay_restrictions": "reject_unauth_destination",
        }
        return "".join(f"{name} = {value}\n" for name, value in lines.items())

    def _listening(self) -> Iterator[str]:
        for number, host in enumerate(self.hosts):
            boxes = self.folder / f"etc/boxes-{number}"
            text = (f"{box if '@' in box else f'@{box}'} {box.replace('@', '/')}/\n" for box in host.boxes)
            boxes.write_text("".join(text), encoding="utf-8")
            own = {"myhostname": host.name, "virtual_mailbox_maps": f"texthash:{boxes}"}
            if host.certificate:
                own["smtpd_tls_chain_files"] = f"{host.certificate.key},{host.certificate.pem}"
            if host.defers:
                own["smtpd_recipient_restrictions"] = "defer"
            for address, port in host.doors(SENDING):
                more = {"smtpd_tls_security_level": "may"} if host.certificate and port not in host.bare else {}
                if port == SUBMISSIONS:
                    more = {"smtpd_tls_wrappermode": "yes", "smtpd_tls_security_level": "encrypt"}
                yield f"{address}:{port} inet n - n - - smtpd\n"
                yield from (f"  -o {name}={value}\n" for name, value in (own | more).items())


class Dovecot(Mail):
    """Dovecot 2.3: ports 993 and 995. It knows nobody's password, as nobody signs in."""

    LOGS = ("log", "dovecot.log")
    PORTS = READING

    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""
        hosts = [host for host in self.hosts if host.doors(READING)]
        (self.folder / "users").touch(0o644)
        parts = [
            f"base_dir = {self.folder}/run",
            f"state_dir = {self.folder}/state",
            f"log_path = {self.folder}/dovecot.log",
            "protocols = imap pop3",
            f"listen = {' '.join(host.address for host in hosts)}",
            "ssl = required",
            self._certificate(hosts[0]),
            f"mail_location = maildir:{self.folder}/mail/%d/%n",
            f"passdb {{\n  driver = passwd-file\n  args = {self.folder}/users\n}}",
            f"userdb {{\n  driver = passwd-file\n  args = {self.folder}/users\n}}",
            *(f"local {host.address} {{\n{self._certificate(host)}\n}}" for host in hosts),
            *(self._listener(service, port) for service, port in (("imap", IMAPS), ("pop3", POP3S))),
        ]
        (self.folder / "dovecot.conf").write_text("\n".join(parts) + "\n", encoding="utf-8")
        self.launch("dovecot", "-F", "-c", f"{self.folder}/dovecot.conf")

    def _certificate(self, host: MailHost) -> str:
        assert host.certificate
        return f"ssl_cert = <{host.certificate.pem}\nssl_key = <{host.certificate.key}"

    def _listener(self, service: str, port: int) -> str:
        addresses = " ".join(address for address, at in self.doors() if at == port)
        listening = f"address = {addresses}\n    port = {port}\n    ssl = yes" if addresses else "port = 0"
        return f"""service {service}-login {{
  inet_listener {service} {{
    port = 0
  }}
  inet_listener {service}s {{
    {listening}
  }}
}}"""
