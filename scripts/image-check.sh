#!/usr/bin/env bash
# Rebuilds the run stage of the Dockerfile in a folder, without Docker: a minimal Debian with exactly its packages, the binary,
# and uid 10001; then starts the gateway there, has it make one picture and asks its health. Needs root.
# usage: scripts/image-check.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-.build/release/zoetrope}
port=${IMAGE_CHECK_PORT:-18080}
mirror=${IMAGE_CHECK_MIRROR:-}
[ "$(id -u)" -eq 0 ] || { echo 'image-check makes a root folder and enters it: run it as root.' >&2; exit 1; }

# The packages of the last stage, between `apt-get install` and the next `&&`.
packages=$(awk '/^FROM/ { stage = "" } { stage = stage "\n" $0 } END { print stage }' Dockerfile |
    tr '\n\\' '  ' | sed -E 's/.*apt-get install( --?[a-z-]+)* +//; s/ *&&.*//; s/ -y | --no-install-recommends / /g; s/ +/,/g; s/^,//')
suite=$(sed -nE 's/^FROM debian:([a-z]+)-slim.*/\1/p' Dockerfile)
echo "image-check: $suite with $packages"

work=$(mktemp -d)
root=$work/root
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    ! mountpoint --quiet "$root/proc" || umount "$root/proc"
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# With the sources of this machine where it runs the same release: they are known to be reachable.
host=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
if [ -z "$mirror" ] && [ "$host" = "$suite" ]; then
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null > "$work/sources" || true
    grep -qE '^(deb |URIs:)' "$work/sources" || rm "$work/sources"
fi
options=(--mode=root --variant=minbase --include="$packages" --dpkgopt='path-exclude=/usr/share/doc/*')
if [ -e "$work/sources" ]; then
    mmdebstrap "${options[@]}" "$suite" "$root" - < "$work/sources" 2> "$work/log" || { tail -20 "$work/log" >&2; exit 1; }
else
    mmdebstrap "${options[@]}" "$suite" "$root" ${mirror:+"$mirror"} 2> "$work/log" || { tail -20 "$work/log" >&2; exit 1; }
fi
# A container has /proc, and Swift reads its arguments there.
mount -t proc proc "$root/proc"
install -D -m 755 "$binary" "$root/usr/local/bin/zoetrope"
strip "$root/usr/local/bin/zoetrope"
install -d -o 10001 -g 10001 "$root/var/lib/zoetrope" "$root/var/lib/zoetrope/data"
echo "server: { listen: \"0.0.0.0:$port\" }" > "$root/var/lib/zoetrope/check.yaml"

# Becomes the program inside, so that its process id is the one that was started.
inside() {
    exec chroot --userspec=10001:10001 "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/nonexistent \
        ZOETROPE_API_KEY=image-check-key ZOETROPE_CONFIG=check.yaml /bin/sh -c "cd /var/lib/zoetrope && exec $*"
}

if chroot "$root" /usr/bin/ldd /usr/local/bin/zoetrope | grep 'not found'; then
    echo 'image-check: the run stage lacks the libraries above' >&2
    exit 1
fi
(inside zoetrope version)

(inside zoetrope serve) > "$work/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    curl --silent --fail --max-time 1 "http://127.0.0.1:$port/healthz" > /dev/null && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
picture=$work/picture.png
status=$(curl --silent --max-time 20 --output "$picture" --write-out '%{http_code} %{content_type}' \
    "http://127.0.0.1:$port/v1/images/generations" -H 'Authorization: Bearer image-check-key' -H 'Accept: image/*' \
    -H 'Content-Type: application/json' -d '{"model": "test/image", "prompt": "served from the image", "size": "256x256"}' || true)
if [ "$status" != '200 image/png' ] || [ "$(head -c 4 "$picture" | tail -c 3)" != PNG ]; then
    echo "image-check: no picture ($status)" >&2
    cat "$work/server.log" >&2
    exit 1
fi
(inside zoetrope health) || { echo 'image-check: not healthy' >&2; cat "$work/server.log" >&2; exit 1; }
[ "$(stat -c %u "/proc/$server")" = 10001 ] || { echo 'image-check: wrong user' >&2; exit 1; }

kill -TERM "$server"
code=0
wait "$server" || code=$?
server=
[ "$code" -eq 0 ] || { echo "image-check: ended with $code after SIGTERM" >&2; exit 1; }
echo "image-check: $(du -shx "$root" | cut -f1) on disk, one picture of $(stat -c %s "$picture") bytes, healthy, ended in order"
