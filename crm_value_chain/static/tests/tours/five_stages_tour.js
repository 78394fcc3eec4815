import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const ours = (name) => `[data-menu-xmlid='crm_value_chain.${name}']`;

/** Opens a screen from the menu of a stage, and waits for what it must show. */
const visit = (stage, screen, shown) => [
    {content: `open ${stage}`, trigger: ours(stage), run: "click"},
    {content: `open ${screen}`, trigger: ours(screen), run: "click"},
    {content: `${screen} has something to show`, trigger: shown},
];

registry.category("web_tour.tours").add("crm_value_chain_five_stages", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_value_chain.menu_root", "open the value chain"),
        ...visit("menu_portfolio", "crm_segment_menu", ".o_data_row"),
        ...visit("menu_portfolio", "portfolio_map_menu", ".o_portfolio_map canvas"),
        ...visit("menu_intimacy", "idic_report_menu", ".o_idic_report tbody tr"),
        ...visit("menu_intimacy", "crm_customer_need_menu", ".o_data_row"),
        ...visit(
            "menu_intimacy",
            "crm_relationship_interaction_menu",
            ".o_action_manager :is(.o_data_row, .o_group_header, canvas)"
        ),
        ...visit("menu_network", "network_coverage_menu", ".o_network_coverage td"),
        ...visit(
            "menu_network",
            "network_map_menu",
            ".o_network_canvas .o_network_node"
        ),
        ...visit("menu_proposition", "crm_value_proposition_menu", ".o_data_row"),
        ...visit(
            "menu_proposition",
            "crm_value_proposition_report_menu",
            ".o_data_row:contains(too few to tell)"
        ),
        ...visit("menu_lifecycle", "loyalty_matrix_menu", ".o_loyalty_matrix td"),
        ...visit("menu_portfolio", "crm_customer_profile_menu", ".o_kanban_record"),
        {
            content: "open a customer",
            trigger: ".o_kanban_record:contains(Ready Mat)",
            run: "click",
        },
        {
            content: "each of the four steps of IDIC",
            trigger: ".o_idic_card:contains(Identify):contains(Customise)",
        },
        ...["value", "open", "needs", "story", "network", "proposition"].map(
            (part) => ({
                content: `the customer view tells of ${part}`,
                trigger: `.o_customer_view [data-part=${part}]`,
            })
        ),
    ],
});
