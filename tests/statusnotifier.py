"""A StatusNotifier host: a session bus of its own, the watcher that trays look for, and hands on an item's menu.

As freedesktop.org's StatusNotifierItem and Canonical's com.canonical.dbusmenu have it.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

_WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM = "org.kde.StatusNotifierItem"
_MENU = "com.canonical.dbusmenu"
_PATIENCE_S = 60


class Host:
    """Knows the items that registered themselves, and presses what is in the menu of the first."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._items: list[str] = []
        self._came = threading.Event()
        self._hands = open_dbus_connection(address)
        self._serving = open_dbus_connection(address)
        self._serving.send_and_get_reply(message_bus.RequestName(_WATCHER))
        self._watcher = threading.Thread(target=self._serve, name="watcher")
        self._watcher.start()

    def _serve(self) -> None:
        with contextlib.suppress(ConnectionError, EOFError):  # the bus is gone
            while True:
                message = self._serving.receive()
                if message.header.message_type is MessageType.method_call:
                    self._serving.send(self._answer(message))

    def close(self) -> None:
        """Leave the bus, which has ended."""
        self._watcher.join()
        self._serving.close()
        self._hands.close()

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        properties = {
            "IsStatusNotifierHostRegistered": ("b", True),
            "ProtocolVersion": ("i", 0),
            "RegisteredStatusNotifierItems": ("as", list(self._items)),
        }
        match fields[HeaderFields.member]:
            case "RegisterStatusNotifierItem":
                self._items.append(fields[HeaderFields.sender])
                self._came.set()
                return new_method_return(message)
            case "GetAll":
                return new_method_return(message, "a{sv}", (properties,))
            case "Get":
                return new_method_return(message, "v", (properties[message.body[1]],))
            case _:
                return new_method_return(message)

    def press(self, label: str) -> None:
        """Press the menu's entry that is named so (without the mark of its letter)."""
        entries = {self._plain(entry): number for number, entry in self._entries()}
        self._menu("Event", "isvu", (entries[label], "clicked", ("s", ""), 0))

    def enabled(self) -> set[str]:
        """Return the entries of the menu that can be pressed."""
        return {self._plain(entry) for _, entry in self._entries() if entry.get("enabled", ("b", True))[1]}

    def _entries(self) -> list[tuple[int, dict[str, Any]]]:
        _, (_, _, children) = self._menu("GetLayout", "iias", (0, -1, []))
        return [(number, properties) for _, (number, properties, _) in children]

    @staticmethod
    def _plain(entry: dict[str, Any]) -> str:
        return str(entry.get("label", ("s", ""))[1]).replace("_", "")

    def _menu(self, member: str, signature: str, body: tuple[Any, ...]) -> Any:
        path = self.property("Menu")
        return self._call(DBusAddress(path, self._item(), _MENU), member, signature, body)

    def property(self, name: str) -> Any:
        """Return a property of the item."""
        item = DBusAddress("/StatusNotifierItem", self._item(), _ITEM)
        reply = self._hands.send_and_get_reply(Properties(item).get(name), timeout=_PATIENCE_S)
        return reply.body[0][1]

    def wait_for_tooltip(self, text: str) -> None:
        """Wait until the item says this to whoever points at it."""
        end = time.monotonic() + _PATIENCE_S
        while self.property("ToolTip")[2] != text:
            assert time.monotonic() < end, f"the item never said {text!r}"
            time.sleep(0.1)

    def _item(self) -> str:
        assert self._came.wait(_PATIENCE_S), "no item registered itself"
        return self._items[0]

    def _call(self, at: DBusAddress, member: str, signature: str, body: tuple[Any, ...]) -> Any:
        reply = self._hands.send_and_get_reply(new_method_call(at, member, signature, body), timeout=_PATIENCE_S)
        assert reply.header.message_type is MessageType.method_return, reply.body
        return reply.body


@contextmanager
def running_host() -> Iterator[Host]:
    """Run a bus with a host for the time of a `with` block."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        host = Host(process.stdout.readline().strip())
        try:
            yield host
        finally:
            process.terminate()
            host.close()
