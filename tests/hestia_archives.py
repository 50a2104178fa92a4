"""Backups of HestiaCP and VestaCP as their `v-backup-user` makes them, built in memory.

SHAPES: HestiaCP with gzip; VestaCP (`vesta` folders, no BACKEND, a zone of its own kind); HestiaCP with zstd.
"""

from tests.panel_archives import Archive, tar

MB = 1024**2
SHAPES = ("hestia", "vesta", "zst")
ZONE = """$TTL 14400
@    IN    SOA    ns1.stary.example.    root.alfa.example. (
                                            2026112801
                                            7200
                                            3600
                                            1209600
                                            180 )

@    14400    IN    NS    ns1.stary.example.
@    14400    IN    A    192.0.2.20
mail    14400    IN    A    192.0.2.21
@    14400    IN    MX    10    mail.alfa.example.
"""
RECORDS = """ID='1' RECORD='@' TYPE='A' PRIORITY='' VALUE='192.0.2.20' SUSPENDED='no' TIME='10:00:00' DATE='2020-01-01'
ID='2' RECORD='@' TYPE='MX' PRIORITY='10' VALUE='mail.beta.example.' SUSPENDED='no' TIME='10:00:00' DATE='2020-01-01'
"""


def _line(**pairs: object) -> str:
    return " ".join(f"{key}='{value}'" for key, value in pairs.items()) + "\n"


def account(shape: str) -> Archive:
    """Return the files of the account `klos`: two websites and a third one's mail and zone, four mail users."""
    made = Archive("klos.2026-11-28_05-10-07")
    panel = "vesta" if shape == "vesta" else "hestia"
    _system(made, panel)
    _web(made, panel, shape)
    _dns(made, panel)
    _mail(made, panel, shape)
    _databases(made, panel, shape)
    job = _line(JOB="1", MIN="0", HOUR="5", CMD=f"mysqldump -p{made.secret('Cron')}")
    made.file("cron/cron.conf", job + _line(JOB="2", MIN="*", CMD="php x"))
    made.file("cron/klos", f"0 5 * * * mysqldump -p{made.secret('Crontab')}\n")
    made.file("user_dir/.ssh.tar.gz", tar([(".ssh/id_rsa", made.secret("SshKey").encode())]))
    return made


def _system(made: Archive, panel: str) -> None:
    made.file(
        f"{panel}/user.conf",
        f"NAME='Klos'\nPACKAGE='default'\nCONTACT='wlasciciel@gamma.example'\nMD5='$6${made.secret('UserHash')}'\n"
        f"RKEY='{made.secret('ResetKey')}'\nTWOFA='{made.secret('Twofa')}'\nSUSPENDED='no'\nTIME='10:00:00'\n",
    )
    backups = _line(BACKUP="klos.2026-11-21_05-10-07.tar", TYPE="local", SIZE="120", WEB="alfa.example")
    made.file(f"{panel}/backup.conf", backups)
    made.file("pam/passwd", f"klos:x:1000:1000:{made.secret('Gecos')}:/home/klos:/bin/bash\n")
    made.file("pam/shadow", f"klos:$6${made.secret('Shadow')}:19000:0:99999:7:::\n")
    made.file(f"{panel}/ssl/alfa.example.key", made.secret("TlsKey"))


def _web(made: Archive, panel: str, shape: str) -> None:
    rows = (
        ("alfa.example", "www.alfa.example,gamma.example,www.gamma.example", "no", "2019-05-01", "PHP-8_2"),
        ("sklep.alfa.example", "www.sklep.alfa.example,*.sklep.alfa.example", "yes", "2018-01-01", "default"),
    )
    for domain, alias, suspended, day, backend in rows:
        php = (
            {"TPL": "PHP-FPM-74" if domain == "alfa.example" else "default"}
            if shape == "vesta"
            else {"BACKEND": backend}
        )
        made.file(
            f"web/{domain}/{panel}/web.conf",
            _line(
                DOMAIN=domain, IP="192.0.2.20", ALIAS=alias, **php, SSL="no", FTP_USER="klos_ftp",
                FTP_MD5=made.secret("FtpHash"), STATS_CRYPT=made.secret("StatsHash"), U_DISK="5",
                SUSPENDED=suspended, TIME="10:00:00", DATE=day,
            ),
        )  # fmt: skip
        made.file(f"web/{domain}/conf/ssl.{domain}.key", made.secret("TlsKey"))
        files = Archive("domain_data", secrets=made.secrets)
        files.site("public_html", 50_000 if domain == "alfa.example" else 3_000)
        files.file("stats/index.html", b"." * 77)
        packed = "zst" if shape == "zst" else "gz"
        made.file(f"web/{domain}/domain_data.tar.{packed}", tar(files.entries, packed))


