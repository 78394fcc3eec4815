"""A rule put into words: each condition, the actual value, whether it holds."""

from ast import literal_eval
from functools import cached_property, lru_cache

from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

TRUE, FALSE = (1, "=", 1), (0, "=", 1)
LARGEST = 2**63
HIDDEN = "…"
NEGATIVE = {"!=", "not in", "not any", "not like", "not ilike"}


@lru_cache(maxsize=512)
def parse_domain(text):
    """Domain that a rule's text stands for; nothing in it is evaluated.

    :raises ValueError: if the text is no list of conditions
    """
    try:
        terms = literal_eval(text or "[]")
        _check_numbers(terms)
        return Domain(terms)
    except (
        MemoryError,
        SyntaxError,
        TypeError,
        ValueError,
        AssertionError,
        RecursionError,
    ) as error:
        raise ValueError(str(error)) from error


def _check_numbers(value):
    """Refuse what the database and people cannot count with: infinite, not one."""
    if isinstance(value, list | tuple | set):
        for item in value:
            _check_numbers(item)
    elif isinstance(value, dict):
        _check_numbers([*value.keys(), *value.values()])
    elif isinstance(value, complex) or (
        isinstance(value, float | int) and not abs(value) < LARGEST
    ):
        raise ValueError(f"{str(value)[:20]} is no usable number")


def missing_in_words(env, nodes):
    """What of the conditions does not hold yet, in a few words."""
    words = []
    for node in nodes:
        if node["holds"]:
            continue
        if node["type"] == "condition":
            words.append(node["label"])
        elif node["type"] == "not":
            words.append(env._("not %s", _either(env, node["children"])))
        elif node["type"] == "any":
            words.append(_either(env, node["children"]))
        else:
            words.append(missing_in_words(env, node["children"]))
    return ", ".join(dict.fromkeys(words))


def _either(env, nodes):
    """Labels of alternatives."""
    labels = [node.get("label") or _either(env, node["children"]) for node in nodes]
    return env._(" or ").join(dict.fromkeys(labels))


