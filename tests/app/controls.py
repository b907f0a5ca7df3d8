# controls.py: every control of a scene, operated by each means, against a table
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A scene is a view, a bar, a popover, a menu or a dialog. In each of them the controls that are on
# the screen are listed by what accessibility tells of them, and each has to be in the scene's table,
# as each entry of that has to be found. A control is operated by each of the means, and what it is
# for has to be seen to happen. By keyboard, it is reached by Tab, and by the arrow keys in a list;
# where Tab goes is where the eye goes, and it comes round. The pointer waits for what still moves.
import re
import subprocess
import time

import driver
from driver import (begins_with, box_of, has, is_focused, is_sensitive, operate, pyatspi, wait_for,
                    walk, xdotool)

PATIENCE = 20
MEANS = "accessibility", "mouse", "keyboard"

# A place that is over no window.
AWAY = 1275, 1435

# Whatever of these there is on the screen is a control, as is whatever can have the focus.
CONTAINERS = "scroll pane", "list", "table", "frame", "dialog", "panel", "filler"
WHOLE = "spin button", "combo box", "entry", "text"  # what is in them is a part of them


# What can be seen of a control.

def has_size(node):
    box = box_of(node)
    return box.width > 0 and box.height > 0


def value(node):
    return node.queryValue().currentValue


def state(flag):
    return lambda node: has(node, flag)


checked = state(pyatspi.STATE_CHECKED)
pressed = state(pyatspi.STATE_PRESSED)
expanded = state(pyatspi.STATE_EXPANDED)


def text(node):
    content = node.queryText()
    return content.getText(0, content.characterCount)


def label(node):
    """What a drop-down list has chosen, or what one of its rows says."""
    def labels(inner):
        if inner.getRoleName() == "label" and inner.name and driver.has_room(inner):
            yield inner.name
        for child in inner:
            if child.getRoleName() != "scroll pane":
                yield from labels(child)
    return list(labels(node))


def label_names(node):
    return [n.name for n in walk(node) if n.getRoleName() == "label" and n.name]


# What is done to it through accessibility.

def call(name):
    """An action by its name."""
    def act(app, node):
        action = node.queryAction()
        action.doAction([action.getName(i) for i in range(action.nActions)].index(name))
    return act


def click(app, node):
    operate(node)


def turn(app, node):
    adjustment = node.queryValue()
    low, high = adjustment.minimumValue, adjustment.maximumValue
    adjustment.currentValue = low + (high - low) * (
        0.25 if adjustment.currentValue > (low + high) / 2 else 0.75)


def step_up(app, node):
    node.queryValue().currentValue += 1


def write(app, node):
    node.queryEditableText().setTextContents("a")


def choose(app, node):
    """The next of a drop-down list, or the one before."""
    before = label(node)
    for way in ("choice.next", "choice.previous"):
        call(way)(app, node)
        if app.comes(lambda: label(node) != before):
            return


def select(app, node):
    node.parent.querySelection().selectChild(node.getIndexInParent())


# By mouse.

def point(app, node):
    app.click_on(node)


def wheel(app, node):
    app.click_on(node, button=4)


def at(*place):
    """At a share of its width and height."""
    return lambda app, node: app.click_on(node, place)


def slide(app, node):
    adjustment = node.queryValue()
    low, high = adjustment.minimumValue, adjustment.maximumValue
    app.click_on(node, (0.25 if adjustment.currentValue > (low + high) / 2 else 0.75, 0.5))


def press_plus(app, node):
    box = box_of(node)
    app.click_on(node, (1 - 16 / box.width, 0.5))


def point_and_type(app, node):
    point(app, node)
    wait_for("the focus", lambda: is_focused(node), PATIENCE)
    xdotool("key", "b")


def pick(app, node):
    """Another row of a drop-down list."""
    point(app, node)
    app.click_on(app.other_row(node, app.wait_rows(node)), (0.2, 0.5))
    app.wait_alone()


# By keyboard, when it has the focus.

def keys(*names):
    return lambda app, node: xdotool("key", *names)


def arrow(app, node):
    adjustment = node.queryValue()
    xdotool("key", "Left" if adjustment.currentValue >= adjustment.maximumValue else "Right")


def pick_by_keys(app, node):
    """The keys begin at the row that is chosen."""
    xdotool("key", "space")
    rows = app.wait_rows(node)
    wait_for("the focus in them", lambda: any(map(is_focused, rows)), PATIENCE)
    here = next(i for i, row in enumerate(rows) if is_focused(row))
    if label(rows[here])[0] not in label(node):
        raise AssertionError("the keys do not begin at the row that is chosen")
    other = rows.index(app.other_row(node, rows))
    xdotool("key", *["Down" if other > here else "Up"] * abs(other - here))
    wait_for("the focus on another row", lambda: is_focused(rows[other]), PATIENCE)
    xdotool("key", "Return")
    app.wait_alone()


