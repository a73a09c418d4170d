"""What can be imported: rosters and marks of a class, finished classes of a project, 1+X candidates, papers."""

from yinling.training.importers import candidates, classes, papers

__all__ = ["candidates", "classes", "papers"]
