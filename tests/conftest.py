"""Fixtures of all tests, and the report of what was skipped for a missing package or held up the event loop."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from benchmarks.daemon import Daemon, running_daemon
from tests.packages import MARKER

_missing: set[str] = set()
_slow: list[tuple[float, str]] = []


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the checkout, which is no part of the project."""
    path = Path(__file__).parents[2] / "shared"
    if not path.is_dir():
        pytest.skip("no folder 'shared' beside the checkout")
    return path


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A real daemon with default settings, shared by all tests that do not change or end it."""
    with running_daemon(tmp_path_factory.mktemp("daemon") / "stderr.log") as started:
        yield started


@pytest.fixture
def run_daemon(tmp_path: Path) -> Callable[..., AbstractContextManager[Daemon]]:
    """Start a daemon of one's own: `with run_daemon(server, tables) as daemon`."""
    return partial(running_daemon, tmp_path / "stderr.log")


class _SlowCallbacks(logging.Handler):
    """Collects what asyncio's debug mode says of callbacks that held the event loop for 100 ms and more."""

    def __init__(self) -> None:
        super().__init__()
        self.test = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "Executing %s took %.3f seconds" and isinstance(record.args, tuple):
            _slow.append((float(str(record.args[1])), self.test))


_slow_callbacks = _SlowCallbacks()


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the pipeline, where every listed package is installed."""
    parser.addoption(
        "--fail-on-missing-package",
        action="store_true",
        help="fail when a test is skipped for a missing Debian package",
    )


def pytest_configure() -> None:
    """Listen to asyncio's debug mode, which the configuration turns on."""
    logging.getLogger("asyncio").addHandler(_slow_callbacks)


def pytest_runtest_logstart(nodeid: str) -> None:
    """Remember whose callbacks are running."""
    _slow_callbacks.test = nodeid


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note the packages for which tests were skipped."""
    if report.skipped and isinstance(report.longrepr, tuple) and MARKER in report.longrepr[2]:
        _missing.update(report.longrepr[2].partition(MARKER)[2].split(", "))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was left out for want of a package is a failure where that was asked for."""
    if _missing and session.config.getoption("--fail-on-missing-package") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the missing packages and the longest hold of the event loop."""
    if _missing and config.getoption("--fail-on-missing-package"):
        terminalreporter.write_line(f"missing packages: {', '.join(sorted(_missing))}", red=True)
    if _slow:
        seconds, test = max(_slow)
        terminalreporter.write_line(
            f"event loop held {len(_slow)} times over 100 ms, at most {seconds:.2f} s in {test}"
        )
