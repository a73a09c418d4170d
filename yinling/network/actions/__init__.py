"""Every write of the network."""

from yinling.network.actions.accounts import (
    close_account,
    create_account,
    end_role,
    end_token,
    hold_role,
    make_token,
    set_password,
    token_digest,
)
from yinling.network.actions.bodies import dissolve_body, register_body
from yinling.network.actions.places import (
    close_place,
    load_places,
    merge_places,
    move_place,
    open_place,
    recode_place,
    rename_place,
    split_place,
)

__all__ = [
    "close_account",
    "close_place",
    "create_account",
    "dissolve_body",
    "end_role",
    "end_token",
    "hold_role",
    "load_places",
    "make_token",
    "merge_places",
    "move_place",
    "open_place",
    "recode_place",
    "register_body",
    "rename_place",
    "set_password",
    "split_place",
    "token_digest",
]
