#!/usr/bin/env bash
# A job of procrastinate that has retry and a queueing_lock stays "doing" for ever once another waits behind it.
#
# Expected: retry and queueing_lock are two settings of a task that have nothing to do with each other: a run that fails
#   goes back into the queue, or fails for good; and get_stalled_jobs names whatever hangs.
# What happens: the queueing_lock is a unique index over jobs that wait, so a second may wait while the first runs. When
#   the first then fails, "back to todo" violates that index. The worker does not catch it: the row stays "doing", no
#   attempt is counted, and all that is said is asyncio's "Task exception was never retrieved". Where both have the same
#   lock, as "one at a time" asks for, the second never runs either: that object is worked on no more, while the worker
#   does all other jobs and its heart beats. For as long as it does, get_stalled_jobs finds nothing, as it looks for
#   workers without a heartbeat, not for jobs that nobody works on. After the worker has ended it finds the first, and
#   retry_job, which the documentation says to call then, violates the index again.
# Known: that retrying stalled jobs fails so is procrastinate issue 1446 (2025), that the periodic job of a task with
#   both locks needs the database mended by hand is in 1543 (2026); that a worker that lives hides it, in neither.
# Means for the desk: no retry together with queueing_lock; a sweep by time defers what is due again.
# With: procrastinate 3.10.0, psycopg 3.3.9, PostgreSQL 16.2 of pgserver 0.1.4 (PyPI); 2026-11-30.
#
# Needs python3 (3.10 to 3.12) with pip, on Linux. PostgreSQL refuses root; as root it is run by nobody.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
chmod 755 "$work"
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" --no-deps pgserver==0.1.4
python3 -m pip install -qqq --root-user-action=ignore --no-warn-conflicts --target "$work/lib" \
  procrastinate==3.10.0 "psycopg[binary]==3.3.9"

cat >"$work/measure.py" <<'PY'
import asyncio, contextlib, logging, os, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path
import procrastinate, psycopg

WORK = Path(sys.argv[1])
# The worker's log and asyncio's word of the exception are long.
logging.disable()
BEAT = 0.2


@contextlib.contextmanager
def postgresql():
    programs, how = WORK / "py/pgserver/pginstall/bin", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    folder = tempfile.mkdtemp(dir=WORK)
    if os.getuid() == 0:
        how |= {"user": "nobody", "extra_groups": []}
        shutil.chown(folder, "nobody")
    flags = ["--auth=trust", "--username=me", "--encoding=UTF8", "--locale=C"]
    subprocess.run([programs / "initdb", *flags, f"{folder}/data"], check=True, cwd=folder, **how)
    call = [programs / "postgres", "-D", f"{folder}/data", "-k", folder, "-h", ""]
    server = subprocess.Popen(call, cwd=folder, **how)
    url = f"postgresql://me@/postgres?host={folder}"
    try:
        while True:
            assert server.poll() is None
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url) as connection:
                print(connection.execute("SELECT split_part(version(), ' on ', 1)").fetchone()[0])
                break
            time.sleep(0.1)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


async def measure(url):
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    runs = []

    @app.task(name="look", retry=procrastinate.RetryStrategy(max_attempts=5, wait=0))
    async def look(name, next=None):
        runs.append(name)
        if runs.count(name) == 1 and name.endswith("fails"):
            if next:
                # Its turn again while it runs, as a sweep or a periodic task would defer it.
                await look.configure(lock="a", queueing_lock="a").defer_async(name=next)
            raise RuntimeError("no route to host")

    async def rows():
        query = "SELECT args ->> 'name' AS name, status, attempts FROM procrastinate_jobs ORDER BY id"
        return {row["name"]: (row["status"], row["attempts"]) for row in
                await app.connector.execute_query_all_async(query=query)}

    async def until(holds):
        while not await holds():
            await asyncio.sleep(0.05)

    async def beats():
        query = "SELECT count(*) AS n, max(last_heartbeat)::text AS at FROM procrastinate_workers"
        return (await app.connector.execute_query_all_async(query=query))[0]

    async def stalled():
        jobs = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=5 * BEAT)
        return [job.task_kwargs["name"] for job in jobs]

    async def defer(**how):
        await look.defer_async(**how)

    found = {}
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        worker = asyncio.create_task(app.run_worker_async(
            install_signal_handlers=False, fetch_job_polling_interval=BEAT, concurrency=4,
            update_heartbeat_interval=BEAT, stalled_worker_timeout=5 * BEAT))
        await defer(name="without locks, fails")

        async def retried():
            return (await rows())["without locks, fails"] == ("succeeded", 2)

        await until(retried)
        await look.configure(lock="a", queueing_lock="a").defer_async(name="first, fails", next="second")

        async def has_failed():
            return "first, fails" in runs and "second" in await rows()

        await until(has_failed)
        # Ten more beats of the heart, and another job that is done: the worker lives and works.
        for number in range(10):
            before = await beats()

            async def beaten():
                return await beats() != before

            await until(beaten)
        await defer(name="another")

        async def other_is_done():
            return (await rows())["another"][0] == "succeeded"

        await until(other_is_done)
        found["jobs, while the worker works"] = await rows()
        found["stalled, while the worker works"] = await stalled()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        found["stalled, after it has ended"] = await stalled()
        (job,) = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=5 * BEAT)
        try:
            await app.job_manager.retry_job(job)
            found["retried by hand"] = "done"
        except procrastinate.exceptions.UniqueViolation as error:
            found["retried by hand"] = error.constraint_name
        found["runs"] = runs
    return found


with postgresql() as url:
    found = asyncio.run(asyncio.wait_for(measure(url), 120))
for what, seen in found.items():
    print(f"{what}:", seen)
sys.exit("No longer as described." if found != {
    "jobs, while the worker works": {"without locks, fails": ("succeeded", 2), "first, fails": ("doing", 0),
                                     "second": ("todo", 0), "another": ("succeeded", 1)},
    "stalled, while the worker works": [],
    "stalled, after it has ended": ["first, fails"],
    "retried by hand": "procrastinate_jobs_queueing_lock_idx_v1",
    "runs": ["without locks, fails", "without locks, fails", "first, fails", "another"],
} else 0)
PY
PYTHONPATH="$work/lib" python3 "$work/measure.py" "$work"
