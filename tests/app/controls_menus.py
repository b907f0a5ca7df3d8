# controls_menus.py: the menus, what else is opened from a button, and the windows of the program
# SPDX-License-Identifier: GPL-3.0-or-later
import glob

import driver
from controls import (Control, call, controls, has_size, keys, known, label_names, name_of, pressed,
                      select, value)
from controls_views import first_face, set_smiling, to
from driver import has, operate, pyatspi, wait_for, walk, xdotool


# Opening.

def find_button(app, name):
    return wait_for(name, lambda: next(n for n in controls(app.frame) if name_of(n) == name
                                       and driver.is_shown(n)))


def by(app, mean, node):
    """What a click does, by any of the means."""
    if mean == "accessibility":
        operate(node)
    elif mean == "mouse":
        app.click_on(node)
    else:
        app.tab_to(node)
        xdotool("key", "space")


def opens(app, name, filled=lambda popover: True):
    """The popover of a button."""
    def go(mean):
        by(app, mean, find_button(app, name))
        wait_for(f"what {name} opens", lambda: len(app.windows()) > 1
                 and has_size(popover(app, name)()[0]) and filled(popover(app, name)()[0]))
    return go


def popover(app, name):
    return lambda: [n for n in find_button(app, name).parent if n.getRoleName() != "push button"]


def item(name, sees, **more):
    return Control("menu item", name, sees, keyboard=keys("Return"), **more)


def window(app, name):
    """Whether it is open."""
    return lambda _: app.shows(name)


def toast(app):
    return next((n for n in walk(app.frame) if n.name == "AdwToastWidget"), None)


def sees_toast(app):
    return lambda _: label_names(toast(app)) if toast(app) else None


def n_faces(app):
    return lambda _: app.find("list", "Faces").childCount


def act(app, name):
    """An action of the window."""
    call(name)(app, app.frame)


def undo_toast(app):
    """What it says is taken back."""
    before = n_faces(app)(None)
    operate(next(n for n in walk(toast(app)) if n.name == "_Undo Undo"))
    wait_for("the face", lambda: n_faces(app)(None) == before + 1)
    app.close_toast()


def copy_first(app):
    first_face(app)
    act(app, "win.copy")
    wait_for("the toast", lambda: toast(app))
    app.close_toast()


def start(app):
    """In Edit, with a face that was drawn."""
    app.view("alt+1", "AgEditPage")
    app.page = app.frame
    first_face(app)


def menu(app):
    start(app)

    def done(app):
        first_face(app)
        app.close_toast()

    def back(app):
        app.close_dialogs()
        to("alt+1")(app)
    app.play("Main menu", popover(app, "Main menu"), [
        item("Copy Picture", sees_toast(app), after=done),
        item("Save as PNG…", window(app, "Save Picture")),
        item("Export…", window(app, "Export")),
        item("Paste Picture", n_faces(app), before=copy_first, after=done),
        item("Draw More Faces", n_faces(app), after=done),
        item("Open a Model…", window(app, "Open a Model")),
        item("Make a Slider…", window(app, "Make a Slider")),
        item("Train a Model…", window(app, "New Model"), after=back),
        item("Keyboard Shortcuts", window(app, "Keyboard Shortcuts")),
        item("About Afterglow", window(app, "About")),
    ], opens=opens(app, "Main menu"))


def recent(app):
    start(app)
    path = app.home + "/recent.png"
    driver.write_png(path, 90, 90, lambda x, y: (x, y, 90))

    def names(_=None):
        """Of an open menu."""
        if app.windows() == [app.window]:
            opens(app, "Recent photos")("accessibility")
        return [n.name for n in walk(popover(app, "Recent photos")()[0])
                if n.getRoleName() == "menu item"]

    def open_photo(app):
        xdotool("key", "ctrl+o")
        app.answer(path)
        wait_for("the photo", lambda: app.frame.name == "recent.png")
        first_face(app)

    def remember(app):
        known_ones = names()
        app.close_dialogs()
        if "recent.png" not in known_ones:
            open_photo(app)
    open_photo(app)
    app.play("Recent photos", popover(app, "Recent photos"), [
        item("recent.png", lambda _: app.frame.name, before=first_face, after=first_face),
        item("Forget Them", names, before=remember),
        item("Open a Model…", window(app, "Open a Model"), before=remember),
    ], opens=opens(app, "Recent photos"))


