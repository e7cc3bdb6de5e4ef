"""Fixtures: a gateway of its own for each test, the upstreams it is pointed at, and the SDKs."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from support.answers import Answer  # noqa: E402
from support.certificates import Authority  # noqa: E402
from support.gateway import ADMIN_KEY, BINARY, KEY, OTHER_KEY, Gateway, hashed  # noqa: E402
from support.sdk import SDK  # noqa: E402
from support.upstream import Upstream  # noqa: E402
from support.video_upstream import VideoUpstream  # noqa: E402
from support.webhook_receiver import SECRET, WebhookReceiver  # noqa: E402


def pytest_sessionstart(session: pytest.Session) -> None:
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: make build", returncode=2)


class House:
    """Starts gateways and upstreams; ends them with the test and looks for secrets in what was logged."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._upstreams: list[Upstream] = []
        self._gateways: list[Gateway] = []

    def upstream(self, *answers: Answer, **settings: Any) -> Upstream:
        upstream = Upstream(*answers, **settings).__enter__()
        self._upstreams.append(upstream)
        return upstream

    def video_upstream(self, name: str = "upstream", **settings: Any) -> VideoUpstream:
        upstream = VideoUpstream(self.folder, name, **settings).__enter__()
        self._upstreams.append(upstream)
        return upstream

    def receiver(self, *answers: Answer) -> WebhookReceiver:
        receiver = WebhookReceiver(*answers).__enter__()
        self._upstreams.append(receiver)
        return receiver

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """A configuration with two keys and an operator's; `changes` replace whole sections, but those of `server` are merged."""
        base: dict[str, Any] = {
            "server": {"listen": "127.0.0.1:0", "loops": 2} | changes.pop("server", {}),
            "storage": {"database": "sqlite:data/zoetrope.db", "media": "file:data/media", "retention": "1d"},
            "tiers": {"default": {"requests_per_minute": 1_000_000, "concurrent_tasks": 100_000}},
            "keys": [
                hashed("alice", KEY) | {"webhook_secret": SECRET},
                hashed("bob", OTHER_KEY),
                hashed("ops", ADMIN_KEY) | {"role": "admin"},
            ],
        }
        return base | changes

    def gateway(self, environment: dict[str, str] | None = None, **changes: Any) -> Gateway:
        folder = self.folder / f"gateway-{len(self._gateways)}"
        folder.mkdir()
        gateway = Gateway(folder, self.configuration(**changes), environment)
        self._gateways.append(gateway)
        return gateway.start()

    def pair(
        self,
        first: Upstream | str,
        second: Upstream | str | None,
        model: dict[str, Any] | None = None,
        provider: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Gateway:
        """A gateway with the model `pair`, routed to `first`, then `second`; an upstream may be just a base URL."""
        upstreams = [upstream if isinstance(upstream, str) else upstream.base_url for upstream in (first, second) if upstream]
        providers = self._providers("openai", upstreams, provider)
        return self.gateway(providers=providers, models={"pair": {"route": list(providers)} | (model or {})}, **changes)

    @staticmethod
    def _providers(type: str, base_urls: list[str], settings: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
        """`first` and `second`, in this order."""
        return {
            name: {"type": type, "base_url": base_url, "api_key": f"{name}-upstream-secret"} | (settings or {})
            for name, base_url in zip(("first", "second"), base_urls)
        }

    def clips(
        self,
        first: Upstream | str,
        second: Upstream | str | None = None,
        type: str = "openai",
        model: dict[str, Any] | None = None,
        provider: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Gateway:
        """A gateway with the model `clip`, routed to `first`, then `second`, of a type of provider that makes videos."""
        origins = [upstream if isinstance(upstream, str) else upstream.origin for upstream in (first, second) if upstream]
        path = "/v1/openai" if type == "imagerouter" else "/v1"
        providers = self._providers(type, [origin + path for origin in origins], provider)
        route = [f"{name}/sora-2" for name in providers]
        return self.gateway(providers=providers, models={"clip": {"route": route} | (model or {})}, **changes)

    def close(self) -> None:
        for gateway in self._gateways:
            running = gateway.process.poll() is None
            status = gateway.stop()
            log = "".join(gateway.log)
            assert not running or status == 0, f"ended with {status}:\n{log[-3000:]}"
            for secret in (KEY, OTHER_KEY, ADMIN_KEY, "first-upstream-secret", "second-upstream-secret", "a lighthouse"):
                assert secret not in log, f"the log tells {secret!r}"
        for upstream in self._upstreams:
            upstream.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def gateway(house: House) -> Gateway:
    """A gateway with nothing but the built-in models."""
    return house.gateway()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session", params=[1, 2, 3], ids=["openai-1", "openai-2", "openai-3"])
def sdk(request: pytest.FixtureRequest) -> Iterator[SDK]:
    """Each SDK generation in turn."""
    sdk = SDK(request.param)
    yield sdk
    sdk.stop()


@pytest.fixture(scope="session", params=["2-json", 2, 3], ids=["openai-2-json", "openai-2", "openai-3"])
def video_sdk(request: pytest.FixtureRequest) -> Iterator[SDK]:
    """Each SDK that knows videos: the first one sends them as JSON, the others as multipart."""
    sdk = SDK(request.param)
    yield sdk
    sdk.stop()


@pytest.fixture(scope="session")
def newest_sdk() -> Iterator[SDK]:
    sdk = SDK(3)
    yield sdk
    sdk.stop()


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a folder with little room, such as `1m`; needs the right to mount."""
    folder = tmp_path / "small"

    def mounted(size: str) -> Path:
        folder.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True).returncode != 0:
            pytest.skip("mounting a small file system needs root")
        return folder

    yield mounted
    if folder.is_mount():
        subprocess.run(["umount", "-l", folder], check=True)
