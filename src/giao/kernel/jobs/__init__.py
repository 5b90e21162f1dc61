"""Jobs and timers: one lease table in the application's database, one worker loop, behind the API of `django-tasks`.

    @task(long=True)                                   # kernel.jobs.task: the decorator of django-tasks, typed, with our options
    def compute(identifier: str) -> None: ...

    compute.using(engagement=engagement, key=f"compute:{pk}").enqueue(str(pk))
    at(instant, "close:2026-11", remind, "2026-11", engagement=engagement)    # kernel.jobs.timers
    every(300, "poll", poll, engagement=engagement)                           # kernel.jobs.schedules

Enqueueing is an insert in the caller's transaction. A job that is not `long` runs in one transaction with its completion:
its effect and "done" commit together, or neither. A `long` one holds no transaction; it tells how far it is
(`progress.tell`), and what it returns as `Effect` is stored in the transaction that completes it.
"""
