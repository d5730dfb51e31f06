# The tests need the toolchain; the image does not.
FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends && rm -rf /var/lib/apt/lists/*
WORKDIR /outrider
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product outrider --static-swift-stdlib -Xlinker --gc-sections -Xlinker -s

# docker build --target test .
FROM build AS test
COPY . .
RUN bash .ci/run

FROM debian:bookworm-slim
COPY --from=build /outrider/.build/release/outrider /outrider
EXPOSE 4000 4001
HEALTHCHECK --interval=5s --timeout=2s --start-period=2s CMD ["/outrider", "probe"]
ENTRYPOINT ["/outrider"]
CMD ["sidecar"]
