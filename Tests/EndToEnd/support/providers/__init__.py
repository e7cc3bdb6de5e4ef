"""Servers that play real providers, and the providers' own SDKs that prove them.

`official(function, ...)` runs a function of a test inside the environment that has the SDKs.
"""

import base64
import inspect
import json
import subprocess
import textwrap
from pathlib import Path
from typing import Any, Callable

from ..sdk import SDKError

ROOT = Path(__file__).parents[4]
MARK = "\x1eoutcome:"

_PROGRAM = """
import base64, json, sys, warnings
warnings.simplefilter("ignore")

def _read(value):
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {key: _read(item) for key, item in value.items()}
    return [_read(item) for item in value] if isinstance(value, list) else value

def _write(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)

def _report(error):
    names = ("status_code", "status", "code", "body", "message", "response")
    known = {name: getattr(error, name) for name in names if hasattr(error, name)}
    bases = [kind.__name__ for kind in type(error).__mro__[:-3]]
    return {"exception": type(error).__name__, "bases": bases, "text": str(error), **known}
"""

_ENDING = """
try:
    _outcome = {"value": NAME(**_read(json.load(sys.stdin)))}
except Exception as error:
    _outcome = {"error": _report(error)}
print(MARK + json.dumps(_outcome, default=_write), flush=True)
"""


def official(
    function: Callable[..., Any],
    environment: str = "upstreams",
    variables: dict[str, str] | None = None,
    **arguments: Any,
) -> Any:
    """Runs the function, which has to import all it needs, in `.venv/<environment>` and returns what it returns.

    Arguments and result are JSON, and bytes. `variables` are added to an otherwise almost empty environment.
    Raises `SDKError` with what the function raised: its `name`, and `report` with `status_code`, `code`, `body`...
    as far as it has them.
    """
    interpreter = ROOT / f".venv/{environment}/bin/python"
    assert interpreter.exists(), "scripts/setup-tests.sh makes the SDKs' environments"
    source = textwrap.dedent(inspect.getsource(function))
    ending = _ENDING.replace("NAME", function.__name__).replace("MARK", repr(MARK))
    done = subprocess.run(
        [interpreter, "-c", f"{_PROGRAM}\n{source}\n{ending}"],
        input=json.dumps(arguments, default=_write),
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "NO_PROXY": "*", "PYTHONDONTWRITEBYTECODE": "1"}
        | (variables or {}),
    )
    _, found, outcome = done.stdout.rpartition(MARK)
    assert found, f"the SDK's process ended with {done.returncode}:\n{done.stderr[-3000:]}"
    told = json.loads(outcome)
    if "error" in told:
        raise SDKError(told["error"])
    return _read(told["value"])


def _write(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} is neither JSON nor bytes")


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return (
            base64.b64decode(value["$bytes"])
            if "$bytes" in value
            else {key: _read(item) for key, item in value.items()}
        )
    return [_read(item) for item in value] if isinstance(value, list) else value
