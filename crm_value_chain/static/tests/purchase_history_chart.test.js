import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {PurchaseHistoryChart} from "@crm_value_chain/purchase_history_chart/purchase_history_chart";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Profile extends models.Model {
    _name = "profile";

    purchase_history = fields.Json();

    _records = [
        {
            id: 1,
            purchase_history: {
                months: ["2026-01", "2026-02"],
                amounts: [100, 0],
                counts: [2, 0],
                currency_id: 1,
            },
        },
        {
            id: 2,
            purchase_history: {months: [], amounts: [], counts: [], currency_id: 1},
        },
    ];
}

defineMailModels();
defineModels([Profile]);

const mountProfile = (resId) =>
    mountView({
        type: "form",
        resModel: "profile",
        resId,
        arch: /* xml */ `
            <form>
                <field name="purchase_history" widget="purchase_history_chart"/>
            </form>`,
    });

test("purchases are drawn as a chart", async () => {
    await mountProfile(1);
    expect(".o_purchase_history_chart canvas").toHaveCount(1);
});

test("without purchases it says so", async () => {
    await mountProfile(2);
    expect("canvas").toHaveCount(0);
    expect(".o_field_purchase_history_chart").toHaveText("Nothing bought yet.");
});

test("returns are no purchases", async () => {
    await mountProfile(1); // loads the translations
    const history = {amounts: [100, 50, -30, 0], counts: [2, 1, 0, 0]};
    const {getCountLabel} = PurchaseHistoryChart.prototype;
    const labels = [0, 1, 2, 3].map((index) => getCountLabel.call({history}, index));
    expect(labels.map(String)).toEqual([
        "2 purchases",
        "1 purchase",
        "Returns only",
        "No purchase",
    ]);
});
