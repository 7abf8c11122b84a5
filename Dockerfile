# syntax=docker/dockerfile:1

# GPU Observatory: one program on glibc, and nothing else.
#     docker build --tag gpu-observatory .
#     docker run --rm --gpus all --pid host --publish 127.0.0.1:5000:5000 gpu-observatory

ARG RUST=1.95.0
ARG NODE=20

FROM node:${NODE}-bookworm-slim AS node

FROM rust:${RUST}-bookworm AS build
# The toolchain of this image. Without this, rust-toolchain.toml would have rustup fetch
# whatever is stable today.
ARG RUST
ENV RUSTUP_TOOLCHAIN=${RUST}
# wasm-opt, which makes the client small, comes from npm.
COPY --from=node /usr/local/bin /usr/local/bin
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
WORKDIR /src

# The tools, in the versions that the checkout names: a quarter of an hour, again only when
# these files change.
COPY rust-toolchain.toml Cargo.lock ./
COPY scripts scripts
COPY end2end/package.json end2end/package-lock.json end2end/
RUN scripts/tools.sh build >/dev/null

# What was built stays in the cache, so that a change builds only what it changed. Cargo
# and make go by the time of a file: one that is older than the cache may still be another
# than the one in it, hence the touch.
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,sharing=locked \
    find . -path ./target -prune -o -type f -exec touch {} + \
    && make dist \
    && cp target/dist/gpu-observatory gpu-observatory

FROM gcr.io/distroless/cc-debian12
LABEL org.opencontainers.image.title="GPU Observatory" \
    org.opencontainers.image.description="Every GPU of a machine, live in the browser" \
    org.opencontainers.image.licenses="MIT"
COPY --from=build /src/gpu-observatory /usr/bin/gpu-observatory
# All GPUs that the container is given, and of the driver only NVML and nvidia-smi.
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=utility \
    GPU_MONITOR_HOST=0.0.0.0
USER 65532:65532
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["/usr/bin/gpu-observatory", "health"]
ENTRYPOINT ["/usr/bin/gpu-observatory"]