def photo_menus(app):
    start(app)

    def zoom(_=None):
        return app.find("push button", "Zoom")[0].name

    def at(key):
        def go(app):
            xdotool("key", "ctrl+0")
            if key:
                app.comes(lambda: zoom() == "100 %")
                xdotool("key", key)
        return go
    app.play("Zoom", popover(app, "Zoom"), [
        item("Whole Picture", zoom, before=at("ctrl+1")),
        item("Its Own Pixels|Twice That|Closer|Farther", zoom, before=at(None), after=at(None)),
    ], opens=opens(app, "Zoom"))

    def checked(node):
        return has(node, pyatspi.STATE_CHECKED)

    def nothing(app):
        xdotool("key", "ctrl+shift+i")

    def something(app):
        xdotool("key", "ctrl+i")
    app.play("Draw over the photo", popover(app, "Draw over the photo"), [
        item("Nothing", checked, before=something),
        item("Where the Attribute Acts|All Together|Coarse|Middle .|Fine", checked, before=nothing,
             after=nothing),
    ], opens=opens(app, "Draw over the photo"))


def history(app):
    start(app)

    def smiling(_):
        return app.value("Smiling")

    def here(app):
        set_smiling(app)
        wait_for("the value", lambda: app.value("Smiling") != 0)
    here(app)

    def nothing(app, node):
        """Where the keys are is where the history is."""
    app.play("History", popover(app, "History"), [
        Control("list item", "Original", smiling, select, keyboard=nothing, before=here),
        known("list item", "(Smiling|Brush).*", "as-the-others"),
    ], opens=opens(app, "History", lambda node: any(
        n.getRoleName() == "list item" for n in walk(node))))


def looks(app):
    start(app)
    set_smiling(app)
    made = []

    def names(_=None):
        return [n.name for n in walk(popover(app, "Looks")()[0]) if n.getRoleName() == "list item"]

    def listed(node):
        """Looks are read from files."""
        files = glob.glob(app.home + "/.data/**/looks/*", recursive=True)
        return len(files) == len([n for n in walk(node) if n.getRoleName() == "list item"])

    def new(mean):
        opens(app, "Looks", listed)(mean)
        entry = next(n for n in walk(popover(app, "Looks")()[0]) if n.name == "Name of a new look")
        made.append(f"Look {len(made) + 1}")
        if mean == "accessibility":
            entry.queryEditableText().setTextContents(made[-1])
            return
        if mean == "keyboard":
            app.tab_to(entry)
        else:
            app.click_on(entry)
            wait_for("the focus", lambda: driver.is_focused(entry))
        xdotool("type", "--delay", "20", made[-1])
    text = Control("text", "Name of a new look", names,
                   "its-button", lambda app, node: xdotool("key", "Return"), keys("Return"))
    app.play("New look", popover(app, "Looks"), [
        text,
        Control("push button", "Save the look", names),
    ], opens=new)

    def delete_back(app):
        app.close_dialogs()
        operate(next(n for n in walk(wait_for("the toast", lambda: toast(app)))
                     if n.name == "_Undo Undo"))
        app.close_toast()
    app.play("Looks", popover(app, "Looks"), [
        Control("list item", "Look .*", lambda _: app.value("Smiling"), call("look.apply"),
                keyboard=keys("Return"), before=set_smiling, only=1),
        Control("push button", "Apply to a Folder of Photos…", app.world, only=1),
        Control("push button", "Delete This Look", names, after=delete_back, only=1),
        known("text", "Name of a new look", "above"),
        known("push button", "Save the look", "above"),
    ], opens=opens(app, "Looks", listed))


def shelf_menu(app):
    start(app)

    def face():
        return next(n for n in app.find("list", "Faces") if n.name == "Drawn face 2")

    def go(mean):
        if mean == "mouse":
            app.click_on(face(), button=3)
        else:
            app.tab_to(face())
            xdotool("key", "space", "shift+F10")
        wait_for("the menu", lambda: len(app.windows()) > 1 and all(map(has_size, tops())))

    def tops():
        return [n for n in app.find("list", "Faces").parent.parent if n.getRoleName() == "menu"]

    def tabs(_):
        return [pressed(n) for n in walk(app.header) if n.getRoleName() == "page tab"]

    def close_toast(app):
        app.close_toast()
    app.play("Menu of a face", tops, [
        item("Blend With This Face", tabs, after=to("alt+1")),
        item("Copy Picture", sees_toast(app), after=close_toast),
        item("Export…", window(app, "Export")),
        item("Remove From the Shelf", n_faces(app), after=undo_toast),
    ], opens=go)


