"""How static files are stored: hashed names, compressed, ES module imports rewritten to the hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, following `import` lines in our modules (there is no build step)."""

    support_js_module_import_aggregation = True
