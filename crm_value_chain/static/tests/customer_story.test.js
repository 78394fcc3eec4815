import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {queryAllTexts} from "@odoo/hoot-dom";

describe.current.tags("desktop");

const entry = (id, date, changes = {}) => ({
    id,
    date: `${date} 10:00:00`,
    channel: "E-Mail",
    icon: "fa-envelope-o",
    direction: "in",
    subject: `Mail ${id}`,
    model: "res.partner",
    res_id: 7,
    contact: "Paula",
    user: "",
    ...changes,
});
const EPISODES = [
    {
        id: 1,
        name: "Third café",
        kind: "Sales Opportunity",
        icon: "fa-star-o",
        nature: "task",
        begin: "2026-10-01 10:00:00",
        end: false,
        days: 41,
        outcome: false,
        note: "",
    },
    {
        id: 2,
        name: "Golf",
        kind: "Social Event",
        icon: "fa-glass",
        nature: "social",
        begin: "2026-09-01 08:00:00",
        end: "2026-09-01 12:00:00",
        days: 0,
        outcome: "good",
        note: "Told of five depots",
    },
];
const FIRST = {
    entries: [
        entry(3, "2026-11-20"),
        entry(2, "2026-11-02", {model: false, subject: ""}),
        entry(1, "2026-10-30", {direction: "out", user: "Marc"}),
    ],
    next: ["2026-10-30 10:00:00", 1],
    episodes: EPISODES,
    channels: [
        {id: 1, name: "E-Mail"},
        {id: 2, name: "Phone"},
    ],
};

class Contact extends models.Model {
    _name = "contact";

    name = fields.Char();

    _records = [{id: 7, name: "Harbour Coffee"}];
}

class Customer extends models.Model {
    _name = "customer";

    partner_id = fields.Many2one({relation: "contact"});

    _records = [{id: 1, partner_id: 7}];
}

defineMailModels();
defineModels([Contact, Customer]);

/** A form with the story; answers are those of the server, by its arguments. */
async function mountStory(answer) {
    onRpc("crm.relationship.interaction", "get_story", ({args, kwargs}) => {
        expect(args).toEqual([7]);
        return answer(kwargs);
    });
    await mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        arch: /* xml */ `
            <form>
                <field name="partner_id"/>
                <widget name="customer_story"/>
            </form>`,
    });
}

test("what happened stands under its month, open episodes above", async () => {
    await mountStory(() => FIRST);
    expect(queryAllTexts(".o_customer_story h5")).toEqual([
        "Episodes",
        "November 2026",
        "October 2026",
    ]);
    expect(".o_story_entry").toHaveCount(3);
    expect(".o_story_episode.o_open").toHaveText(/Third café/);
    expect(".o_story_episode.o_open").toHaveText(/41 days/);
    expect(".o_story_episode:not(.o_open)").toHaveText(/Good/);
});

test("an exchange on a document that one may not read tells its channel", async () => {
    await mountStory(() => FIRST);
    expect(".o_story_entry a").toHaveCount(2);
    expect(".o_story_entry .fst-italic").toHaveText("E-Mail");
});

test("older ones come page by page", async () => {
    await mountStory(({before}) =>
        before ? {entries: [entry(0, "2026-09-01")], next: false} : FIRST
    );
    await contains(".o_story_more").click();
    expect(".o_story_entry").toHaveCount(4);
    expect(".o_story_episode").toHaveCount(2);
    expect(".o_story_more").toHaveCount(0);
});

test("the story is filtered by channel and direction", async () => {
    await mountStory((asked) => {
        expect.step(`${asked.channel_id} ${asked.direction}`);
        return {...FIRST, entries: []};
    });
    await contains("select[name=channel]").select("2");
    await contains("select[name=direction]").select("out");
    expect.verifySteps(["false false", "2 false", "2 out"]);
    expect(".o_customer_story").toHaveText(/Nothing like that happened/);
});

test("a customer with whom nothing happened says what will appear", async () => {
    await mountStory(() => ({entries: [], next: false, episodes: [], channels: []}));
    expect(".o_customer_story").toHaveText(/Nothing happened with this customer yet/);
});

test("a failure is told in place, and one may try again", async () => {
    let fails = true;
    await mountStory(() => {
        if (fails) {
            throw new Error("no");
        }
        return FIRST;
    });
    expect(".o_customer_story").toHaveText(/could not be loaded/);
    fails = false;
    await contains(".o_customer_story .btn-secondary").click();
    expect(".o_story_entry").toHaveCount(3);
});
