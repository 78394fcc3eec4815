import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {
    contains,
    getService,
    mockService,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const cell = (role, state, members, reasons = [], critical = false) => ({
    role,
    state,
    members,
    reasons,
    critical,
});
const REPORT = {
    roles: [
        ["supplier", "Supplier"],
        ["owner", "Owner"],
        ["partner", "Partner"],
        ["employee", "Employee"],
    ],
    segments: [[4, "Large"]],
    rows: [
        {
            id: 7,
            name: "Turnkey",
            cells: [
                cell("supplier", "fine", 3),
                cell("owner", "none", 0),
                cell("partner", "empty", 0),
                cell("employee", "weak", 2, ["high risk"], true),
            ],
        },
    ],
    gaps: 2,
    may_add: true,
    explanation: "Weak means weak.",
};

async function openCoverage(report = REPORT) {
    onRpc("crm.value.proposition", "get_network_coverage", ({args}) => {
        expect.step(args);
        return report;
    });
    for (const method of ["action_open_coverage", "action_add_coverage"]) {
        onRpc("crm.value.proposition", method, ({args}) => {
            expect.step([method, ...args]);
            return {type: "ir.actions.act_window_close"};
        });
    }
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_value_chain.network_coverage",
    });
}

test("only what needs action has a colour", async () => {
    await openCoverage();
    expect.verifySteps([[false]]);
    expect("td[data-role=partner]").toHaveClass("table-danger");
    expect("td[data-role=partner]").toHaveText("Nobody");
    expect("td[data-role=employee]").toHaveClass("table-warning");
    expect("td[data-role=employee]").toHaveText("2!\nWeak: high risk");
    expect("td[data-role=owner]").toHaveText("—");
    expect("td[class*=table-]").toHaveCount(2);
    expect(".o_network_coverage p:first").toHaveText(
        "2 places in the network need action."
    );
});

test("a weak place tells that just one stands there", async () => {
    const cells = [cell("supplier", "weak", 1, ["poor quality", "high risk"])];
    await openCoverage({...REPORT, rows: [{id: 7, name: "Turnkey", cells}]});
    expect("td[data-role=supplier]").toHaveText(
        "1\nSingle source, weak: poor quality, high risk"
    );
    expect("td[data-role=supplier] button").toHaveAttribute(
        "title",
        "Turnkey, Supplier: 1 · Single source, weak: poor quality, high risk"
    );
    expect.verifySteps([[false]]);
});

test("a cell opens its members; an empty one lets people add one", async () => {
    await openCoverage();
    mockService("action", {doAction: () => Promise.resolve()});
    await contains("td[data-role=supplier] button").click();
    await contains("td[data-role=partner] button").click();
    expect.verifySteps([
        [false],
        ["action_open_coverage", 7, "supplier", false],
        ["action_add_coverage", 7, "partner", false],
    ]);
});

test("who may add nobody cannot open an empty cell", async () => {
    await openCoverage({...REPORT, may_add: false});
    expect("td[data-role=partner] button").not.toBeEnabled();
    expect("td[data-role=supplier] button").toBeEnabled();
    expect.verifySteps([[false]]);
});

test("coverage can be asked by segment", async () => {
    await openCoverage();
    await contains("select[name=segment]").select("4");
    expect.verifySteps([[false], [4]]);
});

test("without propositions it says what to do", async () => {
    await openCoverage({...REPORT, rows: [], gaps: 0});
    expect(".o_view_nocontent").toHaveText(/No value proposition to cover yet/);
    expect.verifySteps([[false]]);
});
