"""Which consents hold, and who refuses what, as SQL conditions."""

from odoo import fields
from odoo.tools import SQL


def holds():
    """Condition that an entry ``consent`` holds: none is newer, and it is not over."""
    return SQL(
        """
        ((consent.valid_until IS NULL OR consent.valid_until >= %s)
         AND NOT EXISTS (SELECT FROM crm_contact_consent newer
                          WHERE newer.partner_id = consent.partner_id
                            AND newer.channel_id = consent.channel_id
                            AND newer.purpose = consent.purpose
                            AND (newer.date, newer.id) > (consent.date, consent.id)))
        """,
        fields.Date.today(),
    )


def refuses(who, channel_id):
    """Condition that somebody refuses any contact on a channel.

    :param SQL who: condition on the contact of the entry ``consent``
    """
    return SQL(
        """
        EXISTS (SELECT FROM crm_contact_consent consent
                 WHERE %s AND consent.channel_id = %s AND consent.purpose = 'contact'
                   AND consent.state IN ('refused', 'withdrawn') AND %s)
        """,
        who,
        channel_id,
        holds(),
    )
