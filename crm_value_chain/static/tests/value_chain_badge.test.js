import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {press, queryAll, queryFirst} from "@odoo/hoot-dom";
import {animationFrame, Deferred} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const REPEAT = {
    profile_id: 7,
    stage: "Repeat customer",
    short: "Repeat",
    position: 4,
    stages: 7,
    color: 4,
    overridden: false,
    gap: 62,
    usual: 35,
    chance: 0.41,
    risk: "low",
    overdue: false,
    late: false,
    yearly_amount: 8400,
    currency_id: 1,
};
const SUSPECT = {
    ...REPEAT,
    profile_id: false,
    stage: "Suspect",
    short: "Suspect",
    position: 1,
    gap: null,
    usual: null,
    chance: null,
    risk: "none",
    yearly_amount: null,
};
const EXPLANATION = {
    customer: "Deco Addict",
    profile_id: 7,
    headline: ["Repeat customer since March 12.", "Usually buys every 35 days."],
    stages: [
        {id: 1, name: "Suspect", color: 0, position: 1, reached: true},
        {
            id: 2,
            name: "Repeat customer",
            color: 4,
            position: 2,
            current: true,
            reached: true,
        },
    ],
    stage: {id: 2, name: "Repeat customer", since: "2026-03-12", days: 34},
    why: [],
    next_stage: null,
    missing: [],
    override: null,
};

class Opportunity extends models.Model {
    _name = "opportunity";

    name = fields.Char();
    value_chain_badge = fields.Json({string: "Value Chain"});

    _records = [
        {id: 1, name: "Desks", value_chain_badge: REPEAT},
        {id: 2, name: "Chairs", value_chain_badge: SUSPECT},
        {id: 3, name: "Lamps", value_chain_badge: false},
    ];

