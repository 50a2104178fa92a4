"""The desk: run it with `make run`."""

from pages.parts.shared import frame

frame.main()
