import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {RetentionDecileChart} from "@crm_value_chain/retention_model/retention_decile_chart";
import {RetentionTrackingChart} from "@crm_value_chain/retention_model/retention_tracking_chart";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const DECILES = [
    {customers: 100, forecast: 0.1, actual: 0.08},
    {customers: 101, forecast: 0.6, actual: 0.7},
];
const TRACKING = {
    method: "MBG/NBD",
    first_day: "1997-01-01",
    fit_day: "1997-01-14",
    fit_week: 2,
    actual: [10, 30, 60],
    expected: [12, 31, 55.5],
};

class RetentionModel extends models.Model {
    _name = "retention.model";

    deciles = fields.Json();
    tracking = fields.Json();

    _records = [
        {id: 1, deciles: DECILES, tracking: TRACKING},
        {id: 2, deciles: [], tracking: {}},
        {id: 3, deciles: false, tracking: false},
    ];
}

defineMailModels();
defineModels([RetentionModel]);

const mountModel = (resId) =>
    mountView({
        type: "form",
        resModel: "retention.model",
        resId,
        arch: /* xml */ `
            <form>
                <field name="deciles" widget="retention_decile_chart"/>
                <field name="tracking" widget="retention_tracking_chart"/>
            </form>`,
    });

test("tenths and weeks are drawn as charts", async () => {
    await mountModel(1);
    expect(".o_field_retention_decile_chart canvas").toHaveCount(1);
    expect(".o_field_retention_tracking_chart canvas").toHaveCount(1);
    expect(".o_field_retention_tracking_chart").toHaveText(/01\/14\/1997/);
});

for (const id of [2, 3]) {
    test(`with too little history they say so (${id})`, async () => {
        await mountModel(id);
        expect("canvas").toHaveCount(0);
        expect(".o_field_retention_decile_chart").toHaveText(/too little history/);
        expect(".o_field_retention_tracking_chart").toHaveText(/too little history/);
    });
}

test("a tenth tells how many forecasts it holds", async () => {
    await mountModel(1); // loads the translations
    const title = RetentionDecileChart.prototype.getTitle.call({deciles: DECILES}, 1);
    expect(String(title)).toBe("Tenth 2: 101 forecasts");
});

test("a week is named by its last day", async () => {
    await mountModel(1);
    const {getDay} = RetentionTrackingChart.prototype;
    expect(getDay.call({tracking: TRACKING}, 0)).toBe("01/07/1997");
});
