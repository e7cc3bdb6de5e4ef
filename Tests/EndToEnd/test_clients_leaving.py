"""Clients that go away, and a program that is asked to."""

import socket
import struct
import threading
import time

import pytest
from support.answers import hang, held_stream, picture, slow
from support.gateway import KEY
from support.raw import RawClient, head

BODY = b'{"model": "pair", "prompt": "a lighthouse", "response_format": "b64_ephemeral"}'


def ask(gateway, body=BODY) -> RawClient:
    client = RawClient(gateway.connect())
    client.send(head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", f"Content-Length: {len(body)}") + body)
    return client


@pytest.mark.parametrize("how", ["close", "reset", "half-close and close"])
def test_the_upstream_is_left_within_a_second_of_the_clients_leaving(house, how):
    upstream = house.upstream(hang())
    gateway = house.pair(upstream, None)
    before = gateway.descriptors()
    client = ask(gateway)
    exchange = upstream.wait_for(1)[0]
    if how == "reset":
        client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if how == "half-close and close":
        client.connection.shutdown(socket.SHUT_WR)
    client.connection.close()
    assert exchange.closed.wait(1)
    gateway.settle(before)


def test_a_client_that_leaves_a_stream_ends_it_at_the_upstream(house):
    upstream = house.upstream(held_stream())
    gateway = house.pair(upstream, None, model={"route": ["first/gpt-image-2"]})
    client = ask(gateway, b'{"model": "pair", "prompt": "a lighthouse", "stream": true, "partial_images": 1}')
    received = b""
    while b"partial_image_index" not in received:
        received += client.connection.recv(65536)
    client.connection.close()
    assert upstream.journal[0].closed.wait(1)


def test_nobody_is_blamed_for_a_client_that_left(house):
    upstream = house.upstream(hang(), picture())
    gateway = house.pair(upstream, None)
    ask_and_leave = ask(gateway)
    upstream.wait_for(1)
    ask_and_leave.connection.close()
    assert upstream.journal[0].closed.wait(1)
    assert gateway.generate().status == 200


def test_many_leaving_clients_leave_nothing_behind(house):
    upstream = house.upstream(hang())
    gateway = house.pair(upstream, None)
    before = gateway.descriptors()
    for round in range(1, 4):
        clients = [ask(gateway) for _ in range(50)]
        upstream.wait_for(50 * round)
        for client in clients:
            client.connection.close()
    upstream.wait_for_no_connection(5)
    gateway.settle(before)


def test_a_client_that_stops_in_the_middle_of_its_body_is_dropped(house):
    gateway = house.gateway(server={"timeouts": {"header": "1s", "idle": "1s", "drain": "5s"}})
    before = gateway.descriptors()
    with RawClient(gateway.connect()) as client:
        client.send(head("POST", "/v1/images/generations", KEY, "Content-Type: application/json", "Content-Length: 1000") + b'{"model"')
        assert client.closed_within(4)
    gateway.settle(before)


def test_sigterm_lets_running_calls_finish_and_takes_no_new_ones(house):
    upstream = house.upstream(slow(1.5, picture()))
    gateway = house.pair(upstream, None)
    statuses = []
    calls = [threading.Thread(target=lambda: statuses.append(gateway.generate().status)) for _ in range(20)]
    for call in calls:
        call.start()
    upstream.wait_for(20)
    gateway.process.terminate()
    time.sleep(0.3)
    try:
        refused = gateway.request("GET", "/healthz", timeout=5).status == 503
    except OSError:
        refused = True
    for call in calls:
        call.join()
    assert refused
    assert statuses == [200] * 20
    assert gateway.process.wait(10) == 0


def test_sigterm_waits_no_longer_than_the_drain_time(house):
    upstream = house.upstream(hang())
    gateway = house.pair(upstream, None, server={"timeouts": {"drain": "1s"}})
    client = ask(gateway)
    upstream.wait_for(1)
    began = time.monotonic()
    gateway.process.terminate()
    assert gateway.process.wait(10) == 0
    assert 0.5 < time.monotonic() - began < 4
    client.connection.close()


def test_idle_connections_do_not_delay_the_end(gateway):
    clients = [RawClient(gateway.connect()) for _ in range(10)]
    for client in clients:
        client.send(head("GET", "/healthz", None))
        assert client.reply().status == 200
    began = time.monotonic()
    gateway.process.terminate()
    assert gateway.process.wait(10) == 0
    assert time.monotonic() - began < 2
    assert all(client.closed_within(1) for client in clients)
