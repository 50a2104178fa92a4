"""Plesk's dumps: one XML file of everything but the files themselves, `migration-dump`, read piece by piece.

Nothing of it is kept but what `plesk_elements` takes: no tree is made, and a text that nobody asked for (passwords,
certificates, commands) is dropped where the parser hands it over.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from core.ground.messages import FieldError, InputError, Message
from core.inventory.inventory import Finding, Inventory
from core.inventory.plesk_elements import Elements, NotPleskError

_PIECE = 64 * 1024
"""Bytes that are read at once."""
TOKEN_MAX = 1024**2
"""Bytes of a tag, a comment or the like; the parser keeps it until it is whole."""


def read_xml(
    file: BinaryIO, size: int, progress: Callable[[float, str], object] = lambda share, name: None
) -> Inventory:
    """Return what a dump of Plesk says; `size`: its bytes, for the progress (0 to 1, and the domain being read).

    Raises InputError on "archive" where it is no dump of Plesk, defines entities or refers to other files (no dump
    does), or is nested deeper than any. One that is broken off is read as far as it goes: `whole` is False then.
    """
    elements = Elements()
    parser = DefusedXMLParser(target=elements, forbid_dtd=True)
    done = waiting = 0
    broken = ""
    try:
        while piece := file.read(_PIECE):
            seen = elements.events
            parser.feed(piece)
            done += len(piece)
            waiting = 0 if elements.events > seen else waiting + len(piece)
            if waiting > TOKEN_MAX:
                raise NotPleskError
            progress(min(1.0, done / size) if size else 0.0, elements.here)
        parser.close()
    except ParseError as error:
        broken = str(error.position[0])
    except (DefusedXmlException, NotPleskError):
        raise _refused("error.archive_xml") from None
    except (LookupError, ValueError):
        # In an encoding that nobody knows.
        raise _refused("error.archive_panel") from None
    if not elements.known:
        raise _refused("error.archive_panel")
    found = elements.inventory()
    if broken:
        return replace(found, whole=False, findings=(*found.findings, Finding("xml_broken", "", {"row": int(broken)})))
    return found


def _refused(id: str) -> InputError:
    return InputError(FieldError("archive", "", Message(id)))
