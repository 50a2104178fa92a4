"""The desk: run it with `make run`."""

from pages.parts.shared import shell

shell.main()
