"""Draws chart definitions to SVG with ECharts on the server, without a browser."""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import threading
from pathlib import Path
from typing import Any, Final

from py_mini_racer import MiniRacer

from assessment.charts.definition import ChartDefinition
from assessment.charts.palette import SCREEN_FONTS
from assessment.charts.svg import finished_svg

# The bare engine has no timers; a chart without animation needs none to run.
_SHIMS: Final = """
var setTimeout = function () { return 0; }, clearTimeout = function () {};
var setInterval = function () { return 0; }, clearInterval = function () {};
"""
_DRAW: Final = """
var draw = function (option, width, height) {
  var chart = echarts.init(null, null, {renderer: "svg", ssr: true, width: width, height: height});
  try { chart.setOption(option); return chart.renderToSVGString({useViewBox: true}); }
  finally { chart.dispose(); }
};
"""


class ChartFailure(Exception):  # noqa: N818 - reads as the sentence it is
    """The chart could not be drawn: ECharts is not installed, or it or its engine failed."""


class ChartRenderer:
    """ECharts in one JavaScript context per process, used by one thread at a time.

    The context is made at the first chart. A forked child makes its own: neither a context
    nor a held lock survives a fork.
    """

    def __init__(self, echarts_path: Path) -> None:
        self._path = echarts_path
        self._lock = threading.Lock()
        self._context: MiniRacer | None = None
        os.register_at_fork(after_in_child=self._forget)
        # Later, at the end of the interpreter, closing would wait for a frozen thread.
        atexit.register(self.close)

    def to_svg(
        self,
        definition: ChartDefinition,
        *,
        width: int | None = None,
        height: int | None = None,
        fonts: str = SCREEN_FONTS,
    ) -> str:
        """The chart as one ``<svg>`` element; the same definition gives the same bytes.

        ``ChartFailure`` where it cannot be drawn, whatever the cause; the next call tries anew.
        """
        size = [width or definition.width, height or definition.height]
        option = {
            **definition.option,
            "animation": False,
            "textStyle": {"fontFamily": fonts},
        }
        arguments = [json.dumps(part, sort_keys=True) for part in (option, *size)]
        call = f"draw({', '.join(arguments)})"
        try:
            with self._lock:
                drawn = str(self._racer().eval(call))
            return finished_svg(drawn, alternative_text=definition.alternative_text, seed=call)
        except Exception as error:  # a missing file, a broken script, an engine out of memory
            raise ChartFailure(f"{self._path}: {error}") from error

    def _racer(self) -> MiniRacer:
        if self._context is None:
            echarts = self._path.read_text(encoding="utf-8")
            context = MiniRacer()
            for source in (_SHIMS, echarts, _DRAW):
                context.eval(source)
            self._context = context
        return self._context

    def close(self) -> None:
        """Give the context back; a later chart makes a new one."""
        with self._lock:
            if self._context is not None:
                self._context.close()
                self._context = None

    def _forget(self) -> None:
        self._lock = threading.Lock()
        if self._context is not None:
            # Freeing the parent's context would wait for a thread that the fork did not
            # copy; one reference that is never given back keeps it for good.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._context))
            self._context = None


_renderers: dict[Path, ChartRenderer] = {}


def to_svg(definition: ChartDefinition, *, echarts_path: Path, **options: Any) -> str:
    """Draw with this process's renderer for the ECharts file; see ``ChartRenderer.to_svg``."""
    if echarts_path not in _renderers:
        _renderers[echarts_path] = ChartRenderer(echarts_path)
    return _renderers[echarts_path].to_svg(definition, **options)
