"""A plugin of pytest for mutmut's first run, which notes the functions that each test reaches.

What runs while a module is imported, or in a fixture that several tests share, mutmut notes for the one test that
happens to come first; but every test may see it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest

_SHARED: set[str] = set()
"""Functions, as mutmut names them, that every test may see."""


@contextmanager
def _noted() -> Iterator[None]:
    """Whatever is reached meanwhile, every test may see."""
    from mutmut.state import state

    reached = state()._stats
    before = set(reached)
    reached.clear()
    try:
        yield
    finally:
        _SHARED.update(reached)
        reached.update(before)


def _noting(execute: Callable[[SourceFileLoader, ModuleType], None]) -> Callable[[SourceFileLoader, ModuleType], None]:
    def execute_and_note(self: SourceFileLoader, module: ModuleType) -> None:
        if not module.__name__.startswith("negograph"):
            return execute(self, module)
        with _noted():
            return execute(self, module)

    return execute_and_note


if os.environ.get("MUTANT_UNDER_TEST") == "stats":
    SourceFileLoader.exec_module = _noting(SourceFileLoader.exec_module)  # type: ignore[method-assign]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        """What a fixture reaches that several tests share."""
        if fixturedef.scope == "function":
            return (yield)
        with _noted():
            return (yield)

    def pytest_sessionfinish() -> None:
        """Every test may see what is shared."""
        from mutmut.state import state

        every = {name.removeprefix("mutants/") for name in state().duration_by_test}
        for name in _SHARED:
            state().tests_by_mangled_function_name[name] |= every
