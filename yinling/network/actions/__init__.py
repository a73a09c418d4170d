"""Every write of the network."""

from yinling.network.actions.accounts import (
    change_password,
    close_account,
    create_account,
    end_role,
    end_token,
    hold_role,
    lock_sign_in,
    make_token,
    note_second_factor,
    reset_second_factor,
    set_password,
    sign_in,
    sign_out,
    token_digest,
)
from yinling.network.actions.bodies import dissolve_body, register_body
from yinling.network.actions.parameters import set_parameter
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
    "change_password",
    "close_account",
    "close_place",
    "create_account",
    "dissolve_body",
    "end_role",
    "end_token",
    "hold_role",
    "load_places",
    "lock_sign_in",
    "make_token",
    "merge_places",
    "move_place",
    "note_second_factor",
    "open_place",
    "recode_place",
    "register_body",
    "rename_place",
    "reset_second_factor",
    "set_parameter",
    "set_password",
    "sign_in",
    "sign_out",
    "split_place",
    "token_digest",
]
