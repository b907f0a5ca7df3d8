# driver.py: what the drivers of the real application share: starting it, finding things, waiting
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Ends the program with 77, which meson counts as skipped, without a session bus, python3-pyatspi or
# xdotool. SHOTS names a folder for pictures of the screen.
import operator
import os
import shutil
import struct
import subprocess
import sys
import time
import zlib

DEADLINE = 180

try:
    import pyatspi
except ImportError:
    sys.exit(77)
if shutil.which("xdotool") is None or "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
    sys.exit(77)


def fail(message):
    shot("failed")
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def wait_for(what, predicate, deadline=DEADLINE):
    """Turns until predicate gives something; it is the result."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        try:
            result = predicate()
        except Exception:  # what was there a moment ago is gone
            result = None
        if result:
            return result
        time.sleep(0.05)
    return fail(f"waited in vain for {what}")


def walk(node):
    yield node
    for child in node:
        if child is not None:
            yield from walk(child)


def xdotool(*arguments):
    return subprocess.run(["xdotool", *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


def shot(name):
    if "SHOTS" in os.environ and shutil.which("import"):
        subprocess.run(["import", "-window", "root", f"{os.environ['SHOTS']}/{name}.png"],
                       check=False)


def has(node, state):
    return node.getState().contains(state)


def is_sensitive(node):
    return has(node, pyatspi.STATE_SENSITIVE)


def is_focused(node):
    return has(node, pyatspi.STATE_FOCUSED)


def is_shown(node):
    """Neither it nor what it is in is hidden; GTK does not tell more."""
    while node is not None and node.getRoleName() not in ("frame", "application"):
        if not has(node, pyatspi.STATE_VISIBLE):
            return False
        node = node.parent
    return True


def box_of(node):
    return node.queryComponent().getExtents(pyatspi.WINDOW_COORDS)


def has_room(node):
    box = box_of(node)
    return box.width > 0 and box.height > 0 and box.x >= 0 and box.y >= 0


def begins_with(name, beginning):
    """A button's accessible name has its label after what it is called."""
    return name == beginning or name.startswith(beginning + " ")


def operate(node):
    """Does what a click does."""
    node.queryAction().doAction(0)


def is_nameless(node):
    """Whatever can be operated says what it is; the button in a drop-down has the drop-down's name,
    a list item is read by what is in it, and the parts of a spin button by its name."""
    if node.getRoleName() == "list item":
        return not any(inner.name and not inner.name.startswith(("Gtk", "Adw"))
                       for inner in walk(node))
    return (node.getRoleName() in ("push button", "toggle button", "slider", "spin button", "entry",
                                   "text", "combo box", "check box")
            and (not node.name or node.name.startswith(("Gtk", "Adw")))
            and not (node.name == "GtkToggleButton" and node.parent.name)
            and not any(child.name for child in node)
            and node.parent.getRoleName() != "spin button")


def assert_named(top, where=lambda node: True):
    nameless = [f"{node.getRoleName()} {node.name} in {node.parent.name}" for node in walk(top)
                if is_nameless(node) and where(node)]
    if nameless:
        fail("without a name: " + "; ".join(nameless))


