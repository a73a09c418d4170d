"""The pages a leader of a city reads, on the demo: the volunteer service of the city, what is short where, its stations; and
a volunteer's own."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.test import Client

from tools.bench import median_ms
from tools.bench_sections import Bench
from yinling.network import Account

CITY = "5206"
PAGES = {
    "volunteer service of a city": (f"/volunteering/{CITY}/", "≤ 100"),
    "volunteer service of a province": ("/volunteering/52/", "≤ 100"),
    "what is short where, city": (f"/imbalance/{CITY}/", "≤ 100"),
    "what is short where, province": ("/imbalance/52/", "≤ 200"),
    "list of service stations": (f"/stations/?place={CITY}", "≤ 100"),
    "catalogue of domains": ("/catalogue/", "≤ 100"),
}
OWN_PAGES = {
    "a volunteer's own page": ("/pocket/me/", "≤ 60"),
    "a volunteer's own hours": ("/pocket/me/hours/", "≤ 60"),
    "sessions a volunteer can join": ("/pocket/sessions/", "≤ 60"),
}
"""Address of each page, and the milliseconds it may take."""


def stations(bench: Bench) -> None:
    """Each page as an officer of the city opens it, or a volunteer."""
    settings.ALLOWED_HOSTS = ["*"]
    for username, pages in (("prefecture", PAGES), ("volunteer", OWN_PAGES)):
        client = Client()
        client.force_login(Account.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])

        def opened(client: Client, address: str) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, address

        for name, (address, goal) in pages.items():
            bench.add(name, median_ms(partial(opened, client, address)), "ms", goal)
