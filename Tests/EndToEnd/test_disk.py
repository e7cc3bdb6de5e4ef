"""A full disk under the stored results."""

import pytest
from support.answers import picture
from support.checks import openai_error, the_picture
from support.multipart import HEADERS, form
from support.pictures import PICTURE, heavy_png


@pytest.fixture
def small_disk(small_file_system):
    """One mebibyte to write to; needs the right to mount."""
    return small_file_system("1m")


def test_a_result_that_does_not_fit_is_a_507_and_leaves_nothing(house, small_disk):
    upstream = house.upstream(picture(heavy_png(2 << 20)))
    storage = {"database": "sqlite:data/zoetrope.db", "media": f"file:{small_disk}/media", "retention": "1d"}
    gateway = house.pair(upstream, None, storage=storage)
    openai_error(gateway.generate(response_format="url"), 507)
    assert [path for path in small_disk.rglob("*") if path.is_file() and path.stat().st_size] == []
    assert len(upstream.journal) == 1, "a disk of ours is no reason to buy again"
    assert gateway.request("GET", "/healthz", key=None).status == 200
    upstream.script(picture())
    reply = gateway.generate(response_format="url")
    assert reply.status == 200, "what fits is stored again at once"
    assert gateway.request("GET", reply.json["data"][0]["url"], key=None).body == PICTURE


def test_an_upload_that_does_not_fit_is_a_507(house, small_disk):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None, environment={"TMPDIR": str(small_disk)})
    body = form(("model", "pair"), ("prompt", "a lighthouse"), ("image", heavy_png(4 << 20)))
    reply = gateway.request("POST", "/v1/images/edits", body, HEADERS)
    assert reply.status in (200, 507), "spooled elsewhere, or told"
    if reply.status == 507:
        openai_error(reply, 507)
        assert upstream.journal == []
    assert the_picture(gateway.generate()) == PICTURE
