import {registry} from "@web/core/registry";

const node = (name) => `.o_network_canvas .o_network_node[aria-label*='${name}']`;

registry.category("web_tour.tours").add("crm_value_chain_network_map", {
    steps: () => [
        {
            content: "the whole network is drawn",
            trigger: node("Oak Mill"),
        },
        {
            content: "search the architects",
            trigger: ".o_network_map input[name=query]",
            run: "edit Quayside",
        },
        {
            trigger: ".o_network_search button:contains(Quayside)",
            run: "click",
        },
        {
            content: "they are found, and their relations told",
            trigger: ".o_network_panel:contains(recommended):contains(Elm Clinics)",
        },
        {
            content: "draw the map around them",
            trigger: ".o_network_around",
            run: "click",
        },
        {
            trigger: `.o_breadcrumb:contains(Network of Quayside)`,
        },
        {
            content: "the mill is two steps away",
            trigger: node("Oak Mill"),
        },
        {
            content: "ask for one step",
            trigger: ".o_network_map select[name=steps]",
            run: "select 1",
        },
        {
            content: "it is too far now",
            trigger: ".o_network_canvas:not(:has([aria-label*='Oak Mill']))",
        },
        {
            content: "hide the customers",
            trigger: ".o_network_role[data-role=customer]",
            run: "click",
        },
        {
            trigger: ".o_network_canvas:not(:has([aria-label*='Elm Clinics']))",
        },
        {
            content: "and show them again",
            trigger: ".o_network_role[data-role=customer]",
            run: "click",
        },
        {
            content: "open the customer, who is no member",
            trigger: node("Elm Clinics"),
            run: "click",
        },
        {
            content: "the contact opens",
            trigger: ".o_form_view .o_field_widget[name=name]:has(:value(Elm Clinics))",
        },
        {
            content: "its relations are told from its own end",
            trigger: ".o_form_view a[name=network]",
            run: "click",
        },
        {
            trigger:
                ".o_customer_view [data-part=network] li:contains(was recommended by)",
        },
        {
            content: "go back: the map is as it was",
            trigger: ".o_back_button, .breadcrumb-item a:contains(Network of Quayside)",
            run: "click",
        },
        {
            trigger: `.o_network_map select[name=steps]:value(1)`,
        },
    ],
});
