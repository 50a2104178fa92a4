"""Chromium's sandbox, without which it takes no picture of a page that nobody trusts."""

import os
import subprocess

import pytest


def skip_unless_confined() -> None:
    """Skip a test where this machine lets nobody (65534) make the namespaces that a sandbox consists of."""
    as_nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        tried = subprocess.run(["unshare", "--user", "--pid", "--fork", "true"], check=False, **as_nobody)
    except OSError:
        tried = None
    if tried is None or tried.returncode:
        pytest.skip("no sandbox for Chromium on this machine: whoever is not root may make no namespace")
