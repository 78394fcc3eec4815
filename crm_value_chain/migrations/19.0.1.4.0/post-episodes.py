"""Have complaints count as exchanges, and episodes that stayed open follow.

Those whose opportunity lost its contact did not hear of its end, and those of
enquiries not that these became opportunities.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _count_complaints(env)
    _follow_what_is_open(env)


def _count_complaints(env):
    kind = env.ref("crm_value_chain.mail_activity_complaint", raise_if_not_found=False)
    if kind and not kind.interaction_channel_id:
        kind.interaction_channel_id = env["crm.interaction.channel"]._id_of("phone")


def _follow_what_is_open(env):
    episodes = env["crm.relationship.episode"]
    for column in episodes._document_fields():
        is_open = SQL(
            "document.id IN (SELECT %s FROM crm_relationship_episode"
            " WHERE end_date IS NULL)",
            SQL.identifier(column),
        )
        episodes._sync(column, is_open)
