"""Requests in the shape in which well-known clients send them, read from their sources, and what those clients read of the answers.

docs/clients.md tells which versions were read. `test/image` stands for a model of any name, `gpt-image-here` for one whose name the clients
take for one of OpenAI's: they then leave `response_format` out, and expect base64.
"""

import base64

import pytest
from support.multipart import HEADERS, form
from support.pictures import PICTURE, base64_of, size_of

PLAIN, NAMED = "test/image", "gpt-image-here"
ASK = {"prompt": "a lighthouse"}
FILE = ("picture.png", PICTURE, "image/png")
BLOB = ("blob", PICTURE, "image/png")
DATA_URL = f"data:image/png;base64,{base64_of(PICTURE)}"
JAVASCRIPT = {"Accept": "application/json", "User-Agent": "OpenAI/JS 7.5.0", "X-Stainless-Lang": "js", "X-Stainless-Retry-Count": "0"}

GENERATIONS = {
    "ai-sdk": {"model": PLAIN, **ASK, "n": 1, "size": "512x512", "response_format": "b64_json"},
    "ai-sdk-options": {
        "model": PLAIN,
        **ASK,
        "n": 1,
        "quality": "hd",
        "style": "vivid",
        "background": "auto",
        "moderation": "low",
        "output_format": "png",
        "output_compression": 80,
        "user": "somebody",
        "response_format": "b64_json",
    },
    "ai-sdk-gpt": {"model": NAMED, **ASK, "n": 1, "size": "512x512"},
    "ai-sdk-compatible": {"model": PLAIN, **ASK, "n": 1, "strict": False, "response_format": "b64_json"},
    "open-webui": {"model": PLAIN, **ASK, "n": 1, "size": "512x512", "response_format": "b64_json"},
    "open-webui-gpt": {"model": NAMED, **ASK, "n": 1, "size": "auto"},
    "librechat": {"model": NAMED, **ASK, "n": 1, "background": "auto", "output_format": "png", "quality": "auto", "size": "auto"},
    "n8n": {**ASK, "model": PLAIN, "response_format": "b64_json", "quality": "standard", "size": "512x512", "style": "natural"},
}

EDITS = {
    "ai-sdk": [("model", NAMED), *ASK.items(), ("image", BLOB), ("mask", BLOB), ("n", "1"), ("size", "512x512"), ("quality", "low")],
    "ai-sdk-two": [("model", NAMED), *ASK.items(), ("image[]", BLOB), ("image[]", BLOB), ("n", "1"), ("input_fidelity", "high")],
    "ai-sdk-compatible": [("model", PLAIN), *ASK.items(), ("image", BLOB), ("n", "1"), ("response_format", "b64_json")],
    "open-webui": [("model", PLAIN), *ASK.items(), ("response_format", "b64_json"), ("image", FILE)],
    "open-webui-two": [
        ("model", PLAIN),
        *ASK.items(),
        ("n", "1"),
        ("size", "512x512"),
        ("background", "transparent"),
        ("response_format", "b64_json"),
        ("image[]", FILE),
        ("image[]", FILE),
    ],
    "librechat": [("model", NAMED), *ASK.items(), ("quality", "auto"), ("size", "auto"), ("image[]", FILE)],
    "n8n": [
        ("image[]", FILE),
        *ASK.items(),
        ("model", NAMED),
        ("n", "1"),
        ("size", "512x512"),
        ("background", "auto"),
        ("output_compression", "100"),
        ("quality", "auto"),
    ],
    "openai-node": [*ASK.items(), ("model", NAMED), ("image[]", FILE), ("image[]", FILE), ("size", "512x512")],
}


@pytest.fixture
def named(house):
    """A gateway that has `test/image` under a name like OpenAI's, too."""
    return house.gateway(aliases={NAMED: PLAIN})


def pixels(reply) -> list[tuple[int, int]]:
    """The sizes of the pictures of an answer in base64, which is all that these clients read."""
    assert reply.status == 200, reply.body[:500]
    return [size_of(base64.b64decode(image["b64_json"])) for image in reply.json["data"]]


@pytest.mark.parametrize("client", GENERATIONS)
def test_a_generation_gives_the_client_its_base64(named, client):
    fields = GENERATIONS[client]
    side = 512 if fields.get("size") == "512x512" else 1024
    assert pixels(named.request("POST", "/v1/images/generations", fields)) == [(side, side)]


@pytest.mark.parametrize("client", EDITS)
def test_an_edit_gives_the_client_its_base64(named, client):
    sizes = pixels(named.request("POST", "/v1/images/edits", form(*EDITS[client]), HEADERS))
    assert len(sizes) == 1 and (("size", "512x512") not in EDITS[client] or sizes == [(512, 512)])


def test_an_edit_without_a_wish_of_a_model_of_another_name_is_a_url(named):
    """Which Vercel's AI SDK cannot read: docs/clients.md has an alias against it."""
    reply = named.request("POST", "/v1/images/edits", form(("model", PLAIN), *ASK.items(), ("image", BLOB), ("n", "1")), HEADERS)
    assert reply.status == 200 and set(reply.json["data"][0]) == {"url"}


def test_an_api_version_in_the_query_means_nothing(named):
    path = "/v1/images/generations?api-version=2025-04-01-preview"
    assert pixels(named.request("POST", path, GENERATIONS["open-webui"])) == [(512, 512)]


def test_a_trailing_slash_of_the_base_url_does_not_matter(named):
    assert pixels(named.request("POST", "/v1//images/generations", GENERATIONS["open-webui"])) == [(512, 512)]


def test_an_address_is_fetched_with_the_key_by_those_who_ask_for_addresses(named):
    fields = GENERATIONS["n8n"] | {"response_format": "url"}
    url = named.request("POST", "/v1/images/generations", fields).json["data"][0]["url"]
    picture = named.request("GET", url)
    assert (picture.status, picture.headers["content-type"], size_of(picture.body)) == (200, "image/png", (512, 512))


def test_the_list_of_models_has_what_clients_choose_from(named):
    listed = named.request("GET", "/v1/models").json
    assert listed["object"] == "list"
    assert all(isinstance(model["id"], str) and model["object"] == "model" and "owned_by" in model for model in listed["data"])
    assert PLAIN in [model["id"] for model in listed["data"]]


@pytest.mark.parametrize("field", [("input_reference", FILE), ("input_reference[image_url]", DATA_URL)])
def test_a_video_as_openai_node_sends_it(named, field):
    parts = [("model", "test/video"), *ASK.items(), ("seconds", "4"), ("size", "320x180"), field, ("test_seconds", "0")]
    reply = named.request("POST", "/v1/videos", form(*parts), HEADERS | JAVASCRIPT)
    assert reply.status == 200 and reply.json["object"] == "video", reply.body[:500]
    video = named.follow(reply.json["id"])
    content = named.request("GET", f"/v1/videos/{video['id']}/content", headers={"Accept": "application/binary"})
    assert (content.status, content.headers["content-type"]) == (200, "video/mp4")


def test_a_mistake_has_the_keys_that_clients_read(named):
    reply = named.request("POST", "/v1/images/generations", GENERATIONS["ai-sdk"] | {"model": "gpt-image-nobody-has"}, JAVASCRIPT)
    assert reply.status == 404 and set(reply.json["error"]) == {"message", "type", "param", "code"}
