# controls_views.py: the controls of the views, as tables, and what is done around their use
# SPDX-License-Identifier: GPL-3.0-or-later
import driver
from controls import (Control, at, call, choose, drop_down, entry, expander, has_size, keys,
                      known, label, select, slider, spin, switch, toggle, wheel)
from driver import has, operate, pyatspi, wait_for, xdotool


# What is done around the use of a control.

def escape(app):
    xdotool("key", "Escape")
    app.wait_alone()


def close(app):
    app.close_dialogs()


def close_toast(app):
    app.close_toast()


def set_smiling(app):
    """To another value than it has, as a step to be undone."""
    smiling = app.find("slider", "Smiling").queryValue()
    smiling.currentValue = 0.25 if smiling.currentValue > 0.4 else 0.5
    app.wait_sensitive("push button", "Undo")


def undo_smiling(app):
    set_smiling(app)
    operate(app.wait_sensitive("push button", "Undo"))


VIEWS = {"alt+1": "Edit", "alt+2": "Blend", "alt+3": "Sample"}


def to(key):
    def go(app):
        xdotool("key", key)
        if key in VIEWS:
            app.wait_view(VIEWS[key])
    return go


def hold(app, node):
    app.point_at(node)
    xdotool("mousedown", 1)


def release(app):
    xdotool("mouseup", 1, "keyup", "space")
    if app.find("label", "Original", driver.is_shown):
        operate(app.find("push button", "Show the original"))
    wait_for("the edited picture", lambda: not app.find("label", "Original", driver.is_shown))


def header(app):
    """Of all views, but operated in Edit."""
    manager = "window-manager"

    def sees_view(node):
        return [has(n, pyatspi.STATE_PRESSED) for n in node.parent]

    def sees_original(_):
        return app.find("label", "Original", driver.is_shown) is not None

    def sees_smiling(_):
        return app.value("Smiling")
    return [
        Control("push button", "Open photos", app.world, after=close),
        toggle("Recent photos", after=escape),
        Control("push button", "Undo", sees_smiling, before=set_smiling),
        Control("push button", "Redo", sees_smiling, before=undo_smiling),
        toggle("History", after=escape),
        Control("page tab", "Edit", sees_view, before=to("alt+2")),
        Control("page tab", "Blend|Sample|Train", sees_view, after=to("alt+1")),
        Control("push button", "Show the original", sees_original, before=set_smiling,
                mouse=hold, keyboard=lambda app, node: xdotool("keydown", "space"), after=release),
        Control("push button", "Export", app.world, after=close),
        toggle("Main menu", after=escape),
        known("push button", "Minimize|Maximize|Close", manager),
    ]


def elsewhere(app):
    return [known(c.role, c.name.pattern, "in-Edit") for c in header(app)
            if c.name.pattern not in ("Undo", "Redo", "History", "Show the original")]


def shelf(app, only=1):
    return [
        Control("list item", "Drawn face [2-9]", lambda _: app.frame.name, select,
                keyboard=keys("space"), only=only, before=first_face),
        known("list item", ".*", "as-the-others"),
        Control("push button", "Open a photo", app.world, after=close),
    ]


def first_face(app):
    faces = app.find("list", "Faces")
    at = next(i for i, face in enumerate(faces) if face.name == "Drawn face 1")
    faces.querySelection().selectChild(at)
    wait_for("the first face", lambda: app.frame.name == "Drawn face 1")


