import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const card = (label) => ({
    steps: [{key: "identify", label, done_when: "Known", evidence: []}],
});

class Profile extends models.Model {
    _name = "profile";

    name = fields.Char();
    idic_card = fields.Json();
    other_card = fields.Json();

    _records = [{id: 1, name: "Elm", idic_card: card("One"), other_card: card("Two")}];
}

defineMailModels();
defineModels([Profile]);

const later = (
    field
) => `<widget name="later_field" field="${field}" shown_as="idic_card"
                                  options="{'compact': true}"/>`;

function mountForm(inside) {
    onRpc("profile", "read", ({args}) => expect.step(args[1].join()));
    return mountView({
        type: "form",
        resModel: "profile",
        resId: 1,
        arch: `<form><field name="name"/>${inside}</form>`,
    });
}

test("what a form shows later is read after it, by one request", async () => {
    onRpc("profile", "web_read", ({kwargs}) => {
        expect(kwargs.specification).not.toInclude("idic_card");
        expect.step("form");
    });
    await mountForm(later("idic_card") + later("other_card"));
    await contains(".o_field_idic_card[name=idic_card] .o_idic_card").click();
    expect(".o_field_idic_card[name=idic_card]").toHaveText("One");
    expect(".o_field_idic_card[name=other_card]").toHaveText("Two");
    expect(".o_idic_card.o_compact").toHaveCount(2);
    expect.verifySteps(["form", "idic_card,other_card"]);
});

test("a page that stays closed reads nothing", async () => {
    await mountForm(
        `<notebook><page string="Open"/><page string="Closed" name="closed">
            ${later("idic_card")}</page></notebook>`
    );
    expect.verifySteps([]);
    await contains(".nav-link[name=closed]").click();
    await contains(".o_idic_card").click();
    expect.verifySteps(["idic_card"]);
});

test("it is read again after saving, and not while typing", async () => {
    await mountForm(later("idic_card"));
    await contains(".o_idic_card").click();
    expect.verifySteps(["idic_card"]);
    await contains("[name=name] input").edit("Oak");
    expect.verifySteps([]);
    await contains(".o_form_button_save").click();
    await expect.waitForSteps(["idic_card"]);
});

test("where it cannot be read the form is there nevertheless", async () => {
    onRpc("profile", "read", () => {
        throw new Error("no");
    });
    await mountForm(later("idic_card"));
    await contains(".o_field_idic_card:contains(nothing to tell)").click();
    expect("[name=name] input").toHaveValue("Elm");
    expect.verifySteps(["idic_card"]);
});
