import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mockService,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const MATRIX = {
    classes: [
        {id: 1, name: "Loyal"},
        {id: 2, name: "Lost"},
    ],
    cells: [
        {from: 1, to: 1, customers: 6, migration: "segment,1,1"},
        {from: 1, to: 2, customers: 2, migration: "segment,1,2"},
    ],
    currency_id: 1,
};
const MAP = {
    field: "segment_id",
    currency_id: 1,
    classes: [
        {
            id: 1,
            name: "Loyal",
            color: 2,
            customers: 4,
            yearly_amount: 400,
            clv: 200,
            chance: 0.8,
            retention: 0.5,
        },
        {
            id: 2,
            name: "New",
            color: 3,
            customers: 1,
            yearly_amount: 10,
            clv: null,
            chance: null,
            retention: null,
        },
    ],
};
const cell = (behavior, attitude, name, customers) => ({
    behavior,
    attitude,
    name,
    customers,
    yearly_amount: 100 * customers,
    advice: "",
});
const LOYALTY = {
    cells: [
        cell("high", "high", "True loyalty", 3),
        cell("low", "high", "Latent loyalty", 0),
        cell("high", "low", "Spurious loyalty", 1),
        cell("low", "low", "No loyalty", 0),
        cell("high", false, "Loyal in behaviour", 0),
        cell("low", false, "Not loyal in behaviour", 0),
    ],
    total: 4,
    others: 2,
    domain: [["company_id", "=", 1]],
    explanation: "",
    currency_id: 1,
};

/** Opens a screen on reports; what it opens is noted as a step. */
async function openScreen(tag, reports) {
    onRpc("crm.customer.movement", "fields_get", () => ({
        dimension: {
            selection: [
                ["segment", "Segment"],
                ["ladder", "Value Ladder"],
            ],
        },
    }));
    for (const [method, report] of Object.entries(reports)) {
        onRpc("crm.customer.profile", method, ({args}) => report(...args));
    }
    await mountWebClient();
    await getService("action").doAction({type: "ir.actions.client", tag});
}

function noteActions() {
    mockService("action", {
        doAction({res_model, domain}) {
            expect.step([res_model, domain]);
        },
    });
}

const openMatrix = (report = () => MATRIX) =>
    openScreen("crm_value_chain.migration_matrix", {get_migration_matrix: report});

test("the migration matrix tells who moved between two days", async () => {
    mockDate("2026-05-20 12:00:00");
    await openMatrix((dimension, start, end) => {
        expect.step([dimension, start, end]);
        return MATRIX;
    });
    expect.verifySteps([["segment", "2026-02-20", "2026-05-20"]]);
    expect(".o_migration_matrix p").toHaveText("2 of 8 customers changed their class.");
    expect(queryAllTexts(".o_migration_matrix tbody tr:eq(0) td")).toEqual([
        "6\n75%",
        "2\n25%",
        "8",
    ]);
    expect(queryAllTexts(".o_migration_matrix tbody tr:last td")).toEqual([
        "6",
        "2",
        "",
    ]);
});

test("a cell of the matrix is a button that tells where it leads", async () => {
    await openMatrix();
    expect(".o_migration_matrix button").toHaveCount(2);
    expect("[title='Loyal → Lost']").toHaveText(/^2/);
});

test("another classification is asked for", async () => {
    await openMatrix((dimension) => {
        expect.step(dimension);
        return MATRIX;
    });
    await contains("select[name=dimension]").select("ladder");
    expect.verifySteps(["segment", "ladder"]);
});

test("what the server refuses is told on the screen", async () => {
    await openMatrix(() => {
        throw makeServerError({message: "The first day comes after the last."});
    });
    expect(".o_migration_matrix .alert").toHaveText(
        "The first day comes after the last."
    );
    expect(".o_migration_matrix table").toHaveCount(0);
});

test("without segments the ladder is shown", async () => {
    await openMatrix((dimension) => {
        expect.step(dimension);
        return dimension === "segment" ? {...MATRIX, classes: [], cells: []} : MATRIX;
    });
    expect.verifySteps(["segment", "ladder"]);
    expect("select[name=dimension]").toHaveValue("ladder");
});

test("without any class it says what to do", async () => {
    await openMatrix(() => ({...MATRIX, classes: [], cells: []}));
    expect(".o_view_nocontent").toHaveText(/ready-made portfolio/);
});

const openMap = (report = MAP) =>
    openScreen("crm_value_chain.portfolio_map", {get_portfolio_map: () => report});

test("the portfolio map draws classes and lists them", async () => {
    await openMap();
    expect(".o_portfolio_map canvas").toHaveCount(1);
    expect(queryAllTexts(".o_portfolio_map tbody tr:eq(0) td").slice(0, 2)).toEqual([
        "Loyal",
        "4",
    ]);
    expect(".o_portfolio_map p").toHaveText(/not known: New$/);
});

test("profit is on the map of those only who may know it", async () => {
    await openMap();
    expect("select[name=up] option[value=profit]").toHaveCount(0);
    expect(queryAllTexts(".o_portfolio_map th")).not.toInclude("Profit");
});

test("with profit the map offers it", async () => {
    const classes = MAP.classes.map((each) => ({...each, profit: 5}));
    await openMap({...MAP, classes});
    expect("select[name=up] option[value=profit]").toHaveCount(1);
    expect(queryAllTexts(".o_portfolio_map th")).toInclude("Profit");
});

const openLoyalty = (report = LOYALTY) =>
    openScreen("crm_value_chain.loyalty_matrix", {get_loyalty_matrix: () => report});

test("the loyalty matrix has a cell for each kind of loyalty", async () => {
    await openLoyalty();
    expect("[data-cell=high_high]").toHaveText(/True loyalty\s3\s75%/);
    expect("[data-cell=low_high] button").not.toBeEnabled();
    expect(".o_loyalty_matrix p a").toHaveText("2 without a purchase");
});

test("a cell of the loyalty matrix opens its customers", async () => {
    await openLoyalty();
    noteActions();
    await contains("[data-cell=high_low] button").click();
    await contains(".o_loyalty_matrix p a").click();
    expect.verifySteps([
        [
            "crm.customer.profile",
            [
                ["company_id", "=", 1],
                ["loyalty_behavior", "=", "high"],
                ["loyalty_attitude", "=", "low"],
            ],
        ],
        [
            "crm.customer.profile",
            [
                ["company_id", "=", 1],
                ["loyalty_behavior", "=", false],
            ],
        ],
    ]);
});

test("without customers the loyalty matrix says how to get some", async () => {
    await openLoyalty({...LOYALTY, total: 0, others: 0});
    expect(".o_view_nocontent").toHaveText(/No customers yet/);
});
