"""The pages a leader of a city reads, on the demo: the volunteer service of the city, what is short where, its stations."""

from __future__ import annotations

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
"""Address of each page, and the milliseconds it may take."""


def stations(bench: Bench) -> None:
    """Each page as an officer of the city opens it."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(Account.objects.get(username="prefecture"), backend=settings.AUTHENTICATION_BACKENDS[0])

    def opened(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, address

    for name, (address, goal) in PAGES.items():
        bench.add(name, median_ms(lambda: opened(address)), "ms", goal)  # noqa: B023 - called at once
