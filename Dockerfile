FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /app \
 && /app/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY core core
COPY platforms platforms
COPY migrations migrations
RUN /app/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index . \
 && /app/bin/pip uninstall --yes --quiet setuptools pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data fourtop && install -d -o fourtop -g fourtop /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FOURTOP_DATA_DIR=/data \
    FOURTOP_HTTP_HOST=0.0.0.0 \
    FOURTOP_HTTP_PORT=8044 \
    FOURTOP_WEB=false
USER fourtop
WORKDIR /data
VOLUME /data
EXPOSE 8044
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as http; http.urlopen(f'http://127.0.0.1:{os.environ[\"FOURTOP_HTTP_PORT\"]}/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["fourtop"]
CMD ["run"]
