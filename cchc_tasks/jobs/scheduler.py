"""APScheduler's wiring: a few jobs in a process of its own, woken often; what is due is always asked of the data."""

import logging
import signal
from datetime import timedelta
from types import FrameType
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.blocking import BlockingScheduler

from cchc_tasks.domain.periods import VIETNAM
from cchc_tasks.jobs.worker import Worker

log = logging.getLogger(__name__)

#: A missed turn is made up for once, however late; two turns of one job never overlap.
JOB_DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
RENEWALS_IN_A_LEASE = 3
HOUSEKEEPING_SECONDS = 6 * 3600
#: Housekeeping waits until the first lease is surely taken.
HOUSEKEEPING_DELAY = timedelta(minutes=5)


def build_scheduler(worker: Worker, *, tick_seconds: float) -> BlockingScheduler:
    """The scheduler of `worker`, not started. Sending has a thread of its own: a slow server delays no round."""
    scheduler = BlockingScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(3)},
        job_defaults=JOB_DEFAULTS,
        timezone=VIETNAM,
    )
    start = worker.real_now()
    renewal = worker.lease.total_seconds() / RENEWALS_IN_A_LEASE
    jobs = {
        "renew": (worker.renew, renewal),
        "tick": (worker.tick, tick_seconds),
        "send": (worker.deliver, tick_seconds),
    }
    for name, (job, seconds) in jobs.items():
        scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=start)
    later = start + HOUSEKEEPING_DELAY
    scheduler.add_job(worker.tidy, "interval", seconds=HOUSEKEEPING_SECONDS, id="tidy", next_run_time=later)
    scheduler.add_listener(_report, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return scheduler


def _report(event: Any) -> None:
    """APScheduler logs the trace; this line says in one place that a turn was lost."""
    log.error("job %s did not run to its end: %s", event.job_id, getattr(event, "exception", "missed"))


def run_scheduler(worker: Worker, *, tick_seconds: float) -> None:
    """Runs until SIGTERM or SIGINT; then finishes the mail in hand and gives the lease back."""
    scheduler = build_scheduler(worker, tick_seconds=tick_seconds)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("scheduler %s starts", worker.post.holder)
    try:
        scheduler.start()
    finally:
        worker.release()
        worker.engine.dispose()
    log.info("scheduler %s ended", worker.post.holder)
