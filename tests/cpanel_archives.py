"""Archives as cPanel makes them, built in memory: three shapes of one account, with a secret wherever one lives.

    NEW      cpmove-alfa/, userdata, the home nested as homedir.tar
    OLD      backup-11.29.2026_04-30-12_alfa/, addons, pds, sds, sds2, no userdata, the home as it is
    SKIPPED  no leading folder, no home

No archive of a customer exists; these follow what cPanel says of its archives (docs.cpanel.net, "Backup Tarball
Contents") and what those who read them expect.
"""

import io
import tarfile

import zstandard

ACCOUNT, MAIN = "alfa", "alfa.example"
PACKED = 1_795_000_000
"""When the archives were packed: 18 November 2026."""

_SECRETS: dict[str, str] = {}


def secret(name: str) -> str:
    """Return the secret of a place; the same one for the same place."""
    return _SECRETS.setdefault(name, f"Tajne-{name}-{len(_SECRETS) * 7919 + 104729:x}")


def planted() -> tuple[str, ...]:
    """Return every secret of every shape."""
    for members in (new(), old(), skipped()):
        assert members
    return tuple(_SECRETS.values())


# -- parts that the shapes share


def zone(domain: str) -> str:
    """Return a zone as cPanel writes it."""
    return (
        f"; cPanel first:110.0.15 (update_time):1795000000 Cpanel::ZoneFile::VERSION:1.3 hostname:s1.beta.example\n"
        f"$TTL 14400\n{domain}.\t86400\tIN\tSOA\tns1.beta.example.\tadmin.beta.example. (\n"
        f"\t2026111801\n\t3600\n\t1800\n\t1209600\n\t86400 )\n"
        f"{domain}.\t86400\tIN\tNS\tns1.beta.example.\n{domain}.\t14400\tIN\tA\t192.0.2.10\n"
        f"{domain}.\t14400\tIN\tMX\t0\t{domain}.\nwww\t14400\tIN\tCNAME\t{domain}.\n"
    )


def passwd(domain: str, *users: str) -> str:
    """Return a list of mailboxes: names, then where they lie. Some servers kept the hash here."""
    return "".join(
        f"{user}:{secret(f'passwd-{user}-hash')}:1001:1002::/home/{ACCOUNT}/mail/{domain}/{user}:/home/{ACCOUNT}\n"
        for user in users
    )


def message(size: int) -> bytes:
    """Return a message of so many bytes, with a secret in it where there is room."""
    return f"Subject: dostep\n\nhaslo: {secret('mail-body')}\n".encode().ljust(size, b".")[:size]


def _secret_files() -> dict[str, str]:
    """Return files beside the home that hold secrets, none of which is read."""
    return {
        "shadow": f"$6${secret('shadow')}",
        "digestshadow": secret("digestshadow"),
        "mysql.sql": f"GRANT USAGE ON *.* TO 'alfa_wp'@'localhost' IDENTIFIED BY PASSWORD '*{secret('grants')}';\n"
        f"GRANT ALL PRIVILEGES ON `alfa_wp`.* TO 'alfa_wp'@'localhost';\n",
        "mysql.sql-auth.json": f'{{"alfa_wp": {{"pass_hash": "{secret("grants-json")}"}}}}',
        "proftpdpasswd": f"alfa:{secret('ftp')}:1001:1002::/home/alfa:/bin/ftpsh\n",
        "sslkeys/alfa.example.key": f"-----BEGIN RSA PRIVATE KEY-----\n{secret('ssl-key')}\n",
        "apache_tls/alfa.example": f"-----BEGIN PRIVATE KEY-----\n{secret('apache-tls')}\n",
        "domainkeys/private/alfa.example": f"-----BEGIN RSA PRIVATE KEY-----\n{secret('dkim-key')}\n",
        "authnlinks/db.json": f'{{"subject": "{secret("authn")}"}}',
        "apitokens.json": f'{{"tokens": {{"x": "{secret("api-token")}"}}}}',
        "team/alfa": f"team:{secret('team')}\n",
        "userconfig/alfa": f"token={secret('userconfig')}\n",
        "mma/priv/alfa.mm": secret("mailman"),
        "userdata/alfa.example.php-fpm.yaml": f"php_admin_value:\n  smtp_pass: {secret('php-fpm')}\n",
        "userdata/cache.json": f'{{"k": "{secret("userdata-cache")}"}}',
        "meta/mailserver": secret("meta"),
        "psql_grants.sql": f"ALTER ROLE alfa PASSWORD 'md5{secret('psql-grants')}';\n",
        "vf/alfa.example": f'# Exim filter\npipe "/bin/x --key={secret("filter")}"\n',
        "cron/alfa": f'MAILTO="biuro@alfa.example"\n# haslo {secret("cron-comment")}\n\n'
        f"*/5 * * * * curl -s -u jan:{secret('cron')} https://api.alfa.example/x\n"
        f"0 3 * * 1 php /home/alfa/x.php --token={secret('cron-token')}\n@daily /home/alfa/y\n"
        f"API_KEY = {secret('cron-variable')}\n",
    }


