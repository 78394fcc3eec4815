"""What two notes say, where what they were about became one."""


def joined(note, other, mark="; "):
    """Both notes, the other one after a mark, unless the first says it already."""
    if not (note and other):
        return note or other
    return note if other in note else f"{note}{mark}{other}"
