"""`giao jobs`: what the server's workers have to do, and what was given up; retry or cancel."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any
from uuid import UUID

from giao.cli.arguments import Commands, command
from giao.cli.commands.demo import server, use_data_folder
from giao.cli.failure import Failure
from giao.cli.talk import write, write_json
from giao.core.told import told

if TYPE_CHECKING:
    from giao.kernel.jobs.models import Job

EXAMPLES = """  giao jobs                      how many jobs are in which state, and those that were given up
  giao jobs --retry ID           give one its attempts anew
  giao jobs --retry all          … all that were given up
  giao jobs --cancel ID"""

MOST = 50


def add(commands: Commands) -> None:
    found = command(commands, "jobs", run, "show the server's jobs; retry what was given up", EXAMPLES)
    found.add_argument("--retry", metavar="ID", help="a job that was given up or cancelled, or: all")
    found.add_argument("--cancel", metavar="ID", help="a job that waits or runs")
    found.add_argument("--data", metavar="DIR", help="data folder (default: GIAO_DATA, else ./.giao)")


def run(chosen: argparse.Namespace) -> int:
    use_data_folder(chosen.data)
    server()
    from giao.kernel.engagements.scoping import everywhere

    with everywhere("an operator at the command line looks at all jobs"):
        if chosen.retry:
            return _retry(chosen)
        if chosen.cancel:
            return _cancel(chosen)
        return _show(chosen)


def _retry(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say
    from giao.kernel.jobs.models import Job, JobState
    from giao.kernel.jobs.queue import retry

    dead = list(Job.objects.filter(state=JobState.DEAD)) if chosen.retry == "all" else [_job(chosen.retry)]
    done = sum(retry(job) for job in dead)
    if not done and chosen.retry != "all":
        raise Failure(told("failure.job.retry", "the job waits or runs already: there is nothing to retry"))
    write_json({"retried": done}) if chosen.json else write(say(chosen.lang, "cli.jobs.retried", n=done))
    return 0


def _cancel(chosen: argparse.Namespace) -> int:
    from giao.core.report.words import say
    from giao.kernel.jobs.queue import cancel

    if not cancel(_job(chosen.cancel)):
        raise Failure(told("failure.job.over", "the job is over: there is nothing to cancel"))
    write_json({"cancelled": 1}) if chosen.json else write(say(chosen.lang, "cli.jobs.stopping"))
    return 0


def _job(text: str) -> Job:
    from giao.kernel.jobs.models import Job

    try:
        found = Job.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Failure(
            told(
                "failure.job.unknown", "there is no job {text}; `giao jobs` shows their keys", text=repr(text)
            )
        )
    return found


def _show(chosen: argparse.Namespace) -> int:
    from django.db.models import Count

    from giao.core.report.table import render_text, table
    from giao.core.report.words import say
    from giao.kernel.jobs.models import Job, JobState

    counts = dict(Job.objects.values_list("state").annotate(count=Count("pk")).order_by())
    dead = list(Job.objects.filter(state=JobState.DEAD).order_by("-finished")[:MOST])
    if chosen.json:
        write_json({"jobs": counts, "given_up": [_plain(job) for job in dead]})
        return 0
    states = [[say(chosen.lang, f"cli.jobs.{state}"), str(counts.get(state, 0))] for state in JobState.values]
    heads = [say(chosen.lang, "cli.jobs.state"), say(chosen.lang, "cli.jobs.count")]
    write(render_text(table(heads, states)))
    if dead:
        write()
        heads = [say(chosen.lang, f"cli.jobs.{name}") for name in ("key", "task", "attempts", "error")]
        rows = [[str(job.pk), job.name, str(job.attempts), job.error[:100]] for job in dead]
        write(render_text(table(heads, rows)))
    return 0


def _plain(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "task": job.task,
        "attempts": job.attempts,
        "error": job.error,
        "finished": job.finished.isoformat() if job.finished else None,
    }
