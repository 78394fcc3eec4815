import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("crm_value_chain_customer_explanation", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm.crm_menu_root", "open the pipeline"),
        {
            content: "the card says who the customer is",
            trigger:
                ".o_kanban_record:contains(Sixty chairs) .o_value_chain_stage:contains(Repeat)",
        },
        {
            content: "and that it is late",
            trigger:
                ".o_kanban_record:contains(Sixty chairs) .o_value_chain_gap.o_late",
        },
        {
            content: "ask why",
            trigger: ".o_kanban_record:contains(Sixty chairs) .o_value_chain_badge",
            run: "click",
        },
        {
            content: "the chance is told and drawn",
            trigger:
                ".o_ladder_popover:contains(chance of buying within 90 days) .o_score_chart_end.o_now",
        },
        {
            content: "the conditions are told with the actual value",
            trigger: ".o_ladder_popover .o_ladder_why .o_holds:contains(now 3)",
        },
        {
            content: "the card stayed closed",
            trigger: "body:not(:has(.o_form_view))",
        },
        {
            content: "go to the customer",
            trigger: ".o_ladder_popover .o_ladder_open_customer",
            run: "click",
        },
        {
            content: "purchases are drawn",
            trigger: ".o_form_view .o_purchase_history_chart canvas",
        },
        {
            content: "open the classes",
            trigger: ".o_notebook .nav-link[name=classes]",
            run: "click",
        },
        {
            content: "the ladder explains itself in full",
            trigger:
                ".o_form_view .o_ladder_explanation .o_ladder_step.o_current:contains(Repeat)",
        },
        {
            content: "open what people know",
            trigger: ".o_notebook .nav-link[name=people]",
            run: "click",
        },
        {
            content: "tell what people know",
            trigger: ".o_field_widget[name=is_supplier_of_choice] input",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            content: "look at the classes again",
            trigger: ".o_notebook .nav-link[name=classes]",
            run: "click",
        },
        {
            content: "the customer is placed anew at once",
            trigger:
                ".o_ladder_explanation .o_ladder_step.o_current:contains(Majority)",
        },
    ],
});
