"""Backups of DirectAdmin as its documentation and its converter (cpanel_to_da.sh) have them, built in memory.

SHAPES: today's `tar.gz`; `tar.zst` with the account's home nested; an old one with mailboxes below `backup/`.
"""

from tests.panel_archives import Archive, tar

MB = 1024**2
SHAPES = ("gz", "zst", "old")
ZONE = """$TTL 3600
@       IN      SOA     ns1.stary.example.      hostmaster.alfa.example. (
                                                2026112801
                                                3600
                                                3600
                                                1209600
                                                86400 )

alfa.example.   3600    IN      NS      ns1.stary.example.
alfa.example.   3600    IN      NS      ns2.stary.example.
alfa.example.   3600    IN      A       192.0.2.10
alfa.example.   3600    IN      MX      10 mail
mail            3600    IN      A       192.0.2.11
"""


def account(shape: str) -> Archive:
    """Return the files of the account `klos`: two domains, a subdomain, pointers, three mailboxes."""
    made = Archive("user.admin.klos")
    _settings(made)
    _domain(made, shape)
    made.file("backup/beta.example/domain.conf", "domain=beta.example\nsuspended=yes\ndefaultdomain=no\n")
    made.file("backup/beta.example/subdomain.list", "")
    made.file("backup/beta.example/email/passwd", "")
    made.site("domains/alfa.example/public_html", 50_000)
    made.site("domains/alfa.example/public_html/sklep", 20_000)
    made.site("domains/beta.example/public_html", 700)
    made.file("domains/alfa.example/.htpasswd/public_html/.htpasswd", f"jan:{made.secret('Htpasswd')}\n")
    made.file("domains/alfa.example/logs/2026.gz", b"." * 99)
    _mail(made, "backup/alfa.example/email/data/imap" if shape == "old" else "imap/alfa.example")
    _home(made, shape)
    return made


def _settings(made: Archive) -> None:
    made.file(
        "backup/user.conf",
        f"username=klos\nname=klos\ndomain=alfa.example\nsuspended=no\npackage=duzy\nusertype=user\n"
        f"passwd={made.secret('UserConf')}\napi_token={made.secret('ApiToken')}\nemail=wlasciciel@gamma.example\n",
    )
    made.file("backup/.shadow", made.secret("Shadow"))
    made.file("backup/twostep_auth_secret", made.secret("Twostep"))
    made.file("backup/login_keys/klucz/key.conf", f"key={made.secret('LoginKey')}")
    made.file("backup/user_ip.list", "192.0.2.10\n")
    jobs = f"PATH=/usr/bin\n1=0 5 * * * /usr/bin/mysqldump -p{made.secret('Cron')} sklep\n2=*/5 * * * * php cron.php\n"
    made.file("backup/crontab.conf", jobs)
    made.file("backup/klos_wp.sql", f"INSERT INTO wp_users VALUES ('{made.secret('Dump')}');".ljust(1_000))
    made.file("backup/klos_sklep.sql.gz", b"." * 300)
    made.file("backup/klos_wp.conf", f"klos_wp=accesshosts=localhost&passwd=*{made.secret('DbHash')}\n")
    made.file("backup/klos_stara.conf", f"klos_stara=passwd=*{made.secret('DbHash')}\n")


def _domain(made: Archive, shape: str) -> None:
    at = "backup/alfa.example"
    extra = "" if shape == "old" else "quota=unlimited\nphp1_select=2\n"
    made.file(
        f"{at}/domain.conf",
        f"domain=alfa.example\ndefaultdomain=yes\nsuspended=no\nsecret={made.secret('DomainConf')}\n{extra}",
    )
    made.file(f"{at}/alfa.example.db", ZONE)
    made.file(f"{at}/subdomain.list", "sklep\n")
    made.file(f"{at}/domain.pointers", "gamma.example=alias\ndelta.example=pointer\n")
    made.file(f"{at}/domain.key", made.secret("TlsKey"))
    made.file(f"{at}/ftp.passwd", f"klos=passwd={made.secret('Ftp')}&path=/home/klos&type=system\n")
    users = ("biuro", "Jan", "ola")
    made.file(
        f"{at}/email/passwd",
        "".join(f"{user}:$6${made.secret('Passwd')}:500:500::/home/klos/imap/x:/bin/false\n" for user in users),
    )
    # Bytes, as the converter writes them; an old panel's are MB.
    unit = 1 if shape == "old" else MB
    made.file(f"{at}/email/quota", f"biuro:{500 * unit}\njan:0\nola:{100 * unit}\n")
    made.file(
        f"{at}/email/aliases",
        f'klos:klos\nkontakt: biuro@alfa.example, jan\nrobot: "|/home/klos/bin --key={made.secret("Pipe")}"\n',
    )
    made.file(f"{at}/email/email.conf", "catchall=biuro@alfa.example\n")
    made.file(f"{at}/email/autoresponder.conf", "ola:\n")
    made.file(f"{at}/email/vacation.conf", "jan: endday=1&endmonth=12&endyear=2026\n")
    made.file(f"{at}/email/reply/ola.msg", made.secret("Reply"))
    made.file(f"{at}/email/filter", f'if $h_subject: contains "{made.secret("Filter")}" then save x endif')


def _mail(made: Archive, at: str) -> None:
    made.message(f"{at}/biuro/Maildir", 1, 4_000)
    made.message(f"{at}/biuro/Maildir/.Sent", 2, 1_000, ",S=1000")
    made.message(f"{at}/Jan/Maildir", 3, 700, ",S=900")
    made.file(f"{at}/Jan/Maildir/dovecot.index", b"." * 5_000)
    made.file(f"{at}/Jan/Maildir/maildirsize", "0S\n700 1\n")
    made.folder(f"{at}/ola/Maildir/cur")
    made.message(f"{at}/duch/Maildir", 4, 300)


def _home(made: Archive, shape: str) -> None:
    home = Archive("home", secrets=made.secrets)
    home.message("Maildir", 5, 250)
    home.file(".ssh/id_ed25519", home.secret("SshKey"))
    home.file(".my.cnf", f"[client]\npassword={home.secret('MyCnf')}\n")
    if shape == "zst":
        made.file("backup/home.tar.zst", tar(home.entries, "zst", "./"))
    else:
        made.entries += home.entries


def archive(shape: str) -> bytes:
    """Return a backup of a shape of SHAPES."""
    return tar(account(shape).entries, "zst" if shape == "zst" else "gz")


def planted() -> tuple[str, ...]:
    """Return all secrets that are planted in the backups."""
    return tuple(dict.fromkeys(secret for shape in SHAPES for secret in account(shape).secrets))
