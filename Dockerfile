# The image of web, worker, beat and migrate: built from this repository, run as a user without rights.
ARG BASE=debian:12-slim

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates make python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN make setup && .venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels .

FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* && useradd --system --uid 10001 --home-dir /srv/onedoor --create-home onedoor
COPY requirements-deploy.lock /tmp/
COPY --from=build /wheels /tmp/wheels
RUN python3 -m venv /opt/onedoor \
 && /opt/onedoor/bin/pip install --quiet --no-cache-dir --require-hashes -r /tmp/requirements-deploy.lock \
 && /opt/onedoor/bin/pip install --quiet --no-cache-dir --no-deps /tmp/wheels/*.whl && rm -rf /tmp/wheels
ENV PATH=/opt/onedoor/bin:$PATH LANG=C.UTF-8 PYTHONUNBUFFERED=1 PROMETHEUS_MULTIPROC_DIR=/tmp/onedoor-metrics
USER onedoor
WORKDIR /srv/onedoor
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["onedoor", "serve", "--host", "0.0.0.0", "--workers", "2"]
