# One service, from the wheel, with that service's extra alone: docker build --build-arg EXTRA=gateway,keycloak,s3 --tag vigie-gateway .
# In a closed network: --build-arg BASE=registry.example.org/python:3.11-slim, and pip's own variables (PIP_INDEX_URL) as build secrets.
ARG BASE=python:3.11-slim

# Every locked wheel, each held against its hash; what an image installs comes from here and nowhere else. Shared by all images.
FROM ${BASE} AS house
COPY locks/images.txt /tmp/locked.txt
RUN pip wheel --no-cache-dir --no-deps --require-hashes --requirement /tmp/locked.txt --wheel-dir /house

# Our own wheel, by what is locked for that and nothing that a build would fetch for itself.
FROM ${BASE} AS wheel
WORKDIR /source
COPY locks/build.txt /tmp/locked.txt
RUN pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /tmp/locked.txt
COPY pyproject.toml README.md LICENSE ./
COPY services services
COPY shared shared
COPY vigie vigie
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist .

FROM ${BASE}
ARG EXTRA
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="vigie ${EXTRA}" \
      org.opencontainers.image.description="Answers that cite their source, and the DUERP, for the occupational risks of research units" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-SA-4.0 AND MIT"
# Scans are read by tesseract; the setup of the first start needs openssl. Debian's versions are those of the day, with their security fixes.
# hadolint ignore=DL3008,SC2086
RUN case "$EXTRA" in \
        ingest*) packages="tesseract-ocr tesseract-ocr-fra" ;; \
        standalone*) packages="openssl" ;; \
    esac \
    && if [ -n "$packages" ]; then apt-get update && apt-get install -y --no-install-recommends $packages; fi \
    && rm -rf /var/lib/apt/lists/*
# Versions are the house's: there is no index.
# hadolint ignore=DL3013
RUN --mount=from=house,source=/house,target=/house --mount=from=wheel,source=/dist,target=/dist \
    pip install --no-cache-dir --no-index --find-links /house --find-links /dist "vigie[$EXTRA]" \
    && pip check
# Volumes that are empty take these folders' owner.
RUN useradd --uid 10001 --create-home vigie \
    && install -d -o vigie -g vigie /data /data/objects /data/models /keys /public /secrets
ENV PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
