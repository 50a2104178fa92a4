"""What was found of a person, and what still holds it, as messages: for the page and the command alike."""

from collections.abc import Sequence

from core.database.address import file_of
from core.forgetting.copies import Copy
from core.forgetting.found import Evidence, Found
from core.ground.messages import Message
from core.store import stored_texts


def field(evidence: Evidence) -> Message:
    """Return what the place of a text is called."""
    name = stored_texts.named(evidence.field)
    return Message("forget.column_named", {"field": name, "header": evidence.header}) if evidence.header else name


def title(found: Found) -> Message:
    """Return what goes, and how."""
    what = Message(f"forget.{'whole' if found.whole else 'text'}.{found.where}", {"name": found.name})
    if not found.along:
        return what
    return Message("forget.along", {"what": what, "numbers": ", ".join(found.along)})


def of_copies(copies: Sequence[Copy], url: str) -> list[Message]:
    """Return which backups hold the person, which could not be read, and that those elsewhere cannot be seen."""
    if file_of(url) is None:
        return [Message("forget.copies.server")]
    holding = [str(copy.file) for copy in copies if copy.state == "holds"]
    told = [Message("forget.copies.hold", {"files": ", ".join(holding)})] if holding else []
    told += [Message("forget.copies.unread", {"file": str(copy.file), "why": copy.why}) for copy in copies if copy.why]
    if not told:
        told.append(Message("forget.copies.none"))
    return [*told, Message("forget.copies.elsewhere")]
