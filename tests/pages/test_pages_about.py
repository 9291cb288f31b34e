"""Is each method told in plain English, with its limits?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui import assurance

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]


def test_about_tells_every_method_with_its_limits(open_app: OpenApp) -> None:
    app = open_app("about")
    assert [one.label for one in app.expander] == [method.name for method in assurance.METHODS]
    shown = [one.value for one in app.markdown]
    assert all(f"**Limits:** {method.limits}" in shown for method in assurance.METHODS)


def test_about_names_accessibility_licences_and_versions(open_app: OpenApp) -> None:
    app = open_app("about")
    shown = " ".join(one.value for one in app.markdown)
    assert "WCAG 2.2, level AA" in shown
    assert "Open Government Licence v3.0" in shown
    assert any("dataset version d4t4s3t" in one.value for one in app.caption)


def test_sentences_are_short() -> None:
    texts = [*assurance.TRAPS, *assurance.FAIRNESS, assurance.PURPOSE, assurance.ACCESSIBILITY]
    texts += [text for method in assurance.METHODS for text in (method.how, method.limits)]
    sentences = [one for text in texts for one in text.split(". ")]
    assert [one for one in sentences if len(one.split()) > 40] == []
