"""The empty pages of web servers, panels and hosters, by what they say: a site that shows one was not moved."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from core.ground.validation import read_toml

NAME = "data/default_pages.toml"

LONGEST = 4_000
"""Letters of such a page; a longer one has something of its own to say."""


class DefaultPage(BaseModel):
    """One of them: everything that is given holds. `name`: whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    title: str = ""
    text: list[str] = []
    whole: str = ""

    def is_shown(self, site: str, title: str, text: str) -> bool:
        """Tell whether it is this one; `title` and `text` as `_plain` has them."""
        phrases = [_of_file(phrase).replace("{site}", site) for phrase in self.text]
        wanted = _of_file(self.title).replace("{site}", site)
        said = wanted or phrases or self.whole
        whole = not self.whole or _of_file(self.whole) == text
        return bool(said) and whole and wanted in title and all(phrase in text for phrase in phrases)


class DefaultPages(BaseModel):
    """The file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    page: list[DefaultPage] = []

    def whose(self, site: str, title: str, text: str) -> str:
        """Return whose empty page a site shows, blank where it shows one of its own."""
        if len(text) > LONGEST:
            return ""
        title, text = _plain(title), _plain(text)
        return next((page.name for page in self.page if page.is_shown(site, title, text)), "")


def parse_default_pages(text: str) -> DefaultPages:
    """Return the pages written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, DefaultPages, NAME)


@lru_cache(maxsize=1024)
def _of_file(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
