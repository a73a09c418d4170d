"""A served demo for `make bench`: the platform and the floor page on loopback, and a client that measures them."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from types import TracebackType
from urllib.parse import urlencode

from yinling.ops.commands import CONNECTIONS_PER_WORKER, WEB_THREADS, WEB_WORKERS

HOST, PORT, FLOOR_PORT = "127.0.0.1", 8931, 8932
PASSWORD = "yinling2012"


class Site:
    """Two servers, both set as `yinling web` sets its own, for as long as the `with` block runs, and a signed-in browser of sorts."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.servers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Site:
        for port in (PORT, FLOOR_PORT):
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    raise RuntimeError(f"something else listens on port {port}: stop it first")
        collect = [sys.executable, "-m", "yinling.cli", "manage", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, check=True)
        for target, port, extra in (
            ("yinling.wsgi:application", PORT, {}),
            ("tools.bench_floor:application", FLOOR_PORT, {"YINLING_BENCH_FLOOR": "1"}),
        ):
            command = [
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                HOST,
                "--port",
                str(port),
                "--workers",
                str(WEB_WORKERS),
                "--blocking-threads",
                str(WEB_THREADS),
                "--backpressure",
                str(CONNECTIONS_PER_WORKER),
                "--no-ws",
                "--log-level",
                "error",
                target,
            ]
            self.servers.append(subprocess.Popen(command, env=os.environ | extra, stdout=subprocess.DEVNULL))
        for port, address in ((PORT, "/healthz"), (FLOOR_PORT, "/bench-floor/")):
            self._wait(port, address)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait(timeout=20)

    def _wait(self, port: int, address: str) -> None:
        for _attempt in range(200):
            try:
                link = http.client.HTTPConnection(HOST, port, timeout=5)
                link.request("GET", address)
                if link.getresponse().status == http.client.OK:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"the server on port {port} did not answer")

    def get(self, address: str, link: http.client.HTTPConnection | None = None, port: int = PORT) -> tuple[int, bytes]:
        """Status and body of a page, with the session's cookies."""
        link = link or http.client.HTTPConnection(HOST, port, timeout=60)
        link.request(
            "GET",
            address,
            headers={"Cookie": self._cookie(), "Accept-Encoding": "gzip, br", "Accept-Language": "zh-CN"},
        )
        answer = link.getresponse()
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _sep, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, body

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sign_in(self, login: str) -> None:
        """Sign in with a demo account."""
        self.get("/sign-in/")
        body = urlencode({"login": login, "password": PASSWORD, "csrfmiddlewaretoken": self.cookies["csrftoken"]})
        link = http.client.HTTPConnection(HOST, PORT, timeout=30)
        link.request(
            "POST",
            "/sign-in/",
            body,
            {
                "Cookie": self._cookie(),
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://{HOST}:{PORT}/",
            },
        )
        answer = link.getresponse()
        answer.read()
        if answer.status != http.client.FOUND:
            raise RuntimeError(f"sign-in answered {answer.status}")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _sep, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]

    def addresses(self) -> dict[str, str]:
        """The desk pages that are measured."""
        if not hasattr(self, "_addresses"):
            _status, body = self.get("/associations/?venue=yes")
            first = re.search(rb"/associations/(\d+)/", body)
            detail = f"/associations/{first.group(1).decode()}/" if first else "/associations/"
            self._addresses = {
                "register list": "/associations/",
                "register list, filtered": "/associations/?venue=yes&setting=rural",
                "register detail": detail,
                "cockpit of the province": "/overview/52/",
                "cockpit of a county": "/overview/520622/",
                "door of the province": "/figures/rural.venue/facts/?place=52&period=2012-08-16",
                "place": "/places/520622/",
                "people": "/people/",
                "search": "/search/?q=jsc",
            }
        return self._addresses

    def one_by_one(self, address: str, times: int) -> list[float]:
        """Milliseconds of each of several requests on one connection, after three that are not counted."""
        link = http.client.HTTPConnection(HOST, PORT, timeout=60)
        taken: list[float] = []
        for number in range(times + 3):
            started = time.perf_counter()
            status, _body = self.get(address, link)
            if status != http.client.OK:
                raise RuntimeError(f"{address} answered {status}")
            if number > 2:
                taken.append((time.perf_counter() - started) * 1000)
        return taken

    def at_once(self, address: str, users: int, seconds: float) -> float:
        """Requests a second with `users` connections; by `wrk` where the machine has it, else by threads here."""
        port = FLOOR_PORT if address.startswith("/bench-floor") else PORT
        if shutil.which("wrk"):
            command = [
                "wrk",
                "-t2",
                f"-c{users}",
                f"-d{seconds:.0f}s",
                "-H",
                f"Cookie: {self._cookie()}",
                "-H",
                "Accept-Language: zh-CN",
                f"http://{HOST}:{port}{address}",
            ]
            subprocess.run([*command[:3], "-d2s", *command[4:]], capture_output=True, check=True)
            printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
            return float(found.group(1)) if found else 0.0
        done = [0] * users
        stop = time.monotonic() + seconds

        def use(number: int) -> None:
            link = http.client.HTTPConnection(HOST, port, timeout=60)
            while time.monotonic() < stop:
                self.get(address, link, port)
                done[number] += 1

        threads = [threading.Thread(target=use, args=(number,)) for number in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / seconds

    def first_load(self, address: str) -> tuple[int, int]:
        """Requests and compressed bytes of a page with everything it links to."""
        _status, body = self.get(address)
        size, count = len(body), 1
        import gzip

        text = gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()
        for link in sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', text))):
            size += len(self.get(link)[1])
            count += 1
        return count, size
