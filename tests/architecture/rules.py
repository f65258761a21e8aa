"""The rules of the house, as tables. `docs/architecture.md` says why; the modules beside this one check them.

Add a module to a layer here when you add a kind of module; nothing else has to change.
"""

# 1. Floors. A module imports its own floor's app and any app on a floor below, never one above. Two apps on one floor
#    do not know each other. `config` knows everybody, and nobody knows `config`.
FLOORS = {
    "config": 8,
    "store": 6,
    "widget": 6,
    "conversations": 5,
    "assistants": 4,
    "accounts": 3,
    "backends": 2,
    "core": 1,
}

# Apps that stay strangers although their floors differ: who a person is, and which model answers.
STRANGERS = {("accounts", "backends"), ("backends", "accounts")}

# Apps that must run without Django: importing it there is a breach.
PLAIN_PYTHON = {"backends"}

# 2. Layers. Inside an app a module imports its own layer and those above it in this list, never one below it. The
#    first part of a module's path inside its app decides: `knowledge.search` stands with `knowledge`.
LAYERS: tuple[frozenset[str], ...] = (
    # values without tables
    frozenset({"definition", "people"}),
    frozenset({"models"}),
    # questions, plain rules, registries that an upper floor fills
    frozenset(
        {
            *("categories", "devices", "events", "failures", "limits", "mail", "offers", "picture", "privacy"),
            *("publication", "quotas", "ranking", "search", "statistics", "takeover", "versions"),
        }
    ),
    frozenset({"knowledge", "stream", "tools"}),
    # what a worker does
    frozenset({"engine", "rollups", "sse", "sweeper"}),
    frozenset({"tasks"}),
    # what the web asks for
    frozenset({"adapter", "builder", "bundle", "moderation", "services"}),
    frozenset({"charts", "forms", "leaves", "pages", "serializers", "templatetags"}),
    # doors
    frozenset(
        {"api", "authentication", "management", "mcp", "middleware", "openai_api", "sessions", "sitemaps", "views"}
    ),
    frozenset({"admin", "urls"}),
)

# Modules that stand outside the layers: they start a process and may import anything of their own app.
STARTERS = {"apps", "worker"}

# `core`, `backends` and `config` are flat: no layers, but no import cycle either.
FLAT = {"core", "backends", "config"}

# 4. What an app shows to the others, by module. `config` alone may import the rest. Nothing with a leading underscore
#    is ever imported from another module.
PUBLIC: dict[str, frozenset[str]] = {
    "core": frozenset({"*"}),
    "backends": frozenset({"base", "embeddings", "errors", "registry"}),
    "accounts": frozenset({"models", "privacy", "services", "takeover"}),
    "assistants": frozenset(
        {
            *("models", "services", "definition", "bundle", "offers", "versions"),
            *("categories", "publication", "statistics", "knowledge.language", "knowledge.pool", "knowledge.search"),
        }
    ),
    "conversations": frozenset({"models", "services", "limits", "pages", "people", "sse"}),
    "store": frozenset({"models", "services"}),
    "widget": frozenset({"models", "services"}),
}

# 6. Our own code is imported at the top of a module. Only `apps.py:ready` waits until Django has read all models.
LATE_IMPORTS_ALLOWED = {("apps", "ready")}

# 7. Templates. An app renders and includes only its own folders; `components` is everybody's, files beside the folders
#    (base.html, error.html) too.
TEMPLATE_FOLDERS = {
    "core": frozenset({"core"}),
    "accounts": frozenset({"accounts", "account", "allauth", "mfa", "socialaccount", "usersessions"}),
    "assistants": frozenset({"assistants"}),
    "conversations": frozenset({"conversations"}),
    "store": frozenset({"store"}),
    "widget": frozenset({"widget"}),
}
SHARED_TEMPLATES = "components"

# 8. A file is named for its subject or for a fixed role. These names say neither.
FORBIDDEN_NAMES = {"utils", "helpers", "managers", "signals", "selectors", "misc", "common"}

# 9. Budgets. Lines of a function are counted from `def` to its end, without its docstring.
FUNCTION_MEDIAN = 8
FUNCTION_P90 = 25
FUNCTION_LINES = 60
FUNCTION_COMPLEXITY = 10
PYTHON_FILE_LINES = 400
TEMPLATE_LINES = 150
SCRIPT_LINES = 200
LOADER = "static/widget/loader.js"
LOADER_LINES = 120
LOADER_BYTES = 5_000
PAGE_CSS_BYTES = 12_000
VENDOR = "vendor"

# Lines of tests for each line of product Python, blank lines left out. The aim is 1.0 to 1.4.
TEST_RATIO_AIM = (1.0, 1.4)
TEST_RATIO_LIMITS = (0.8, 1.6)
