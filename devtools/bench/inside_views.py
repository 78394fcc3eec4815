"""What the web client asks the server for when it shows a view.

A shorter `getFieldsSpec` of the client: the fields of the view, with the names of
what they point to, and the fields of the views inside.
"""

from dataclasses import dataclass

from lxml import etree

# fields that a widget reads beside its own
ACTIVITY = (
    *("activity_exception_decoration", "activity_exception_icon", "activity_state"),
    *("activity_summary", "activity_type_icon", "activity_type_id"),
)
COMPANIONS = {"kanban_activity": ACTIVITY, "list_activity": ACTIVITY}
LIMIT = 40  # of the records in a field
RELATIONS = ("many2one", "reference", "one2many", "many2many")


@dataclass
class View:
    """A view as the client has it in its memory."""

    arch: etree._Element
    specification: dict
    models: dict

    @property
    def order(self):
        return self.arch.get("default_order")


def get_view(env, model, kind, xml_id=None):
    """Return a view of a model, as this user gets it."""
    view_id = env.ref(xml_id).id if xml_id else False
    got = env[model].get_views([(view_id, kind)])
    arch = etree.fromstring(got["views"][kind]["arch"])
    models = {name: info["fields"] for name, info in got["models"].items()}
    return View(arch, specification(arch, model, models), models)


def specification(node, model, models):
    """Return the fields of an element, as `web_read` wants them."""
    fields, wanted = models.get(model, {}), {}
    depth = node.xpath("count(ancestor-or-self::field)")
    for element in node.xpath(f".//field[count(ancestor::field) = {depth}]"):
        for name in (element.get("name"), *COMPANIONS.get(element.get("widget"), ())):
            if name in fields:
                wanted.setdefault(name, {}).update(inner(element, fields[name], models))
    return wanted


def inner(element, field, models):
    """Return what to read of the records that a field points to."""
    if field["type"] not in RELATIONS:
        return {}
    if {element.get("invisible"), element.get("column_invisible")} & {"True", "1"}:
        return {} if field["type"].endswith("2many") else {"fields": {}}
    if field["type"] in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    found = {"display_name": {}}
    for view in element:
        found.update(specification(view, field["relation"], models))
    if "color" in element.get("options", ""):
        found["color"] = {}
    return {"fields": found, "limit": LIMIT}
