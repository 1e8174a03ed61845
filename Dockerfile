# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=dev
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X main.version=$VERSION" -o /kollega ./cmd/kollega

FROM debian:bookworm-slim
# PostgreSQL is for the embedded database only; its package must not make a cluster in the image.
RUN mkdir -p /etc/postgresql-common/createcluster.d \
    && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/kollega.conf \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        bubblewrap ca-certificates ffmpeg postgresql tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin kollega \
    && install -d -m 0700 -o kollega -g kollega /data
COPY --from=build /kollega /usr/local/bin/kollega
USER kollega
ENV KOLLEGA_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# Long enough for a first start, which makes the embedded database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["kollega", "health"]
ENTRYPOINT ["kollega"]
CMD ["serve"]