def write_png(path, width, height, color):
    """A picture of color (x, y), which gives red, green and blue."""
    rows = b"".join(b"\0" + bytes(v for x in range(width) for v in color(x, y))
                    for y in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def draw_disc(path, seed, size=48):
    """A PNG of a disc on a shaded ground, its place, size and colours by the seed."""
    def draw(k):
        return (seed * 2654435761 + k * 40503) % 1000 / 1000
    cx, cy = size * (.35 + .3 * draw(1)), size * (.35 + .3 * draw(2))
    radius = size * (.15 + .2 * draw(3))

    def color(x, y):
        inside = (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2
        return (int(255 * min(max(draw(4 + c + 3 * inside) * .7 + .3 * (x + y) / 2 / size, 0), 1))
                for c in range(3))
    write_png(path, size, size, color)


class Application:
    """Runs in a home of its own. What is looked for is called so by named and fulfils where."""

    def __init__(self, program, home, size, where=lambda node: True, named=operator.eq):
        environment = dict(os.environ)
        environment.pop("GTK_A11Y", None)
        environment.update(GSETTINGS_BACKEND="memory", HOME=home, XDG_DATA_HOME=home + "/.data",
                           XDG_STATE_HOME=home + "/.state", XDG_CACHE_HOME=home + "/.cache",
                           XDG_CONFIG_HOME=home + "/.config")
        self.home, self.where, self.named = home, where, named
        # Python ignores SIGXFSZ, and so does what it starts: a full disk is to be an error.
        self.process = subprocess.Popen([os.path.abspath(program)], env=environment, cwd=home,
                                        restore_signals=False)
        self.node = self.page = wait_for("the application", self.find_application)
        self.window = self.front = wait_for("the window", self.windows)[0]
        xdotool("windowmove", self.window, 0, 0)
        self.resize(*size)
        self.focus()

    def check(self):
        if self.process.poll() is not None:
            fail("the application is gone")

    def end(self):
        self.focus()
        xdotool("key", "ctrl+q")
        if self.process.wait(DEADLINE) != 0:
            fail("the application did not end well")

    # Windows. Nobody manages them, so that one that has opened or is left gets the focus here.

    def windows(self):
        return subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
            capture_output=True, text=True).stdout.split()

    def resize(self, width, height):
        xdotool("windowsize", "--sync", self.window, width, height)

    def focus(self):
        """As a window manager does when a window opens, or the one on top of it closes."""
        xdotool("windowfocus", "--sync", self.window)

    def geometry(self, window):
        """Its X, Y, WIDTH and HEIGHT."""
        lines = xdotool("getwindowgeometry", "--shell", window).split()
        return {key: int(value) for key, value in (line.split("=") for line in lines)}

    def newest(self):
        # While one closes, xdotool may stumble over it and find none.
        return max(wait_for("a window", self.windows), key=int)

    def top(self):
        """The window that was opened last, raised and with the focus, as a window manager does."""
        self.front = self.newest()
        xdotool("windowraise", self.front)
        xdotool("windowfocus", "--sync", self.front)
        return self.front

    def wait_for_windows(self, n):
        wait_for(f"{n} windows", lambda: len(self.windows()) == n)
        return self.top()

    def answer(self, path, key="ctrl+a", beneath=None, before=lambda: None):
        """A dialog of files comes up over the window beneath: a path is typed. What is to happen
        before is done when the dialog is there."""
        beneath = beneath or self.window

        def dialog():  # tooltips are small
            window = self.newest()
            return window != beneath and self.geometry(window)["HEIGHT"] > 200 and window
        chooser = wait_for("the dialog of files", dialog)
        xdotool("windowfocus", "--sync", chooser)
        before()
        time.sleep(0.5)
        xdotool("key", key)
        xdotool("type", "--delay", "20", path)
        time.sleep(0.5)
        xdotool("key", "Return")
        wait_for("the end of the dialog of files", lambda: chooser not in self.windows())
        xdotool("windowfocus", "--sync", beneath)

    # Finding.

    def find_application(self):
        if self.process.poll() is not None:
            fail("the application has ended")
        for node in pyatspi.Registry.getDesktop(0):
            try:
                if node is not None and node.get_process_id() == self.process.pid:
                    return node
            except Exception:  # one that has ended
                continue
        return None

    def find(self, role, name, where=lambda node: True):
        return next((node for node in walk(self.page) if self.named(node.name, name)
                     and node.getRoleName() == role and where(node) and self.where(node)), None)

    def find_anywhere(self, where):
        return next((node for node in walk(self.node) if where(node)), None)

    def find_label(self, *beginnings):
        """A label on the screen that begins so."""
        return next((node for node in walk(self.page) if node.getRoleName() in ("label", "static")
                     and node.name.startswith(beginnings) and self.where(node)), None)

    def wait(self, role, name):
        return wait_for(f"{role} {name}", lambda: self.find(role, name))

    def wait_gone(self, role, name):
        wait_for(f"the end of {role} {name}", lambda: not self.find(role, name))

    def wait_sensitive(self, role, name):
        return wait_for(f"{role} {name} to be usable", lambda: self.find(role, name, is_sensitive))

    def wait_focus(self, role, name):
        return wait_for(f"the focus on {role} {name}", lambda: self.find(role, name, is_focused))

    def get_title(self):
        return next(node.name for node in self.node if node.getRoleName() == "frame")

    def find_frame(self, title):
        return next((node for node in self.node
                     if node.getRoleName() == "frame" and node.name == title), None)

    def wait_title(self, title):
        wait_for(f"the title {title}", lambda: self.find_frame(title))

    # Using.

    def value(self, name, role="slider"):
        return self.wait(role, name).queryValue().currentValue

    def set_value(self, role, name, value):
        control = self.wait(role, name).queryValue()
        control.currentValue = value
        wait_for(f"{name} to be {value}", lambda: abs(control.currentValue - value) < 1e-6)

    def expect(self, name, what, predicate, role="slider"):
        wait_for(f"{name} {what} (it is {self.value(name, role)})",
                 lambda: predicate(self.value(name, role)))

    def press(self, role, name):
        operate(self.wait_sensitive(role, name))

    def place(self, node):
        """The middle of it on the screen, in the window that is on top."""
        x, y, width, height = self.extents(node)
        return x + width // 2, y + height // 2

    def extents(self, node):
        """Of it on the screen: a window's content has its borders around it."""
        top = node
        while top.parent.getRoleName() != "application":
            top = top.parent
        window, box, content = self.geometry(self.front), box_of(node), box_of(top)
        return (window["X"] + (window["WIDTH"] - content.width) // 2 + box.x,
                window["Y"] + (window["HEIGHT"] - content.height) // 2 + box.y,
                box.width, box.height)

    def click(self, role, name):
        xdotool("mousemove", *self.place(self.wait(role, name)), "click", 1)
