"""Empty the views of contacts and profiles that name what is gone.

They are loaded anew or removed, but views that are loaded before them are checked
together with them.
"""

VIEWS = (
    "crm_customer_profile_view_form_difference",
    "crm_customer_profile_view_form_identity",
    "crm_customer_profile_view_form_network",
    "crm_customer_profile_view_form_story",
    "res_partner_view_form_identity",
    "res_partner_view_form_network",
    "res_partner_view_form_quality",
)


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_ui_view SET arch_db = '{"en_US": "<data/>"}'
         WHERE id IN (SELECT res_id FROM ir_model_data
                       WHERE module = 'crm_value_chain' AND model = 'ir.ui.view'
                         AND name = ANY(%s))
        """,
        [list(VIEWS)],
    )
