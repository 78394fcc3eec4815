import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const row = (name, customers, kept = false) => ({
    name,
    customers,
    kept,
    color: 4,
    description: "",
    share: customers / 10,
    value_share: 0.5,
    strategy: "Protect",
    reason: "They bring much.",
    share_text: `${10 * customers}%`,
    amount_text: "$ 100",
    clv_text: "$ 50",
    chance_text: "40%",
});

class Wizard extends models.Model {
    _name = "wizard";

    preview = fields.Json({readonly: true});

    _records = [
        {
            id: 1,
            preview: {
                description: "By how they buy.",
                rows: [row("Mine", 2, true), row("Champions", 7)],
                nowhere: 1,
                total: row("", 10),
            },
        },
    ];
}

defineMailModels();
defineModels([Wizard]);

test("a portfolio shows what its segments hold", async () => {
    await mountView({
        type: "form",
        resModel: "wizard",
        resId: 1,
        arch: /* xml */ `
            <form><field name="preview" widget="portfolio_preview"/></form>`,
    });
    expect(queryAllTexts(".o_portfolio_preview tbody tr:eq(1) td")).toEqual([
        "Champions",
        "7",
        "70%",
        "",
        "$ 100",
        "$ 50",
        "40%",
        "Protect",
    ]);
    expect(".o_portfolio_preview tbody tr:eq(0)").toHaveText(/kept/);
    expect(".o_portfolio_preview [role=alert]").toHaveText("In no segment: 1");
    expect(".o_portfolio_preview tfoot").toHaveText(/10/);
});
