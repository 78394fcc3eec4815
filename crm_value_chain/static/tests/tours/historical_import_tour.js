import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const HEADER = "Customer,Date,Amount\n";

/**
 * Give a file to the import dialog, as its button does once a file is chosen.
 *
 * @param {String} name
 * @param {String} rows
 * @returns {Object} step of a tour
 */
function upload(name, rows) {
    return {
        content: `upload ${name}`,
        trigger: ".o_control_panel .o_file_input button",
        run() {
            const transfer = new DataTransfer();
            transfer.items.add(new File([HEADER + rows], name, {type: "text/csv"}));
            const input = document.querySelector(".o_control_panel .o_input_file");
            input.files = transfer.files;
            input.dispatchEvent(new Event("change"));
        },
    };
}

registry.category("web_tour.tours").add("crm_value_chain_historical_import", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("crm_value_chain.menu_root", "open the value chain"),
        {
            content: "open the menu of the portfolio",
            trigger: "[data-menu-xmlid='crm_value_chain.menu_portfolio']",
            run: "click",
        },
        {
            content: "list the imports",
            trigger: "[data-menu-xmlid='crm_value_chain.crm_historical_batch_menu']",
            run: "click",
        },
        {
            content: "an empty list says what to do",
            trigger: ".o_view_nocontent:contains(No historical purchases imported yet)",
        },
        {
            content: "start an import",
            trigger:
                ".o_list_buttons button:contains(Import a File), .o_control_panel button:contains(Import a File)",
            run: "click",
        },
        {
            content: "a template is offered",
            trigger: ".o_import_action a[href$='historical_purchases.xlsx']",
        },
        upload(
            "wrong.csv",
            "C001,2020-01-01,12\nNobody,2020-01-02,twelve\nNamesake,2020-01-03,1\n"
        ),
        {
            content: "test it",
            trigger: ".o_control_panel button:contains(Test)",
            run: "click",
        },
        {
            content: "unknown and ambiguous customers are told by row",
            trigger:
                ".o_import_report:contains(No customer has “Nobody”):contains(at row 2)" +
                ":contains(may be any of 2 customers):contains(at row 3)",
        },
        {
            content: "and so is text in the amounts",
            trigger: ".o_import_report:contains(“twelve” is not a usable amount)",
        },
        upload("right.csv", "C001,2020-01-01,12\nC001,2020-01-02,30\n"),
        {
            content: "the new file is there",
            trigger: ".o_import_action:contains(right):not(:has(.o_import_report))",
        },
        {
            content: "test it",
            trigger: ".o_control_panel button:contains(Test)",
            run: "click",
        },
        {
            content: "all is well",
            trigger: ".o_import_action .alert-info:contains(Everything seems valid)",
        },
        {
            content: "import it",
            trigger: ".o_control_panel button:contains(Import):not(:contains(File))",
            run: "click",
        },
        {
            content: "the purchases are there",
            trigger: ".o_list_view .o_data_row:contains(right.csv)",
        },
        {
            content: "open the menu of the portfolio",
            trigger: "[data-menu-xmlid='crm_value_chain.menu_portfolio']",
            run: "click",
        },
        {
            content: "back to the imports",
            trigger: "[data-menu-xmlid='crm_value_chain.crm_historical_batch_menu']",
            run: "click",
        },
        {
            content: "open the import",
            trigger: ".o_data_row .o_data_cell[name=name]:contains(right.csv)",
            run: "click",
        },
        {
            content: "undo it",
            trigger: ".o_form_view button[name=action_undo]",
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal button:contains(Undo Import)",
            run: "click",
        },
        {
            content: "it says so",
            trigger:
                ".o_form_view .o_statusbar_status .o_arrow_button_current:contains(Undone)",
        },
    ],
});
