import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {click, edit, press, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
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

const node = (id, name, role, x, y, distance = 1) => ({
    key: `res.partner,${id}`,
    name,
    model: role === "contact" ? "res.partner" : "crm.network.member",
    id,
    center: {model: "res.partner", id},
    roles: [role],
    words: role === "contact" ? "" : `Kind of ${role}`,
    distance,
    x,
    y,
});
const MAP = {
    nodes: [
        node(1, "Quayside", "partner", 0, 0, 0),
        node(2, "Oak Mill", "supplier", 150, 0),
        node(3, "Elm Clinics", "customer", -150, 0),
        node(4, "A Friend", "contact", 0, 150),
    ],
    edges: [
        {source: 0, target: 1, labels: [["is supplied by", "supplies"]]},
        {source: 0, target: 2, labels: [["recommended", "was recommended by"]]},
        {source: 0, target: 3, labels: [["works with", "works with"]]},
    ],
    total: 4,
    is_complete: true,
    most: 500,
    roles: [
        ["supplier", "Supplier"],
        ["customer", "Customer"],
        ["owner", "Owner or Investor"],
        ["partner", "Partner"],
        ["contact", "Other Contact"],
    ],
};
const CENTER = {model: "res.partner", id: 1};
const key = (id) => `[data-key="res.partner,${id}"]`;

/** Opens the map; what it asks the server for is noted as a step. */
async function openMap({map = () => MAP, center = CENTER} = {}) {
    onRpc("crm.network.member", "get_network_map", ({args}) => {
        expect.step(args);
        return map(...args);
    });
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_value_chain.network_map",
        context: {network_center: center},
    });
}

function noteActions() {
    mockService("action", {
        doAction({res_model, res_id}) {
            expect.step([res_model, res_id]);
        },
    });
}

test("the map draws who is related to whom", async () => {
    await openMap();
    expect.verifySteps([[CENTER, 2]]);
    expect(".o_network_canvas .o_network_node").toHaveCount(4);
    expect(".o_network_canvas .o_network_edge").toHaveCount(3);
    expect(`${key(1)}.o_network_center.o_network_partner`).toHaveCount(1);
    expect(`${key(2)} .o_network_letter`).toHaveText("S");
    expect(queryAllTexts(".o_network_role")).toEqual([
        "S\nSupplier\n1",
        "C\nCustomer\n1",
        "P\nPartner\n1",
        "Other Contact\n1",
    ]);
    expect(".o_breadcrumb").toHaveText("Network of Quayside");
});

test("the panel tells the relations from the end of the node", async () => {
    await openMap();
    expect(queryAllTexts(".o_network_panel li")).toEqual([
        "is supplied byOak Mill",
        "recommendedElm Clinics",
        "works withA Friend",
    ]);
    queryFirst(key(2)).focus();
    await animationFrame();
    expect(".o_network_panel .fw-bold:first").toHaveText("Oak Mill");
    expect(queryAllTexts(".o_network_panel li")).toEqual(["suppliesQuayside"]);
    expect.verifySteps([[CENTER, 2]]);
});

test("a click opens the member, or the contact who is none", async () => {
    await openMap();
    noteActions();
    await contains(key(2)).click();
    await contains(key(4)).click();
    expect.verifySteps([
        [CENTER, 2],
        ["crm.network.member", 2],
        ["res.partner", 4],
    ]);
});

test("roles can be hidden, but not the center", async () => {
    await openMap();
    await contains(".o_network_role[data-role=supplier]").click();
    await contains(".o_network_role[data-role=partner]").click();
    expect(key(2)).toHaveCount(0);
    expect(key(1)).toHaveCount(1);
    expect(".o_network_canvas .o_network_edge").toHaveCount(2);
    expect(".o_network_role[data-role=supplier]").toHaveAttribute(
        "aria-pressed",
        "false"
    );
    await contains(".o_network_role[data-role=supplier]").click();
    expect(key(2)).toHaveCount(1);
    expect.verifySteps([[CENTER, 2]]);
});

