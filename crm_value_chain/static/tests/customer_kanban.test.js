import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
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

class Stage extends models.Model {
    _name = "crm.ladder.stage";

    name = fields.Char();

    _records = [
        {id: 1, name: "Repeat"},
        {id: 2, name: "Loyal"},
    ];
}

class Profile extends models.Model {
    _name = "crm.customer.profile";

    name = fields.Char();
    ladder_stage_id = fields.Many2one({relation: "crm.ladder.stage", readonly: true});

    _records = [
        {id: 1, name: "Deco Addict", ladder_stage_id: 1},
        {id: 2, name: "Gemini", ladder_stage_id: 2},
    ];
}

class Override extends models.Model {
    _name = "crm.customer.override";

    profile_id = fields.Many2one({relation: "crm.customer.profile"});
    dimension = fields.Char();
    ladder_stage_id = fields.Many2one({relation: "crm.ladder.stage"});
    reason = fields.Char({required: true});

    _views = {
        form: /* xml */ `
            <form>
                <field name="profile_id"/>
                <field name="dimension" invisible="1"/>
                <field name="ladder_stage_id"/>
                <field name="reason"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Stage, Profile, Override]);

async function dragToLoyal() {
    onRpc("web_save", ({model, args}) => {
        if (model === "crm.customer.override") {
            expect.step(args[1]);
        } else {
            expect.step(`written on ${model}`);
        }
    });
    await mountView({
        type: "kanban",
        resModel: "crm.customer.profile",
        groupBy: ["ladder_stage_id"],
        arch: /* xml */ `
            <kanban js_class="customer_ladder_kanban" default_group_by="ladder_stage_id">
                <templates>
                    <t t-name="card"><field name="name"/></t>
                </templates>
            </kanban>`,
    });
    await contains(".o_kanban_group:eq(0) .o_kanban_record").dragAndDrop(
        ".o_kanban_group:eq(1)"
    );
    await animationFrame();
}

test("dragging asks for the reason and makes an override", async () => {
    await dragToLoyal();
    expect(".modal").toHaveCount(1);
    expect(".modal .o_field_widget[name=ladder_stage_id] input").toHaveValue("Loyal");
    await contains(".modal .o_field_widget[name=reason] input").edit("Contract");
    await contains(".modal .o_form_button_save").click();
    expect.verifySteps([
        {profile_id: 1, dimension: "ladder", ladder_stage_id: 2, reason: "Contract"},
    ]);
    expect(".modal").toHaveCount(0);
});

test("a cancelled drag leaves the card where it was", async () => {
    await dragToLoyal();
    await contains(".modal .o_form_button_cancel").click();
    expect(".o_kanban_group:eq(0) .o_kanban_record").toHaveText("Deco Addict");
    expect(".o_kanban_group:eq(1) .o_kanban_record").toHaveCount(1);
    expect.verifySteps([]);
});
