"""The figures as text: a row for each thing that is measured, columns for each size."""

LABEL = 32
CELL = 13
TIMES = {
    "reference": "reference query",
    "install": "install on the filled database",
    "first": "first night",
    "measure": "measure",
    "fit": "fit",
    "score": "score",
    "classify": "classify",
    "write": "write",
    "rest": "all else",
    "night": "whole night",
    "night_with_fit": "whole night with fit",
    "changed": "night with 1% changed",
    "quiet": "night with nothing changed",
    "placed": "20 segments, all placed anew",
    "placed_again": "20 segments, placed again",
    "identities": "identities of new contacts",
    "duplicates": "their duplicates",
    "found": "customer by identity",
    "found_misspelt": "customer by misspelt identity",
}
PARTS = ("measure", "fit", "score", "classify", "write", "rest")
MEMORY = {"resident_mb": "peak memory, resident", "virtual_mb": "peak memory, virtual"}


def table(sizes):
    """Return the whole table.

    :param sizes: what `measure.one_size` returns, for each size
    """
    heads = [f"{size['customers']:,} customers" for size in sizes]
    lines = [
        row("", heads, CELL * 3),
        row("", ["seconds", "x reference", ""] * len(sizes)),
    ]
    for key, label in TIMES.items():
        indent = "  " if key in PARTS else ""
        cells = []
        for size in sizes:
            seconds, base = size["seconds"].get(key), size["seconds"]["reference"]
            cells += [number(seconds), times(seconds, base), ""]
        lines.append(row(indent + label, cells))
    for key, label in MEMORY.items():
        cells = [[f"{size['memory'][key]:,.0f} MB", "", ""] for size in sizes]
        lines.append(row(label, sum(cells, [])))
    lines += ["", row("milliseconds, as a salesperson", heads, CELL * 3)]
    lines.append(row("", ["without", "with", "x without"] * len(sizes)))
    for label in sizes[0]["users"]:
        cells = []
        for size in sizes:
            one = size["users"][label]
            without, with_ = one["without_ms"], one["with_ms"]
            cells += [number(without), number(with_), times(with_, without)]
        lines.append(row(label, cells))
    return "\n".join(line.rstrip() for line in [*lines, *growth(sizes)])


def forms_table(views):
    """Return the table of forms of the demo data.

    :param views: what `inside_demo.customer_views` returns, with `opening.waits`
    """
    lines = [
        row("", ["to read", "until all is there"], CELL * 3),
        row("milliseconds, demo data", ["contact", "view", "x contact"] * 2),
    ]
    for view in views:
        cells = []
        for moment in ("ms", "there_ms"):
            contact, profile = (
                view[f"{form}_{moment}"] for form in ("contact", "view")
            )
            cells += [number(contact), number(profile), times(profile, contact)]
        lines.append(row(f"{view['customer']}, {view['login']}", cells))
    return "\n".join(lines)


def growth(sizes):
    """Return how much longer the night of each size takes than that of the last."""
    for less, more in zip(sizes, sizes[1:], strict=False):
        before, after = (size["seconds"]["night"] for size in (less, more))
        sizes_text = f"{less['customers']:,} to {more['customers']:,} customers"
        yield from ("", f"whole night, from {sizes_text}: {times(after, before)}")


def row(label, cells, width=CELL):
    return label.ljust(LABEL) + "".join(cell.rjust(width) for cell in cells)


def number(value):
    """Return a number with three digits at least, or - where there is none."""
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 1 else f"{value:,.2f}"


def times(value, base):
    """Return how many times the base a value is."""
    return f"{value / base:.2f} x" if value is not None and base else "-"