class Control:
    """An entry of a table: what is to be seen, how it is operated, and what there is around that."""

    def __init__(self, role, name, sees, access=click, mouse=point, keyboard=keys("space"),
                 before=None, after=None, only=None):
        self.role, self.name, self.sees = role, re.compile(name), sees
        self.acts = dict(zip(MEANS, (access, mouse, keyboard)))
        # A word in place of what is done tells why it cannot apply.
        self.without = {mean: act for mean, act in self.acts.items() if isinstance(act, str)}
        self.before, self.after, self.only = before, after, only

    def matches(self, role, name):
        return role == self.role and self.name.fullmatch(name)


def slider(name, **more):
    return Control("slider", name, value, turn, slide, arrow, **more)


def toggle(name, **more):
    return Control("push button", name, pressed, **more)


def switch(name, **more):
    return Control("check box", name, checked, **more)


def spin(name, **more):
    return Control("spin button", name, value, step_up, press_plus, keys("Up"), **more)


def entry(role, name, **more):
    return Control(role, name, text, write, point_and_type, keys("c"), **more)


def drop_down(name, **more):
    return Control("combo box", name, label, choose, pick, pick_by_keys, **more)


def expander(name):
    """Folded again, so that its middle stays on it."""
    return Control("push button", name, expanded, after=lambda app: operate(
        wait_for(name, lambda: app.find("push button", name))))


def known(role, name, why):
    """Operated in another scene, or by nobody."""
    return Control(role, name, None, why, why, why, only=0)


def name_of(node):
    """A menu button is called something; the button in it, which has the focus, has its label."""
    around = node.parent
    if around.getRoleName() == "push button" and not has(around, pyatspi.STATE_FOCUSABLE):
        return around.name
    return node.name


def controls(node, within=False):
    """What of it and in it is a control on the screen."""
    if not has(node, pyatspi.STATE_VISIBLE):
        return
    role = node.getRoleName()
    focusable = has(node, pyatspi.STATE_FOCUSABLE)
    is_control = role in ("combo box", "spin button") or (focusable and role not in CONTAINERS) or (
        role == "image" and node.name and not node.name.startswith("Gtk") and not within)
    if is_control and has_size(node):
        yield node
    if role not in WHOLE:
        for child in node:
            if child is not None:
                yield from controls(child, within or is_control)


