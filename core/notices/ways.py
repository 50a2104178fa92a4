"""The ways that are set up, by the settings."""

from collections.abc import Mapping

from pydantic import SecretStr

from core.ground.settings import Settings
from core.notices import mail, webhook
from core.notices.apprise_way import Apprise
from core.notices.recipients import APPRISE, MAIL, WEBHOOK, apprise_urls
from core.notices.way import Way


def of_settings(settings: Settings) -> Mapping[str, Way]:
    """Return the ways of the settings by what `core.notices.recipients.way_of` calls them."""
    set_up: dict[str, Way | None] = {MAIL: mail.of_settings(settings), WEBHOOK: webhook.of_settings(settings)}
    for number, url in enumerate(apprise_urls(settings), start=1):
        set_up[f"{APPRISE}{number}"] = Apprise(SecretStr(url))
    return {name: way for name, way in set_up.items() if way is not None}
