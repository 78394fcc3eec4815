import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {GoalChart} from "@crm_value_chain/goal_chart/goal_chart";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const placed = (override) => ({
    dimension: "segment",
    label: "Segment",
    class: {id: 1, name: "Loyal", color: 2, description: ""},
    since: "2026-03-01",
    why: [{type: "condition", label: "Purchases > 3", actual: "5", holds: true}],
    override,
});
const point = (date, value) => ({date, value});

class Profile extends models.Model {
    _name = "profile";

    name = fields.Char();
    explanations = fields.Json();
    attitudes = fields.Json();
    goal = fields.Json();

    _records = [
        {
            id: 1,
            explanations: [placed(null)],
            attitudes: {
                days: ["2026-01-01", "2026-02-01"],
                metrics: [{name: "Satisfaction", scores: [7, 8]}],
            },
            goal: {
                plan: [point("2026-01-01", 1), point("2026-03-01", 4)],
                actual: [point("2026-02-01", 2)],
                is_rate: false,
            },
        },
        {
            id: 2,
            explanations: [
                placed({user: "Marc", reason: "Contract", until: false}),
                {...placed(null), dimension: "loyalty", class: {id: false}, why: []},
            ],
            attitudes: {
                days: ["2026-01-01"],
                metrics: [{name: "Satisfaction", scores: [7]}],
            },
            goal: {plan: [], actual: [], is_rate: false},
        },
    ];
}

defineMailModels();
defineModels([Profile]);

const mountWidget = (resId, name, widget) =>
    mountView({
        type: "form",
        resModel: "profile",
        resId,
        arch: `<form><field name="${name}" widget="${widget}"/></form>`,
    });

test("a class is told with its reasons", async () => {
    await mountWidget(1, "explanations", "classification_explanation");
    expect("[data-dimension=segment] .badge").toHaveText("Loyal");
    expect("[data-dimension=segment]").toHaveText(/since/);
    expect("[data-dimension=segment] li").toHaveText(/Purchases > 3/);
    expect("button:contains(Back to Rules)").toHaveCount(0);
});

test("who is set by hand goes back to the rules", async () => {
    onRpc("profile", "action_back_to_rules", ({args}) => {
        expect.step(args);
        return false;
    });
    await mountWidget(2, "explanations", "classification_explanation");
    expect("[data-dimension=segment] [role=note]").toHaveText(
        "Set by hand by Marc: Contract"
    );
    expect("[data-dimension=loyalty]").toHaveText(/Not placed yet/);
    await contains("button:contains(Back to Rules)").click();
    expect.verifySteps([[[2], "segment"]]);
});

test("attitudes are drawn from the second day on", async () => {
    await mountWidget(1, "attitudes", "attitude_chart");
    expect(".o_attitude_chart canvas").toHaveCount(1);
});

test("attitudes of one day are no development", async () => {
    await mountWidget(2, "attitudes", "attitude_chart");
    expect("canvas").toHaveCount(0);
});

test("a goal is drawn from its plan", async () => {
    await mountWidget(1, "goal", "goal_chart");
    expect(".o_goal_chart canvas").toHaveCount(1);
});

test("a goal in the making is not drawn", async () => {
    await mountWidget(2, "goal", "goal_chart");
    expect("canvas").toHaveCount(0);
});

test("rates of a goal are percentages", () => {
    const {getValue} = GoalChart.prototype;
    expect(getValue.call({value: {is_rate: true}}, 0.254)).toBe("25%");
    expect(getValue.call({value: {is_rate: false}}, 3)).toBe("3");
});
