"""What the analytics call their methods, as people are told."""


def method_words(env, name):
    """Name of a method in the user's language; those of the literature are names.

    :param str name: as the analytics tell it, such as "hiatus" or "MBG/NBD, corrected"
    :rtype: str
    """
    if not name:
        return ""
    base, corrected, _rest = name.partition(", corrected")
    words = {
        "RFM sum": env._("Sum of RFM scores"),
        "hiatus": env._("Time since the last purchase"),
        "frequency": env._("Past rate of buying"),
        "rule of thumb": env._("Rule of thumb"),
    }.get(base, base)
    return env._("%s, corrected", words) if corrected else words
