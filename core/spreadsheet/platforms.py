"""Names that never are a client's own domain, platforms and public mail hosts: data/platforms.toml."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.ground.validation import read_toml

NAME = "data/platforms.toml"

_Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+$", max_length=253)]


class Platforms(BaseModel):
    """data/platforms.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    platforms: list[_Name]
    mail_hosts: list[_Name]

    @cached_property
    def _kinds(self) -> dict[str, Literal["platform", "mail_host"]]:
        return {**dict.fromkeys(self.platforms, "platform"), **dict.fromkeys(self.mail_hosts, "mail_host")}

    def kind(self, name: str) -> Literal["platform", "mail_host"] | None:
        """Return whose a name is (in lower case, ASCII), itself or one above it: None for anybody's."""
        labels = name.split(".")
        above = (".".join(labels[place:]) for place in range(len(labels) - 1))
        return next((kind for one in above if (kind := self._kinds.get(one))), None)


def parse_platforms(text: str) -> Platforms:
    """Return the names written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Platforms, NAME)
