import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, waitFor} from "@odoo/hoot-dom";
import {ValueCurve} from "@crm_value_chain/value_curve/value_curve";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const row = (id, name, kind, scores) => ({
    id,
    name,
    kind,
    source: "7 Ps: Process",
    weight: 5,
    scores,
});
const curve = (values) => ({
    is_editable: true,
    text: "2.50, 150% more than the best alternative, “Rival” (1.00).",
    columns: [
        {id: false, name: "We", value: 2.5, why: null},
        {id: 7, name: "Rival", value: null, why: "the score is missing of: Fast"},
    ],
    rows: [
        row(1, "Fast", "benefit", [8, null]),
        row(2, "Quiet", "benefit", [5, 5]),
        row(3, "Price", "sacrifice", [5, 7.5]),
    ],
    ...values,
});

class Proposition extends models.Model {
    _name = "proposition";

    name = fields.Char();

    get_performance() {
        return {
            columns: [{key: "rate", label: "Win Rate"}],
            rows: [{name: "All Versions", rate: "3 of 4 won: too few to tell"}],
        };
    }

    _records = [{id: 1, name: "Turnkey office"}];
}

class Version extends models.Model {
    _name = "version";

    value_curve = fields.Json({readonly: true});

    _records = [
        {id: 1, value_curve: curve()},
        {id: 2, value_curve: curve({is_editable: false})},
        {id: 3, value_curve: curve({rows: []})},
    ];
}

class Lead extends models.Model {
    _name = "lead";

    value_proposition_id = fields.Many2one({relation: "proposition"});
    value_suggestions = fields.Json({readonly: true});
    value_arguments = fields.Json({readonly: true});

    _records = [
        {
            id: 1,
            value_suggestions: [
                {id: 1, name: "Turnkey office", why: "Meets the needs: Speed (5)"},
            ],
            value_arguments: {
                promise: "All from one hand",
                value: "2.50",
                is_outdated: true,
                current: "Turnkey office, version 2",
                strengths: [
                    {
                        id: 1,
                        name: "Fast",
                        ours: 8,
                        best: 4,
                        best_name: "Rival",
                        argument: "On Monday you work",
                        references: ["Azure"],
                        documents: [],
                    },
                ],
                objections: [{name: "Price", text: "Count the hours"}],
                promises: [{name: "In a week", kind: "Guarantee", keepers: "Marc"}],
            },
        },
        {id: 2, value_suggestions: [], value_arguments: false},
    ];
}

defineMailModels();
defineModels([Proposition, Version, Lead]);

const mountCurve = (resId) =>
    mountView({
        type: "form",
        resModel: "version",
        resId,
        arch: `<form>
            <field name="value_curve" widget="value_curve" options="{'editable': True}"/>
        </form>`,
    });
const mountLead = (resId) =>
    mountView({
        type: "form",
        resModel: "lead",
        resId,
        arch: `<form>
            <field name="value_proposition_id"/>
            <field name="value_suggestions" widget="value_suggestions"/>
            <field name="value_arguments" widget="value_arguments"/>
        </form>`,
    });

test("the curve can be told without colours", async () => {
    let config = null;
    patchWithCleanup(ValueCurve.prototype, {
        get chartConfig() {
            config = super.chartConfig;
            return config;
        },
    });
    await mountCurve(2);
    const {datasets, labels} = config.data;
    expect(labels).toEqual(["Fast", "Quiet", "Price *"]);
    expect(new Set(datasets.map(({pointStyle}) => pointStyle)).size).toBe(2);
    expect(new Set(datasets.map(({borderDash}) => borderDash.join())).size).toBe(2);
    expect(datasets[1].data).toEqual([null, 5, 7.5]);
});

test("the table holds the numbers of the curve", async () => {
    await mountCurve(2);
    expect("input.o_input").toHaveCount(0);
    expect(queryAllTexts("[data-factor=Fast] td")).toEqual(["5", "8", "–"]);
    expect(queryAllTexts(".o_value_total td")).toEqual(["", "2.50", "–"]);
    expect(".o_value_total td:last").toHaveAttribute("title", /score is missing/);
    expect(".o_value_text").toHaveText(/150% more/);
});

test("where the table is no part of the form, it takes no numbers", async () => {
    await mountView({
        type: "form",
        resModel: "version",
        resId: 1,
        arch: `<form><field name="value_curve" widget="value_curve"/></form>`,
    });
    expect("[data-factor=Fast]").toHaveCount(1);
    expect("input.o_input").toHaveCount(0);
});

test("a version without factors says what to do", async () => {
    await mountCurve(3);
    expect("table").toHaveCount(0);
    expect(".o_value_curve").toHaveText(/No factors yet/);
});

test("a score is noted when its cell is left, Enter goes to the next", async () => {
    onRpc("version", "set_value_number", ({args}) => {
        expect.step(JSON.stringify(args));
        const rows = curve().rows;
        rows[0].scores[1] = 4;
        return curve({rows, text: "noted"});
    });
    await mountCurve(1);
    await contains("[data-factor=Fast] td:last input").edit("4,5", {confirm: false});
    await press("Enter");
    expect("[data-factor=Quiet] td:last input").toBeFocused();
    expect.verifySteps(["[1,1,7,4.5]"]);
    await waitFor(".o_value_text:contains(noted)");
    await contains("[data-factor=Fast] td:eq(1) input").edit("", {confirm: "tab"});
    await contains("[data-factor=Fast] td:eq(0) input").edit("9", {confirm: "tab"});
    expect.verifySteps(["[1,1,false,null]", '[1,1,"weight",9]']);
});

test("what is no number is refused", async () => {
    onRpc("version", "set_value_number", () => expect.step("written"));
    mockService("notification", {add: (message) => expect.step(message)});
    await mountCurve(1);
    await contains("[data-factor=Fast] td:last input").edit("lots", {confirm: "tab"});
    expect.verifySteps(["A score is a number from 0 to 10."]);
});

test("a suggestion is chosen by a click", async () => {
    await mountLead(1);
    expect(".o_value_suggestions").toHaveText(/Meets the needs: Speed \(5\)/);
    await contains(".o_value_suggestions button").click();
    expect("[name=value_proposition_id] input").toHaveValue("Turnkey office");
    expect(".o_value_suggestions").toHaveText(/Chosen/);
});

test("arguments are at hand", async () => {
    await mountLead(1);
    for (const text of [
        /All from one hand/,
        /8 against 4 \(Rival\)/,
        /On Monday you work/,
        /Ask: Azure/,
        /Count the hours/,
        /Kept by: Marc/,
    ]) {
        expect(".o_value_arguments").toHaveText(text);
    }
});

test("a newer version can be taken", async () => {
    onRpc("lead", "action_take_current_version", ({args}) => {
        expect.step(JSON.stringify(args));
        return true;
    });
    await mountLead(1);
    expect(".o_value_outdated").toHaveText(/Turnkey office, version 2/);
    await contains(".o_value_outdated button").click();
    await expect.waitForSteps(["[1]"]);
});

test("without suggestions and arguments it says what to do", async () => {
    await mountLead(2);
    expect("[name=value_suggestions]").toHaveText(/note what the customer needs/);
    expect(".o_value_arguments").toHaveCount(0);
});

test("performance is read when it is shown", async () => {
    await mountView({
        type: "form",
        resModel: "proposition",
        resId: 1,
        arch: `<form><widget name="value_performance"/></form>`,
    });
    expect(".o_value_performance tbody tr").toHaveText(/too few to tell/);
});
