import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Cutoff extends models.Model {
    _name = "cutoff";

    measure = fields.Char();
    rfm_method = fields.Char();
    limit_5 = fields.Float();
    currency_id = fields.Many2one({relation: "res.currency"});

    _records = [
        {id: 1, measure: "recency", limit_5: 30},
        {id: 2, measure: "recency", limit_5: -1},
        {id: 3, measure: "frequency", limit_5: 4},
        {id: 4, measure: "monetary", limit_5: 1200.5, currency_id: 1},
    ];
}

defineMailModels();
defineModels([Cutoff]);

async function mountCutoffs(method) {
    Cutoff._records.forEach((record) => {
        record.rfm_method = method;
    });
    await mountView({
        type: "list",
        resModel: "cutoff",
        arch: /* xml */ `
            <list js_class="rfm_cutoff_list" editable="bottom">
                <field name="measure" readonly="1"/>
                <field name="rfm_method" column_invisible="1"/>
                <field name="currency_id" column_invisible="1"/>
                <field name="limit_5" widget="rfm_limit" readonly="rfm_method == 'quintile'"/>
            </list>`,
    });
}

test("limits say what they mean", async () => {
    await mountCutoffs("quintile");
    expect(queryAllTexts("td[name=limit_5]")).toEqual([
        "≤ 30 days",
        "nobody",
        "≥ 4 purchases",
        "≥ $ 1,200.50",
    ]);
});

test("with quintiles it says why nobody can change limits", async () => {
    await mountCutoffs("quintile");
    expect(".o_rfm_cutoff_hint").toHaveText(/nobody can change them/);
    expect(".o_rfm_cutoff_hint").not.toHaveText(/stay as they are/);
});

test("fixed limits are edited as plain numbers", async () => {
    await mountCutoffs("fixed");
    expect(".o_rfm_cutoff_hint").toHaveText(/stay as they are/);
    await contains(".o_data_row:first td[name=limit_5]").click();
    expect("td[name=limit_5] input").toHaveValue("30");
});

test("without limits there is nothing to explain", async () => {
    Cutoff._records = [];
    await mountCutoffs("quintile");
    expect(".o_rfm_cutoff_hint").toHaveCount(0);
});