test("more steps are asked from the server", async () => {
    await openMap();
    await contains("select[name=steps]").select("3");
    expect.verifySteps([
        [CENTER, 2],
        [CENTER, 3],
    ]);
});

test("the map can be drawn around another node, and around nobody", async () => {
    await openMap();
    queryFirst(key(3)).focus();
    await animationFrame();
    await contains(".o_network_around").click();
    await contains("button:contains(Whole Network)").click();
    expect.verifySteps([
        [CENTER, 2],
        [{model: "res.partner", id: 3}, 2],
        [null, 2],
    ]);
    expect("select[name=steps]").toHaveCount(0);
});

test("a node is found by its name", async () => {
    await openMap();
    await contains("input[name=query]").edit("elm", {confirm: false});
    expect(queryAllTexts(".o_network_search li")).toEqual(["Elm Clinics"]);
    expect(`${key(3)}.o_network_found`).toHaveCount(1);
    expect(`${key(2)}.o_network_dim`).toHaveCount(1);
    await contains(".o_network_search li button").click();
    expect(key(3)).toBeFocused();
    await click("input[name=query]");
    await edit("nobody");
    await animationFrame();
    expect(".o_network_search li").toHaveText("Not on this map");
    expect.verifySteps([[CENTER, 2]]);
});

test("the keyboard goes from one to the next and opens", async () => {
    await openMap();
    noteActions();
    queryFirst(key(1)).focus();
    await press("ArrowRight");
    await animationFrame();
    expect(key(2)).toBeFocused();
    expect(".o_network_canvas .o_network_node[tabindex='0']").toHaveCount(1);
    await press("Enter");
    expect.verifySteps([
        [CENTER, 2],
        ["crm.network.member", 2],
    ]);
});

test("the map can be zoomed, and shown as a whole again", async () => {
    await openMap();
    const scene = queryFirst(".o_network_canvas svg > g");
    const whole = scene.getAttribute("transform");
    await contains("button[aria-label='Zoom in']").click();
    expect(scene.getAttribute("transform")).not.toBe(whole);
    await contains("button[aria-label='Show all']").click();
    expect(scene.getAttribute("transform")).toBe(whole);
    expect.verifySteps([[CENTER, 2]]);
});

test("a map that is cut says so", async () => {
    await openMap({map: () => ({...MAP, total: 1200})});
    expect(".o_network_cut").toHaveText("Showing the nearest 4 of 1200.");
    expect.verifySteps([[CENTER, 2]]);
});

test("a map that ends before all is known says so", async () => {
    await openMap({map: () => ({...MAP, total: 1200, is_complete: false})});
    expect(".o_network_cut").toHaveText("Showing the nearest 4 of more than 1200.");
    expect.verifySteps([[CENTER, 2]]);
});

test("without relations the map says how to get some", async () => {
    await openMap({map: () => ({...MAP, nodes: [MAP.nodes[0]], edges: [], total: 1})});
    expect(".o_network_empty").toHaveText(/No relation is known here/);
    expect.verifySteps([[CENTER, 2]]);
});

test("an error of the server is told", async () => {
    await openMap({
        map: () => {
            throw makeServerError({message: "Not for you"});
        },
    });
    expect(".o_network_map .alert").toHaveText("Not for you");
    expect.verifySteps([[CENTER, 2]]);
});

test("who comes back to the map finds it as it was", async () => {
    await openMap();
    await contains("select[name=steps]").select("1");
    await contains(".o_network_role[data-role=customer]").click();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_value_chain.network_map",
        context: {network_center: {model: "res.partner", id: 3}},
    });
    await contains(".breadcrumb-item a, .o_back_button").click();
    expect.verifySteps([
        [CENTER, 2],
        [CENTER, 1],
        [{model: "res.partner", id: 3}, 2],
        [CENTER, 1],
    ]);
    expect("select[name=steps]").toHaveValue("1");
    expect(key(3)).toHaveCount(0);
});
