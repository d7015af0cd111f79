"""Imports run one way: faces, then actions and queries, then access, then models; chat, then accounts, then audit.

A module that isn't in the list of layers has to be given its place there.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["database", "audit", "accounts", "chat", "workchat_site"]  # each may import those before it

# From below. Within an app and across apps a module imports from its own layer and from those below it.
LAYERS = {
    "words": [
        "accounts.attempts", "accounts.devices", "accounts.domains", "accounts.errors", "accounts.presence",
        "accounts.sessions.stamps", "accounts.setup_code", "accounts.timezones", "audit.turns", "audit.turnstile",
        "chat.hooks", "chat.ids", "chat.markdown", "database.inserting", "database.prepared",
    ],
    "nouns": ["accounts.caller", "accounts.models", "audit.models", "chat.models"],
    "rules": ["accounts.hooks", "accounts.permissions", "accounts.pictures", "accounts.validation", "audit.digests"],
    "access": ["accounts.access", "chat.access"],
    "verbs and reads": [
        "accounts.actions", "accounts.queries", "audit.queries", "audit.recording", "audit.verifying",
        "chat.actions", "chat.joining", "chat.queries",
    ],
    "what faces share": [
        "accounts.forms", "accounts.pending", "accounts.sessions", "accounts.web", "chat.forms", "chat.rows",
        "chat.shell", "chat.shortcuts",
    ],
    "faces": [
        "accounts.admin", "accounts.management", "accounts.signing_in", "accounts.views", "audit.admin",
        "audit.management", "chat.admin", "chat.demo", "chat.live", "chat.management", "chat.views",
    ],
    "assembly": ["accounts.apps", "accounts.urls", "audit.apps", "chat.apps", "chat.urls"],
}  # fmt: skip

# Which parts of one layer may not lean on each other.
APART = [("actions", "queries"), ("live", "views"), ("views", "admin"), ("views", "management")]
WRITES = {
    "abulk_create", "acreate", "adelete", "asave", "aupdate", "bulk_create", "bulk_update", "create", "delete",
    "get_or_create", "save", "update", "update_or_create",
}  # fmt: skip
HTTP = {
    "django.contrib.messages", "django.http", "django.middleware", "django.shortcuts", "django.test", "django.urls",
    "django.views",
}  # fmt: skip


@dataclass
class Module:
    """One of our modules: what it imports as it's loaded, and what only within a function."""

    name: str
    tree: ast.Module
    imports: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)

    @property
    def app(self) -> str:
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        """What it is within its app: `actions`, `views`…"""
        return ".".join(self.name.split(".")[1:2])


def read_modules() -> dict[str, Module]:
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                name = ".".join(parts).removesuffix(".__init__")
                found[name] = Module(name, ast.parse(path.read_text()))
    for module in found.values():
        _note_imports(module, module.tree, found, inner=False)
    return found


def _note_imports(module: Module, node: ast.AST, ours: dict[str, Module], *, inner: bool) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            (module.inner if inner else module.imports).update(_imported(child, ours))
        within = inner or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        _note_imports(module, child, ours, inner=within)


def _imported(statement: ast.Import | ast.ImportFrom, ours: dict[str, Module]) -> Iterator[str]:
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    assert statement.module
    for alias in statement.names:
        longer = f"{statement.module}.{alias.name}"
        yield longer if longer in ours else statement.module


MODULES = read_modules()
OURS = {name: module for name, module in MODULES.items() if module.app != "workchat_site"}


def layer(name: str) -> int | None:
    """The number of a module's layer, from below; None for an app itself."""
    if name in APPS:
        return None
    for number, places in enumerate(LAYERS.values()):
        if any(name == place or name.startswith(f"{place}.") for place in places):
            return number
    raise LookupError(f"{name} has no layer yet")


def ours(names: set[str]) -> list[str]:
    return sorted(name for name in names if name.partition(".")[0] in APPS)