def toasts(app):
    start(app)

    def removed(mean):
        """Another face than the first one, which other scenes want."""
        faces = app.find("list", "Faces")
        faces.querySelection().selectChild(faces.childCount - 1)
        wait_for("the last face", lambda: app.frame.name == faces[faces.childCount - 1].name)
        act(app, "win.remove-face")
        wait_for("the toast", lambda: has_size(toast(app)))

    def put_back(mean):
        first_face(app)
        set_smiling(app)
        act(app, "win.reset")
        wait_for("the toast", lambda: has_size(toast(app)))

    def tops():
        return [toast(app)]

    def done(app):
        app.close_toast()
    close = known("push button", "GtkImage", "libadwaita-close")
    app.play("Taken off the shelf", tops, [
        Control("push button", "_Undo Undo", n_faces(app), after=done), close], opens=removed)
    app.play("Put back", tops, [
        Control("push button", "_Undo Undo", lambda _: app.value("Smiling"), after=done), close,
    ], opens=put_back)


def number(app):
    """Of a slider: a click with the other button, or just typing."""
    start(app)
    slider = app.find("slider", "Smiling")

    def reset(app):
        slider.queryValue().currentValue = 0

    def other(app):
        slider.queryValue().currentValue = 0.5

    def write(app, node):
        node.queryValue().currentValue = 0.37

    def click_and_type(app, node):
        app.click_on(node, button=3)
        wait_for("the entry", lambda: any(
            driver.is_focused(n) and n.getRoleName() == "text" for n in walk(app.frame)))
        xdotool("type", "0.37")
        xdotool("key", "Return")

    def double_click(app, node):
        app.point_at(node, (0.8, 0.5))
        xdotool("click", "--repeat", 2, "--delay", 60, 1)

    def is_37(node):
        return abs(value(node) - 0.37) < 1e-6

    def is_0(node):
        return value(node) == 0
    tops = [slider]
    app.play("Number of a slider", lambda: tops, [
        Control("slider", "Smiling", is_37, write, click_and_type, keys("0", "period", "3", "7",
                                                                        "Return"), before=reset)])
    app.play("Back to the middle", lambda: tops, [
        Control("slider", "Smiling", is_0, lambda app, node: reset(app), double_click,
                keys("BackSpace"), before=other)])


def shortcuts(app):
    start(app)

    def find():
        return next((n for n in app.node if n.name == "Keyboard Shortcuts"), None)

    def go(mean):
        xdotool("key", "F1")
        wait_for("the shortcuts", find)
        app.top()

    def selected(node):
        return has(node, pyatspi.STATE_SELECTED)

    app.play("Keyboard Shortcuts", lambda: [find()], [
        Control("page tab", "_2|_3", selected),
        known("page tab", "_1", "as-the-others"),
        # GTK gives the button that searches no name.
        Control("push button", "GtkImage", pressed),
        Control("push button", "Close", lambda _: find() is None, keyboard="Escape"),
    ], opens=go)


def about(app):
    start(app)

    def find():
        return next((n for n in app.node if n.name == "About"), None)

    def go(mean):
        opens(app, "Main menu")(mean)
        row = next(n for n in walk(popover(app, "Main menu")()[0]) if n.name == "About Afterglow")
        if mean == "mouse":
            app.click_on(row)
        elif mean == "keyboard":
            app.tab_to(row)
            xdotool("key", "Return")
        else:
            operate(row)
        wait_for("the window", lambda: has_size(find()))
        app.top()

    def sizes(_):
        """Another page of it is seen."""
        return [n.name for n in walk(find()) if n.getRoleName() == "label" and has_size(n)]
    app.play("About", lambda: [find()], [
        # Window buttons do not take part in Tab; each use here ends with Escape.
        Control("push button", "Close", lambda _: find() is None, keyboard="Escape"),
        known("push button", "GtkButton", "libadwaita-version"),
        Control("list item", "Details|Troubleshooting|Credits|Legal", sizes,
                "no-action-in-GTK", keyboard=keys("Return")),
    ], opens=go)


SCENES = [menu, recent, photo_menus, history, looks, shelf_menu, toasts, number, shortcuts, about]
