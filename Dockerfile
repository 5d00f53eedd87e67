# syntax=docker/dockerfile:1
# kubedx in a container: no root, no shell, nothing to write to. What the last stage says is what scripts/image builds and tests, too.
#   docker build --tag kubedx .
#   docker run --rm --volume "$HOME/.kube/config:/kubeconfig:ro" --env KUBECONFIG=/kubeconfig kubedx analyze
# EXTRAS are the backends to bring along (pip's extras of kubedx). PYTHON_IMAGE may name a mirror, and a digest: python@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ARG EXTRAS=openai
WORKDIR /source
COPY pyproject.toml constraints.txt README.md CHANGELOG.md LICENSE ./
COPY packaging packaging
COPY src src
RUN python -m venv --without-pip /opt/kubedx && \
    python -m pip install --no-cache-dir --constraint constraints.txt hatchling && \
    python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . && \
    python -m pip --python /opt/kubedx/bin/python install --no-cache-dir --constraint constraints.txt "$(echo /wheel/*.whl)[${EXTRAS}]"

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="kubedx" \
      org.opencontainers.image.description="Finds the root cause of what is wrong in a Kubernetes cluster, and says what to do" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.url="https://kubedx.dev" \
      org.opencontainers.image.documentation="https://kubedx.dev"
COPY --from=build /opt/kubedx /opt/kubedx
ENV PATH="/opt/kubedx/bin:$PATH" \
    HOME="/tmp" \
    PYTHONUNBUFFERED="1" \
    PYTHONDONTWRITEBYTECODE="1"
USER 65532:65532
WORKDIR /
ENTRYPOINT ["/opt/kubedx/bin/kubedx"]
CMD ["analyze"]
