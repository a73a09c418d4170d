"""Background entry points."""

from django_tasks import task

from yinling.exchange import steps


@task()
def go_on(batch_id: int) -> None:
    """Do the step a batch waits for; a second call finds nothing to do."""
    steps.run(batch_id)
