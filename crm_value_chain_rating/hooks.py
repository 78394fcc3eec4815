"""The ratings given so far count when this addon comes, and no more when it goes."""


def post_init_hook(env):
    """Make entries of the ratings that customers gave so far."""
    env["crm.customer.attitude"]._take_ratings()


def uninstall_hook(env):
    """Take the entries away that came from here."""
    env["crm.customer.attitude"]._drop_ratings()
