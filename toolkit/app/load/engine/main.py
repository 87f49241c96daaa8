"""Where a process of a load begins and ends."""

from __future__ import annotations

import logging
import os
import resource
import traceback
from contextlib import suppress

from toolkit.app.load.engine.master import run_master
from toolkit.app.load.engine.solo import run_solo
from toolkit.app.load.engine.talk import Talk
from toolkit.app.load.engine.worker import run_worker
from toolkit.app.load.job import Job
from toolkit.app.load.stage import fault
from toolkit.core.errors import AjoError

ROLES = {"solo": run_solo, "master": run_master, "worker": run_worker}


def main() -> None:
    """Do the job that standard input names; ends the process."""
    talk = Talk()
    logging.getLogger("locust").setLevel(logging.ERROR)
    _open_more_files()
    try:
        job = Job.from_line(talk.job())
        ROLES[job.role](job, talk)
    except AjoError as error:
        talk.error(error)
    except Exception as error:  # noqa: BLE001  # told as one clear error
        if os.environ.get("AJO_DEBUG"):
            traceback.print_exc()
        talk.error(fault(error))
    # A thread may wait for a word that never comes.
    os._exit(0)


def _open_more_files() -> None:
    """Allow as many connections as the system lets this user have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # some systems call it unlimited and don't take it
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
