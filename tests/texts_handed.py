"""Readers of zone files and of panels' archives, for the table in `tests.texts`."""

import io
import tarfile
from collections.abc import Callable

from core.files import archives
from core.ground.settings import ROOT
from core.importing import archive_file
from core.inventory import (
    aliases_file,
    archive_stream,
    conf_lines,
    cpanel,
    cpanel_files,
    directadmin,
    hestia,
    mailbox_sizes,
    names,
    nested,
    notes,
    plesk,
    plesk_mail,
    tar_headers,
)
from core.inventory import reading as archive_reading
from core.inventory.gathered import Gathered
from core.inventory.panel import Member, Panel
from core.migration import cutover_looks, handover_text, kept_zones
from core.migration.rebuilding import rebuild
from core.zonefile import (
    as_dns,
    finding,
    forpsi,
    generate,
    hestia_zone,
    json_text,
    leftovers,
    letters,
    lexer,
    marks,
    master,
    octodns,
    origin,
    panel_values,
    pasted_table,
    plesk_zone,
    reading,
    record_of,
    route53,
    table_columns,
    text_data,
    ttl,
    ttl_words,
    writing,
    yaml_text,
    zone_name,
)
from core.zonefile import names as zone_names
from core.zonefile.record import Draft, Record, Row, Token, ZoneFile
from tests.migrations import act, registered, summary

Read = Callable[[str], object]
ZONE = "alfa.example"


def _draft() -> Draft:
    return Draft(f"{ZONE}.")


def _row(text: str, type: str = "TXT", owner: str = "@", ttl: str = "") -> Row:
    return Row(1, f"{ZONE}.", owner, ttl, type, (Token(text), Token(text, True)))


def _of_row(type: str) -> Read:
    return lambda text: record_of.record_of(_row(text, type), _draft())


ZONE_FILES: dict[str, Read] = {
    **{
        f"core.zonefile.{module.__name__.rpartition('.')[2]}.{read.__name__}": lambda text, read=read: read(text, ZONE)
        for module, read in (
            (reading, reading.read),
            (route53, route53.read_route53),
            (octodns, octodns.read_octodns),
            (forpsi, forpsi.read_forpsi),
            (pasted_table, pasted_table.read_table),
            (plesk_zone, plesk_zone.read_plesk),
            (hestia_zone, hestia_zone.read_hestia),
        )
    },
    **{
        f"core.zonefile.{module.__name__.rpartition('.')[2]}.looks_so": module.looks_so
        for module in (route53, octodns, forpsi, pasted_table, plesk_zone, hestia_zone)
    },
    "core.zonefile.reading.read line": lambda text: reading.read(f"$ORIGIN {ZONE}.\n@ 60 IN TXT {text}", ZONE),
    "core.zonefile.reading.read quoted": lambda text: reading.read(f'$ORIGIN {ZONE}.\n@ 60 IN TXT "{text}"', ZONE),
    "core.zonefile.reading.read owner": lambda text: reading.read(f"$ORIGIN {ZONE}.\n{text} 60 IN A 192.0.2.1", ZONE),
    "core.zonefile.reading.read yaml": lambda text: reading.read(f"www:\n  type: A\n  value: {text}", ZONE),
    "core.zonefile.hestia_zone.read_hestia value": lambda text: hestia_zone.read_hestia(
        f"ID='1' RECORD='@' TYPE='TXT' PRIORITY='' VALUE='{text}' SUSPENDED='no'", ZONE
    ),
    "core.zonefile.master.read_master": lambda text: master.read_master(text, ZONE, "master"),
    "core.zonefile.plesk_zone.read_elements": lambda text: plesk_zone.read_elements(
        [{"type": "TXT", "src": text, "dst": text, "opt": text}], ZONE
    ),
    "core.migration.cutover_looks.look_taken": lambda text: cutover_looks.look_taken(
        MIGRATION,
        act(),
        "a.pl",
        summary("a.pl", digest=text, findings=[{"tag": text, "name": text, "message": {"pl": text}}]),
    ),
    "core.migration.cutover_looks.look_taken name": lambda text: cutover_looks.look_taken(
        MIGRATION, act(), "a.pl", summary(text)
    ),
    "core.migration.cutover_looks.accept_look": lambda text: cutover_looks.accept_look(LOOKED, act(), "a.pl", text),
    "core.migration.kept_zones.keep_zone": lambda text: kept_zones.keep_zone(
        MIGRATION, act(), "a.pl", ZoneFile("a.pl.", "master", (), ()), text, "plik"
    ),
}
"""Readers of many lines: of the shapes every few."""