def edit(app):
    app.view("alt+1", "AgEditPage")

    def zoom(_):
        return app.find("push button", "Zoom")[0].name

    def clear(app):
        app.find("entry", "Search attributes").queryEditableText().setTextContents("")
        wait_for("all sliders", lambda: app.find("slider", "Smiling", driver.is_shown))
    app.page = app.frame
    page = app.find_anywhere(lambda n: n.name == "AgEditPage")
    app.play("Edit", lambda: [app.header, page], header(app) + shelf(app) + [
        Control("image", "Drawn face 1|Drawn face 2", zoom, call("photo.closer"), wheel,
                keys("plus"), after=to("ctrl+0")),
        toggle("Original and edited side by side", after=to("ctrl+b")),
        toggle("Limit the edit to a region", after=to("ctrl+m")),
        toggle("Draw over the photo|Zoom|Looks", after=escape),
        Control("push button", "Reset", lambda _: app.value("Smiling"), before=set_smiling,
                after=close_toast),
        entry("entry", "Search attributes", after=clear),
        toggle("Lock .*"),
        slider(".*"),
        expander("Strength"),
    ], ordered=True)
    operate(app.find("push button", "Strength"))
    strengths = app.find("push button", "Strength")
    wait_for("what was folded", lambda: has_size(next(
        n for n in driver.walk(strengths) if n.name == "Coarse")))
    app.play("Strength", lambda: list(strengths), [slider("Coarse|Middle .|Fine")])
    operate(strengths)


def photo(app):
    """What lies over it."""
    app.view("alt+1", "AgEditPage")
    page, app.page = app.page, app.frame
    first_face(app)
    canvas = next(n for n in driver.walk(page) if n.name == app.frame.name
                  and has(n, pyatspi.STATE_FOCUSABLE) and n.getRoleName() == "image")
    xdotool("key", "ctrl+b")
    wait_for("the line", lambda: app.find("slider", "Line between original and edited"))
    app.play("Side by side", lambda: list(canvas), [slider("Line between original and edited")])
    xdotool("key", "ctrl+b", "ctrl+m")
    paint = wait_for("the brush", lambda: app.find("push button", "Paint"))

    def other(name):
        def press(app):
            brush(app)
            button = app.find("push button", name)
            if not has(button, pyatspi.STATE_PRESSED):
                operate(button)
            wait_for(name, lambda: has(button, pyatspi.STATE_PRESSED), 8)
        return press

    def sees_bar(_):
        return app.find("push button", "Paint") is not None

    def brush(app):
        if not sees_bar(None):
            xdotool("key", "ctrl+m")
            wait_for("the brush", lambda: sees_bar(None))

    def dot(app):
        before = steps(None)
        # Taken anew, the brush has the keys.
        xdotool("key", "Escape")
        wait_for("the end of the brush", lambda: not sees_bar(None), 8)
        brush(app)
        xdotool("key", "space")
        wait_for("a dot", lambda: steps(None) != before, 8)

    def steps(_):
        xdotool("key", "ctrl+h")
        rows = wait_for("the history", lambda: [r.name for r in app.find("list", "History")], 8)
        xdotool("key", "Escape")
        wait_for("its end", lambda: not app.find("list", "History"), 8)
        return rows
    bar = paint.parent.parent
    app.play("Brush", lambda: [bar], [
        toggle("Paint", before=other("Erase")),
        toggle("Erase", before=other("Paint")),
        slider("Size of the brush"),
        Control("push button", "Clear", steps, before=dot),
        Control("push button", "Put the brush away", sees_bar, before=brush),
    ])


SCRUBBER = "Way from the first to the second face"


