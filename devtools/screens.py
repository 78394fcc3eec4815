"""The pictures of the documentation: `./dev screenshots` renews them all.

Add a `Screen` here for each picture.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """One picture: where it goes, what it shows."""

    file: str  # inside the repository
    url: str
    wait: str = ".o_action_manager > *"  # selector of what must be there
    size: str = "1400x900"
    login: str = "demo"
    click: tuple = ()  # selectors, clicked one after another
    hover: str = ""  # selector to leave the mouse on


SCREENS = (
    Screen("docs/pipeline.png", "/odoo/crm", wait=".o_kanban_record"),
    Screen(
        "docs/explanation.png",
        "/odoo/crm",
        wait=".o_kanban_record",
        click=(".o_kanban_record .o_value_chain_badge",),
    ),
    Screen(
        "docs/preview.png",
        "/odoo/action-crm_value_chain.crm_ladder_stage_action/5",
        wait=".o_form_view",
        login="admin",
    ),
    Screen(
        "docs/portfolio.png",
        "/odoo/action-crm_value_chain.portfolio_map_action",
        wait=".o_portfolio_map_chart canvas",
        login="admin",
    ),
    Screen(
        "docs/customer.png",
        "/odoo/action-crm_value_chain.crm_customer_profile_action?view_type=list",
        wait=".o_data_row",
        click=(".o_data_row:first-child .o_data_cell[name=partner_id]",),
        size="1500x1500",
    ),
    Screen(
        "docs/coverage.png",
        "/odoo/action-crm_value_chain.network_coverage_action",
        wait=".o_network_coverage td",
        size="1400x700",
    ),
    Screen(
        "docs/network.png",
        "/odoo/action-crm_value_chain.network_map_action",
        wait=".o_network_canvas .o_network_node",
    ),
    Screen(
        "docs/value_curve.png",
        "/odoo/action-crm_value_chain.crm_value_proposition_action/1",
        wait=".o_form_view canvas",
        size="1400x1100",
    ),
)
