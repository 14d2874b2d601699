# One service, from the wheel, with that service's extra alone: docker build --build-arg EXTRA=gateway .
FROM python:3.11-slim AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY services services
COPY shared shared
COPY vigie vigie
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

FROM python:3.11-slim
ARG EXTRA
# Scans are read by tesseract; the setup of the first start needs openssl.
RUN case "$EXTRA" in \
        ingest) packages="tesseract-ocr tesseract-ocr-fra" ;; \
        standalone) packages="openssl" ;; \
    esac \
    && if [ -n "$packages" ]; then apt-get update && apt-get install -y --no-install-recommends $packages; fi \
    && rm -rf /var/lib/apt/lists/*
COPY locks/standalone.txt /tmp/locked.txt
COPY --from=wheel /dist /dist
# The locked versions without their hashes: the wheel that was just built has none.
RUN sed -n 's/^\([a-z0-9].*[^ \\]\)[ \\]*$/\1/p' /tmp/locked.txt > /tmp/constraints.txt \
    && pip install --no-cache-dir --constraint /tmp/constraints.txt "$(echo /dist/vigie-*.whl)[$EXTRA]"
# Volumes that are empty take these folders' owner.
RUN useradd --uid 10001 --create-home vigie \
    && install -d -o vigie -g vigie /data /data/objects /data/models /keys /public /secrets
USER vigie
WORKDIR /data
