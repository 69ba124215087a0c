# The image: the program, the certificates of the public authorities, and a folder
# for the data. No shell, no package manager, no time zones (Usher knows only UTC).
# e2e/container_test.go reads this file and does what it says, without an engine.
#
#   docker build -t usher --build-arg VERSION="$(git describe --always --dirty)" .

# The staff app. Its files are the same for every platform.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS ui
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN --mount=type=cache,target=/npm npm ci --cache /npm --no-audit --no-fund --loglevel=error
COPY ui ./
RUN npm run build

# The version of Go is the newest patch release of the one in go.mod.
FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=ui /src/internal/webapp/dist internal/webapp/dist
ARG VERSION=unversioned
ARG TARGETOS=linux
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/go/build \
    GOCACHE=/go/build CGO_ENABLED=0 GOOS="$TARGETOS" GOARCH="$TARGETARCH" \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/usher ./cmd/usher
# scratch has no mkdir, so the folder that the volume begins with is made here.
RUN mkdir -p /out/data

FROM scratch
ARG VERSION=unversioned
LABEL org.opencontainers.image.title="Usher" \
      org.opencontainers.image.description="Lead intake for law firms" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/usher /usher
COPY --from=build --chown=65532:65532 /out/data /data
# A number, so that Kubernetes can see that it isn't root.
USER 65532:65532
# TMPDIR: SQLite sorts on disk what is too large for memory, and there is no /tmp.
ENV USHER_LISTEN=0.0.0.0:8080 USHER_DATA_DIR=/data TMPDIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["/usher", "health"]
# Usher ends within 15 s of SIGTERM; Docker waits 10, unless it is told to wait 20
# (docker run --stop-timeout 20, or stop_grace_period in compose.yaml).
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usher"]
CMD ["serve"]
