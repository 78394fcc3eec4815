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

class Rule extends models.Model {
    _name = "rule";

    name = fields.Char({onChange: () => true});
    preview = fields.Json({readonly: true});

    _records = [
        {
            id: 1,
            name: "Repeat",
            preview: {
                label: "Stage",
                rules: [
                    {
                        id: 1,
                        name: "Repeat",
                        color: 4,
                        edited: true,
                        now: 1200,
                        then: 800,
                        matches: 810,
                        taken: 10,
                        note: "from $ 100",
                        warning: false,
                    },
                    {
                        id: 2,
                        name: "Loyal",
                        color: 5,
                        edited: false,
                        now: 10,
                        then: 10,
                        matches: 10,
                        taken: 0,
                        note: false,
                        warning: "This rule catches nobody.",
                    },
                ],
                total: 1210,
                nowhere_text: "In no segment: 400.",
                warning: false,
            },
        },
    ];
}

defineMailModels();
defineModels([Rule]);

const mountRule = () =>
    mountView({
        type: "form",
        resModel: "rule",
        resId: 1,
        arch: /* xml */ `
            <form>
                <field name="name"/>
                <field name="preview" widget="classification_preview"/>
            </form>`,
    });

test("each rule shows now, then and the difference", async () => {
    await mountRule();
    expect(queryAllTexts(".o_classification_preview tbody tr:eq(0) td")).toEqual([
        "Repeat\nfrom $ 100",
        "810",
        "10",
        "1,200",
        "800",
        "−400",
        "",
    ]);
    expect(".o_classification_difference:eq(1)").toHaveText("");
    expect(".o_classification_preview").toHaveText(/1,210 customers in all/);
    expect(".o_classification_remark").toHaveText("This rule catches nobody.");
    expect(".o_classification_nowhere").toHaveText("In no segment: 400.");
    expect(".o_classification_preview [role=alert]").toHaveCount(0);
});

test("a preview that is refused says why, and no numbers", async () => {
    Rule._records[0].preview = {rules: [], total: 0, warning: "You may not read it."};
    await mountRule();
    expect(".o_classification_preview [role=alert]").toHaveText("You may not read it.");
    expect(".o_classification_preview table").toHaveCount(0);
    expect(".o_classification_preview").not.toHaveText(/customers in all/);
});

test("the preview follows the edited rule before it is saved", async () => {
    onRpc("onchange", () => ({
        value: {
            preview: {
                rules: [
                    {id: 1, name: "Repeat", color: 4, now: 1200, then: 0, matches: 0},
                ],
                total: 1210,
                warning: "This rule catches nobody.",
            },
        },
    }));
    await mountRule();
    await contains(".o_field_widget[name=name] input").edit("Often");
    await animationFrame();
    expect(".o_classification_difference").toHaveText("−1,200");
    expect(".o_classification_preview [role=alert]").toHaveText(
        "This rule catches nobody."
    );
});
