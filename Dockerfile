# What `make run` does, for production: no demo, another user than root, data in /data.
#
# This image's SQLite is Debian 13's, 3.46.1. It has the rare WAL-reset race between one connection's commit and
# another's checkpoint (fixed in 3.51.3, 3.50.7 and 3.44.6), as have most machines of today. One container on one
# volume is the way to run SQLite, with as many PROCESSES as you like; for more than one container, or to be out of the
# race's reach, name a PostgreSQL in DATABASE_URL.
FROM python:3.13-slim-trixie AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/scale.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/scale.txt
COPY . .
RUN SECRET_KEY=only-for-the-build WORKCHAT_DATA=/tmp/build /venv/bin/python manage.py collectstatic --noinput -v 0 \
    && python -m compileall -q .

FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DEMO=0 HOST=0.0.0.0 PORT=8000 WORKCHAT_DATA=/data
RUN useradd --system --uid 10001 --no-create-home --home-dir /data workchat \
    && install -d -o workchat -g workchat -m 700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER workchat
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s --start-interval=1s CMD ["python", "scripts/healthcheck.py"]
CMD ["python", "manage.py", "serve"]
