"""What the network declares when the platform starts: its fact kinds, and how its rows are shown behind a figure's door.

`figures` lies above the network, so the rows of places are described where both are known (`associations`)."""

from yinling.network import measures

__all__ = ["measures"]
