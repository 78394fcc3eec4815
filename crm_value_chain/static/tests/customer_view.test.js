import {click} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {expect, test} from "@odoo/hoot";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Profile extends models.Model {
    _name = "crm.customer.profile";
    customer_view = fields.Json();
    _records = [
        {
            id: 1,
            customer_view: [
                {
                    key: "open",
                    title: "Open Matters",
                    lines: [
                        {
                            text: "Quotation S1",
                            detail: "expired",
                            tone: "warning",
                            model: "sale.order",
                            id: 7,
                        },
                        {text: "Ask about the attic"},
                    ],
                    more: 2,
                    empty: null,
                    action: "action_open_all",
                },
                {
                    key: "needs",
                    title: "Needs",
                    lines: [],
                    more: 0,
                    empty: "Ask what the customer needs.",
                    action: null,
                },
            ],
        },
    ];
}

defineMailModels();
defineModels([Profile]);

const show = () =>
    mountView({
        type: "form",
        resModel: "crm.customer.profile",
        resId: 1,
        arch: `<form><field name="customer_view" widget="customer_view"/></form>`,
    });

test("each part is a card; an empty one says what to do", async () => {
    await show();
    expect(".o_customer_view section").toHaveCount(2);
    expect("[data-part='open']").toHaveText(/Quotation S1\nexpired/);
    expect("[data-part='open']").toHaveText(/and 2 more/);
    expect("[data-part='needs']").toHaveText(/Ask what the customer needs\./);
});

test("what asks for action has a colour, other lines have none", async () => {
    await show();
    expect("[data-part='open'] .text-warning").toHaveText("Quotation S1");
    expect("[data-part='open'] li:last-child .btn").toHaveCount(0);
});

test("a line opens its document, a heading all there is", async () => {
    mockService("action", {
        doAction: (action) => expect.step(action.res_model || action.name),
    });
    onRpc("action_open_all", () => ({name: "All"}));
    await show();
    await click("[data-part='open'] li .btn");
    await animationFrame();
    await click("[data-part='open'] h3 .btn");
    await animationFrame();
    expect.verifySteps(["sale.order", "All"]);
});
