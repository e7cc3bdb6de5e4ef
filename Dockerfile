FROM swift:6.3-bookworm AS build
# Debian takes old versions out of its archive, so a pinned one stops building; security updates are wanted.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libevent-dev libssl-dev zlib1g-dev libyaml-dev libsqlite3-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Package.swift ./
COPY Sources Sources
# The catalogue of models becomes part of the program.
COPY config/catalogue.yaml config/catalogue.yaml
# SwiftPM reads the whole package, test targets included, before it builds one product.
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product zoetrope \
    && strip .build/release/zoetrope

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libevent-core-2.1-7 libssl3 libsqlite3-0 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin zoetrope \
    && install -d -o 10001 -g 10001 /var/lib/zoetrope /var/lib/zoetrope/data
COPY --from=build /build/.build/release/zoetrope /usr/local/bin/zoetrope
USER 10001:10001
# Relative paths of the configuration, ./data among them, start here.
WORKDIR /var/lib/zoetrope
VOLUME /var/lib/zoetrope/data
EXPOSE 8080
# Outside loopback the gateway wants keys: set ZOETROPE_API_KEY, or mount a configuration and name it in ZOETROPE_CONFIG.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["/usr/local/bin/zoetrope", "health", "--listen", "0.0.0.0:8080"]
ENTRYPOINT ["/usr/local/bin/zoetrope"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
