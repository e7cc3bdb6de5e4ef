"""The server that plays Kling, which has no SDK; PyJWT makes the tokens, as Kling's own examples do."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, Iterator

import pytest
from support.answers import file
from support.pictures import PICTURE, base64_of
from support.providers import official
from support.providers.client import Got, ask
from support.providers.kling import KlingService
from support.providers.service import clip_of, picture_of
from support.upstream import Upstream

WISH = {"model_name": "kling-v2-6", "prompt": "a lighthouse", "mode": "pro", "duration": "5", "aspect_ratio": "16:9"}


@pytest.fixture
def kling() -> Iterator[KlingService]:
    with KlingService() as service:
        yield service


def token(service: KlingService, secret: str | None = None, head: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    told = {"iss": service.access_key, "exp": now + 1800, "nbf": now - 5} | claims
    parts = [_base64url(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"} | (head or {}), told)]
    signature = hmac.new((secret or service.key).encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64url(signature)])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def call(service: KlingService, method: str, path: str, wish: Any = None, bearer: str | None = None) -> Got:
    return ask(method, f"{service.base_url}/v1/{path}", wish, {"Authorization": f"Bearer {bearer or token(service)}"})


def follow(service: KlingService, kind: str, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """Every state that a task is polled in."""
    told = [call(service, "POST", kind, wish).json["data"]]
    while told[-1]["task_status"] not in ("succeed", "failed"):
        told.append(call(service, "GET", f"{kind}/{told[0]['task_id']}").json["data"])
    return told


def pyjwt(access_key, secret):
    import time

    import jwt

    headers = {"alg": "HS256", "typ": "JWT"}
    now = int(time.time())
    return jwt.encode({"iss": access_key, "exp": now + 1800, "nbf": now - 5}, secret, headers=headers)


def test_a_token_of_pyjwt_is_taken(kling):
    bearer = official(pyjwt, access_key=kling.access_key, secret=kling.key)
    reply = call(kling, "POST", "videos/text2video", WISH, bearer)
    assert reply.status == 200 and reply.json["code"] == 0 and kling.tokens == [bearer]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "another"}, 1000),
        ({"iss": "another"}, 1002),
        ({"head": {"alg": "HS512"}}, 1002),
        ({"head": {"alg": "none"}}, 1002),
        ({"nbf": int(time.time()) + 600}, 1003),
        ({"exp": int(time.time()) - 10}, 1004),
        ({"exp": int(time.time()) + 86_400}, 1002),
        ({"exp": str(int(time.time()) + 600)}, 1003),
    ],
    ids=["secret", "issuer", "algorithm", "none", "early", "late", "too long", "text"],
)
def test_a_wrong_token_is_refused(kling, wrong, code):
    reply = call(kling, "POST", "videos/text2video", WISH, token(kling, **wrong))
    assert (reply.status, reply.json["code"]) == (401, code) and not kling.sales


def test_no_token_and_no_bearer_are_refused(kling):
    assert ask("POST", f"{kling.base_url}/v1/videos/text2video", WISH).json["code"] == 1001
    assert (
        ask("POST", f"{kling.base_url}/v1/videos/text2video", WISH, {"Authorization": token(kling)}).json["code"]
        == 1002
    )
    assert call(kling, "POST", "videos/text2video", WISH, "no.token").json["code"] == 1002


def test_a_static_key_is_taken_where_there_is_one():
    with KlingService(api_key="a-static-key") as kling:
        assert call(kling, "POST", "videos/text2video", WISH, "a-static-key").status == 200


def test_a_token_can_be_said_to_have_expired(kling):
    kling.expire_tokens()
    assert call(kling, "POST", "videos/text2video", WISH).json["code"] == 1004
    assert call(kling, "POST", "videos/text2video", WISH).json["code"] == 0


def test_a_video_is_polled_at_its_own_path(kling):
    told = follow(kling, "videos/text2video", WISH)
    assert [one["task_status"] for one in told] == ["submitted", "submitted", "processing", "succeed"]
    (video,) = told[-1]["task_result"]["videos"]
    assert ask("GET", video["url"]).body == clip_of("a lighthouse")
    assert call(kling, "GET", f"videos/image2video/{told[0]['task_id']}").json["code"] == 1203


def test_a_video_begins_with_a_picture_in_bare_base64_or_at_a_url(kling):
    wish = {"model_name": "kling-v2-6", "prompt": "waves", "image": base64_of(PICTURE), "duration": "10"}
    assert follow(kling, "videos/image2video", wish)[-1]["task_status"] == "succeed"
    with Upstream(file(PICTURE)) as elsewhere:
        assert call(kling, "POST", "videos/image2video", wish | {"image": f"{elsewhere.origin}/one.png"}).status == 200
    assert kling.pictures == [PICTURE, PICTURE]
    reply = call(kling, "POST", "videos/image2video", wish | {"image": "data:image/png;base64," + base64_of(PICTURE)})
    assert (reply.status, reply.json["code"]) == (400, 1201)


def test_pictures_are_tasks_too(kling):
    told = follow(kling, "images/generations", {"model_name": "kling-v2", "prompt": "a lighthouse", "n": 2})
    images = told[-1]["task_result"]["images"]
    assert [ask("GET", image["url"]).body for image in images] == [
        picture_of("a lighthouse", number) for number in range(2)
    ]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("capacity", 429, 1303),
        ("quota", 429, 1102),
        ("moderation", 400, 1301),
        ("invalid", 400, 1201),
        ("bad_key", 401, 1002),
        ("model_gone", 404, 1203),
    ],
)
def test_it_refuses_with_a_code(kling, kind, status, code):
    kling.fail_next(kind)
    reply = call(kling, "POST", "videos/text2video", WISH)
    assert (reply.status, reply.json["code"]) == (status, code) and reply.json["message"] and not kling.sales


@pytest.mark.parametrize(("kind", "words"), [("capacity", "Internal error"), ("moderation", "risk control")])
def test_a_failed_task_tells_why(kling, kind, words):
    kling.fail_job(kind)
    last = follow(kling, "videos/text2video", WISH)[-1]
    assert last["task_status"] == "failed" and words in last["task_status_msg"]


@pytest.mark.parametrize("change", [{"duration": 5}, {"mode": "best"}, {"prompt": None}, {"aspect_ratio": "5:1"}])
def test_wrong_requests_are_refused(kling, change):
    assert call(kling, "POST", "videos/text2video", WISH | change).json["code"] == 1201
