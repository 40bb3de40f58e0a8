# The three programs on Debian 12. The mock is what runs by default:
#   docker build -t aweber-harness .
#   docker run --rm -p 127.0.0.1:8080:8080 -p 127.0.0.1:8081:8081 \
#     -e AWEBER_MOCK_ADMIN_TOKEN=local-only aweber-harness
# The admin API listens beyond the container's loopback, so it does not start without a token.
# Small (no compiler, no sources), not root, and content with a read-only file system.
FROM debian:bookworm-slim AS build
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      g++ cmake ninja-build pkg-config ca-certificates \
      nlohmann-json3-dev libyaml-cpp-dev libssl-dev \
      libcli11-dev libfmt-dev libspdlog-dev libpugixml-dev librapidcheck-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cmake --preset release -DAWEBER_BUILD_TESTS=OFF -DAWEBER_UNITY=ON -DCMAKE_INSTALL_PREFIX=/opt/aweber \
 && cmake --build build/release \
 && cmake --install build/release --strip \
 && rm -rf /opt/aweber/include /opt/aweber/lib/*.a /opt/aweber/lib/*/*.a /opt/aweber/lib/*/cmake

FROM debian:bookworm-slim AS runtime
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      libyaml-cpp0.7 libssl3 libfmt9 libspdlog1.10 libpugixml1v5 ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc /usr/share/man /usr/share/locale
COPY --from=build /opt/aweber /usr/local
USER 10001:10001
# In a container the listeners must be reachable from outside it. The admin API then wants a token:
# AWEBER_MOCK_ADMIN_TOKEN.
ENV AWEBER_MOCK_HOST=0.0.0.0 \
    AWEBER_MOCK_PORT=8080 \
    AWEBER_MOCK_ADMIN_PORT=8081 \
    AWEBER_MOCK_SCHEME=http \
    TMPDIR=/tmp
EXPOSE 8080 8081
# Reads the same configuration as the server, so it needs neither curl nor arguments.
HEALTHCHECK --interval=2s --timeout=3s --start-period=5s --retries=5 \
  CMD ["aweber-mockserver", "healthcheck"]
CMD ["aweber-mockserver", "serve"]

# What docker-compose.yml's profiles suite and client need besides: a socket between runner and
# client, and a browser made of curl.
FROM runtime AS tools
USER root
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends socat curl jq \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY packaging/compose /usr/local/lib/aweber-harness
RUN mkdir /work && chown 10001:10001 /work
USER 10001:10001
HEALTHCHECK NONE

# Programs with AWeber's addresses built in, for the profile real-names. They hold nothing of ours.
FROM debian:bookworm-slim AS unmodified
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      python3-requests-oauthlib nodejs curl ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY packaging/compose/unmodified examples/unmodified/login examples/unmodified/accounts.mjs \
     examples/prompt/guide_sample.py examples/prompt/mended_sample.py /usr/local/lib/unmodified/
USER 10001:10001
CMD ["/usr/local/lib/unmodified/unmodified"]

# The last stage is what a plain `docker build` makes.
FROM runtime
