import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
const card = ".o_kanban_record:contains(Oak and Sons)";
const dropOnProspect = ({drag_and_drop}) =>
    drag_and_drop(".o_kanban_group:eq(1)", {
        position: {top: 100, left: 100},
        relative: true,
    });

registry.category("web_tour.tours").add("crm_value_chain_stage_override", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_value_chain.menu_root", "open the customers"),
        {
            content: "a stage that holds nobody has its column too",
            trigger: column("Prospect"),
        },
        {
            content: "drag the customer to another stage",
            trigger: `${column("First-time customer")} ${card}`,
            run: dropOnProspect,
        },
        {
            content: "think again",
            trigger: ".modal .o_form_button_cancel",
            run: "click",
        },
        {
            content: "the customer stays where it was",
            trigger: `body:not(:has(.modal)) ${column("First-time customer")} ${card}`,
        },
        {
            content: "drag it again",
            trigger: `${column("First-time customer")} ${card}`,
            run: dropOnProspect,
        },
        {
            content: "the stage is the one of the column",
            trigger:
                ".modal .o_field_widget[name=ladder_stage_id] input:value(Prospect)",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit The only order was a sample",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the customer moved, and the badge says that it was done by hand",
            trigger: `${column("Prospect")} ${card} .o_value_chain_overridden`,
        },
        {
            content: "open the customer",
            trigger: `${column("Prospect")} ${card}`,
            run: "click",
        },
        {
            content: "open the classes",
            trigger: ".o_notebook .nav-link[name=classes]",
            run: "click",
        },
        {
            content: "who and why is told",
            trigger:
                ".o_ladder_headline:contains(Mary Manager):contains(The only order was a sample)",
        },
        {
            trigger: ".o_ladder_override:contains(until somebody ends it)",
        },
        {
            content: "let the rules decide again",
            trigger: "button[name=action_end_override]",
            run: "click",
        },
        {
            content: "they do",
            trigger:
                ".o_form_view:not(:has(.o_ladder_override)) .o_ladder_step.o_current:contains(First-time)",
        },
    ],
});
