"""Whom each action concerns: none is recorded that the table of audiences doesn't know, and it knows no other.

The actions are found in the source: what is given to `log.append`, followed through parameters and variables.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from audit.models import Entry
from chat.live.audience import AUDIENCE, NOBODY

ROOT = Path(__file__).resolve().parent.parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


NODES = [
    node
    for app in ("accounts", "chat")
    for path in sorted((ROOT / app).rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
]
FUNCTIONS = [node for node in NODES if isinstance(node, Function)]
CLASSES = [node for node in NODES if isinstance(node, ast.ClassDef)]


def calls(function: Function) -> Iterator[ast.Call]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Call))


def texts(value: ast.expr, function: Function) -> set[str]:
    """What an expression within a function may be."""
    match value:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp():
            return texts(value.body, function) | texts(value.orelse, function)
        case ast.Name():
            assigned = [
                texts(node.value, function)
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and any(ast.unparse(t) == value.id for t in node.targets)
            ]
            return set().union(*assigned) if assigned else given(function, value.id)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return of_classes(name)
    raise AssertionError(f"{function.name} records what this test can't follow: {ast.unparse(value)}")


def of_classes(name: str) -> set[str]:
    """What classes say that an attribute of theirs is."""
    return {
        node.value.value
        for one in CLASSES
        for node in one.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == name
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and node.value.value
    }


def given(function: Function, parameter: str) -> set[str]:
    """What those who call a function give for a parameter."""
    place = [argument.arg for argument in function.args.args].index(parameter)
    found = set()
    for caller in FUNCTIONS:
        for call in calls(caller):
            if isinstance(call.func, ast.Name) and call.func.id == function.name:
                found |= texts(call.args[place], caller)
    return found


def recorded() -> tuple[set[str], set[str]]:
    """The actions of organizations' chains, and those of the server's own."""
    chains: tuple[set[str], set[str]] = set(), set()
    for function in FUNCTIONS:
        for call in calls(function):
            if ast.unparse(call.func) == "log.append":
                servers = any(
                    ast.unparse(record.func) == "record" and ast.unparse(record.args[1]) == "None"
                    for record in calls(function)
                )
                chains[servers].update(texts(call.args[0], function))
    return chains


ORGANIZATIONS, SERVERS = recorded()


def test_every_action_has_an_audience_or_is_known_to_have_none() -> None:
    assert ORGANIZATIONS - AUDIENCE.keys() - NOBODY == set()


def test_the_table_has_no_action_that_nobody_records() -> None:
    assert (AUDIENCE.keys() | NOBODY) - ORGANIZATIONS == set()


def test_an_audience_is_not_nobody() -> None:
    assert AUDIENCE.keys() & NOBODY == set()


def test_the_server_s_own_chain_concerns_no_page() -> None:
    assert {"session.create", "session.refuse", "user.create", "server.set_up"} <= SERVERS
    assert SERVERS & (AUDIENCE.keys() | NOBODY) == set()


def test_the_source_was_read_well(database: None) -> None:
    """By the cast's coming in: what was recorded then was found, in its chain."""
    there = set(Entry.objects.exclude(organization=None).values_list("action", flat=True))
    servers = set(Entry.objects.filter(organization=None).values_list("action", flat=True))
    assert there
    assert there <= ORGANIZATIONS
    assert servers
    assert servers <= SERVERS
    assert {"channel.archive", "channel.unarchive", "member.reactivate", "membership.delete"} <= ORGANIZATIONS