def blend(app):
    app.view("alt+2", "AgBlendPage")
    page = app.page
    app.wait_sensitive("slider", SCRUBBER)

    def sees_way(_):
        return app.value(SCRUBBER)

    def sees_first(_):
        return label(app.find("combo box", "First face"))

    def differ(app):
        if sees_first(None) == label(app.find("combo box", "Second face")):
            choose(app, app.find("combo box", "First face"))

    def n_faces(_):
        return len([n for n in driver.walk(page) if n.name == "Leave this face out"
                    and driver.is_shown(n) and has_size(n)])

    def pause(app):
        operate(wait_for("Pause", lambda: app.find("push button", "Pause")))

    def fewer(app):
        operate(app.wait("push button", "Leave this face out"))
        wait_for("two faces", lambda: n_faces(None) == 0)

    def more(app):
        before = n_faces(None)
        operate(app.wait("push button", "Add a Face"))
        # Its row is where it belongs, and so is what is below.
        wait_for("another face", lambda: n_faces(None) == before + 1)
    common = [
        known("image", "The face at this point of the way|Drawn face .*", "picture"),
        Control("image", "Pictures along the way.*", sees_way, "scrubber",
                at(0.31, 0.3), "scrubber"),
    ]
    app.play("Blend", lambda: [app.header, page], elsewhere(app) + shelf(app) + common + [
        slider(SCRUBBER),
        Control("push button", "Play", sees_way, after=pause),
        Control("push button", "Keep", app.world, after=close_toast),
        Control("push button", "Edit", app.world, after=to("alt+2")),
        Control("push button", "Swap", sees_first, before=differ),
        Control("push button", "Add a Face", n_faces, after=fewer),
        drop_down("First face|Second face|Kind of way|Format|Size"),
        switch("Through likelier ground|There and back"),
        expander("Whose Structure"),
        slider("Speed"),
        spin("Frames"),
        Control("push button", "Export…", app.world, after=close),
    ], ordered=True)
    structure = app.find("push button", "Whose Structure")
    operate(structure)
    wait_for("what was folded", lambda: has_size(next(
        n for n in driver.walk(structure) if n.name == "Coarse")))
    app.play("Whose Structure", lambda: list(structure), [slider("Coarse|Middle .|Fine")])
    operate(structure)
    more(app)
    more(app)
    pad = app.wait("image", "The point between the faces")

    def point_of(_):
        return app.value(SCRUBBER), app.value("Towards the Lower Faces")
    app.play("Four faces", lambda: [app.wait("combo box", "Third face").parent,
                                    app.wait("combo box", "Fourth face").parent, pad.parent], [
        drop_down("Third face|Fourth face"),
        Control("push button", "Leave this face out", n_faces, after=more, only=1),
        Control("image", "The point between the faces", point_of, call("pad.down"), at(0.6, 0.4),
                keys("Down")),
        slider("Towards the Lower Faces"),
    ])


def sample(app):
    app.view("alt+3", "AgSamplePage")
    page = app.page
    app.wait_sensitive("push button", "Keep")

    def seed(_):
        return app.value("Seed", "spin button")

    def new_seed(app):
        before = seed(None)
        operate(app.wait("push button", "New seed"))
        wait_for("another seed", lambda: seed(None) != before)

    def old_seed(app):
        new_seed(app)
        before = seed(None)
        operate(app.wait_sensitive("push button", "Previous seed"))
        wait_for("the seed before", lambda: seed(None) != before)

    def first_tile(app):
        cells = app.find("table", "Drawn faces")
        cells.querySelection().selectChild(0)
        wait_for("the first face", lambda: has(cells[0], pyatspi.STATE_SELECTED))

    def grid(app):
        call("choice.previous")(app, app.find("combo box", "Arrangement"))
    app.play("Sample", lambda: [app.header, page], elsewhere(app) + shelf(app) + [
        Control("table cell", "Seed 102 .*", lambda node: has(node, pyatspi.STATE_SELECTED), select,
                keyboard=lambda app, node: None, before=first_tile),
        known("table cell", "Seed .*", "as-the-others"),
        Control("push button", "Keep", app.world, after=close_toast),
        Control("push button", "Blend|Edit", lambda _: [
            has(n, pyatspi.STATE_PRESSED) for n in driver.walk(app.header)
            if n.getRoleName() == "page tab"], after=to("alt+3")),
        Control("push button", "Previous seed", seed, before=new_seed),
        Control("push button", "Next seed", seed, before=old_seed),
        Control("push button", "New seed", seed),
        spin("Seed"),
        slider("Temperature"),
        expander("Temperature by Detail"),
        drop_down("Arrangement", after=grid),
        switch("Likeliest first"),
        Control("push button", "All Faces…|Chosen Face…", app.world, after=close),
    ], ordered=True)
    detail = app.find("push button", "Temperature by Detail")
    operate(detail)
    wait_for("what was folded", lambda: has_size(next(
        n for n in driver.walk(detail) if n.name == "Coarse")))
    app.play("Temperature by Detail", lambda: list(detail), [slider("Coarse|Middle .|Fine")])


SCENES = [edit, photo, blend, sample]
