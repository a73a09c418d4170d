"""What other modules do when two records turn out to be one human being."""

from __future__ import annotations

from typing import Protocol

from yinling.base.rules import Actor
from yinling.people.models import Person


class FollowMerge(Protocol):
    """Makes everything a module keeps of the person `gone` that of `kept`. Runs inside the merge, both rows locked and not
    yet changed; calls actions of its own (facts: `move_person`). May raise Refused, then nothing is merged."""

    def __call__(self, *, kept: Person, gone: Person, by: Actor) -> None: ...


_followers: list[FollowMerge] = []


def on_merge(follow: FollowMerge) -> FollowMerge:
    """Have `follow` called in every merge of two persons, the modules further down first. Usable as a decorator."""
    if follow not in _followers:
        _followers.append(follow)
    return follow


def followers() -> tuple[FollowMerge, ...]:
    """Everything that follows a merge, in the order of declaration."""
    return tuple(_followers)
