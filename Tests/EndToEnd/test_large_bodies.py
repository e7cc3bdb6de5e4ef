"""Uploads of 20 MB: kept whole for the next upstream, and out of memory."""

import hashlib
import threading

from support.answers import failure, picture
from support.multipart import HEADERS, form
from support.pictures import heavy_png

SIZE = 20 << 20


def edit(gateway, content):
    return gateway.request(
        "POST",
        "/v1/images/edits",
        form(("model", "pair"), ("prompt", "a lighthouse"), ("image", ("big.png", content, "image/png"))),
        HEADERS,
    )


def test_the_second_upstream_gets_the_same_bytes_after_the_first_has_read_them_all(house):
    first, second = house.upstream(failure(503)), house.upstream(picture())
    content = heavy_png(SIZE)
    reply = edit(house.pair(first, second), content)
    assert reply.status == 200, reply.body[:500]
    hashes = [[part.sha256 for part in upstream.journal[0].files] for upstream in (first, second)]
    assert hashes == [[hashlib.sha256(content).hexdigest()]] * 2
    assert first.journal[0].headers["content-length"] == str(len(first.journal[0].body))


def test_big_uploads_stay_out_of_memory_and_leave_no_files(house):
    upstream = house.upstream(picture())
    gateway = house.pair(upstream, None)
    content = heavy_png(SIZE)
    edit(gateway, heavy_png(1 << 20))
    before, descriptors = gateway.resident(), gateway.descriptors()
    calls = [threading.Thread(target=edit, args=(gateway, content)) for _ in range(6)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    growth = gateway.resident() - before
    print(f"6 uploads of 20 MiB at once: {growth / 1048576:.1f} MiB more resident memory")
    assert growth < 60 << 20
    assert [len(exchange.files[0].content) for exchange in upstream.journal[1:]] == [len(content)] * 6
    gateway.settle(descriptors, slack=12)  # kept connections to the upstream
    assert not [path for path in gateway.folder.rglob("*") if path.is_file() and path.stat().st_size > 1 << 20]
