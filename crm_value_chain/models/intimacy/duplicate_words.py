"""Why two contacts may be one customer, in words."""

ORDER = ("name", "email", "phone", "vat", "address", "kind")


def sentences(env):
    """What each level of agreement is called, see `analytics.matching`."""
    return {
        ("name", "same"): env._("same name"),
        ("name", "close"): env._("names differ by a slip of the fingers"),
        ("name", "short"): env._("one name is short for the other"),
        ("name", "variant"): env._("similar names"),
        ("name", "far"): env._("similar names"),
        ("email", "same"): env._("same e-mail address"),
        ("email", "close"): env._("nearly the same e-mail address"),
        ("phone", "same"): env._("same phone"),
        ("phone", "close"): env._("phones differ by one digit"),
        ("vat", "same"): env._("same tax number"),
        ("address", "same"): env._("same street"),
        ("address", "near"): env._("same postal code"),
        ("address", "city"): env._("same city"),
    }


def doubts(env):
    """What speaks against it."""
    return {
        ("name", "other"): env._("different names"),
        ("email", "other"): env._("different e-mail addresses"),
        ("phone", "other"): env._("different phones"),
        ("vat", "other"): env._("different tax numbers"),
        ("address", "other"): env._("different addresses"),
        ("kind", "other"): env._("one is a company, the other a person"),
    }


def in_words(env, levels, words):
    """The words for what was found, in the order in which one looks at a contact."""
    found = (words.get((field, (levels or {}).get(field))) for field in ORDER)
    text = ", ".join(filter(None, found))
    return text[:1].upper() + text[1:]
