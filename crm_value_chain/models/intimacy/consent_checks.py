"""Who cannot be reached because they refuse it: checks of data quality."""

from odoo.tools import SQL

from .data_quality import Check

LEFT_NONE = 20  # points


def consent_checks(env, addresses, refuses):
    """Checks of what people refuse, which contacts and leads have alike.

    A refusal counts on channels that there is an address for: no others are missed.

    :param dict[str, SQL] addresses: condition that there is one, by code of the channel
    :param refuses: gives the condition that a channel is refused, from its id
    """
    told = {
        "phone": (10, env._("Refuses phone calls")),
        "email": (5, env._("Refuses e-mails")),  # the blacklist costs beside it
        "sms": (5, env._("Refuses text messages")),
        "letter": (5, env._("Refuses letters")),
    }
    id_of = env["crm.interaction.channel"]._id_of
    refused = {code: refuses(id_of(code)) for code in addresses}
    checks = [
        Check(
            "reachable",
            f"refuses_{code}",
            *told[code],
            env._("Use another channel."),
            SQL("(%s AND %s)", address, refused[code]),
        )
        for code, address in addresses.items()
    ]
    any_address = SQL(" OR ").join(addresses.values())
    all_refused = SQL(" AND ").join(
        SQL("(NOT %s OR %s)", address, refused[code])
        for code, address in addresses.items()
    )
    return [
        *checks,
        Check(
            "reachable",
            "no_channel_left",
            LEFT_NONE,
            env._("Refuses all that we have an address for"),
            env._("Wait until they get in touch, and ask then how we may."),
            SQL("((%s) AND %s)", any_address, all_refused),
        ),
    ]
