# The tests need the toolchain; the image does not.
FROM swift:6.3-bookworm AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    ca-certificates libssl-dev
WORKDIR /outrider
COPY Package.swift ./
COPY Sources Sources
COPY deploy/build.sh deploy/
COPY Tests Tests
RUN deploy/build.sh

# docker build --target test .
FROM build AS test
COPY . .
RUN bash .ci/run

# Only glibc is needed of the system; nobody runs as root.
FROM debian:bookworm-slim
USER 65532
COPY --from=build /outrider/.build/release/outrider /outrider
# Whom to believe where a configuration names no authority of its own.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
# A sidecar's ports, and a gateway's.
EXPOSE 4000 4001 8080 8081
HEALTHCHECK --interval=5s --timeout=2s --start-period=2s CMD ["/outrider", "probe"]
ENTRYPOINT ["/outrider"]
CMD ["sidecar"]
