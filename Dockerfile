# One image for web, workers and beat. It holds torch with its CUDA libraries, so that it takes about 9 GB.
FROM python:3.12-slim-bookworm AS build
RUN python -m venv /venv
COPY requirements.txt /
RUN --mount=type=cache,target=/root/.cache/pip /venv/bin/pip install --disable-pip-version-check -r requirements.txt

FROM python:3.12-slim-bookworm
# For manage.py backup and restore: at least as new as the server.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /home/lacuna lacuna \
 && install -d -o lacuna -g lacuna /data
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY assetdb assetdb
COPY indexer indexer
COPY generators generators
COPY webapp webapp
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    DJANGO_SETTINGS_MODULE=webapp.settings \
    HOST=0.0.0.0 \
    LACUNA_HOME=/data
RUN python -m compileall -q /app
USER lacuna
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "webapp.wsgi:application", "--config", "python:webapp.gunicorn"]
