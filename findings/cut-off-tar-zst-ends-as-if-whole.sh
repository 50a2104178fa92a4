#!/usr/bin/env bash
# A backup .tar.zst that was cut off is, in some places, listed by Python as a whole archive with fewer files.
#
# Expected: an archive that ends in the middle raises an error, as a .tar.gz does at every place (EOFError).
# What happens: zstandard's stream_reader takes a frame that is cut off for the end of the data, and says nothing; tarfile
#   in stream mode ("r|") takes an end where a header should begin for the end of the archive, and says nothing either.
#   zstd gives out whole blocks only, so a cut anywhere within a block that begins a new file is not seen by anybody:
#   of the mailboxes of a backup the last ones are missing, and no reader complained. The zstd program itself says
#   "premature end" and ends with 1.
# Means for the desk: an archive is called whole only after the two zero blocks with which a tar ends; one without them
#   is told as cut off, ticks nothing, and its lists stand aside.
# With: zstandard 0.25.0 (PyPI), tarfile and gzip of Python 3.11, zstd 1.5.4 where it is installed; 2026-11-29.
#
# Needs python3 (3.11) with pip. With zstd at hand it is asked, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" zstandard==0.25.0

cat >"$work/measure.py" <<'PY'
import gzip, io, random, shutil, subprocess, sys, tarfile
from collections import Counter
import zstandard

FILES, random_ = 200, random.Random(1)
backup = io.BytesIO()
with tarfile.open(fileobj=backup, mode="w") as archive:
    for number in range(FILES):
        member = tarfile.TarInfo(f"imap/alfa.example/jan/Maildir/cur/{number}")
        member.size = 5000
        archive.addfile(member, io.BytesIO(random_.randbytes(5000)))


def listed(stream):
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            return len(list(archive))
    except (EOFError, tarfile.ReadError) as error:
        return type(error).__name__


packed = {"gz": gzip.compress(backup.getvalue(), mtime=0), "zst": zstandard.ZstdCompressor().compress(backup.getvalue())}
readers = {
    "gz": lambda data: gzip.GzipFile(fileobj=io.BytesIO(data)),
    "zst": lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True),
}
silent = {}
for kind, data in packed.items():
    cuts = range(len(data) // 20, len(data) - 1000, len(data) // 200)
    found = {cut: listed(readers[kind](data[:cut])) for cut in cuts}
    silent[kind] = {cut: count for cut, count in found.items() if isinstance(count, int) and count < FILES}
    errors = Counter(one for one in found.values() if isinstance(one, str))
    print(f".tar.{kind} cut off at {len(cuts)} places: {dict(errors)}; without an error: {len(silent[kind])}", flush=True)
if silent["zst"]:
    cut, count = next(iter(silent["zst"].items()))
    print(f"the first of them: {cut} of {len(packed['zst'])} bytes, {count} of {FILES} files listed as if that were all")
    if shutil.which("zstd"):
        told = subprocess.run(["zstd", "-dc"], input=packed["zst"][:cut], capture_output=True)
        print("zstd itself ends with", told.returncode)
sys.exit(0 if silent["zst"] and not silent["gz"] else "No longer as described.")
PY
PYTHONPATH="$work/py" python3 "$work/measure.py"