class Application(driver.Application):
    def __init__(self, program, home):
        super().__init__(program, home, (1120, 1330), named=begins_with)
        self.wait_sensitive("slider", "Smiling")
        self.frame = self.node[0]
        self.header = next(n for n in walk(self.frame) if n.name == "Open photos")
        while self.header.parent.getRoleName() != "panel" or box_of(self.header).width < 1000:
            self.header = self.header.parent
        self.results, self.problems = [], []
        self.page = self.frame

    def view(self, key, name):
        xdotool("key", key)
        self.page = wait_for(name, lambda: next(
            n for n in walk(self.frame) if n.name == name and has_size(n)))
        self.settle(self.page)

    def wait_view(self, name):
        wait_for(f"the view {name}", lambda: any(
            n.name == name and n.getRoleName() == "page tab" and has(n, pyatspi.STATE_PRESSED)
            for n in walk(self.header)))

    def world(self, _=None):
        """What a command may change that is not at the control itself."""
        faces = self.find("list", "Faces")
        return ([(n.getRoleName(), n.name) for n in self.node], self.frame.name,
                faces.childCount if faces else 0)

    @staticmethod
    def comes(predicate, patience=2):
        """Whether it does, where that it does not is an answer too."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if predicate():
                return True
            time.sleep(0.05)
        return False

    def shows(self, name):
        """Whether a window of that name is open."""
        return any(node.name == name for node in self.node)

    def top(self):
        """The dialog over the window, which is no tooltip, as a window manager does."""
        xdotool("mousemove", *AWAY)
        self.front = wait_for("the dialog", lambda: max(
            (w for w in self.windows() if w != self.window and self.geometry(w)["HEIGHT"] > 150),
            key=int))
        xdotool("windowraise", self.front)
        xdotool("windowfocus", "--sync", self.front)
        return self.front

    def wait_alone(self):
        """What was opened over the window is gone; a tooltip goes with the pointer."""
        xdotool("mousemove", *AWAY)
        wait_for("the end of what was opened", lambda: set(self.windows()) == {
            self.window, self.front}, PATIENCE)

    # Places. What has just been added or folded out moves what is below it, for a moment.

    def settle(self, node):
        def rests():
            before = box_of(node)
            time.sleep(0.2)
            now = box_of(node)
            return (before.x, before.y, before.height) == (now.x, now.y, now.height)
        wait_for("rest", rests)

    def extents(self, node):
        self.settle(node)
        return wait_for("a place", lambda: self.find_extents(node), PATIENCE)

    def find_extents(self, node):
        """On the screen; a popover is a window of its own, where GTK tells another place."""
        windows = [self.geometry(w) for w in self.windows() if w != self.front]
        around, box = node, box_of(node)
        while windows and around.getRoleName() != "application":
            try:
                place = box_of(around)
            except NotImplementedError:  # a page of a stack
                around = around.parent
                continue
            for window in windows:
                if (abs(window["WIDTH"] - place.width) < 9
                        and abs(window["HEIGHT"] - place.height) < 9):
                    return (window["X"] + box.x - place.x, window["Y"] + box.y - place.y,
                            box.width, box.height)
            around = around.parent
        return super().extents(node)

    def click_on(self, node, share=(0.5, 0.5), button=1):
        """At a share of its width and height, when that is where the pointer has come to."""
        self.point_at(node, share)
        xdotool("click", button)

    def point_at(self, node, share=(0.5, 0.5)):
        def place():
            x, y, width, height = self.extents(node)
            return int(x + width * share[0]), int(y + height * share[1])
        there = None
        while there != place():
            there = place()
            xdotool("mousemove", *there)

    def wait_rows(self, node):
        """Of a drop-down list that is opening: they are there, and so is their window."""
        rows = wait_for("its rows", lambda: [
            row for row in walk(node) if row.getRoleName() == "list item" and has_size(row)
            and row.parent.parent.getRoleName() == "scroll pane"], PATIENCE)
        wait_for("their window", lambda: any(
            self.geometry(w)["HEIGHT"] > box_of(rows[0]).height * len(rows[:2])
            for w in self.windows() if w not in (self.window, self.front)), PATIENCE)
        return rows

    def other_row(self, node, rows):
        chosen = label(node)
        return next(row for row in rows[:4] if label(row)[0] not in chosen)

    def close_dialogs(self):
        """Escape, until there is the window alone again."""
        def closed():
            if self.windows() == [self.window]:
                return True
            subprocess.run(["xdotool", "windowfocus", self.newest()], stderr=subprocess.DEVNULL)
            xdotool("key", "Escape")
            time.sleep(0.3)
            return False
        # Nor has the pointer a tooltip shown.
        xdotool("mousemove", *AWAY)
        wait_for("the end of the dialogs", closed, PATIENCE)
        self.front = self.window
        self.focus()

    def close_toast(self):
        def toast():
            return next((n for n in walk(self.frame) if n.name == "AdwToastWidget"), None)

        def closed():
            left = toast()
            if left is not None:
                operate([n for n in walk(left) if n.getRoleName() == "push button"][-1])
                self.comes(lambda: toast() != left)
            return toast() is None
        wait_for("the end of the toasts", closed, PATIENCE)

    def focused(self, nodes):
        return next((node for node in nodes if is_focused(node)), None)

    def tab_to(self, node):
        """By Tab alone, from wherever the focus is, and by arrow keys among its like."""
        inner = next(n for n in walk(node) if has(n, pyatspi.STATE_FOCUSABLE))
        role, like = node.getRoleName(), []
        if role in ("list item", "table cell"):
            like = list(node.parent)
        elif role == "menu item":
            menu = node
            while menu.getRoleName() != "menu":
                menu = menu.parent
            like = [n for n in walk(menu) if n.getRoleName() == role]
        for _ in range(150):
            if self.comes(lambda: is_focused(inner), 0.06):
                return
            here = next((i for i, n in enumerate(like) if is_focused(n)), None)
            if here is None:
                xdotool("key", "Tab")
            elif role == "table cell":
                xdotool("key", "Right")
            else:
                xdotool("key", "Down" if here < like.index(node) else "Up")
        raise TimeoutError("cannot be reached by Tab")

    # A scene.

    def play(self, scene, tops, table, ordered=False, opens=None):
        """All of it; ordered says that it is what Tab goes round in. What is not there from the
        start is opened anew, by the same means, for each use."""
        if opens:
            opens(MEANS[0])
            wait_for(f"what is in {scene}", lambda: self.list(tops))
        cast = self.cast(scene, tops, table)
        if ordered:
            self.check_order(scene, [node for control, _, node, _ in cast
                                     if "keyboard" not in control.without])
        if opens:
            self.close_dialogs()
        for mean in MEANS:
            for control, name, node, nth in cast:
                def find(name=name, node=node, nth=nth):
                    if not opens:
                        return node
                    return [n for n in self.list(tops) if " ".join(self.call(n)) == name][nth]
                if mean in control.without:
                    self.results.append((scene, name, mean, control.without[mean]))
                else:
                    self.test(scene, mean, control, find, name, opens)
        self.close_dialogs()

    @staticmethod
    def call(node):
        return node.getRoleName(), name_of(node)

    def list(self, tops):
        return [node for top in tops() for node in controls(top)]

    def cast(self, scene, tops, table):
        """Each control on the screen with its entry of the table: that, what it is called, itself,
        and how many there are before it that are called so."""
        cast, counts, names = [], {}, []
        for node in self.list(tops):
            names.append(" ".join(self.call(node)))
            control = next((c for c in table if c.matches(*self.call(node))), None)
            if control is None:
                self.problems.append(f"{scene}: {names[-1]} is not in the table")
                continue
            counts[control] = counts.get(control, 0) + 1
            if control.only is None or counts[control] <= control.only:
                cast.append((control, names[-1], node, names[:-1].count(names[-1])))
        self.problems += [f"{scene}: no {c.role} {c.name.pattern} was found" for c in table
                          if c not in counts]
        return cast

    def test(self, scene, mean, control, find, name, opens):
        result = "yes"
        try:
            self.wait_alone()
            if control.before:
                control.before(self)
            if opens:
                opens(mean)
            node = wait_for(name, find, PATIENCE)
            wait_for(f"{name} to be usable", lambda: is_sensitive(node), PATIENCE)
            before = control.sees(node)
            if mean == "keyboard":
                self.tab_to(node)
            control.acts[mean](self, node)
            wait_for(f"{name} to answer", lambda: control.sees(node) != before, PATIENCE)
            if control.after:
                control.after(self)
            if opens:
                self.close_dialogs()
        except (Exception, SystemExit) as error:
            result = "NO"
            self.problems.append(f"{scene}: {name} by {mean}: {error or type(error).__name__}")
            print(self.problems[-1], flush=True)
            driver.shot(f"{scene}-{name}-{mean}".replace("/", "-"))
            self.close_dialogs()
        self.results.append((scene, name, mean, result))
        self.check()

    def check_order(self, scene, nodes):
        """Tab reaches them all, from the top to the bottom of each part, and comes round."""
        boxes = {}
        focusables = []
        for node in nodes:
            if node.getRoleName() in ("list item", "table cell") or not is_sensitive(node):
                continue
            inner = next((n for n in walk(node) if has(n, pyatspi.STATE_FOCUSABLE)), None)
            if inner is None:
                self.problems.append(f"{scene}: {name_of(node)} cannot have the focus")
                continue
            focusables.append(inner)
            boxes[inner] = self.extents(inner)
        self.tab_to(focusables[0])
        order = [focusables[0]]
        for _ in range(3 * len(focusables)):
            xdotool("key", "Tab")
            time.sleep(0.05)
            node = self.focused(focusables)
            if node == order[0]:
                break
            if node is not None and node not in order:
                order.append(node)
        else:
            self.problems.append(f"{scene}: Tab does not come round")
        self.problems += [f"{scene}: Tab does not reach {name_of(node)}" for node in focusables
                          if node not in order]

        def part(box):
            return 0 if box[1] < 52 else 1 if box[0] < 90 else 2 if box[0] < 790 else 3
        for one, other in zip(order, order[1:]):
            (x, y, _, height), (x1, y1, _, height1) = boxes[one], boxes[other]
            same_row = y < y1 + height1 and y1 < y + height
            if part(boxes[one]) == part(boxes[other]) and (x1 < x if same_row else y1 < y):
                self.problems.append(
                    f"{scene}: Tab goes from {name_of(one)} back to {name_of(other)}")


def print_table(app):
    """Control by control, what each of the means did."""
    rows = {}
    for scene, name, mean, result in app.results:
        rows.setdefault((scene, name), {})[mean] = result
    width = max(len(f"{scene}: {name}") for scene, name in rows)
    print("".ljust(width), *(mean.ljust(16) for mean in MEANS))
    for (scene, name), by in rows.items():
        print(f"{scene}: {name}".ljust(width), *(by.get(mean, "-").ljust(16) for mean in MEANS))
    done = sum(result == "yes" for *_, result in app.results)
    uses = done + sum(result == "NO" for *_, result in app.results)
    print(f"{len(rows)} controls, {done} of {uses} uses seen to work")
