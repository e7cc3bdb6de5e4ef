"""A gateway without keys, which only its own machine can reach: not by any page that a browser there shows."""

import pytest

ASK = {"model": "test/image", "prompt": "a lighthouse", "size": "64x64"}


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:{port}", 200), ("127.0.0.1:{port}", 200), ("[::1]:{port}", 200), ("zoetrope", 200), ("evil.example:{port}", 403)],
)
def test_names_that_were_made_to_lead_here_are_refused(house, host, status):
    gateway = house.gateway(keys=[])
    answer = gateway.request("GET", "/v1/models", headers={"Host": host.format(port=gateway.port)}, key=None)
    assert answer.status == status
    if status == 403:
        assert answer.json["error"]["code"] == "foreign_host"


def test_the_operators_own_name_is_none_of_them(house):
    gateway = house.gateway(keys=[], server={"public_url": "https://pictures.example"})
    assert gateway.request("GET", "/v1/models", headers={"Host": "pictures.example"}, key=None).status == 200


@pytest.mark.parametrize(("origin", "status"), [("http://localhost:{port}", 403), ("http://127.0.0.1:{port}", 200), ("https://evil.example", 403)])
def test_pages_of_other_origins_buy_nothing(house, origin, status):
    gateway = house.gateway(keys=[])
    answer = gateway.request(
        "POST", "/v1/images/generations", ASK, headers={"Origin": origin.format(port=gateway.port)}, key=None)
    assert answer.status == status
    if status == 403:
        assert answer.json["error"]["code"] == "foreign_origin"


def test_with_keys_a_name_is_as_good_as_another(house):
    gateway = house.gateway()
    assert gateway.request("GET", "/v1/models", headers={"Host": "evil.example"}).status == 200
