"""Signatures of AWS, checked by botocore's own signer in the environment that has it."""

import base64
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]


class Verifier:
    """A process that computes again what a request should have been signed with."""

    def __init__(self) -> None:
        interpreter = ROOT / ".venv/upstreams/bin/python"
        assert interpreter.exists(), "scripts/setup-tests.sh makes the SDKs' environments"
        self._process = subprocess.Popen(
            [interpreter, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._lock = threading.Lock()

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)

    def wrong(self, **request: Any) -> str | None:
        """What is wrong with the signature of a request.

        Takes method, url, headers, body, access_key, secret_key, region and service.
        """
        request["body"] = base64.b64encode(request["body"]).decode()
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        assert line, "the verifier's process ended"
        return json.loads(line)


class Wrong(Exception):
    """Why a request is not signed well."""


def _parts(request: dict[str, Any]) -> dict[str, str]:
    """Algorithm, credential, signed headers, signature and date, from the header or the query."""
    from urllib.parse import parse_qsl, urlsplit

    query = dict(parse_qsl(urlsplit(request["url"]).query, keep_blank_values=True))
    if "X-Amz-Signature" in query:
        names = {
            "algorithm": "Algorithm",
            "credential": "Credential",
            "signed": "SignedHeaders",
            "signature": "Signature",
            "date": "Date",
        }
        return {name: query.get(f"X-Amz-{given}", "") for name, given in names.items()} | {
            "expires": query.get("X-Amz-Expires", "")
        }
    credential = r"(?P<algorithm>\S+) Credential=(?P<credential>[^,]+)"
    pattern = credential + r", ?SignedHeaders=(?P<signed>[^,]+), ?Signature=(?P<signature>\w+)"
    found = re.fullmatch(pattern, request["headers"].get("authorization", ""))
    if not found:
        raise Wrong("IncompleteSignature: the Authorization header does not have the four parts")
    return found.groupdict() | {"date": request["headers"].get("x-amz-date", ""), "expires": ""}


def _check(request: dict[str, Any], parts: dict[str, str]) -> None:
    """Scope, age and what has to be signed."""
    import datetime

    if parts["algorithm"] != "AWS4-HMAC-SHA256":
        raise Wrong(f"IncompleteSignature: {parts['algorithm']} is no algorithm")
    scope = [request["access_key"], parts["date"][:8], request["region"], request["service"], "aws4_request"]
    if parts["credential"].split("/") != scope:
        raise Wrong(f"InvalidSignature: the credential should be scoped to {'/'.join(scope[1:])}")
    made = datetime.datetime.strptime(parts["date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    age = (datetime.datetime.now(datetime.timezone.utc) - made).total_seconds()
    if not -900 <= age <= (int(parts["expires"]) if parts["expires"] else 900):
        raise Wrong(f"RequestTimeTooSkewed: the signature is {age:.0f} s old")
    signed = parts["signed"].split(";")
    needed = (
        {"host"} if parts["expires"] else {"host"} | {name for name in request["headers"] if name.startswith("x-amz-")}
    )
    if signed != sorted(signed) or not needed <= set(signed) or not set(signed) <= set(request["headers"]):
        raise Wrong(f"InvalidSignature: {', '.join(sorted(needed))} have to be signed, these are: {parts['signed']}")


def _signature(request: dict[str, Any], parts: dict[str, str]) -> str:
    """What botocore would have signed this request with."""
    import hashlib

    from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    body = base64.b64decode(request["body"])
    told = request["headers"].get("x-amz-content-sha256")
    if request["service"] == "s3" and not parts["expires"] and told is None:
        raise Wrong("InvalidRequest: x-amz-content-sha256 is missing")
    if told not in (None, "UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()) or (
        told == "UNSIGNED-PAYLOAD" and request["service"] != "s3"
    ):
        raise Wrong("XAmzContentSHA256Mismatch: x-amz-content-sha256 is not the hash of the body")
    kind: Any = SigV4Auth if request["service"] != "s3" else S3SigV4QueryAuth if parts["expires"] else S3SigV4Auth

    class Signer(kind):
        """Signs just the headers that the sender signed."""

        def headers_to_sign(self, _: Any) -> HTTPHeaders:
            return HTTPHeaders.from_dict({name: request["headers"][name] for name in parts["signed"].split(";")})

    signer = Signer(Credentials(request["access_key"], request["secret_key"]), request["service"], request["region"])
    again = AWSRequest(
        request["method"], re.sub(r"&?X-Amz-Signature=\w+", "", request["url"]), request["headers"], body
    )
    again.context["timestamp"] = parts["date"]
    return signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)


def _wrong(request: dict[str, Any]) -> str | None:
    try:
        parts = _parts(request)
        _check(request, parts)
        if _signature(request, parts) != parts["signature"]:
            raise Wrong("InvalidSignature: the signature does not match the one calculated here")
    except (Wrong, ValueError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_wrong(json.loads(line))), flush=True)