def _home() -> dict[str, str | bytes]:
    """Return the home's files: sites, mail, lists of mailboxes, and what people leave lying about."""
    return {
        "etc/alfa.example/passwd": passwd(MAIN, "biuro", "jan", "nowy"),
        "etc/alfa.example/quota": "biuro:1048576\njan:0\n",
        "etc/alfa.example/shadow": f"biuro:$6${secret('mail-shadow')}:19000::::::\n",
        "etc/alfa.example/@pwcache/biuro": secret("pwcache"),
        "etc/beta.example/passwd": passwd("beta.example", "kontakt"),
        "etc/beta.example/quota": "kontakt:100\n",
        "etc/beta.example/shadow": f"kontakt:{secret('mail-shadow-beta')}:1::::::\n",
        "etc/ftpquota": f"x {secret('ftpquota')}\n",
        "mail/cur/1.M1.s1,S=11:2,S": message(11),
        "mail/.Sent/cur/2.M1.s1:2,S": message(9),
        "mail/alfa.example/biuro/cur/1.M1.s1,S=3000:2,S": message(3000),
        "mail/alfa.example/biuro/new/2.M1.s1,S=500": message(500),
        "mail/alfa.example/biuro/.Sent/cur/3.M1.s1,S=900:2,S": message(900),
        "mail/alfa.example/biuro/maildirsize": "1048576S\n3000 1\n500 1\n900 1\n",
        "mail/alfa.example/biuro/dovecot.index.cache": f"{secret('index')}" * 50,
        "mail/alfa.example/jan/storage/m.1": message(700),
        "mail/alfa.example/jan/storage/dovecot.map.index": "x" * 80,
        "mail/alfa.example/dawny/cur/1.M1.s1,S=60:2,S": message(60),
        "mail/beta.example/kontakt/cur/1.M1.s1,S=999:2,S": message(300),
        "mail/beta.example/kontakt/maildirsize": "100S\n50 1\n",
        "public_html/index.php": "x" * 1000,
        "public_html/wp-config.php": f"<?php define('DB_PASSWORD', '{secret('wp-config')}');\n".ljust(200),
        "public_html/.env": f"APP_KEY={secret('env')}\n".ljust(50),
        "public_html/beta/index.html": "y" * 300,
        "public_html/beta/js/a/b/c/d/e/f.js": "z" * 40,
        "sklep/index.html": "s" * 77,
        ".my.cnf": f"[client]\npassword={secret('my-cnf')}\n",
        ".accesshash": secret("accesshash"),
        ".pgpass": f"localhost:5432:*:alfa:{secret('pgpass')}",
        ".ssh/id_rsa": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{secret('ssh-key')}\n",
        ".htpasswds/public_html/passwd": f"jan:{secret('htpasswd')}\n",
        ".cpanel/datastore/x": secret("datastore"),
        ".autorespond/biuro@alfa.example": f"haslo {secret('autoresponder')}",
        ".bash_history": f"mysql -p{secret('history')}\n",
        ".contactemail": secret("contact"),
        "ssl/keys/a.key": secret("home-ssl-key"),
        "tmp/sess_1": secret("session"),
    }


_ALIASES = {
    "va/alfa.example": "info@alfa.example: biuro@alfa.example,jan@beta.example\n"
    'bot@alfa.example: "|/usr/local/bin/bot --password={va}, x"\n'
    "zla linia bez dwukropka {va_line}\n*: alfa\n",
    "va/beta.example": '*: ":fail: Nie ma takiej osoby {va_fail}"\n',
    "vad/gamma.example": "gamma.example: alfa.example\n",
}


def _aliases() -> dict[str, str]:
    kept = {"{va}": secret("va"), "{va_line}": secret("va-line"), "{va_fail}": secret("va-fail")}
    found = {}
    for path, text in _ALIASES.items():
        for mark, value in kept.items():
            text = text.replace(mark, value)
        found[path] = text
    return found


