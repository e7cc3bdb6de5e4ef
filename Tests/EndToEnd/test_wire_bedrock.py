"""boto3 against the server that plays Bedrock and the bucket it writes to."""

import base64
import json
from typing import Any, Iterator

import pytest
from support.pictures import PICTURE, base64_of, png
from support.providers import official
from support.providers.bedrock import BedrockService
from support.providers.client import ask
from support.providers.service import clip_of, picture_of
from support.sdk import SDKError

CONFIG = {"numberOfImages": 2, "width": 512, "height": 320, "quality": "standard", "seed": 7}
WISH = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a lighthouse"}, "imageGenerationConfig": CONFIG}
CLIP = {
    "taskType": "TEXT_VIDEO",
    "textToVideoParams": {"text": "waves"},
    "videoGenerationConfig": {"durationSeconds": 6, "fps": 24, "dimension": "1280x720", "seed": 7},
}
BLACK, WHITE = (0, 0, 0, 255), (255, 255, 255, 255)


@pytest.fixture
def bedrock() -> Iterator[BedrockService]:
    with BedrockService() as service:
        yield service


def keys(service: BedrockService, **changes: str) -> dict[str, str]:
    given = {
        "AWS_ACCESS_KEY_ID": service.access_key_id,
        "AWS_SECRET_ACCESS_KEY": service.secret_access_key,
        "AWS_REGION": service.region,
    }
    return (
        given
        | {"AWS_DEFAULT_REGION": service.region, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}
        | changes
    )


def invoke(url, body, model):
    import boto3

    client = boto3.client("bedrock-runtime", endpoint_url=url)
    return client.invoke_model(modelId=model, body=body, contentType="application/json", accept="application/json")[
        "body"
    ].read()


def film(url, store, wish):
    import time
    import urllib.request

    import boto3
    from botocore.config import Config

    client = boto3.client("bedrock-runtime", endpoint_url=url)
    target = {"s3OutputDataConfig": {"s3Uri": "s3://a-bucket/reels"}}
    arn = client.start_async_invoke(
        modelId="amazon.nova-reel-v1:1", modelInput=wish, outputDataConfig=target, clientRequestToken="once"
    )
    again = client.start_async_invoke(
        modelId="amazon.nova-reel-v1:1", modelInput=wish, outputDataConfig=target, clientRequestToken="once"
    )
    states = []
    while not states or states[-1] == "InProgress":
        time.sleep(0.01)
        told = client.get_async_invoke(invocationArn=arn["invocationArn"])
        states.append(told["status"])
    if states[-1] == "Failed":
        return {"states": states, "why": told["failureMessage"]}
    bucket, _, folder = told["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"].removeprefix("s3://").partition("/")
    where = {"Bucket": bucket, "Key": folder + "/output.mp4"}
    s3 = boto3.client("s3", endpoint_url=store, config=Config(signature_version="s3v4"))
    presigned = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    contents = [s3.get_object(**where)["Body"].read(), opener.open(presigned).read()]
    return {
        "states": states,
        "same": again["invocationArn"] == arn["invocationArn"],
        "contents": contents,
        "presigned": presigned,
    }


def presign(url):
    import boto3
    from botocore.config import Config

    s3 = boto3.client("s3", endpoint_url=url, config=Config(signature_version="s3v4"))
    return s3.generate_presigned_url("get_object", Params={"Bucket": "a-bucket", "Key": "a folder/ä.mp4"}, ExpiresIn=60)


def run(service: BedrockService, wish: Any, model: str = "amazon.nova-canvas-v1:0", **changes: str) -> Any:
    return json.loads(
        official(invoke, variables=keys(service, **changes), url=service.base_url, body=json.dumps(wish), model=model)
    )


def test_pictures_of_a_signed_request(bedrock):
    made = run(bedrock, WISH)
    assert [base64.b64decode(one) for one in made["images"]] == [
        picture_of("a lighthouse", number, (512, 320)) for number in range(2)
    ]
    assert bedrock.journal[0].headers["authorization"].startswith("AWS4-HMAC-SHA256 ") and bedrock.prompts == [
        "a lighthouse"
    ]


def test_pictures_for_an_api_key(authority):
    """Which boto3 sends over nothing but https."""
    with BedrockService(tls=authority.server()) as bedrock:
        right = {"AWS_BEARER_TOKEN_BEDROCK": bedrock.key, "AWS_CA_BUNDLE": str(authority.file)}
        assert len(run(bedrock, WISH, **right)["images"]) == 2
        assert bedrock.journal[0].headers["authorization"] == f"Bearer {bedrock.key}"
        with pytest.raises(SDKError) as raised:
            run(bedrock, WISH, **right | {"AWS_BEARER_TOKEN_BEDROCK": "another"})
        assert raised.value.name == "AccessDeniedException" and len(bedrock.sales) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIANOBODY"}, "UnrecognizedClientException"),
        ({"AWS_SECRET_ACCESS_KEY": "another"}, "InvalidSignatureException"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}, "InvalidSignatureException"),
    ],
    ids=["key", "secret", "region"],
)
def test_wrong_credentials_are_refused(bedrock, changes, code):
    with pytest.raises(SDKError) as raised:
        run(bedrock, WISH, **changes)
    error = raised.value.report["response"]
    assert error["Error"]["Code"] == code and error["ResponseMetadata"]["HTTPStatusCode"] == 403 and not bedrock.sales


