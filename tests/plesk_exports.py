"""Dumps of Plesk, as its own backups and readers of them (Virtualmin's) show them, built in memory.

SHAPES: a dump of one domain of today's Plesk; one of many, below clients; an old one, below `admin/domains`, which
knows subdomains instead of sites and says no sizes.
"""

from tests.panel_archives import Archive, tar

MB = 1024**2
SHAPES = ("one", "many", "old")

_RECORDS = """
<dnsrec type="NS" src="alfa.example." dst="ns1.stary.example."/>
<dnsrec type="A" src="alfa.example." dst="192.0.2.30"/>
<dnsrec type="MX" src="alfa.example." dst="mail.alfa.example." opt="10"/>
<dnsrec type="TXT" src="alfa.example." dst="v=spf1 a mx -all"/>
"""


def _zone() -> str:
    return f'<dns-zone type="master"><status><enabled/></status>{_RECORDS}</dns-zone>'


def _content(kind: str, size: int, shape: str) -> str:
    """Return what a dump says of files packed beside it."""
    unpacked = "" if shape == "old" else f' unpacksize="{size}"'
    return (
        f'<content><cid type="{kind}" path="domains"{unpacked}>'
        f'<content-file size="{size // 3}">backup_{kind}_2611280500.tzst</content-file></cid></content>'
    )


def _user(made: Archive, name: str, quota: int, inside: str, mailbox: str = "", attributes: str = "") -> str:
    password = f'<properties><password type="plain">{made.secret("MailPass")}</password></properties>'
    return (
        f'<mailuser name="{name}" mailbox-quota="{quota}" {attributes}>{password}'
        f"<preferences>{inside}{mailbox}</preferences></mailuser>"
    )


def _mail(made: Archive, shape: str) -> str:
    def box(size: int) -> str:
        return f'<mailbox type="mdir" enabled="true">{_content("mailbox", size, shape)}</mailbox>'

    off = '<mailbox type="mdir" enabled="false"/>'
    users = (
        _user(made, "biuro", 500 * MB, "<alias>kontakt</alias><alias>info</alias>", box(5_000)),
        _user(made, "jan", -1, "<forwarding-address>jan@beta.example</forwarding-address>", off),
        _user(made, "Ola", 100 * MB, "<redirect enabled='true'>ola@beta.example</redirect>", box(700)),
        _user(made, "ewa", -1, '<autoresponder name="x" status="on"><text>urlop</text></autoresponder>', box(200 * MB)),
        _user(made, "tylkologin", -1, "", off),
    )
    return (
        f"<mailsystem><properties><status><enabled/></status></properties><mailusers>{''.join(users)}</mailusers>"
        f"<preferences><catch-all>biuro@alfa.example</catch-all></preferences></mailsystem>"
    )


def _databases(made: Archive, shape: str) -> str:
    return (
        f'<databases><database name="klos_wp" type="mysql" version="10.6">{_content("sqldump", 3_000, shape)}'
        f'<dbuser name="klos"><password type="sym">{made.secret("DbPass")}</password></dbuser></database>'
        f'<database name="klos_pg" type="postgresql" version="14"/>'
        f'<dbusers><dbuser name="any"><password type="plain">{made.secret("DbPass")}</password></dbuser></dbusers>'
        "</databases>"
    )


