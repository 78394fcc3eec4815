import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("crm_value_chain_call_today", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_value_chain.menu_root", "open the value chain"),
        {
            content: "open the lifecycle",
            trigger: "[data-menu-xmlid='crm_value_chain.menu_lifecycle']",
            run: "click",
        },
        {
            content: "whom to call today",
            trigger: "[data-menu-xmlid='crm_value_chain.crm_customer_call_menu']",
            run: "click",
        },
        {
            content: "own customers at risk with nothing planned",
            trigger: ".o_searchview:contains(My Customers):contains(Nothing Planned)",
        },
        {
            content: "the most revenue at risk comes first",
            trigger: ".o_data_row:eq(0):contains(Elm Furniture)",
        },
        {
            content: "those who just bought need no call",
            trigger: ".o_list_view:not(:contains(Ash and Co))",
        },
        {
            content: "plan a call",
            trigger:
                ".o_data_row:contains(Elm Furniture) button[name=action_schedule_call]",
            run: "click",
        },
        {
            content: "the reason is there already",
            trigger:
                ".modal .o_field_widget[name=summary] input:value(Usually buys every)",
        },
        {
            trigger: ".modal button[name=action_schedule_activities]",
            run: "click",
        },
        {
            content: "who has a call planned leaves the list",
            trigger:
                ".o_list_view:not(:contains(Elm Furniture)) .o_data_row:contains(Oak and Sons)",
        },
        {
            content: "choose all that is left",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "plan calls with all of them",
            trigger: ".o_control_panel button[name=action_schedule_call]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_schedule_activities]",
            run: "click",
        },
        {
            content: "an empty list says what it means",
            trigger: ".o_view_nocontent:contains(Nobody to call)",
        },
    ],
});