    _views = {
        kanban: /* xml */ `
            <kanban>
                <templates>
                    <t t-name="card">
                        <field name="name"/>
                        <field name="value_chain_badge" widget="value_chain_badge"/>
                    </t>
                </templates>
            </kanban>`,
        list: /* xml */ `
            <list>
                <field name="name"/>
                <field name="value_chain_badge" widget="value_chain_badge"/>
            </list>`,
        form: /* xml */ `
            <form>
                <field name="value_chain_badge" widget="value_chain_badge"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Opportunity]);

const mountKanban = (params) =>
    mountView({type: "kanban", resModel: "opportunity", ...params});

test("a customer with history shows stage, rhythm, chance and value", async () => {
    await mountKanban();
    const badge = queryFirst(".o_kanban_record:eq(0) .o_value_chain_badge");
    expect(badge.querySelectorAll(".o_value_chain_dots i")).toHaveLength(7);
    expect(badge.querySelectorAll(".o_value_chain_dots .o_filled")).toHaveLength(4);
    expect(badge.querySelector(".o_value_chain_stage")).toHaveText("Repeat");
    expect(badge.querySelector(".o_value_chain_gap")).toHaveText("62 d / 35 d");
    expect(badge.querySelector(".o_value_chain_gap")).not.toHaveClass("o_late");
    expect(badge.querySelector(".o_value_chain_chance")).toHaveText("41%");
    expect(badge.querySelector(".o_value_chain_amount")).toHaveText(/8\.4k/);
    expect(badge).toHaveAttribute("aria-label", /stage 4 of 7: Repeat customer/);
    expect(badge).toHaveAttribute("data-tooltip", /usually buys every 35 days/);
});

test("a customer without history shows the ladder alone", async () => {
    await mountKanban();
    const badge = ".o_kanban_record:eq(1) .o_value_chain_badge";
    expect(`${badge} .o_value_chain_stage`).toHaveText("Suspect");
    expect(`${badge} .o_value_chain_gap`).toHaveCount(0);
    expect(`${badge} .o_value_chain_chance`).toHaveCount(0);
    expect(`${badge} .o_value_chain_amount`).toHaveCount(0);
});

test("nothing to show is an empty field", async () => {
    await mountKanban();
    expect(".o_kanban_record:eq(2) .o_value_chain_badge").toHaveCount(0);
});

test("a customer that was never placed is an empty field", async () => {
    Opportunity._records[0].value_chain_badge = {...REPEAT, stage: false, position: 0};
    await mountKanban();
    expect(".o_kanban_record:eq(0) .o_value_chain_badge").toHaveCount(0);
});

test("only a late customer is coloured", async () => {
    Opportunity._records[0].value_chain_badge = {
        ...REPEAT,
        late: true,
        overdue: true,
        risk: "high",
    };
    await mountKanban();
    expect(".o_value_chain_gap.o_late").toHaveCount(1);
    expect(".o_value_chain_badge:eq(0)").toHaveAttribute(
        "data-tooltip",
        /overdue · 41% chance of buying · high risk/
    );
});

test("a lapsed customer is grey, and the tooltip says so", async () => {
    Opportunity._records[0].value_chain_badge = {
        ...REPEAT,
        chance: 0.002,
        risk: "lapsed",
    };
    await mountKanban();
    expect(".o_late").toHaveCount(0);
    expect(".o_value_chain_chance").toHaveText("< 1%");
    expect(".o_value_chain_badge:eq(0)").toHaveAttribute("data-tooltip", /lapsed/);
});

test("one purchase has a gap, but no usual one", async () => {
    Opportunity._records[0].value_chain_badge = {...REPEAT, usual: null};
    await mountKanban();
    expect(".o_value_chain_gap").toHaveText("62 d");
});

test("an override is marked", async () => {
    Opportunity._records[0].value_chain_badge = {...REPEAT, overridden: true};
    await mountKanban();
    expect(".o_value_chain_overridden").toHaveCount(1);
    expect(".o_value_chain_badge:eq(0)").toHaveAttribute("data-tooltip", /set by hand/);
});

test("a click fetches the explanation once, and leaves the card closed", async () => {
    onRpc("get_ladder_explanation", ({model, args}) => {
        expect.step([model, args[0]]);
        return EXPLANATION;
    });
    await mountKanban({selectRecord: () => expect.step("card opened")});
    expect.verifySteps([]);
    await contains(".o_value_chain_badge:eq(0)").click();
    expect.verifySteps([["opportunity", [1]]]);
    expect(".o_ladder_popover h4").toHaveText("Deco Addict");
    expect(".o_ladder_popover .o_ladder_headline").toHaveText(
        /Usually buys every 35 days/
    );
    await contains(".o_value_chain_badge:eq(0)").click();
    expect(".o_ladder_popover").toHaveCount(0);
    expect.verifySteps([]);
});

test("the badge opens with the keyboard", async () => {
    onRpc("get_ladder_explanation", () => EXPLANATION);
    await mountKanban({selectRecord: () => expect.step("card opened")});
    queryFirst(".o_value_chain_badge").focus();
    await press("Enter");
    await animationFrame();
    expect(".o_ladder_popover").toHaveCount(1);
    await press("Escape");
    await animationFrame();
    expect(".o_ladder_popover").toHaveCount(0);
    expect.verifySteps([]);
});

test("loading is shown", async () => {
    const answer = new Deferred();
    onRpc("get_ladder_explanation", () => answer);
    await mountKanban();
    await contains(".o_value_chain_badge:eq(0)").click();
    expect(".o_ladder_popover [role=status]").toHaveText(/Loading/);
    answer.resolve(EXPLANATION);
    await animationFrame();
    expect(".o_ladder_popover [role=status]").toHaveCount(0);
    expect(".o_ladder_popover .o_ladder_explanation").toHaveCount(1);
});

test("a failure is told in the popover and can be tried again", async () => {
    let fails = true;
    onRpc("get_ladder_explanation", () => {
        if (fails) {
            throw new Error("no");
        }
        return EXPLANATION;
    });
    await mountKanban();
    await contains(".o_value_chain_badge:eq(0)").click();
    expect(".o_ladder_popover [role=alert]").toHaveCount(1);
    expect(".o_error_dialog").toHaveCount(0);
    fails = false;
    await contains(".o_ladder_popover button").click();
    expect(".o_ladder_popover .o_ladder_explanation").toHaveCount(1);
});

test("the customer opens from the explanation", async () => {
    mockService("action", {
        doAction: ({res_model, res_id}) => expect.step([res_model, res_id]),
    });
    onRpc("get_ladder_explanation", () => EXPLANATION);
    await mountKanban();
    await contains(".o_value_chain_badge:eq(0)").click();
    await contains(".o_ladder_open_customer").click();
    expect.verifySteps([["crm.customer.profile", 7]]);
    expect(".o_ladder_popover").toHaveCount(0);
});

test("in a list it leaves the row closed", async () => {
    onRpc("get_ladder_explanation", () => EXPLANATION);
    await mountView({
        type: "list",
        resModel: "opportunity",
        selectRecord: () => expect.step("row opened"),
    });
    expect(queryAll(".o_data_row .o_value_chain_badge")).toHaveLength(2);
    await contains(".o_value_chain_badge:eq(0)").click();
    expect(".o_ladder_popover").toHaveCount(1);
    expect.verifySteps([]);
});

test("a form shows the badge too", async () => {
    await mountView({type: "form", resModel: "opportunity", resId: 1});
    expect(".o_form_view .o_value_chain_stage").toHaveText("Repeat");
});

const CARDS = /* xml */ `
    <kanban>
        <templates>
            <t t-name="card">
                <field name="name"/>
                <widget name="value_chain_badge"/>
            </t>
        </templates>
    </kanban>`;

test("cards do not wait for their badges, which come by one request", async () => {
    const answer = new Deferred();
    onRpc("opportunity", "search_read", async ({kwargs: {domain, fields}, parent}) => {
        expect.step([domain[0][2].toSorted(), fields]);
        await answer;
        return parent();
    });
    await mountKanban({arch: CARDS});
    expect(".o_kanban_record:not(.o_kanban_ghost)").toHaveCount(3);
    expect(".o_value_chain_loading").toHaveCount(3);
    await animationFrame();
    expect.verifySteps([[[1, 2, 3], ["value_chain_badge"]]]);
    answer.resolve();
    await animationFrame();
    expect(".o_value_chain_loading").toHaveCount(0);
    expect(queryAll(".o_value_chain_stage").map((stage) => stage.innerText)).toEqual([
        "Repeat",
        "Suspect",
    ]);
    expect.verifySteps([]);
});

test("a card has its explanation as other badges have", async () => {
    onRpc("get_ladder_explanation", () => EXPLANATION);
    await mountKanban({arch: CARDS});
    await animationFrame();
    await contains(".o_value_chain_badge:eq(0)").click();
    expect(".o_ladder_popover h4").toHaveText("Deco Addict");
});

test("cards are there, whatever may be wrong with their badges", async () => {
    onRpc("opportunity", "search_read", () => {
        throw new Error("no");
    });
    await mountKanban({arch: CARDS});
    await animationFrame();
    expect(".o_kanban_record:not(.o_kanban_ghost)").toHaveCount(3);
    expect(".o_value_chain_loading").toHaveCount(0);
    expect(".o_value_chain_badge").toHaveCount(0);
    expect(".o_error_dialog").toHaveCount(0);
});

test("a card that is shown again begins with the badge that it had", async () => {
    await mountKanban({arch: CARDS});
    await animationFrame();
    expect(".o_value_chain_badge").toHaveCount(2);
    onRpc("opportunity", "search_read", () => new Deferred());
    await mountKanban({arch: CARDS});
    expect(".o_value_chain_badge").toHaveCount(4);
    expect(".o_value_chain_loading").toHaveCount(0);
});

test("sample cards have no badges", async () => {
    onRpc("opportunity", "search_read", () => expect.step("badges"));
    Opportunity._records = [];
    await mountKanban({arch: CARDS.replace("<kanban>", '<kanban sample="1">')});
    await animationFrame();
    expect(".o_view_sample_data").toHaveCount(1);
    expect(".o_value_chain_badge").toHaveCount(0);
    expect(".o_value_chain_loading").toHaveCount(0);
    expect.verifySteps([]);
});
