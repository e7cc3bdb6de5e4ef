"""What several tests expect of an answer."""

import base64
from typing import Any

from .gateway import Reply


def openai_error(reply: Reply, *statuses: int) -> dict[str, Any]:
    """The error of an OpenAI envelope with all four keys, after a look at the status."""
    assert reply.status in statuses, f"{reply.status} instead of {statuses}: {reply.body[:500]!r}"
    assert reply.headers["content-type"].startswith("application/json")
    error = reply.json["error"]
    assert {"message", "type", "param", "code"} <= error.keys()
    assert isinstance(error["message"], str) and error["message"]
    assert isinstance(error["type"], str) and error["type"]
    assert error["code"] is None or isinstance(error["code"], str)
    assert reply.headers["x-request-id"]
    return error


def the_picture(reply: Reply) -> bytes:
    """The bytes of the one picture that came as base64."""
    assert reply.status == 200, f"{reply.status}: {reply.body[:500]!r}"
    assert len(reply.json["data"]) == 1
    return base64.b64decode(reply.json["data"][0]["b64_json"], validate=True)
