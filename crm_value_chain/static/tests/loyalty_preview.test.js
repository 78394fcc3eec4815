import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Scheme extends models.Model {
    _name = "scheme";

    name = fields.Char({onChange: () => true});
    preview = fields.Json({readonly: true});

    _records = [
        {
            id: 1,
            name: "Club",
            preview: {
                warning: false,
                tiers: [
                    {
                        name: "Base",
                        now: 1200,
                        then: 800,
                        nowCost: "$ 0",
                        thenCost: "$ 0",
                    },
                    {name: "New", now: null, then: 400, nowCost: "", thenCost: "$ 90"},
                ],
                figures: [{label: "Median customer", now: "never", then: "9 months"}],
                notes: ["From two years."],
            },
        },
    ];
}

defineMailModels();
defineModels([Scheme]);

const mountScheme = () =>
    mountView({
        type: "form",
        resModel: "scheme",
        resId: 1,
        arch: /* xml */ `
            <form>
                <field name="name"/>
                <field name="preview" widget="loyalty_preview"/>
            </form>`,
    });

test("tiers as saved stand next to those as edited", async () => {
    await mountScheme();
    expect(queryAllTexts(".o_loyalty_preview tbody tr:eq(0) td")).toEqual([
        "Base",
        "1,200",
        "800",
        "$ 0",
        "$ 0",
    ]);
    expect(queryAllTexts(".o_loyalty_preview tbody tr:eq(1) td")).toEqual([
        "New",
        "",
        "400",
        "",
        "$ 90",
    ]);
    expect(".o_loyalty_preview tfoot").toHaveText(/never\s*9 months/);
    expect(".o_loyalty_preview [role=alert]").toHaveCount(0);
});

test("a scheme that makes no sense shows what is wrong instead", async () => {
    onRpc("onchange", () => ({
        value: {
            preview: {
                warning: "The thresholds must rise.",
                tiers: [],
                figures: [],
            },
        },
    }));
    await mountScheme();
    await contains(".o_field_widget[name=name] input").edit("Often");
    await animationFrame();
    expect(".o_loyalty_preview table").toHaveCount(0);
    expect(".o_loyalty_preview [role=alert]").toHaveText("The thresholds must rise.");
});
