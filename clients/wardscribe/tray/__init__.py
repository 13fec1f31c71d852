"""The desktop client in the tray.  Qt is imported in here and nowhere else; `state`, `words` and `link` do without."""
