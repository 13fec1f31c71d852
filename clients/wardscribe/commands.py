"""What each command of `wardscribe` does."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import ssl
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from wardscribe import completion, demo, doctor, health
from wardscribe.approval import check_microphone
from wardscribe.client import Client
from wardscribe.connecting import tls_context
from wardscribe.consultation import Consultation, Decision, Plan
from wardscribe.conversation import Conversation
from wardscribe.deciding import Deciding
from wardscribe.doctor_labels import doctor_labels
from wardscribe.errors import ClientError, MicrophoneError, RefusedError
from wardscribe.fields import FieldError, from_json
from wardscribe.findings import Check, Finding, completed, exit_status, fault
from wardscribe.following import Following
from wardscribe.labels import labels
from wardscribe.microphone import Microphone, devices
from wardscribe.protocol import SAMPLE_RATE, NotePreferences, Ready, Role, Start
from wardscribe.soundfile import SoundFile, open_sound
from wardscribe.sources import Audio, full_speed, live, real_time
from wardscribe.terminal import Terminal, console
from wardscribe.tray import autostart
from wardscribe.view import JsonLines, View, print_json

Arguments = argparse.Namespace


async def run_demo(arguments: Arguments) -> None:
    """Run a daemon, speak the bundled consultation to it, show the draft, discard it."""
    sound = open_sound(demo.CONSULTATION)
    start = Start("nb", "strukturert", demo.ROLES, informed=True)
    words = labels(start.language)
    view, conversation = _view(arguments, start)
    conversation.total_ms = round(sound.seconds * 1000)
    view.say(words.starting)
    plan = Plan(
        start, Decision.DISCARD, _played(sound, is_fast=arguments.fast), is_fast=arguments.fast,
        with_evidence=arguments.evidence,
    )  # fmt: skip

    async def hold(url: str) -> None:
        async with Client(url) as client:
            await Consultation(client, conversation, view, words, plan).run()

    async with demo.own_daemon() as daemon:
        await daemon.serve(hold(await daemon.url()))


async def run_file(arguments: Arguments) -> None:
    """Send a file to a daemon and decide on the draft."""
    sound = open_sound(arguments.path)
    is_fast = not arguments.realtime
    plan = Plan(
        _start(arguments, sound.channels), _decision(arguments), _played(sound, is_fast=is_fast), is_fast=is_fast,
        with_evidence=arguments.evidence,
    )  # fmt: skip
    await _hold(arguments, plan, sound.seconds)


async def run_microphone(arguments: Arguments) -> None:
    """Send what a microphone hears to a daemon and decide on the draft."""
    microphone = Microphone(arguments.device, arguments.channels)
    plan = Plan(
        _start(arguments, arguments.channels), _decision(arguments), partial(live, microphone), is_live=True,
        limit_s=arguments.seconds, with_evidence=arguments.evidence,
    )  # fmt: skip
    await _hold(arguments, plan)
    if microphone.lost_samples:
        seconds = microphone.lost_samples / SAMPLE_RATE
        raise MicrophoneError(f"{seconds:.1f} s of audio were lost between the microphone and this program")


async def run_watch(arguments: Arguments) -> None:
    """Follow a session until it is wiped."""
    view, conversation = _view(arguments, Start(arguments.language, channels=arguments.roles))
    async with _client(arguments) as client:
        following = Following(client, conversation, view, None, with_evidence=arguments.evidence)
        await following.run(arguments.session)


async def run_take(arguments: Arguments) -> None:
    """Follow a session and decide on its draft here."""
    if not sys.stdin.isatty():
        raise RefusedError("'take' needs a terminal: a draft is read before it is approved")
    words = labels(arguments.language)
    view, conversation = _view(arguments, Start(arguments.language, channels=arguments.roles))
    async with _client(arguments) as client:
        deciding = Deciding(client, conversation, view, words)
        following = Following(client, conversation, view, deciding, with_evidence=arguments.evidence)
        await following.run(arguments.session)


def run_tray(arguments: Arguments) -> None:
    """Be in the desktop's tray until the person quits."""
    if arguments.autostart:
        run_autostart(arguments)
        return
    try:
        process = import_module("wardscribe.tray.process")
    except ImportError as error:
        raise ClientError(
            f"the tray needs Qt, which is not usable here ({error}); install wardscribe with its extra 'tray'"
        ) from error
    name = f"wardscribe tray ({platform.node()})"
    options = process.Options(
        _start(arguments, arguments.channels), name, arguments.watch, arguments.scheme, arguments.json
    )
    token, tls = _token(arguments.token_file), _tls(arguments)

    def source() -> Audio:
        return live(Microphone(arguments.device, arguments.channels))

    process.run(options, lambda: Client(arguments.url, token=token, tls=tls, name=name), source)