RECORDS: dict[str, Read] = {
    **{f"core.zonefile.record_of.record_of {type}": _of_row(type) for type in ("TXT", "A", "MX", "CAA", "LOC")},
    "core.zonefile.data_of.data_of": _of_row("SRV"),
    "core.zonefile.text_data.read_strings": lambda text: text_data.read_strings(_row(text), _draft()),
    "core.zonefile.text_data.octets": text_data.octets,
    "core.zonefile.names.read_name": lambda text: zone_names.read_name(text, f"{ZONE}.", f"{ZONE}.", "target"),
    "core.zonefile.names.is_below": lambda text: zone_names.is_below(text, f"{ZONE}."),
    "core.zonefile.lexer.lines_of": lambda text: list(lexer.lines_of(text)),
    "core.zonefile.lexer.tokens_of": lexer.tokens_of,
    "core.zonefile.origin.origin_of": origin.origin_of,
    "core.zonefile.generate.expanded": lambda text: generate.expanded(text.split(), 1000),
    "core.zonefile.generate.filled": lambda text: generate.filled(text, 1),
    "core.zonefile.ttl.seconds": ttl.seconds,
    "core.zonefile.ttl.read_ttl": lambda text: ttl.read_ttl(text, 1, _draft()),
    "core.zonefile.ttl.looks_like_ttl": ttl.looks_like_ttl,
    "core.zonefile.ttl_words.seconds": ttl_words.seconds,
    "core.zonefile.ttl_words.is_ttl": ttl_words.is_ttl,
    "core.zonefile.ttl_words.read_ttl": lambda text: ttl_words.read_ttl(text, 1, _draft()),
    "core.zonefile.finding.shown": finding.shown,
    "core.zonefile.as_dns.name_of": as_dns.name_of,
    "core.zonefile.as_dns.data_of": lambda text: as_dns.data_of("TXT", text),
    "core.zonefile.panel_values.words": panel_values.words,
    "core.zonefile.panel_values.unescaped": panel_values.unescaped,
    "core.zonefile.panel_values.owner": lambda text: panel_values.owner(text, f"{ZONE}."),
    "core.zonefile.panel_values.target": lambda text: panel_values.target(text, _row("x"), _draft()),
    "core.zonefile.panel_values.strings": lambda text: panel_values.strings(text.encode()),
    "core.zonefile.table_columns.columns_of": lambda text: table_columns.columns_of([text]),
    "core.zonefile.pasted_table.has_records": pasted_table.has_records,
    "core.zonefile.zone_name.zone_name": zone_name.zone_name,
    "core.zonefile.json_text.load_json": json_text.load_json,
    "core.zonefile.yaml_text.load_yaml": yaml_text.load_yaml,
    "core.zonefile.letters.as_text": lambda text: letters.as_text(text.encode()),
    "core.zonefile.marks.provider": marks.provider,
    "core.zonefile.leftovers.is_leftover": lambda text: leftovers.is_leftover(Record(text, None, "TXT", text)),
    "core.zonefile.as_dns.known": lambda text: as_dns.known(Record(f"{ZONE}.", 60, "TXT", text)),
    "core.zonefile.writing.normal": lambda text: writing.normal(
        ZoneFile(f"{ZONE}.", "master", (Record(f"{ZONE}.", 60, "TXT", text),), ()), 60, part=True
    ),
    "core.migration.handover_text.name_of": lambda text: handover_text.name_of(text, "site_list"),
}

MIGRATION = rebuild(registered("a.pl"))
LOOKED = rebuild(
    (
        *registered("a.pl"),
        *cutover_looks.look_taken(MIGRATION, act(), "a.pl", summary("a.pl", verdict="accept")),
    )
)


def _taken(panel: type[Panel], path: str) -> Read:
    """Let a panel's reader take a file of its own up."""

    def read(text: str) -> object:
        reader = panel()
        content = text.encode()
        reader.take(Member(path, len(content), 0), content)
        reader.wants(Member(text, 1, 0))
        reader.recognizes(text)
        reader.root(text)
        reader.take(Member(text, 1, 0), None)
        return reader.found()

    return read


