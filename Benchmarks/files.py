"""Downloads of a stored file, whole and in part, beside nginx serving the same file."""

import http.client
import json
from urllib.parse import urlsplit

from load import Row, medians
from server import Server
from stage import KEY, PATH, Gateway, Stage, request
from transfer import transfer

SIZE = 50_000_000
PARTS: dict[str, tuple[dict[str, str], int]] = {"whole": ({}, SIZE), "second half": ({"Range": f"bytes={SIZE // 2}-"}, SIZE // 2)}


def measure(stage: Stage, upstream: Server) -> list[Row]:
    rows = []
    with stage.start("zoetrope") as zoetrope, stage.start("nginx") as nginx:
        paths = {zoetrope: stored(stage, zoetrope), nginx: "/file"}
        for title, (headers, size) in PARTS.items():
            for parallel in (1, 16):
                rows += rounds(stage, paths, f"{title}, {parallel} parallel", headers, size, parallel)
    return rows


def rounds(stage: Stage, paths: dict[Gateway, str], case: str, headers: dict[str, str], size: int, parallel: int) -> list[Row]:
    found: dict[str, list] = {gateway.name: [] for gateway in paths}
    calls = stage.pick(32, 128)
    for _ in range(stage.pick(2, 5)):
        for gateway, path in paths.items():
            before = gateway.cpu()
            seconds = transfer(gateway.port, "GET", path, None, headers, parallel, calls)
            megabytes = size * calls / 1e6
            found[gateway.name].append({"mbs": megabytes / seconds, "cpu_mb": (gateway.cpu() - before) * 1000 / megabytes})
    return [{"case": case, "gateway": name} | medians(figures) for name, figures in found.items()]


def stored(stage: Stage, zoetrope: Gateway) -> str:
    """The path of a stored picture, whose file is then made as large as it has to be; nginx gets the same file."""
    connection = http.client.HTTPConnection("127.0.0.1", zoetrope.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    connection.request("POST", PATH, request("zoetrope", "bench", response_format="url"), headers)
    path = urlsplit(json.loads(connection.getresponse().read())["data"][0]["url"]).path
    connection.close()
    (file,) = zoetrope.log.parent.rglob(path.rpartition("/")[2])
    file.write_bytes(bytes(SIZE))
    (stage.folder / "file").write_bytes(bytes(SIZE))
    return path
