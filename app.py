"""The desk: run it with `make run`."""

from pages.parts import shell

shell.main()
