"""Does every page ask who is looking before it shows anything?"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.access import PERMISSIONS, Permission, Role
from pages._ui.navigation import SCREENS
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    OpenApp = Callable[..., AppTest]

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")
SIGHTLESS = [role for role in Role if Permission.VIEW not in PERMISSIONS[role]]


def body_of(path: Path) -> list[ast.stmt]:
    """Return the statements after the docstring and the imports."""
    found = ast.parse(path.read_text(encoding="utf-8")).body
    first = found[1:] if ast.get_docstring(ast.Module(found, [])) else found
    return [one for one in first if not isinstance(one, ast.Import | ast.ImportFrom)]


def test_every_screen_has_its_file() -> None:
    assert {screen.stem for screen in SCREENS} == {path.stem for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_guard_is_the_first_statement_of_every_page(path: Path) -> None:
    screen = next(screen for screen in SCREENS if screen.stem == path.stem)
    wanted = "None" if screen.permission is None else f"Permission.{screen.permission.name}"
    assert ast.unparse(body_of(path)[0]) == f"page = frame.begin('{path.stem}', {wanted})"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page_imports_run_nothing_and_it_holds_no_arithmetic(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [one for one in ast.walk(tree) if isinstance(one, ast.BinOp | ast.AugAssign)]
    modules = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    allowed = ("__future__", "data.", "pages._ui")
    assert [module for module in modules if not module.startswith(allowed)] == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_only_maps_calls_streamlit_folium() -> None:
    users = [
        path.name
        for path in (ROOT / "pages").rglob("*.py")
        if "streamlit_folium" in path.read_text()
    ]
    assert users == ["maps.py"]


def test_app_and_style_sheet_stay_short() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 80
    assert len((ROOT / "pages/_ui/style.css").read_text().splitlines()) <= 60


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page_shows_nothing_when_app_did_not_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []

    def switch(page: str, **_: object) -> None:
        went.append(page)
        st.stop()

    monkeypatch.setattr(st, "switch_page", switch)
    app = AppTest.from_file(str(path))
    app.query_params["period"] = "August 2022"
    app.run()
    assert went == ["app.py"]
    assert app.session_state["frame-wish"] == (path.stem, {"period": ["August 2022"]})
    assert not app.title
    assert not app.markdown


def test_wanted_page_is_resumed_with_its_address(
    town: fakes.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    del town
    went: list[tuple[str, object]] = []

    def switch(page: str, *, query_params: object) -> None:
        went.append((page, query_params))
        st.stop()

    monkeypatch.setattr(st, "switch_page", switch)
    app = AppTest.from_file(str(ROOT / "app.py"))
    app.session_state["frame-wish"] = ("hotspots", {"patch": ["West"]})
    app.run()
    assert went == [("pages/hotspots.py", {"patch": ["West"]})]
    assert "frame-wish" not in app.session_state


@pytest.mark.parametrize("role", SIGHTLESS)
@pytest.mark.parametrize("page", ["home", "hotspots", "hotspot", "import_data"])
def test_role_without_view_sees_what_it_can_do_and_no_figure(
    role: Role, page: str, open_app: OpenApp
) -> None:
    app = open_app(page, role=role)
    assert app.title[0].value == f"This page is not for the role of {role.label}"
    shown = " ".join(one.value for one in app.markdown)
    assert "Sandport" not in shown
    assert all(one.words in shown for one in PERMISSIONS[role])


@pytest.mark.parametrize("role", SIGHTLESS)
def test_role_without_view_may_read_about(role: Role, open_app: OpenApp) -> None:
    app = open_app("about", role=role)
    assert app.title[0].value.startswith("About Hexbeat")


def test_line_above_names_area_source_age_marking_and_role(open_app: OpenApp) -> None:
    shown = [one.value for one in open_app("home").markdown]
    line = next(text for text in shown if "Sandshire" in text)
    assert line == (
        "**Sandport** · Sandshire Police, data\\.police\\.uk · **Data to 30 June 2024**"
        " :yellow-badge[\\(82 days old\\)]"
    )
    assert any("**OFFICIAL \\(demo\\)**" in text for text in shown)


def test_area_can_be_chosen_only_where_there_are_two(town: fakes.Town, open_app: OpenApp) -> None:
    assert "area" not in [box.key for box in open_app("home").selectbox]
    town.areas = (fakes.SUMMARY, fakes.AreaSummary("x", "Other", 1, "", 1, True, "v"))  # noqa: FBT003
    app = open_app("home", query={"area": "Other"})
    assert next(box for box in app.selectbox if box.key == "area").value == "x"
    assert not any("**Sandport**" in one.value for one in app.markdown)


def test_unknown_area_of_a_link_is_said(town: fakes.Town, open_app: OpenApp) -> None:
    town.areas = (fakes.SUMMARY, fakes.AreaSummary("x", "Other", 1, "", 1, True, "v"))  # noqa: FBT003
    app = open_app("home", query={"area": "Nowhere"})
    assert app.info[0].value.startswith('The link asks for the area "Nowhere"')


def test_about_is_linked_below_a_page_that_ended_early(town: fakes.Town, open_app: OpenApp) -> None:
    town.areas = ()
    app = open_app("home")
    links = [one.proto.label for one in app.get("page_link")]
    assert links == ["Load data", "About, methods and accessibility"]