def _account_file(**more: str) -> str:
    lines = {
        "USER": ACCOUNT, "DNS": MAIN, "DNS1": "beta.example", "DNS2": "gamma.example", "PLAN": "firma",
        "MAXPOP": "unlimited", "STARTDATE": "1600000000", "LOCALE": "pl", "BACKUP": "1",
        "__CACHE_DATA_HASH": secret("cp-hash"), "PASSWORD": secret("cp-password"), "API_TOKEN": secret("cp-token"),
        **more,
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _site(folder: str, php: str = "") -> str:
    version = f"phpversion: {php}\n" if php else ""
    return (
        f"---\ndocumentroot: {folder}\ngroup: {ACCOUNT}\nhascgi: 1\nhomedir: /home/{ACCOUNT}\nip: 192.0.2.10\n"
        f"owner: root\n{version}serveradmin: webmaster@alfa.example\nserveralias: www.alfa.example\nuser: {ACCOUNT}\n"
        f"customlog:\n  -\n    format: combined\n    target: /etc/apache2/logs/domlogs/alfa.example\n"
    )


USERDATA = {
    "userdata/main": "---\naddon_domains:\n  beta.example: beta.alfa.example\nmain_domain: alfa.example\n"
    "parked_domains:\n  - gamma.example\nsub_domains:\n  - beta.alfa.example\n  - sklep.alfa.example\n",
    "userdata/alfa.example": _site("/home/alfa/public_html", "ea-php82"),
    "userdata/alfa.example_SSL": _site("/home/alfa/public_html", "ea-php82"),
    "userdata/beta.alfa.example": _site("/home/alfa/public_html/beta", "ea-php74"),
    "userdata/sklep.alfa.example": _site("/home/alfa/sklep", "inherit"),
}
OLDER = {
    "addons": "beta.example=beta_alfa.example\n",
    "pds": "gamma.example\n",
    "sds": "beta_alfa.example\nsklep_alfa.example\n",
    "sds2": "beta_alfa.example=public_html/beta\nsklep_alfa.example=sklep\n",
}


def _around() -> dict[str, str | bytes]:
    return {
        "version": "pkgacct version: 10\narchive version: 3\n",
        "homedir_paths": "/home/alfa\n",
        "cp/alfa": _account_file(),
        "cron/": "",
        **_secret_files(),
        **_aliases(),
        **{f"dnszones/{name}.db": zone(name) for name in (MAIN, "beta.example", "gamma.example")},
        "mysql/": "",
        "mysql/alfa_wp.create": "CREATE DATABASE `alfa_wp`;\n",
        "mysql/alfa_wp.sql": f"INSERT INTO users VALUES ('jan', '{secret('dump')}');\n".ljust(5000),
        "mysql/roundcube.sql": secret("roundcube"),
        "psql/alfa_pg.tar": f"{secret('psql-dump')}".ljust(800),
        "quota": "5000\n",
    }


# -- the shapes: paths (a last "/" makes a folder) and contents


Members = dict[str, str | bytes]


def new() -> Members:
    """Return NEW: the home nested."""
    return {**_around(), **USERDATA, "homedir.tar": tar(_home())}


def plain() -> Members:
    """Return NEW with the home as it is, as a reader is told it."""
    return {**_around(), **USERDATA, "homedir/": "", **{f"homedir/{path}": text for path, text in _home().items()}}


def old() -> Members:
    """Return OLD: without userdata."""
    return {**_around(), **OLDER, "homedir/": "", **{f"homedir/{path}": text for path, text in _home().items()}}


def skipped() -> Members:
    """Return SKIPPED: without a home."""
    return {**_around(), **USERDATA, "homedir/": ""}


LEADS = {"new": "cpmove-alfa/", "old": "backup-11.29.2026_04-30-12_alfa/", "skipped": ""}


def tar(members: Members, lead: str = "") -> bytes:
    """Return a tar of these members."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, text in members.items():
            content = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(f"{lead}{path}".removesuffix("/"))
            info.mtime = PACKED
            info.type = tarfile.DIRTYPE if path.endswith("/") else tarfile.REGTYPE
            info.size = 0 if path.endswith("/") else len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def archive(shape: str) -> bytes:
    """Return the archive of a shape: "new" (.tar.gz), "old" (.tar), "skipped" (.tar.zst)."""
    import gzip

    made = tar({"new": new, "old": old, "skipped": skipped}[shape](), LEADS[shape])
    if shape == "new":
        return gzip.compress(made, 1, mtime=0)
    return zstandard.compress(made) if shape == "skipped" else made