def _hosting(made: Archive, shape: str) -> str:
    if shape == "old":
        below = '<subdomains><subdomain name="sklep"><preferences/></subdomain></subdomains>'
    else:
        inside = _php("plesk-php74-fastcgi") + _content("docroot", 900, shape)
        site = f'<phosting www-root="sklep.alfa.example">{inside}</phosting>'
        below = f'<sites><site name="sklep.alfa.example" guid="2">{site}</site></sites>'
    tasks = (
        f'<scheduled-tasks><scheduled-task type="exec" command="curl -u klos:{made.secret("Cron")} x"/>'
        '<scheduled-task type="url"/></scheduled-tasks>'
    )
    return (
        f'<phosting guid="9" www-root="/httpdocs/"><preferences><sysuser name="klos" shell="/bin/bash">'
        f'<password type="plain">{made.secret("SysPass")}</password></sysuser>{tasks if shape != "old" else ""}'
        f'<pdir name="x"><pduser name="y"><password type="plain">{made.secret("DirPass")}</password></pduser></pdir>'
        f'<ftpuser name="ftp"><sysuser><password type="plain">{made.secret("FtpPass")}</password></sysuser></ftpuser>'
        f"</preferences><limits-and-permissions>{_php('plesk-php82-fpm')}</limits-and-permissions>{below}"
        f"{_content('docroot', 50_000, shape)}{_content('user-data', 90_000, shape)}</phosting>"
    )


def _php(handler: str) -> str:
    return f'<scripting php="true" php_handler_id="{handler}" php_handler_type="fpm"/>'


def _alfa(made: Archive, shape: str) -> str:
    return (
        '<domain name="alfa.example" guid="1" www="true" cr-date="2019-05-01">'
        '<preferences><domain-alias name="gamma.example" mail="true" web="true"><status><enabled/></status>'
        f"</domain-alias></preferences><properties><ip><ip-type>shared</ip-type><ip-address>192.0.2.30</ip-address></ip>"
        f"<status><enabled/></status>{_zone()}</properties>"
        '<limits-and-permissions><limit name="disk_space">1073741824</limit></limits-and-permissions>'
        f"{_mail(made, shape)}{_databases(made, shape)}{_hosting(made, shape)}"
        f"<certificates><certificate name='a'><private-key>{made.secret('TlsKey')}</private-key></certificate>"
        f"</certificates><domainuser><password type='plain'>{made.secret('OwnerPass')}</password>"
        f"<pinfo name='phone'>{made.secret('Phone')}</pinfo></domainuser></domain>"
    )


def _beta() -> str:
    return (
        '<domain name="beta.example" www="false"><properties><status><disabled-by name="admin"/></status></properties>'
        "<mailsystem><properties><status><disabled-by name='parent'/></status></properties></mailsystem></domain>"
    )


def export(shape: str) -> Archive:
    """Return a dump of a shape of SHAPES; its one entry is the XML."""
    made = Archive("backup_info_2611280500.xml")
    secret = f"<password type='sym'>{made.secret('ClientPass')}</password><token>{made.secret('Token')}</token>"
    session = f"<session-key>{made.secret('SessionKey')}</session-key>"
    if shape == "one":
        inside = _alfa(made, shape)
    elif shape == "many":
        owner = f'<client name="klos" contact="Klos"><properties>{secret}</properties>'
        domains = f"<domains>{_alfa(made, shape)}{_beta()}</domains>"
        inside = f"<admin>{session}<clients>{owner}{domains}</client></clients></admin>"
    else:
        inside = f"<admin>{secret}<domains>{_alfa(made, shape)}{_beta()}</domains></admin>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<migration-dump agent-name="PleskX" content-included="true" dump-version="18.0.60">{session}{inside}'
        "</migration-dump>\n"
    )
    made.file(made.name, text)
    return made


def xml(shape: str) -> bytes:
    """Return the XML of a dump."""
    return export(shape).entries[0][1]


def archive(shape: str) -> bytes:
    """Return the tar that Plesk gives: the XML, and beside it what it tells of, packed."""
    made = export(shape)
    made.file(".discovered/backup_info_2611280500/props", "x")
    made.file("domains/alfa.example/backup_user-data_2611280500.tgz", tar([("httpdocs/index.php", b"x")]))
    return tar(made.entries, "")


def planted() -> tuple[str, ...]:
    """Return all secrets that are planted in the dumps."""
    return tuple(dict.fromkeys(secret for shape in SHAPES for secret in export(shape).secrets))
