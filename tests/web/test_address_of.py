"""An address that pages say is the one Django would say."""

from __future__ import annotations

import re

import pytest
from django.urls import NoReverseMatch, reverse

from yinling.web import urls
from yinling.web.page import address_of, pages

SAMPLES: dict[str, object] = {"int": 12, "str": "5 2~.a&b:银", "measure": "a b/c~d&e{f}银"}
"""A value of each sort of argument: signs that mean something in addresses or templates, or stand in no alphabet of theirs."""


def test_it_is_the_one_django_finds() -> None:
    assert len(pages) > len(urls.MODULES)
    for name, page in pages.items():
        values = {key: SAMPLES[sort] for sort, key in re.findall(r"<([a-z]+):([a-z_]+)>", page.route)}
        assert address_of(name, **values) == reverse(name, kwargs=values)


def test_views_of_others_have_one_too() -> None:
    assert address_of("account_logout") == reverse("account_logout")
    with pytest.raises(NoReverseMatch):
        address_of("nobody-made-this-page")
