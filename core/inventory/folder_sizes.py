"""How much lies in which folder: each file counts for the folder that it lies deepest in.

Files pass by before anybody knows which folders are websites, so sums are kept by folder, of the upper levels alone.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

DEPTH = 8
"""Levels of folders that are told apart; what lies deeper counts for the folder of the last of them."""
LEAST = 5
"""Levels that are told apart of an account with very many folders."""
FOLDERS_MAX = 50_000
"""Folders that are told apart; with more of them in LEAST levels nobody knows what any of them holds."""


@dataclass(slots=True)
class FolderSizes:
    """Bytes by folder. `over`: there were more than FOLDERS_MAX folders; `depth`: levels that are told apart."""

    over: bool = False
    depth: int = DEPTH
    _sums: dict[str, int] = field(default_factory=dict)

    def add(self, path: str, size: int) -> None:
        """Take a file, a folder or a link up, by its path and its bytes (of the last two none)."""
        # Without its last part: the file's name, or whatever lies deeper.
        folder = self._within("/".join(path.split("/", self.depth)[:-1]))
        sums = self._sums
        if folder in sums:
            sums[folder] += size
        elif len(sums) < FOLDERS_MAX:
            sums[folder] = size
        else:
            self.over = True
        # What has no bytes may be a folder, and an empty one is known to be empty.
        if not size and path not in sums and len(sums) < FOLDERS_MAX and path.count("/") < self.depth:
            sums[path] = 0

    def of(self, folders: Collection[str]) -> dict[str, int]:
        """Return the bytes in each of these folders, but not in others of them that lie inside.

        Folders that nothing is known of are left out.
        """
        found: dict[str, int] = {}
        if self.over:
            return found
        wanted = set(folders)
        for folder, size in self._sums.items():
            at = folder
            while at and at not in wanted:
                at = at.rpartition("/")[0]
            if at:
                found[at] = found.get(at, 0) + size
        return found

    def why_unknown(self, folder: str) -> str:
        """Return the tag of the finding for a site's folder that `of` knows nothing of."""
        return "site_too_deep" if folder.count("/") >= self.depth else "site_without_folder"

    def _within(self, folder: str) -> str:
        """Return the folder that another one counts for; where there are too many, of fewer levels from now on."""
        while folder not in self._sums and len(self._sums) >= FOLDERS_MAX and self.depth > LEAST:
            self.depth -= 1
            sums: dict[str, int] = {}
            for name, size in self._sums.items():
                upper = "/".join(name.split("/", self.depth)[: self.depth])
                sums[upper] = sums.get(upper, 0) + size
            self._sums = sums
            folder = "/".join(folder.split("/", self.depth)[: self.depth])
        return folder

    def names(self, folder: str) -> list[str]:
        """Return what the folders in a folder are called, sorted."""
        above = f"{folder}/"
        return sorted({name[len(above) :].split("/", 1)[0] for name in self._sums if name.startswith(above)})
