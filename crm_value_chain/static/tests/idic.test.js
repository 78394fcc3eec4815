import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    getService,
    mockService,
    models,
    mountView,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const evidence = (key, there) => ({
    key,
    label: `${key} known`,
    fix: `Ask for ${key}`,
    there,
});
const step = (key, ...found) => ({
    key,
    label: key,
    done_when: `${key} is done`,
    evidence: found,
});
const CARD = {
    steps: [
        step("identify", evidence("email", true), evidence("phone", true)),
        step("differentiate", evidence("value", true), evidence("needs", false)),
        step("interact"),
        step("customise", evidence("treatment", false)),
    ],
};

class Profile extends models.Model {
    _name = "profile";

    idic_card = fields.Json();
    importance = fields.Integer();
    met = fields.Integer();

    _records = [{id: 1, idic_card: CARD, importance: 3, met: 4}];
}

defineMailModels();
defineModels([Profile]);

const mountForm = (field) =>
    mountView({
        type: "form",
        resModel: "profile",
        resId: 1,
        arch: `<form>${field}</form>`,
    });

function mountCard(options = "{}", card = CARD) {
    Profile._records[0].idic_card = card;
    return mountForm(
        `<field name="idic_card" widget="idic_card" options="${options}"/>`
    );
}

test("the card tells of each step how far it is", async () => {
    await mountCard();
    expect(".o_idic_card section").toHaveCount(4);
    expect(queryAllTexts(".o_idic_words")).toEqual(["2 of 2", "1 of 2", "", "0 of 1"]);
    expect("[data-step=identify] summary .fa-check").toHaveCount(1);
    expect("[data-step=differentiate] summary .fa-check").toHaveCount(0);
});

test("what is missing comes first, with what to do", async () => {
    await mountCard();
    expect(queryAllTexts("[data-step=differentiate] li")).toEqual([
        "needs known\nAsk for needs",
        "value known",
    ]);
    expect("[data-step=differentiate] .o_missing").toHaveCount(1);
});

test("steps with something missing are open, others on demand", async () => {
    await mountCard();
    expect("[data-step=differentiate] details").toHaveAttribute("open");
    expect("[data-step=identify] details").not.toHaveAttribute("open");
    await contains("[data-step=identify] summary").click();
    expect("[data-step=identify] details").toHaveAttribute("open");
});

test("in compact form all steps are closed", async () => {
    await mountCard("{'compact': true}");
    expect(".o_idic_card details[open]").toHaveCount(0);
});

test("without a card it says so", async () => {
    await mountCard("{}", false);
    expect(".o_field_idic_card").toHaveText(/nothing to tell/);
});

test("five stars set a number", async () => {
    await mountForm(`<field name="importance" widget="five_stars"/>`);
    expect(".o_priority_star").toHaveCount(5);
    expect(".o_priority_star.fa-star").toHaveCount(3);
    await contains(".o_priority_star:eq(4)").click();
    expect(".o_priority_star.fa-star").toHaveCount(5);
    await contains(".o_priority_star:eq(4)").click();
    expect(".o_priority_star.fa-star").toHaveCount(5);
});

test("how well a need is met is a bar, which warns where it is low", async () => {
    await mountForm(`<field name="met" widget="met_bar" readonly="1"/>`);
    expect("[role=meter]").toHaveAttribute("aria-valuenow", "4");
    expect("[role=meter] .progress-bar").toHaveClass("bg-warning");
});

test("what is not known is no empty bar", async () => {
    // The mock server knows no number that is not known
    onRpc("profile", "web_read", async ({parent}) => {
        const [record] = await parent();
        return [{...record, met: false}];
    });
    await mountForm(`<field name="met" widget="met_bar" readonly="1"/>`);
    expect("[role=meter]").toHaveCount(0);
    expect(".o_field_met_bar").toHaveText("Not known");
});

const named = (of_step, key) => ({
    name: `${of_step}.${key}`,
    label: `${key} known`,
    fix: `Ask for ${key}`,
});
const REPORT = {
    company_id: 1,
    field: "segment_id",
    steps: [
        step("identify"),
        step(
            "differentiate",
            named("differentiate", "value"),
            named("differentiate", "needs")
        ),
    ],
    classes: [
        {
            id: 7,
            name: "Loyal",
            color: 1,
            customers: 10,
            there: {"differentiate.value": 10, "differentiate.needs": 5},
        },
        {
            id: 0,
            name: "None",
            color: 0,
            customers: 30,
            there: {"differentiate.value": 0, "differentiate.needs": 5},
        },
    ],
};

async function openReport(report = REPORT) {
    onRpc("crm.customer.movement", "fields_get", () => ({
        dimension: {selection: [["segment", "Segment"]]},
    }));
    onRpc("crm.customer.profile", "get_idic_report", () => report);
    await mountWebClient();
    const tag = "crm_value_chain.idic_report";
    await getService("action").doAction({type: "ir.actions.client", tag});
    mockService("action", {
        doAction({name, domain}) {
            expect.step([name, domain]);
        },
    });
}

test("the report tells the share of each step, of each segment and of all", async () => {
    await openReport();
    expect(queryAllTexts(".o_idic_report tbody th")).toEqual([
        "Loyal",
        "None",
        "All customers",
    ]);
    expect(queryAllTexts("button[data-step=differentiate]")).toEqual([
        "75%",
        "8%",
        "25%",
    ]);
    expect("button[data-step=identify]").toHaveCount(0);
});

test("a share opens its evidence, and that the customers without", async () => {
    await openReport();
    await contains("[data-row='0'] button[data-step=differentiate]").click();
    expect("[data-row='0'] button").toHaveAttribute("aria-expanded", "true");
    await contains("[data-evidence='differentiate.needs'] button").click();
    expect.verifySteps([
        [
            "None without: needs known",
            [
                ["company_id", "=", 1],
                ["segment_id", "=", false],
                ["idic_missing", "=", "differentiate.needs"],
            ],
        ],
    ]);
    await contains("[data-row='0'] button[data-step=differentiate]").click();
    expect(".o_idic_evidence").toHaveCount(0);
});

test("with nobody missing there is nothing to open", async () => {
    await openReport();
    await contains("[data-row='7'] button[data-step=differentiate]").click();
    expect("[data-evidence='differentiate.value'] button").toHaveCount(0);
    await contains("[data-row='7'] a").click();
    expect.verifySteps([
        [
            "Loyal",
            [
                ["company_id", "=", 1],
                ["segment_id", "=", 7],
            ],
        ],
    ]);
});

test("without segments the report says what to do", async () => {
    await openReport({...REPORT, classes: []});
    expect(".o_view_nocontent").toHaveText(/ready-made portfolio/);
});
