"""Runs inside one SDK's own environment: reads one JSON command per line, calls the OpenAI client, prints what came of it.

Standard library and `openai` only; it has to run under every SDK generation.
"""

import asyncio
import base64
import io
import json
import sys
import warnings

import openai

warnings.simplefilter("ignore")


def argument(value):
    """A command's argument as the caller of an SDK would pass it."""
    if isinstance(value, list):
        return [argument(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if "$stream" in value:
        return io.BytesIO(base64.b64decode(value["$stream"]))
    if "$file" in value:
        return open(value["$file"], "rb")
    if "$named" in value:
        name, content, kind = value["$named"]
        return (name, base64.b64decode(content), kind)
    return {key: argument(item) for key, item in value.items()}


def plain(value):
    """An SDK's answer as JSON."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "content") and isinstance(value.content, bytes):
        return {"$bytes": base64.b64encode(value.content).decode()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def client_of(kind, command):
    return kind(
        base_url=command["base_url"],
        api_key=command["api_key"],
        max_retries=command.get("max_retries", 0),
        timeout=command.get("timeout", 30),
        _strict_response_validation=command.get("strict", False),
    )


def method_of(client, command):
    method = client
    for name in command["call"].split("."):
        method = getattr(method, name)
    return method


async def perform_async(command):
    async with client_of(openai.AsyncOpenAI, command) as client:
        arguments = {name: argument(value) for name, value in command.get("arguments", {}).items()}
        call = method_of(client, command)(*command.get("positional", []), **arguments)
        if command.get("iterate"):
            return plain([item async for item in call])
        return plain(await call)


def perform(command):
    if command.get("async"):
        return asyncio.run(perform_async(command))
    method = method_of(client_of(openai.OpenAI, command), command)
    arguments = {name: argument(value) for name, value in command.get("arguments", {}).items()}
    answer = method(*command.get("positional", []), **arguments)
    if arguments.get("stream"):
        events = list(answer)
        return {"kinds": [type(event).__name__ for event in events], "events": plain(events)}
    if command.get("iterate"):
        return plain(list(answer))
    return plain(answer)


def report(error):
    """An exception's name and everything a program could look at."""
    wanted = ("status_code", "body", "code", "param", "type", "request_id")
    known = {name: getattr(error, name, None) for name in wanted}
    return {"exception": type(error).__name__, "text": str(error), **known}


for line in sys.stdin:
    try:
        outcome = {"value": perform(json.loads(line))}
    except Exception as error:  # noqa: BLE001 - the test decides which one was right
        outcome = {"error": report(error)}
    print(json.dumps(outcome, default=str), flush=True)