def _packed(text: str) -> object:
    content, file = text.encode(), io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for path in ("cpmove-alfa/cp/alfa", "cpmove-alfa/va/alfa.example", "cpmove-alfa/userdata/main"):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    file.seek(0)
    return archive_reading.read(file, len(file.getvalue()))


ARCHIVES: dict[str, Read] = {
    "core.inventory.reading.read": lambda text: archive_reading.read(io.BytesIO(text.encode()), len(text.encode())),
    "core.inventory.reading.read cpanel": _packed,
    "core.inventory.plesk.read_xml": lambda text: plesk.read_xml(io.BytesIO(text.encode()), len(text.encode())),
    "core.inventory.plesk_elements.Elements": lambda text: plesk.read_xml(
        io.BytesIO(f'<migration-dump><domain name="{text}"><phosting>{text}'.encode()), len(text)
    ),
    "core.inventory.plesk_mail.quota_of": plesk_mail.quota_of,
    "core.inventory.plesk_mail.take_forwards": lambda text: plesk_mail.take_forwards(
        Gathered(), "jan@alfa.example", [text], ()
    ),
    "core.inventory.names.domain_name": names.domain_name,
    "core.inventory.names.address": lambda text: names.address(text, ZONE),
    "core.inventory.names.local_part": names.local_part,
    "core.inventory.names.told": names.told,
    "core.inventory.names.safe": names.safe,
    "core.inventory.names.told_name": names.told_name,
    "core.inventory.aliases_file.read_line": aliases_file.read_line,
    "core.inventory.aliases_file.take_aliases": lambda text: aliases_file.take_aliases(
        Gathered(), text.encode(), ZONE, "x"
    ),
    "core.inventory.conf_lines.megabytes": conf_lines.megabytes,
    "core.inventory.conf_lines.settings": lambda text: conf_lines.settings(
        text.encode(), {"username"}, Gathered(), "x"
    ),
    "core.inventory.conf_lines.quoted": lambda text: list(
        conf_lines.quoted(text.encode(), {"DOMAIN"}, Gathered(), "x")
    ),
    "core.inventory.cpanel_files.subdomain_name": cpanel_files.subdomain_name,
    "core.inventory.cpanel_files.whole_number": cpanel_files.whole_number,
    "core.inventory.cpanel_account cp": _taken(cpanel.CPanel, "cp/alfa"),
    "core.inventory.cpanel_account.site": _taken(cpanel.CPanel, "userdata/alfa.example"),
    "core.inventory.cpanel_account.main": _taken(cpanel.CPanel, "userdata/main"),
    "core.inventory.mailbox_sizes.counted": lambda text: mailbox_sizes.counted(text.encode()),
    "core.inventory.nested.place_of": nested.place_of,
    "core.inventory.hestia.Hestia": _taken(hestia.Hestia, "mail/alfa.example/hestia/alfa.example.conf"),
    "core.inventory.directadmin.DirectAdmin": _taken(directadmin.DirectAdmin, "backup/alfa.example/email/quota"),
    "core.inventory.tar_headers.parse": lambda text: tar_headers.parse(text.encode()[:512].ljust(512)),
    "core.inventory.tar_headers.pax": lambda text: tar_headers.pax(text.encode()),
    "core.inventory.archive_stream.printable": lambda text: archive_stream.printable(text.encode(), notes.Notes()),
    "core.importing.archive_file.kind_of": lambda text: archive_file.kind_of(text.encode(), text),
    "core.files.archives.opened": lambda text: archives.opened(ROOT / "data", text),
}

DOCUMENTED: dict[str, tuple[type[Exception], ...]] = {
    "core.zonefile.as_dns.name_of": (as_dns.NoDataError,),
    "core.zonefile.as_dns.data_of": (as_dns.NoDataError,),
    "core.zonefile.as_dns.known": (as_dns.NoDataError,),
    "core.zonefile.text_data.octets": (text_data.TextError,),
    "core.zonefile.generate.expanded": (generate.MalformedError, generate.TooManyError),
    "core.zonefile.generate.filled": (generate.MalformedError,),
}
"""What a reader may raise that does not raise InputError."""