def run_autostart(arguments: Arguments) -> None:
    """Have the tray started at log-in, or no more."""
    file = autostart.path()
    if arguments.autostart == "install":
        autostart.install([sys.executable, "-m", "wardscribe", *autostart.words(arguments)], file)
    else:
        autostart.remove(file)
    print(file)


def run_devices(arguments: Arguments) -> None:
    """List the microphones, the default one with a star."""
    found = devices()
    if not found:
        raise MicrophoneError("this machine has no microphone")
    for device in found:
        if arguments.json:
            print_json(dataclasses.asdict(device))
        else:
            print(f"{'*' if device.is_default else ' '} {device.name}  ({device.channels} channels)")


async def run_doctor(arguments: Arguments) -> None:
    """Look at everything that a session needs, and say what to do where it is missing."""
    words = doctor_labels(arguments.language)
    found, ready = await _examined_daemon(arguments)
    if not arguments.json:
        print(words.listening.format(seconds=arguments.seconds), file=sys.stderr)
    found += await doctor.examine_microphone(arguments.device, arguments.seconds, ready)
    found = completed(found, Check)
    if arguments.json:
        health.print_lines(found, words)
    else:
        health.show(found, words, console())
    if status := exit_status(found):
        sys.exit(status)


async def _examined_daemon(arguments: Arguments) -> tuple[list[Finding], Ready | None]:
    try:
        tls = _tls(arguments)
    except RefusedError as error:
        return [fault(Check.TLS, error)], None
    try:
        token = _token(arguments.token_file)
    except RefusedError as error:
        return [fault(Check.TOKEN, error)], None
    return await doctor.examine_daemon(arguments.url, token, tls)


def run_completion(arguments: Arguments, parser: argparse.ArgumentParser) -> None:
    """Print what a shell is to read."""
    print(completion.completion(parser, arguments.shell))


async def _hold(arguments: Arguments, plan: Plan, total_s: float = 0.0) -> None:
    view, conversation = _view(arguments, plan.start)
    conversation.total_ms = round(total_s * 1000)
    async with _client(arguments) as client:
        check_microphone(plan.start.microphone, client.microphones)
        await Consultation(client, conversation, view, labels(plan.start.language), plan).run()


def _played(sound: SoundFile, *, is_fast: bool) -> Callable[[], Audio]:
    return partial(full_speed if is_fast else real_time, sound)


def _decision(arguments: Arguments) -> Decision:
    """Return what was asked for; where nobody can be asked, nothing is approved."""
    if arguments.decision is Decision.APPROVE and (not arguments.json or arguments.patient or arguments.encounter):
        raise RefusedError("--approve-unseen is for trials: it needs --json, and goes with no patient and no encounter")
    if arguments.decision is not None:
        return Decision(arguments.decision)
    return Decision.ASK if sys.stdin.isatty() and not arguments.json else Decision.DISCARD


def _start(arguments: Arguments, channels: int) -> Start:
    roles = arguments.roles or ((Role.UNKNOWN,) if channels == 1 else demo.ROLES)
    if len(roles) != channels:
        raise RefusedError(f"--roles names {len(roles)} channels, the audio has {channels}")
    return Start(
        arguments.language,
        arguments.template,
        roles,
        microphone=getattr(arguments, "device", ""),
        patient=arguments.patient,
        encounter=arguments.encounter,
        informed=arguments.informed,
        glossary=arguments.glossary,
        preferences=_preferences(arguments.preferences),
    )


def _preferences(path: Path | None) -> NotePreferences:
    """Return the wishes of a JSON file, of the form that `start` has on the wire; none without a file."""
    if path is None:
        return NotePreferences()
    try:
        return from_json(NotePreferences, json.loads(path.read_text(encoding="utf-8")))
    except FieldError as error:
        raise RefusedError(f"--preferences {path}: {error}") from error
    except (OSError, ValueError, TypeError) as error:
        raise RefusedError(f"--preferences {path} cannot be read: {type(error).__name__}") from error


def _view(arguments: Arguments, start: Start) -> tuple[View, Conversation]:
    conversation = Conversation(start.channels)
    view: View = JsonLines() if arguments.json else Terminal(conversation, labels(start.language))
    return view, conversation


def _client(arguments: Arguments) -> Client:
    name = f"wardscribe {arguments.command} ({platform.node()})"  # people read it where two edit one draft
    return Client(arguments.url, token=_token(arguments.token_file), tls=_tls(arguments), name=name)


def _tls(arguments: Arguments) -> ssl.SSLContext | None:
    if arguments.url.startswith("wss:"):
        return tls_context(arguments.ca_file, arguments.certificate, arguments.key)
    return None


def _token(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"cannot read the token file {file}") from error
