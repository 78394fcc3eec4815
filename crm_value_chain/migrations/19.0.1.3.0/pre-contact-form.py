"""Empty the views of contacts that name fields which are gone.

They are loaded anew or removed, but views that are loaded before them are checked
together with them.
"""

VIEWS = (
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
