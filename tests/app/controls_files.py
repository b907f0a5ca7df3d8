# controls_files.py: the controls of what ends in a file, and the files themselves
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import struct

from controls import (Control, call, checked, choose, controls, drop_down, has_size, known, label,
                      name_of, slider, switch)
from controls_menus import by, find_button, start, window
from driver import operate, wait_for, walk, xdotool


def kind(path):
    """What a file is by what is in it, and how large a PNG's picture; a folder has its files'."""
    if path is not None and os.path.isdir(path):
        return sorted({kind(os.path.join(path, name)) for name in os.listdir(path)})
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, TypeError):
        return None
    if data.startswith(b"\x89PNG") and data.endswith(b"IEND\xaeB`\x82"):
        return "PNG", *struct.unpack(">II", data[16:24])
    if data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9"):
        return ("JPEG",)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) == 8 + int.from_bytes(
            data[4:8], "little"):
        return ("animation" if b"ANIM" in data[:64] else "WebP",)
    return None


class Saving:
    """A button that asks where to, and writes there: what is found there is the kind expected."""

    def __init__(self, app, ending, expected, chooser="Save Picture"):
        self.app, self.ending, self.expected, self.chooser = app, ending, expected, chooser
        self.path = None

    def new_path(self):
        n = len(os.listdir(self.app.home))
        self.path = os.path.join(self.app.home, f"saved {n}{self.ending}")
        if not self.ending:
            os.mkdir(self.path)

    def sees(self, _):
        found = kind(self.path)
        return self.expected(found) if callable(self.expected) else found == self.expected

    def save(self, app):
        wait_for(self.chooser, lambda: app.shows(self.chooser))
        app.answer(self.path, "ctrl+a" if self.ending else "ctrl+l")

    def control(self, name, **more):
        def then(do):
            def go(app, node):
                self.new_path()
                do(app, node)
                self.save(app)
            return go
        plain = Control("push button", name, self.sees)
        return Control("push button", name, self.sees, *map(then, plain.acts.values()),
                       before=self.forget, after=lambda app: app.close_toast(), **more)

    def forget(self, _):
        self.path = None


# The dialog of Edit.

def dialog(app):
    """A dialog, as a screen reader is told, and called so."""
    return next((n for n in app.node if n.getRoleName() == "dialog" and n.name == "Export"), None)


def opens(app, file_format="PNG"):
    def go(mean):
        by(app, mean, find_button(app, "Export"))
        wait_for("the dialog", lambda: has_size(dialog(app)))
        app.top()
        combo = next(n for n in walk(dialog(app)) if n.name == "Format")
        wait_for("its controls", lambda: has_size(combo))
        for _ in range(2):
            call("choice.previous")(app, combo)
        while file_format not in label(combo):
            before = label(combo)
            call("choice.next")(app, combo)
            wait_for("another format", lambda was=before: label(combo) != was)
    return go


def edit_export(app):
    start(app)

    def tops():
        return [dialog(app)]
    cancel = Control("push button", "Cancel.*", window(app, "Export"))
    export = Control("push button", "Export.*", window(app, "Save Picture"))
    app.play("Export a PNG", tops, [
        cancel, export, drop_down("Format"), switch("Receipt.*"),
        Control("list item", "Receipt", lambda node: checked(inner_switch(node)), toggle_row),
    ], opens=opens(app))
    app.play("Export a JPEG", tops, [
        known("push button", "Cancel.*|Export.*", "above"), known("combo box", "Format", "above"),
        known("list item", "Quality", "its-slider"), slider("Quality"),
    ], opens=opens(app, "JPEG"))
    for name, ending, expected in (("PNG", ".png", ("PNG", 64, 64)), ("JPEG", ".jpg", ("JPEG",)),
                                   ("WebP", ".webp", ("WebP",))):
        app.play(f"Save a {name}", tops, [
            Saving(app, ending, expected).control("Export.*"),
            known("push button", "Cancel.*", "above"), known("combo box", "Format", "above"),
            *([known("list item", "Receipt", "above"), known("check box", "Receipt.*", "above")]
              if name == "PNG" else [known("list item", "Quality", "above"),
                                     known("slider", "Quality", "above")]),
        ], opens=opens(app, name))


def inner_switch(row):
    return next(n for n in walk(row) if n.getRoleName() == "check box")


def toggle_row(app, node):
    """A row is operated by what is in it."""
    operate(inner_switch(node))


# Blend and Sample.

def button(app, name):
    return lambda: [next(n for n in controls(app.page) if name_of(n) == name)]


def blend_export(app):
    app.view("alt+2", "AgBlendPage")
    app.wait_sensitive("push button", "Export…")
    app.set_value("spin button", "Frames", 4)
    formats = app.find("combo box", "Format")
    for _ in range(2):
        call("choice.previous")(app, formats)
    size = app.find("combo box", "Size")
    for _ in range(3):
        call("choice.previous")(app, size)
    for name, ending, expected, chooser in (
            ("an animation", ".webp", ("animation",), "Save Picture"),
            ("a strip", ".png", ("PNG", 4 * 64, 64), "Save Picture"),
            ("frames", "", [("PNG", 64, 64)], "Choose a Folder for the Frames")):
        app.play(f"Save {name}", button(app, "Export…"), [
            Saving(app, ending, expected, chooser).control("Export…")])
        choose_next(app, formats)
    still = Saving(app, ".png", ("PNG", 64, 64))
    still.new_path()
    xdotool("key", "ctrl+s")
    still.save(app)
    wait_for("the still", lambda: still.sees(None))
    app.close_toast()
    cancel(app, formats)


def choose_next(app, formats):
    if "Numbered Frames" not in label(formats):
        choose(app, formats)


def cancel(app, formats):
    """The bar that is there while something is written."""
    for _ in range(2):
        call("choice.previous")(app, formats)
    app.set_value("spin button", "Frames", 1000)
    never = Saving(app, ".webp", None)

    def stop():
        return next((n for n in walk(app.page) if n.name == "Cancel" and has_size(n)), None)

    def begin(mean):
        if stop():
            operate(stop())
        operate(app.wait_sensitive("push button", "Export…"))
        never.new_path()
        never.save(app)
        wait_for("the bar", stop)

    def gone(app):
        wait_for("the end of the export", lambda: app.wait_sensitive("push button", "Export…"))
        if os.path.exists(never.path):
            raise AssertionError("what was cancelled is there")
        app.close_toast()
    app.play("Cancel", lambda: [stop()], [
        Control("push button", "Cancel", lambda _: stop() is None, after=gone)], opens=begin)


def sample_export(app):
    app.view("alt+3", "AgSamplePage")
    app.wait_sensitive("push button", "All Faces…")

    def is_sheet(found):
        """Four by four faces, and what is between them."""
        return found is not None and found[0] == "PNG" and all(
            4 * 64 <= extent < 5 * 64 for extent in found[1:])
    for name, expected in (("All Faces…", is_sheet), ("Chosen Face…", ("PNG", 64, 64))):
        app.play(name, button(app, name), [Saving(app, ".png", expected).control(name)])


SCENES = [edit_export, blend_export, sample_export]
