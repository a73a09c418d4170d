"""Field encryption: bound to its column, readable through a change of keys, and hashes that stay while keys change."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test import override_settings
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.crypto import HASH_LENGTH, DecryptionError, EncryptedTextField, Keyring, keyring

OLD = ("2024", b"o" * 32)
NEW = ("2025", b"n" * 32)
CONTEXT = "person.resident_id"
old_ring = Keyring([OLD])
both = Keyring([NEW, OLD])
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(values)
def test_what_is_encrypted_reads_back_and_differs_each_time(value: str) -> None:
    stored = old_ring.encrypt(value, CONTEXT)
    assert old_ring.decrypt(stored, CONTEXT) == value
    assert stored != old_ring.encrypt(value, CONTEXT)


def test_the_value_is_not_in_the_stored_bytes() -> None:
    assert b"990101" not in old_ring.encrypt("990101195001010008", CONTEXT)


def test_a_value_does_not_decrypt_in_another_column() -> None:
    with pytest.raises(DecryptionError):
        old_ring.decrypt(old_ring.encrypt("value", "person.phone"), CONTEXT)


@given(st.data())
def test_any_altered_byte_is_noticed(data: st.DataObject) -> None:
    stored = bytearray(both.encrypt("990101195001010008", CONTEXT))
    position = data.draw(st.integers(0, len(stored) - 1))
    stored[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecryptionError):
        both.decrypt(bytes(stored), CONTEXT)


@given(st.binary(max_size=60))
def test_any_other_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(DecryptionError):
        both.decrypt(stored, CONTEXT)


def test_the_key_id_is_bound_to_the_value() -> None:
    # The same key under two ids: only the authenticated header tells them apart.
    twins = Keyring([("aaaa", OLD[1]), ("bbbb", OLD[1])])
    stored = twins.encrypt("value", CONTEXT)
    with pytest.raises(DecryptionError):
        twins.decrypt(stored.replace(b"aaaa", b"bbbb"), CONTEXT)


@given(values)
def test_old_values_stay_readable_and_rotate_once(value: str) -> None:
    stored = old_ring.encrypt(value, CONTEXT)
    assert both.decrypt(stored, CONTEXT) == value
    rotated = both.rotate(stored, CONTEXT)
    assert rotated != stored
    assert both.rotate(rotated, CONTEXT) is rotated
    assert Keyring([NEW]).decrypt(rotated, CONTEXT) == value


def test_a_missing_key_is_an_error_not_an_empty_value() -> None:
    stored = Keyring([NEW]).encrypt("value", CONTEXT)
    with pytest.raises(DecryptionError, match="FIELD_KEYS"):
        old_ring.decrypt(stored, CONTEXT)
    with pytest.raises(DecryptionError, match="FIELD_KEYS"):
        old_ring.rotate(stored, CONTEXT)


@given(values)
def test_a_new_key_in_front_changes_no_hash(value: str) -> None:
    assert both.hash(value, CONTEXT) == old_ring.hash(value, CONTEXT)


@given(values)
def test_look_ups_find_hashes_before_during_and_after_retiring_a_key(value: str) -> None:
    before = both.hash(value, CONTEXT)
    after = both.without("2024").hash(value, CONTEXT)
    assert before != after
    assert sorted(both.hashes(value, CONTEXT)) == sorted([before, after])
    assert Keyring([NEW]).hashes(value, CONTEXT) == [after]
    assert max(len(before), len(after)) <= HASH_LENGTH


@given(values, values)
def test_hashes_tell_values_and_columns_apart(one: str, other: str) -> None:
    assert (both.hash(one, CONTEXT) == both.hash(other, CONTEXT)) == (one == other)
    assert both.hash(one, CONTEXT) != both.hash(one, "person.phone")


def test_hash_length_holds_the_longest_key_id() -> None:
    assert len(Keyring([("k" * 16, b"k" * 32)]).hash("value", CONTEXT)) == HASH_LENGTH


@pytest.mark.parametrize(
    "keys",
    [[], [("a", b"short")], [OLD, OLD], [("", b"k" * 32)], [("a:b", b"k" * 32)], [("k" * 17, b"k" * 32)]],
)
def test_unusable_keys_stop_the_program(keys: list[tuple[str, bytes]]) -> None:
    with pytest.raises(ImproperlyConfigured):
        Keyring(keys)


def test_the_last_key_cannot_be_left_out() -> None:
    with pytest.raises(ImproperlyConfigured):
        old_ring.without("2024")


def test_the_ring_follows_the_settings() -> None:
    with override_settings(FIELD_KEYS=(OLD,)):
        stored = keyring().encrypt("value", CONTEXT)
    with override_settings(FIELD_KEYS=(NEW, OLD)):
        assert keyring().decrypt(stored, CONTEXT) == "value"
    with override_settings(FIELD_KEYS=(NEW,)), pytest.raises(DecryptionError):
        keyring().decrypt(stored, CONTEXT)


# ---- the field


@override_settings(FIELD_KEYS=(OLD,))
def test_the_field_encrypts_on_the_way_in_and_decrypts_on_the_way_out() -> None:
    field = EncryptedTextField(context=CONTEXT)
    stored = field.get_prep_value("value")
    assert old_ring.decrypt(stored, CONTEXT) == "value"
    assert field.from_db_value(stored, None, None) == "value"
    assert field.from_db_value(memoryview(stored), None, None) == "value"
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None


def test_the_field_survives_a_migration() -> None:
    field = EncryptedTextField(context=CONTEXT, blank=True, null=True)
    _name, path, arguments, keywords = field.deconstruct()
    assert path == "yinling.base.crypto.EncryptedTextField"
    assert keywords == {"context": CONTEXT, "blank": True, "null": True}
    assert EncryptedTextField(*arguments, **keywords).deconstruct()[1:] == (path, arguments, keywords)


def test_the_column_is_binary_and_has_no_comparison() -> None:
    with isolate_apps():

        class Paper(models.Model):
            secret = EncryptedTextField(context=CONTEXT, null=True)

            class Meta:
                app_label = "papers"

    assert Paper._meta.get_field("secret").db_type(connection) == "bytea"
    for lookup in ("secret", "secret__contains", "secret__in", "secret__gt"):
        with pytest.raises(FieldError):
            Paper._default_manager.filter(**{lookup: "x"})
    assert "IS NULL" in str(Paper._default_manager.filter(secret__isnull=True).query)