def test_a_request_that_was_changed_after_signing_is_refused(bedrock):
    run(bedrock, WISH)
    seen = bedrock.journal[0]
    same = ask("POST", bedrock.origin + seen.target, seen.body, dict(seen.headers))
    assert same.status == 200
    for url, body in [
        (bedrock.origin + seen.target, seen.body + b" "),
        (f"{bedrock.origin}{seen.target}?one=two", seen.body),
    ]:
        headers = {name: value for name, value in seen.headers.items() if name != "content-length"}
        changed = ask("POST", url, body, headers)
        assert changed.status == 403 and changed.headers["x-amzn-errortype"].startswith("InvalidSignatureException")
    assert (
        ask("POST", bedrock.origin + seen.target, WISH)
        .headers["x-amzn-errortype"]
        .startswith("MissingAuthenticationToken")
    )


def test_a_mask_is_black_and_white_and_of_the_pictures_size(bedrock):
    def wish(mask: bytes) -> dict[str, Any]:
        given = {"image": base64_of(PICTURE), "maskImage": base64_of(mask), "text": "a boat"}
        return {"taskType": "INPAINTING", "inPaintingParams": given, "imageGenerationConfig": {"numberOfImages": 1}}

    run(bedrock, wish(png(8, 8, BLACK)))
    assert bedrock.pictures == [PICTURE] and bedrock.masks == [png(8, 8, BLACK)]
    for mask in (
        png(8, 8, (0, 0, 0, 0)),
        png(8, 8, (127, 127, 127, 255)),
        png(4, 4, WHITE),
        png(8, 8, (255, 0, 0, 255)),
    ):
        with pytest.raises(SDKError) as raised:
            run(bedrock, wish(mask))
        assert raised.value.name == "ValidationException" and "maskImage" in raised.value.report["text"]


def test_a_background_is_removed_without_any_configuration(bedrock):
    wish = {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": base64_of(PICTURE)}}
    run(bedrock, wish)
    assert bedrock.pictures == [PICTURE]
    with pytest.raises(SDKError) as raised:
        run(bedrock, wish | {"imageGenerationConfig": {}})
    assert raised.value.name == "ValidationException"


def test_withheld_pictures_are_told_with_200(bedrock):
    bedrock.withheld = True
    made = run(bedrock, WISH)
    assert made["images"] == [] and "content filters" in made["error"]


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("capacity", "ThrottlingException", 429),
        ("quota", "ServiceQuotaExceededException", 400),
        ("moderation", "ValidationException", 400),
        ("invalid", "ValidationException", 400),
        ("bad_key", "UnrecognizedClientException", 403),
        ("model_gone", "ResourceNotFoundException", 404),
    ],
)
def test_a_refusal_is_botocores_own_error(bedrock, kind, name, status):
    bedrock.fail_next(kind)
    with pytest.raises(SDKError) as raised:
        run(bedrock, WISH)
    error = raised.value.report["response"]
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (name, status)
    assert "ClientError" in raised.value.report["bases"] and not bedrock.sales


@pytest.mark.parametrize("change", [{"width": 500}, {"numberOfImages": 6}, {"quality": "best"}, {"size": "1024x1024"}])
def test_a_wrong_configuration_is_refused(bedrock, change):
    with pytest.raises(SDKError) as raised:
        run(bedrock, WISH | {"imageGenerationConfig": CONFIG | change})
    assert raised.value.name == "ValidationException"


def test_a_video_lands_in_the_bucket_once_per_token(bedrock):
    made = official(film, variables=keys(bedrock), url=bedrock.base_url, store=bedrock.store.origin, wish=CLIP)
    assert made["states"] == ["InProgress", "InProgress", "Completed"] and made["same"] and bedrock.prompts == ["waves"]
    assert made["contents"] == [clip_of("waves")] * 2
    assert ask("GET", made["presigned"].replace("X-Amz-Expires=60", "X-Amz-Expires=6000")).status == 403
    assert ask("GET", made["presigned"].split("?")[0]).status == 403


@pytest.mark.parametrize(("kind", "words"), [("capacity", "internal error"), ("moderation", "content filters")])
def test_a_failed_video_tells_why(bedrock, kind, words):
    bedrock.fail_job(kind)
    made = official(film, variables=keys(bedrock), url=bedrock.base_url, store=bedrock.store.origin, wish=CLIP)
    assert made["states"][-1] == "Failed" and words in made["why"]


def test_a_bucket_may_stand_in_the_host(bedrock):
    bedrock.store.objects["a-bucket", "a folder/ä.mp4"] = b"a clip"
    url = official(presign, variables=keys(bedrock), url=f"http://localhost:{bedrock.store.port}")
    assert "a-bucket" in url and "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert ask("GET", url).body == b"a clip"
