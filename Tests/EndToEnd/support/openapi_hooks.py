"""What schemathesis is told about the gateway; loaded by its command line in an environment of its own.

Generated requests would ask for models, tasks and files that are not there, and name addresses of others. Most of them are turned to
what this gateway has, so that answers of every kind come; the rest stay as they were made.
"""

import base64
import itertools
import json
import os

import schemathesis
from support.pictures import png

PICTURE = png(64, 64)
DATA_URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
# Nobody answers there, and nobody is asked: addresses of this machine are refused.
NOWHERE = "http://127.0.0.1:9/picture.png"
# Ids of what this gateway has: `image` and `video` tasks, and a `file`.
HAD = json.loads(os.environ["ZOETROPE_HAD"])
KINDS = {"/v1/videos": "video", "/v1/images/tasks": "image", "/v1/tasks": "image"}
calls = itertools.count()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Answers tell nothing that is not described: their objects are closed, though clients are not to count on that."""
    components = raw_schema["components"]
    seen = set()

    def close(node):
        if isinstance(node, list):
            return [close(item) for item in node]
        if not isinstance(node, dict):
            return None
        if "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            if kind == "schemas" and name not in seen:
                seen.add(name)
                close(components["schemas"][name])
        if isinstance(node.get("properties"), dict):
            node.setdefault("additionalProperties", False)
        return [close(value) for value in node.values()]

    close(components["responses"])
    close([call["responses"] for path in raw_schema["paths"].values() for call in path.values()])


def known(value, number):
    """A request's value without addresses of others: mostly a picture in their place."""
    if isinstance(value, dict):
        return {key: known(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item, number) for item in value]
    if isinstance(value, str) and value.startswith(("http", "data:")):
        return DATA_URL if number % 8 else NOWHERE
    return PICTURE if isinstance(value, bytes) and number % 8 else value


def turn(body, path, number, is_form):
    films = "video" in path
    body = known(body, number)
    if isinstance(body.get("webhook_url"), str):
        # What may be called is judged where it is called; most calls shall not end there.
        body["webhook_url"] = "" if number % 8 else NOWHERE
    if isinstance(body.get("model", ""), str) and number % 8:
        body["model"] = "test/video" if films else "test/image"
    if number % 4:
        body.setdefault("prompt", "A paper boat")
    if "size" not in body or (isinstance(body["size"], str) and number % 8):
        body["size"] = "96x64"
    if films:
        body["test_seconds"] = "0"
        if number % 16:
            # Even the quickest video is asked for a second later.
            body["async"] = "true" if is_form else True
        if "seconds" not in body or (str(body["seconds"]).isdigit() and number % 8):
            body["seconds"] = "1"
    for source in (body.get("video"), body):
        name = "video_id" if source is body else "id"
        if isinstance(source, dict) and isinstance(source.get(name), str) and number % 4:
            source[name] = HAD["video"]
    if path.endswith(("/edits", "/variations", "/upscale", "/remove", "/extensions")) and number % 4:
        if not films:
            body.setdefault("image", DATA_URL)
        elif not {"video", "video_id", "video_url", "video[id]"} & set(body):
            body["video_id"] = HAD["video"]
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(calls)
    path = case.operation.path
    if isinstance(case.body, dict):
        case.body = turn(case.body, path, number, case.media_type == "multipart/form-data")
    if number % 8 and isinstance((case.headers or {}).get("Idempotency-Key"), str):
        case.headers["Idempotency-Key"] = f"{number}"
    if number % 16 and "Prefer" in (case.headers or {}):
        case.headers["Prefer"] = "respond-async"
    parameters = case.path_parameters or {}
    if case.method == "DELETE" and parameters.get("id") in (HAD["image"], HAD["video"]):
        parameters["id"] = "video_gone"
    elif number % 4 and case.method != "DELETE":
        if "id" in parameters:
            kind = next((kind for start, kind in KINDS.items() if path.startswith(start)), None)
            parameters["id"] = HAD[kind] if kind else "test/image"
        if "name" in parameters:
            parameters["name"] = HAD["file"] if path.startswith("/files") else "index.html"