class RuleExplanation:
    """Explains rules for one customer.

    :param profile: the customer's profile
    :param dict figures: values to use instead of the profile's present ones
    """

    def __init__(self, profile, figures=None):
        self.env = profile.env
        # what holds must be what the rules do, which see everything, and a
        # contact's figures as those of the profile's company
        profile = profile.sudo()
        if profile.company_id:
            profile = profile.with_company(profile.company_id)
        self.profile = profile.with_context(active_test=False)
        self.figures = figures or {}

    def nodes(self, domain):
        """Conditions of a domain as a list of nodes, all of which must hold.

        A node is a dict of type ``condition`` (label, operator, value, actual,
        holds) or of type ``all``, ``any`` or ``not`` (holds, children).
        """
        if domain.is_true():
            return []
        terms = list(domain)
        node = self._node(terms)
        return node["children"] if node["type"] == "all" else [node]

    def _node(self, terms):
        """Node of the expression that a prefix notation begins with."""
        term = terms.pop(0)
        if term in ("&", "|"):
            kind = "all" if term == "&" else "any"
            children = []
            for child in (self._node(terms), self._node(terms)):
                same = child["type"] == kind
                children += child["children"] if same else [child]
            holds = (all if kind == "all" else any)(c["holds"] for c in children)
            return {"type": kind, "holds": holds, "children": children}
        if term == "!":
            child = self._node(terms)
            return {"type": "not", "holds": not child["holds"], "children": [child]}
        if term in (TRUE, FALSE):
            return self._constant(term == TRUE)
        return self._condition(*term)

    def _constant(self, holds):
        return {
            "type": "condition",
            "label": self.env._("This rule"),
            "operator": self.env._("matches everybody")
            if holds
            else self.env._("matches nobody"),
            "value": "",
            "actual": "",
            "holds": holds,
        }

    def _condition(self, path, operator, value):
        path = str(path)
        field, label = self._field(path)
        words, actual = self._words(field, value), self._actual(field, path)
        if field is not None and not self._is_visible(path):
            # what a figure is compared with may be a figure itself
            words, actual = words and HIDDEN, self.env._("not shown to you")
        return {
            "type": "condition",
            "label": label,
            "operator": self._operator(operator, value, field),
            "value": words,
            "actual": actual,
            "holds": self._holds(path, operator, value),
        }

    def _holds(self, path, operator, value):
        profile = self._past if path in self.figures else self.profile
        return bool(profile.filtered_domain([(path, operator, value)]))

    @cached_property
    def _past(self):
        """The profile as it was when the figures were true."""
        return self.profile.browse().new(self.figures)

    def _field(self, path):
        """Last field of a dotted path, and its label with the ones before."""
        model, labels, field = self.profile, [], None
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return None, path
            labels.append(field._description_string(self.env))
            model = self.env[field.comodel_name] if field.relational else None
        return field, " › ".join(labels)

    def _operator(self, operator, value, field):
        if field is not None and field.type == "boolean":
            return self.env._("is not") if operator in NEGATIVE else self.env._("is")
        if value is False:
            return (
                self.env._("is set")
                if operator in NEGATIVE
                else self.env._("is not set")
            )
        return {
            "=": self.env._("is"),
            "!=": self.env._("is not"),
            ">": self.env._("more than"),
            ">=": self.env._("at least"),
            "<": self.env._("less than"),
            "<=": self.env._("at most"),
            "in": self.env._("is one of"),
            "not in": self.env._("is none of"),
            "ilike": self.env._("contains"),
            "like": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
            "not like": self.env._("does not contain"),
            "child_of": self.env._("belongs to"),
        }.get(operator, operator)

    def _words(self, field, value):
        """A condition's value as people read it."""
        if value is False and (field is None or field.type != "boolean"):
            return ""
        if isinstance(value, list | tuple | set):
            return ", ".join(self._words(field, item) for item in value)
        if field is not None and field.relational and isinstance(value, int):
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return record.display_name or str(value)
        return self._value_words(field, value)

    def _actual(self, field, path):
        if field is None:
            return ""
        if path in self.figures:
            return self._value_words(field, self.figures[path])
        if self._is_unknown(field, path):
            return self.env._("not known")
        value = self.profile
        for name in path.split("."):
            value = value.mapped(name) if hasattr(value, "_name") else value
        if hasattr(value, "_name"):
            words = ", ".join(value.mapped("display_name"))
        else:
            words = ", ".join(self._value_words(field, item) for item in value[:5])
        return words or self.env._("not known")

    def _is_visible(self, path):
        """Whether the user may read each model and field of a dotted path."""
        model = self.env[self.profile._name]
        for name in path.split("."):
            field = model._fields[name]
            if not (
                model.has_access("read") and model._has_field_access(field, "read")
            ):
                return False
            if not field.relational:
                break
            model = self.env[field.comodel_name]
        return model.has_access("read")

    def _is_unknown(self, field, path):
        """Whether a figure is not there, which is no zero as fields have it."""
        if field.type not in ("float", "monetary") and not path.endswith("_days"):
            return False
        # of days since a date, the date is the column
        return getattr(field, "since", path) in self._empty_columns

    @cached_property
    def _empty_columns(self):
        """Names of the profile's columns that hold nothing."""
        self.profile.flush_recordset()
        rows = self.env.execute_query_dict(
            SQL("SELECT * FROM crm_customer_profile WHERE id = %s", self.profile.id)
        )
        return {name for row in rows for name, value in row.items() if value is None}

    def _value_words(self, field, value):  # noqa: C901 - one line for each type
        kind = field.type if field is not None else None
        if kind == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if value is None or value is False:
            return self.env._("not known")
        if kind == "monetary" and isinstance(value, int | float):
            return format_amount(self.env, value, self.profile.currency_id)
        if kind == "date":
            return format_date(self.env, value) if _is_date(value) else str(value)
        if kind == "selection":
            return dict(field._description_selection(self.env)).get(value, str(value))
        if kind == "float" and field.name == "share_of_wallet":
            return f"{value:.0%}"
        if kind == "float":
            return f"{value:.1f}"
        return str(value)


def _is_date(value):
    """Whether a value is a day, and not a word such as "today -1m"."""
    return not isinstance(value, str) or value[:4].isdigit()
