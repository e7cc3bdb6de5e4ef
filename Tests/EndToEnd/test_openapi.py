"""GET /openapi.json: the description is valid, and the gateway is as it says."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from support.gateway import ADMIN_KEY, Gateway

TOOLS = Path(__file__).parents[2] / ".venv/openapi/bin"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,"
    "unsupported_method,allow_header_conformance,ignored_auth"
)


def test_the_description_needs_no_key_and_is_sent_once(gateway):
    reply = gateway.request("GET", "/openapi.json", key=None)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json["openapi"].startswith("3.1.")
    again = gateway.request("GET", "/openapi.json", headers={"If-None-Match": reply.headers["etag"]}, key=None)
    assert (again.status, again.body) == (304, b"")
    head = gateway.request("HEAD", "/openapi.json", key=None)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(reply.body)))


def test_the_description_is_valid(gateway, tmp_path):
    file = tmp_path / "openapi.json"
    file.write_bytes(gateway.request("GET", "/openapi.json").body)
    checked = subprocess.run([TOOLS / "openapi-spec-validator", "--schema", "3.1", file], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_its_examples_of_calls_that_make_something_work(gateway):
    paths = gateway.request("GET", "/openapi.json").json["paths"]
    for path in ("/v1/images/generations", "/v1/images/edits", "/v1/openai/images/generations", "/v1/videos", "/v1/explain"):
        example = paths[path]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert gateway.request("POST", path, example).status == 200, path


def had(gateway: Gateway) -> dict[str, str]:
    """Something of each kind, to be asked for."""
    prefer = {"Prefer": "respond-async"}
    fields = {"prompt": "A paper boat", "size": "96x64"}
    image = gateway.request("POST", "/v1/images/generations", {"model": "test/image", **fields}, prefer, ADMIN_KEY).json["id"]
    video = {"model": "test/video", "prompt": "A paper boat", "test_seconds": 0}
    film = gateway.request("POST", "/v1/videos", video, {"Prefer": "wait=20"}, ADMIN_KEY).json
    assert film["status"] == "completed", film
    return {"image": image, "video": film["id"], "file": film["url"].rsplit("/", 1)[1]}


@pytest.mark.timeout(180)
def test_generated_requests_get_answers_as_described(gateway, tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCHEMATHESIS_HOOKS": "support.openapi_hooks",
        "ZOETROPE_HAD": json.dumps(had(gateway)),
        "NO_PROXY": "127.0.0.1",
    }
    command = [TOOLS / "st", "run", f"{gateway.url}/openapi.json", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]
    command += ["--max-examples", "10", "--seed", "1", "--workers", "1", "--no-shrink", "--request-timeout", "30", "--no-color"]
    command += ["--generation-database", "none", "--suppress-health-check", "all", "--continue-on-failure", "--max-failures", "40"]
    command += ["--header", f"Authorization: Bearer {ADMIN_KEY}", "--output-sanitize", "false", "--warnings", "off"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=170)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-3_000:]
