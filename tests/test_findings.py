"""Evidence in, findings out."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from websockets.exceptions import InvalidMessage

from wardscribe import findings
from wardscribe.doctor_labels import doctor_labels
from wardscribe.errors import ExitStatus
from wardscribe.findings import Check, Verdict

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def unverified() -> ssl.SSLCertVerificationError:
    """Return the error of a certificate that nobody here knows, as OpenSSL's binding makes it."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


OK, FAULT, UNKNOWN = Verdict.OK, Verdict.FAULT, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, OK), (10, OK), (-10, OK), (11, FAULT), (-11, FAULT), (3600, FAULT)]
)
def test_a_clock_is_held_to_the_daemons(seconds: int, verdict: Verdict) -> None:
    """Ten seconds either way are right; the fault says by how much and which way."""
    found = findings.clock(format_datetime(NOW - timedelta(seconds=seconds), usegmt=True), NOW)

    assert found.verdict is verdict
    assert verdict is OK or f"{abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'}" in found.detail


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_time_is_no_fault(date: str) -> None:
    """A proxy may take the header away."""
    assert findings.clock(date, NOW).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError(111, "refused"), {Check.DAEMON: FAULT}),
        (TimeoutError(), {Check.DAEMON: FAULT}),
        (unverified(), {Check.DAEMON: OK, Check.TLS: FAULT}),
        (ssl.SSLError(1, "wrong version number"), {Check.DAEMON: OK, Check.TLS: FAULT}),
        (InvalidMessage("no HTTP"), {Check.DAEMON: OK, Check.TLS: OK, Check.PROTOCOL: FAULT}),
    ],
)
def test_a_failed_connection_tells_how_far_it_came(error: Exception, expected: dict[Check, Verdict]) -> None:
    """The first thing that fails is the one at fault; what came before it holds."""
    found = findings.not_connected("wss://ward:8790", error)

    assert {finding.check: finding.verdict for finding in found} == expected


@pytest.mark.parametrize(
    ("wanted", "names", "verdict", "detail"),
    [
        ("", ["Headset", "Desk"], OK, "Desk"),
        ("Headset", ["Headset"], OK, "Headset"),
        ("headset", ["Headset"], FAULT, "there are: 'Headset'"),
        ("Headset", [], FAULT, "there are: none"),
        ("", [], FAULT, "no microphone"),
    ],
)
def test_a_microphone_is_known_by_its_exact_name(wanted: str, names: list[str], verdict: Verdict, detail: str) -> None:
    """And where there is no such one, those that there are are named."""
    found = findings.microphone(wanted, names, "Desk")

    assert (found.verdict, detail in found.detail) == (verdict, True)


@pytest.mark.parametrize(("approved", "verdict"), [((), OK), (("head",), OK), (("Desk",), FAULT)])
def test_a_microphone_must_be_approved_where_some_are(approved: tuple[str, ...], verdict: Verdict) -> None:
    """By the daemon, which tells whoever is let in."""
    assert findings.approval("Headset", approved).verdict is verdict


@pytest.mark.parametrize(("peak_db", "verdict"), [(-100, FAULT), (-76, FAULT), (-60, OK), (-12, OK), (0, FAULT)])
def test_a_muted_or_too_loud_microphone_is_a_fault(peak_db: float, verdict: Verdict) -> None:
    """A quiet room is neither."""
    assert findings.sound(peak_db).verdict is verdict


def test_every_check_is_told_in_order_and_the_first_fault_is_the_status() -> None:
    """What was not looked at is unknown, and no fault."""
    found = [
        findings.sound(-100.0),
        findings.clock(format_datetime(NOW - timedelta(hours=1), usegmt=True), NOW),
    ]
    whole = findings.completed(found, Check)

    assert [finding.check for finding in whole] == list(Check)
    assert [finding.verdict for finding in whole] == [UNKNOWN] * 4 + [FAULT, UNKNOWN, UNKNOWN, FAULT]
    assert findings.exit_status(whole) is ExitStatus.CONFIGURATION
    assert findings.exit_status([findings.sound(-30.0)]) is ExitStatus.OK


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_check_has_its_words(language: str) -> None:
    """A title and what to do, in every language."""
    words = doctor_labels(language)

    assert set(words.titles) == set(words.advice) == set(Check)
