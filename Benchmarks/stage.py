"""What all scenarios stand on: the folder, the ports, the upstreams and the gateways of one run."""

import hashlib
import json
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

from server import Server, free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BINARY = Path(os.environ.get("ZOETROPE_BIN", ROOT / ".build/release/zoetrope")).absolute()
KEY = "zk-bench-0123456789abcdef0123456789abcdef"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ANSWER = json.dumps({"created": 1700000000, "data": [{"b64_json": PIXEL}]})
PATH = "/v1/images/generations"
LIBRARIES = ROOT / ".venv/servers/usr/lib" / f"{os.uname().machine}-linux-gnu"
UPSTREAMS = ("upstream", "refusing", "stamped", "next", "sink", "heavy", "late", "secure")


def executable(name: str) -> str:
    """nginx and HAProxy may be installed, or unpacked in .venv/servers."""
    unpacked = ROOT / ".venv/servers/usr/sbin" / name
    return str(unpacked) if unpacked.exists() else name


class Stage:
    """`full`: more and longer rounds."""

    def __init__(self, folder: Path, full: bool):
        self.folder, self.full = folder, full
        folder.chmod(0o777)  # workers of nginx that root has started are somebody else
        self.values: dict[str, object] = {name: free_port() for name in UPSTREAMS}
        self.values |= {"answer": ANSWER, "key": KEY, "digest": hashlib.sha256(KEY.encode()).hexdigest(), "descriptors": descriptors()}
        self.values |= {"certificate": folder / "certificate.pem"}
        self._count = 0
        certify(folder)

    def pick(self, quick, full):
        return full if self.full else quick

    def upstream(self) -> Server:
        """Fixed answers, from nginx."""
        file = self.fill("upstream.conf", self.folder, {"loops": 2 if (os.cpu_count() or 1) > 4 else 1})
        return Server("upstream", nginx(self.folder, file), int(str(self.values["upstream"])), self.folder)

    def start(self, kind: str, loops: int = 1, wrap: Callable[[list], list] = list, environment: dict[str, str] | None = None) -> "Gateway":
        """A gateway in a folder of its own. `wrap` makes another command of its command."""
        self._count += 1
        folder = self.folder / f"{kind}-{self._count}"
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        port = free_port()
        file = self.fill(TEMPLATES[kind], folder, {"folder": folder, "port": port, "loops": loops})
        return Gateway(kind, wrap(COMMANDS[kind](folder, file, port)), port, folder, (environment or {}) | ENVIRONMENTS.get(kind, {}), 120)

    def fill(self, template: str, folder: Path, values: dict) -> Path:
        """A template of this folder with its {names} filled in."""
        text = (HERE / template).read_text()
        for key, value in ({"folder": folder} | self.values | values).items():
            text = text.replace("{" + key + "}", str(value))
        path = folder / template
        path.write_text(text)
        return path


class Gateway(Server):
    """One of those that are compared; its name says which."""

    @property
    def sign(self) -> bytes:
        return b"listening on" if self.name == "zoetrope" else b""

    def path(self, model: str, path: str = PATH) -> str:
        return path if self.name in ("zoetrope", "litellm") else f"/{model}{path}"


def request(name: str, model: str, **fields: str) -> str:
    """The body of a generation for the server of that name: LiteLLM does not know `b64_ephemeral`."""
    form = {} if name == "litellm" else {"response_format": "b64_ephemeral"}
    return json.dumps({"model": model, "prompt": "a lighthouse in the fog, oil on canvas", "size": "1024x1024"} | form | fields)


def nginx(folder: Path, file: Path) -> list[str]:
    return [executable("nginx"), "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(file)]


TEMPLATES = {"zoetrope": "zoetrope.yaml", "nginx": "nginx.conf", "haproxy": "haproxy.cfg", "litellm": "litellm.yaml"}
COMMANDS = {
    "zoetrope": lambda folder, file, port: [BINARY, "serve", "--config", file],
    "nginx": lambda folder, file, port: nginx(folder, file),
    "haproxy": lambda folder, file, port: [executable("haproxy"), "-db", "-f", file],
    "litellm": lambda folder, file, port: [
        *(ROOT / ".venv/litellm/bin/litellm", "--config", file, "--host", "127.0.0.1", "--port", port, "--num_workers", 2)
    ],
}
ENVIRONMENTS = {
    "zoetrope": {"SWIFT_BACKTRACE": "enable=no"},
    "haproxy": {"LD_LIBRARY_PATH": str(LIBRARIES)},
    "litellm": {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
}


def descriptors() -> int:
    """As many as this process, and so each that it starts, may open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def certify(folder: Path) -> None:
    """A certificate for localhost, trusted by those who are told to."""
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(["openssl", "req", *kind, *name, *files], cwd=folder, check=True, capture_output=True)
