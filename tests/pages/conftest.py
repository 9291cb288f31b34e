"""The app with a fake town behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from data.access import Role
from data.jobs.serving import forget_workspace
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).parents[2]
collect_ignore = ["publishing_page.py"]
"""A page that tests run; by itself it has no session."""


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Keep no answer from one test to the next: caches belong to the process."""
    forget_workspace()
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    forget_workspace()
    st.cache_data.clear()
    st.cache_resource.clear()


class UsedServer(PagesManager):
    """The pages of a server on which the app has run before, as on any but the first visit."""

    def __init__(self, *args: Any, **options: Any) -> None:
        PagesManager.uses_pages_directory = False
        super().__init__(*args, **options)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fakes.Town:
    """Return the fake town that the screens ask."""
    asked = fakes.Town()
    fakes.install(asked, tmp_path, monkeypatch)
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", UsedServer)
    return asked


@pytest.fixture
def open_app(town: fakes.Town) -> Callable[..., AppTest]:
    """Return a function that opens a page of the app, as a role, with an address."""
    del town

    def opened(
        page: str,
        *,
        role: Role = Role.ANALYST,
        query: Mapping[str, str] | None = None,
        fails: bool = False,
    ) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20)
        app.session_state["demo-role"] = role
        if page != "home":
            app.switch_page(f"pages/{page}.py")
        for name, value in (query or {}).items():
            app.query_params[name] = value
        app.run()
        if not fails:
            assert not app.exception, app.exception[0].value
        return app

    return opened