@pytest.mark.parametrize("name", OURS)
def test_a_module_imports_from_its_own_layer_or_below(name: str) -> None:
    own = layer(name)
    for other in ours(MODULES[name].imports | MODULES[name].inner):
        there = layer(other)
        assert own is None or there is None or there <= own, f"{name} imports {other}"


@pytest.mark.parametrize("name", MODULES)
def test_an_app_imports_only_those_below_it(name: str) -> None:
    module = MODULES[name]
    allowed = APPS[: APPS.index(module.app) + 1]
    for other in ours(module.imports | module.inner):
        assert other.partition(".")[0] in allowed, f"{name} imports {other}"


@pytest.mark.parametrize(("one", "other"), APART + [pair[::-1] for pair in APART])
def test_parts_of_one_layer_stay_apart(one: str, other: str) -> None:
    for module in OURS.values():
        if module.part == one:
            leaning = [name for name in ours(module.imports) if name.split(".")[1:2] == [other]]
            assert leaning == [], module.name


def test_no_circle() -> None:
    graph = {name: set(ours(module.imports)) & set(MODULES) - {name} for name, module in MODULES.items()}
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError, which names them


def test_nothing_is_imported_within_a_function_to_hide_a_circle() -> None:
    """An app's ready() has to, and the server starts its reactor before it imports what uses it."""
    hidden = {name for name, module in MODULES.items() if ours(module.inner)}
    assert hidden <= {"accounts.apps", "chat.apps", "workchat_site.management.commands.serve"}


def test_the_log_knows_nobody() -> None:
    for name, module in MODULES.items():
        if module.app == "audit":
            assert all(
                other.startswith(("audit", "database")) for other in ours(module.imports | module.inner)
            ), name


@pytest.mark.parametrize(
    "name", [name for name, module in OURS.items() if module.part in {"actions", "queries", "access"}]
)
def test_no_verb_and_no_read_knows_http(name: str) -> None:
    imported = MODULES[name].imports | MODULES[name].inner
    banned = (
        HTTP if MODULES[name].part != "queries" else HTTP - {"django.urls"}
    )  # a read may say where a thing is
    for other in imported:
        assert not any(other == known or other.startswith(f"{known}.") for known in banned), other
    assert not any(
        isinstance(node, ast.arg) and node.arg == "request" for node in ast.walk(MODULES[name].tree)
    )


def is_face(module: Module) -> bool:
    """Faces, and what they share; but for the demo, which gives real messages their believable times."""
    shared = LAYERS["what faces share"] + LAYERS["faces"]
    return module.part != "demo" and any(f"{module.name}.".startswith(f"{place}.") for place in shared)


def writes(module: Module) -> list[str]:
    """Calls that look like writing: a model's or a query's method, a form's save, SQL."""
    found = ["insert"] if "database.inserting" in module.imports | module.inner else []
    for call in ast.walk(module.tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            receiver, method = ast.unparse(call.func.value), call.func.attr
            if module.part == "live":  # which has dictionaries, and speaks to the database's own channels
                writing = method in WRITES and "objects" in receiver
            else:
                writing = method in WRITES | {"execute", "executemany"} and not receiver.endswith("__dict__")
            if writing:
                found.append(f"{receiver}.{method}")
    return found


@pytest.mark.parametrize("name", [name for name, module in OURS.items() if is_face(module)])
def test_no_face_writes_through_the_orm(name: str) -> None:
    assert writes(MODULES[name]) == []


def test_the_walk_sees_what_it_should() -> None:
    assert {"chat.actions.messages", "accounts.web", "audit.recording"} <= set(MODULES)
    assert "chat.access" in MODULES["chat.views.panes"].imports
    assert "accounts.models" not in MODULES["accounts.caller"].imports
    assert {"insert", "Version.objects.create"} <= set(writes(MODULES["chat.actions.messages"]))
    with pytest.raises(LookupError):
        layer("chat.something_new")
