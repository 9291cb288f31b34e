"""How does a plan take its seconds without blocking the screen, and how is it stopped?

Planning runs beside the page: a fragment asks how far it is, so that the button to stop answers at
once and the plan before stays in view. Nothing in the background touches Streamlit.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import SchemaError
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from data.patrol_views import PlanView
    from data.workspace import Workspace

    Say = Callable[[str, int, int], None]
    Task = Callable[[Say, Callable[[], bool]], PlanView]
    """Given how to say a step (sentence, n, of m) and whether to stop: the plan."""

FLASH_S: Final = 0.6
"""Work that takes no longer than this shows no progress."""
_POLL_S: Final = 0.5


@dataclass
class Work:
    """One plan in the making.

    Attributes
    ----------
    began
        When it began, by the workspace's clock.
    sentence, share
        The step it is at, and how much is done, 0 to 1.
    """

    began: datetime
    sentence: str = "Reading demand, teams and ways"
    share: float = 0.0
    stopped: Event = field(default_factory=Event)
    future: Future[PlanView] | None = None

    def say(self, sentence: str, done: int, of: int) -> None:
        """Remember the step, for the page to show."""
        self.sentence = sentence
        self.share = min(max(done / of, 0.0), 1.0) if of else self.share

    def done(self, *, within_s: float = 0.0) -> bool:
        """Return whether it has ended, after waiting a moment if it has not."""
        if self.future is None:
            return False
        return bool(wait([self.future], timeout=within_s).done)

    def result(self) -> PlanView:
        """Return the plan, or raise what went wrong."""
        if self.future is None:
            message = "Nothing is being planned."
            raise SchemaError(message, "Press Make the plan.")
        return self.future.result()


def start(workspace: Workspace, task: Task) -> Work:
    """Begin to work beside the page."""
    work = Work(workspace.clock.now())
    beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plan")
    work.future = beside.submit(task, work.say, work.stopped.is_set)
    beside.shutdown(wait=False)
    return work


@st.fragment(run_every=_POLL_S)
def show_progress(workspace: Workspace, work: Work) -> None:
    """Show the step, the seconds, and the way to stop; the whole page follows when it has ended."""
    if work.done():
        st.rerun()
    seconds = round((workspace.clock.now() - work.began).total_seconds())
    with st.container(border=True, key="planning"):
        st.markdown(f"**Making the plan.** {escape_markdown(work.sentence)}. {seconds} seconds.")
        st.progress(work.share)
        if work.stopped.is_set():
            st.caption("Stopping: the plan so far is being checked.")
        else:
            st.button("Stop and keep the plan so far", key="stop-plan", on_click=work.stopped.set)


@st.fragment(run_every=_POLL_S)
def watch(work: Work, words: str) -> None:
    """Say that something is still worked out; the whole page follows when it has ended."""
    if work.done():
        st.rerun()
    st.caption(words)