def _dns(made: Archive, panel: str) -> None:
    for domain in ("alfa.example", "beta.example"):
        said = _line(
            DOMAIN=domain, IP="192.0.2.20", TPL="default", TTL="14400", SOA="ns1.stary.example", SUSPENDED="no"
        )
        made.file(f"dns/{domain}/{panel}/dns.conf", said)
        made.file(f"dns/{domain}/{panel}/{domain}.conf", RECORDS)
    # The name servers of beta.example are elsewhere: there is no zone file.
    made.file("dns/alfa.example/conf/alfa.example.db", ZONE)


def _mail(made: Archive, panel: str, shape: str) -> None:
    made.file(
        f"mail/alfa.example/{panel}/mail.conf",
        _line(DOMAIN="alfa.example", CATCHALL="biuro@alfa.example", ACCOUNTS="5", U_DISK="9", SUSPENDED="no"),
    )
    made.file(f"mail/alfa.example/{panel}/alfa.example.pem", made.secret("DkimKey"))
    made.file("mail/alfa.example/conf/passwd", f"biuro:{made.secret('EximHash')}:klos:mail::/home/klos:500\n")
    rows = (
        {"ACCOUNT": "biuro", "ALIAS": "kontakt,info", "FWD": "", "QUOTA": "500", "U_DISK": "0"},
        {"ACCOUNT": "jan", "ALIAS": "", "FWD": "jan@beta.example,ola", "FWD_ONLY": "yes", "QUOTA": "unlimited"},
        {
            "ACCOUNT": "ola",
            "ALIAS": "",
            "FWD": "ola@beta.example",
            "QUOTA": "unlimited",
            "AUTOREPLY": "yes",
            "U_DISK": "40",
        },
        {"ACCOUNT": "ewa", "ALIAS": "", "FWD": "", "QUOTA": "100", "SUSPENDED": "yes", "U_DISK": "0"},
    )
    made.file(
        f"mail/alfa.example/{panel}/alfa.example.conf",
        "".join(_line(**{"MD5": made.secret("BoxHash"), **row}, TIME="10:00:00", DATE="2020-01-01") for row in rows),
    )
    boxes = Archive("accounts", secrets=made.secrets)
    boxes.message("biuro", 1, 4_000)
    boxes.message("biuro/.Sent", 2, 1_000)
    boxes.message("ola", 3, 700)
    boxes.folder("ewa/cur")
    packed = "zst" if shape == "zst" else "gz"
    made.file(f"mail/alfa.example/accounts.tar.{packed}", tar(boxes.entries, packed))


def _databases(made: Archive, panel: str, shape: str) -> None:
    for name, size in (("klos_wp", 1_000), ("klos_stara", 0)):
        made.file(
            f"db/{name}/{panel}/db.conf",
            _line(
                DB=name,
                DBUSER=name,
                MD5=made.secret("DbHash"),
                HOST="localhost",
                TYPE="mysql",
                U_DISK="1",
                SUSPENDED="no",
            ),
        )
        made.file(f"db/{name}/conf/{name}.mysql.{name}", f"GRANT ALL IDENTIFIED BY PASSWORD '{made.secret('Grant')}'")
        if size:
            dump = made.secret("Dump").encode().ljust(size)
            made.file(f"db/{name}/{name}.mysql.sql.{'zst' if shape == 'zst' else 'gz'}", dump)


def archive(shape: str) -> bytes:
    """Return a backup of a shape of SHAPES: a tar that is not packed, with packed ones in it."""
    return tar(account(shape).entries, "", "./")


def planted() -> tuple[str, ...]:
    """Return all secrets that are planted in the backups."""
    return tuple(dict.fromkeys(secret for shape in SHAPES for secret in account(shape).secrets))
