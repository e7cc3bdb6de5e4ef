"""TLS towards upstreams, and proxies on the way."""

import http.client
import ssl

import pytest
from support.answers import picture
from support.checks import openai_error, the_picture
from support.pictures import PICTURE
from support.proxy import Proxy


def test_an_upstream_with_its_own_authority_is_verified_by_ca_file(house, authority):
    upstream = house.upstream(picture(), tls=authority.server())
    assert the_picture(house.pair(upstream, None, provider={"ca_file": str(authority.file)}).generate()) == PICTURE


@pytest.mark.parametrize("case", ["unknown authority", "wrong name"])
def test_an_upstream_that_cannot_be_verified_never_sees_the_key(house, authority, case):
    name = "localhost" if case == "unknown authority" else "elsewhere.test"
    first, second = house.upstream(picture(), tls=authority.server(name)), house.upstream(picture())
    provider = {} if case == "unknown authority" else {"ca_file": str(authority.file)}
    gateway = house.pair(first, second, model={"ambiguous": "stop"}, provider=provider)
    reply = gateway.generate()
    assert the_picture(reply) == PICTURE, "nothing was sent, so that the next one is asked"
    assert first.journal == [] and len(second.journal) == 1


def test_an_upstream_that_cannot_be_verified_alone_is_a_502(house, authority):
    openai_error(house.pair(house.upstream(tls=authority.server()), None).generate(), 502)


def test_connections_over_tls_are_used_again(house, authority):
    upstream = house.upstream(picture(), tls=authority.server())
    gateway = house.pair(upstream, None, provider={"ca_file": str(authority.file)}, server={"loops": 1})
    assert all(gateway.generate().status == 200 for _ in range(5))
    assert upstream.connections == 1


def test_an_upstream_is_reached_through_a_proxy(house, authority):
    upstream = house.upstream(picture(), tls=authority.server())
    with Proxy() as proxy:
        gateway = house.pair(upstream, None, provider={"ca_file": str(authority.file), "proxy": proxy.url})
        assert the_picture(gateway.generate()) == PICTURE
        assert proxy.journal[0].startswith(f"CONNECT localhost:{upstream.port} HTTP/1.1\r\n")
        assert "upstream-secret" not in "".join(proxy.journal), "the key stays inside the tunnel"


def test_a_proxy_that_refuses_has_sent_nothing(house, authority):
    upstream = house.upstream(picture(), tls=authority.server())
    with Proxy(refuse=403) as proxy:
        gateway = house.pair(upstream, None, model={"ambiguous": "stop"}, provider={"ca_file": str(authority.file), "proxy": proxy.url})
        reply = gateway.generate()
        assert reply.status == 502
        assert upstream.journal == []


def test_the_gateway_serves_tls_itself(house, authority):
    authority.server()
    files = {"certificate": str(authority.folder / "localhost.pem"), "key": str(authority.folder / "localhost.key")}
    gateway = house.gateway(server={"tls": files})
    context = ssl.create_default_context(cafile=str(authority.file))
    connection = http.client.HTTPSConnection("localhost", gateway.port, context=context, timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
