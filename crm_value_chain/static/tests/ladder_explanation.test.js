import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const NAMES = [
    "Suspect",
    "Prospect",
    "First-time",
    "Repeat",
    "Majority",
    "Loyal",
    "Advocate",
];
const STAGES = NAMES.map((name, index) => ({
    id: index + 1,
    name,
    color: index,
    position: index + 1,
    current: index === 3,
    highest: index === 4,
    reached: index <= 4,
}));
const condition = (label, holds, actual) => ({
    type: "condition",
    label,
    operator: "at least",
    value: "2",
    actual,
    holds,
});
const EXPLANATION = {
    customer: "Deco Addict",
    profile_id: 1,
    headline: ["Repeat since March 12."],
    stages: STAGES,
    stage: {id: 4, name: "Repeat", since: "2026-03-12", days: 34},
    why: [condition("Purchases", true, "3")],
    next_stage: {id: 5, name: "Majority"},
    missing: [
        condition("Purchases", true, "3"),
        {
            type: "any",
            holds: false,
            children: [
                condition("Share of Wallet", false, "31%"),
                {
                    type: "not",
                    holds: false,
                    children: [condition("Returned", true, "9")],
                },
            ],
        },
    ],
    override: null,
};

class Profile extends models.Model {
    _name = "profile";

    ladder_explanation = fields.Json();

    _records = [{id: 1, ladder_explanation: EXPLANATION}];
}

defineMailModels();
defineModels([Profile]);

async function mountExplanation(changes = {}) {
    Profile._records[0].ladder_explanation = changes && {...EXPLANATION, ...changes};
    await mountView({
        type: "form",
        resModel: "profile",
        resId: 1,
        arch: /* xml */ `
            <form>
                <field name="ladder_explanation" widget="ladder_explanation"/>
            </form>`,
    });
}

test("the ladder shows where the customer stands and how far it ever came", async () => {
    await mountExplanation();
    expect(queryAllTexts(".o_ladder_step_name")).toEqual(NAMES);
    expect(".o_ladder_step.o_current").toHaveText("Repeat");
    expect(".o_ladder_step.o_current").toHaveAttribute("aria-current", "step");
    expect(".o_ladder_step.o_done").toHaveCount(3);
    expect(".o_ladder_step.o_lost").toHaveText("Majority");
    expect(".o_ladder_step.o_highest .fa-flag-o").toHaveCount(1);
});

test("a customer on its highest stage has no flag", async () => {
    await mountExplanation({
        stages: STAGES.map((stage) => ({
            ...stage,
            highest: stage.current,
            reached: stage.position <= 4,
        })),
    });
    expect(".o_ladder_step .fa-flag-o").toHaveCount(0);
    expect(".o_ladder_step.o_lost").toHaveCount(0);
});

test("conditions tell the actual value and whether they hold", async () => {
    await mountExplanation();
    expect(".o_ladder_why .o_ladder_condition.o_holds").toHaveText(
        "Purchases at least 2 (now 3)"
    );
    expect(".o_ladder_missing .o_ladder_title").toHaveText("For Majority");
    expect(".o_ladder_missing .o_ladder_condition:not(.o_holds)").toHaveCount(3);
    expect(".o_ladder_missing .o_ladder_condition .o_ladder_condition").toHaveCount(3);
    expect(".o_ladder_missing").toHaveText(/At least one of/);
    expect(".o_ladder_missing").toHaveText(/Not the case that/);
});

test("a stage that asks for nothing says so", async () => {
    await mountExplanation({why: []});
    expect(".o_ladder_why").toHaveText(/Nothing is asked/);
});

test("at the top nothing is missing", async () => {
    const stages = STAGES.map((stage) => ({...stage, current: stage.position === 7}));
    await mountExplanation({stages, next_stage: null, missing: []});
    expect(".o_ladder_missing").toHaveText(/top of the ladder/);
});

test("below the top, no next stage says nothing", async () => {
    await mountExplanation({next_stage: null, missing: []});
    expect(".o_ladder_missing").toHaveText("");
});

test("conditions of the next stage may all hold", async () => {
    await mountExplanation({missing: [condition("Purchases", true, "3")]});
    expect(".o_ladder_missing .o_ladder_title").toHaveText(
        "Everything for Majority holds"
    );
});

test("an override tells how long it lasts", async () => {
    const override = {stage: "Repeat", reason: "Contract", user: "Mitchell"};
    await mountExplanation({override: {...override, until: "2026-12-31"}});
    expect(".o_ladder_override").toHaveText(/by hand until 12\/31\/2026/);
});

test("an override without an end says so", async () => {
    const override = {stage: "Repeat", reason: "Contract", user: "Mitchell"};
    await mountExplanation({override: {...override, until: null}});
    expect(".o_ladder_override").toHaveText(/until somebody ends it/);
});

test("a customer that was never placed is told so", async () => {
    await mountExplanation(false);
    expect(".o_field_ladder_explanation").toHaveText(/Not on the ladder yet/);
});
