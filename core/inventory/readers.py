"""The readers of the panels whose archives are tars: a further one is a row here. Plesk's XML has its own way."""

from collections.abc import Callable

from core.inventory.cpanel import CPanel
from core.inventory.directadmin import DirectAdmin
from core.inventory.hestia import Hestia
from core.inventory.panel import Panel

PANELS: tuple[Callable[[], Panel], ...] = (CPanel, DirectAdmin, Hestia)
