import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAll, queryFirst} from "@odoo/hoot-dom";
import {formatChance} from "@crm_value_chain/score_chart/chance";
import {getRange, toDay} from "@crm_value_chain/score_chart/score_scale";
import {
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const SCORE = {
    sentences: ["Usually buys every 35 days, last 62 days ago.", "High risk."],
    horizon_days: 90,
    currency_id: 1,
    usual: 35,
    chart: {
        purchases: ["2026-01-05", "2026-02-09", "2026-03-16"],
        today: "2026-05-17",
        curve: [
            ["2026-03-16", 0.78],
            ["2026-04-16", 0.6],
            ["2026-05-17", 0.41],
        ],
    },
    next: {
        middle: "2026-04-12",
        earliest: "2026-03-21",
        latest: "2026-07-01",
        overdue: true,
    },
    clv: {
        basis: null,
        margin_rate: null,
        value: 100,
        rate: 0.1,
        months: 12,
        rows: [
            {until: "2026-08-16", purchases: 0.5, factor: 0.9882, amount: 49.41},
            {until: "2026-11-15", purchases: 0.4, factor: 0.965, amount: 38.6},
        ],
        total: 88.01,
        outdated: false,
    },
};

class Profile extends models.Model {
    _name = "profile";

    score_explanation = fields.Json();

    _records = [
        {id: 1, score_explanation: SCORE},
        {
            id: 2,
            score_explanation: {...SCORE, chart: null, next: null, clv: null},
        },
    ];
}

defineMailModels();
defineModels([Profile]);

const mountProfile = (score, resId = 1) => {
    if (score) {
        Profile._records[0].score_explanation = score;
    }
    return mountView({
        type: "form",
        resModel: "profile",
        resId,
        arch: /* xml */ `
            <form>
                <field name="score_explanation" widget="score_chart"/>
                <field name="score_explanation" widget="clv_table"/>
            </form>`,
    });
};
const left = (selector) => parseFloat(queryFirst(selector).style.left);

test("purchases, curve, today and the next purchase stand in their order", async () => {
    await mountProfile();
    expect(".o_score_chart_tick").toHaveCount(3);
    const ticks = queryAll(".o_score_chart_tick").map((el) =>
        parseFloat(el.style.left)
    );
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    expect(left(".o_score_chart_expected")).toBeGreaterThan(ticks[2]);
    expect(left(".o_score_chart_today")).toBeGreaterThan(
        left(".o_score_chart_expected")
    );
    expect(".o_score_chart_expected").toHaveClass("o_overdue");
    expect(".o_score_chart_band").toHaveCount(1);
    const points = queryFirst(".o_score_chart_line").getAttribute("points").split(" ");
    expect(points).toHaveLength(3);
});

test("the chance right after the last purchase and the one now are told", async () => {
    await mountProfile();
    expect(".o_score_chart_end").toHaveCount(2);
    expect(".o_score_chart_end:eq(0)").toHaveText("78%");
    expect(".o_score_chart_end:eq(0)").toHaveClass("o_left");
    expect(".o_score_chart_end.o_now").toHaveText("41%");
});

test("the chart is told in words to those who cannot see it", async () => {
    await mountProfile();
    expect(".o_score_chart_plot").toHaveAttribute("role", "img");
    expect(".o_score_chart_plot").toHaveAttribute(
        "aria-label",
        "Usually buys every 35 days, last 62 days ago. High risk."
    );
});

test("of a lapsed customer nothing is coloured", async () => {
    await mountProfile({...SCORE, risk: {band: "lapsed"}});
    expect(".o_score_chart_expected").toHaveCount(1);
    expect(".o_score_chart_expected.o_overdue").toHaveCount(0);
});

test("without scores there is nothing to draw", async () => {
    await mountProfile(false, 2);
    expect(".o_score_chart").toHaveCount(0);
    expect(".o_clv_table").toHaveCount(0);
});

test("a purchase today leaves one point and no overdue day", async () => {
    await mountProfile({
        ...SCORE,
        chart: {
            purchases: ["2026-05-17"],
            today: "2026-05-17",
            curve: [["2026-05-17", 0.3]],
        },
        next: {...SCORE.next, middle: "2027-09-01", latest: null, overdue: false},
    });
    expect(".o_score_chart_end").toHaveCount(1);
    expect(".o_score_chart_end").toHaveText("30%");
    expect(".o_score_chart_band").toHaveCount(0);
    expect(".o_score_chart_expected.o_overdue").toHaveCount(0);
});

test("a long history leaves room for what is to come", () => {
    const purchases = ["2010-01-01", ...SCORE.chart.purchases];
    const {start, end} = getRange({...SCORE, chart: {...SCORE.chart, purchases}});
    const last = toDay("2026-03-16");
    expect((last - start) / (end - start)).toBeLessThan(0.8);
    expect(end).toBeGreaterThan(toDay("2026-07-01"));
});

test("an interval of years is cut", () => {
    const next = {...SCORE.next, middle: "2029-01-01", latest: "2036-01-01"};
    const {end} = getRange({...SCORE, next});
    expect(end).toBeLessThan(toDay("2027-01-01"));
});

test("a chance is never rounded to impossible or certain", async () => {
    await makeMockEnv();
    const chances = [0, 0.004, 0.41, 0.995, 1];
    expect(chances.map((chance) => String(formatChance(chance)))).toEqual([
        "0%",
        "< 1%",
        "41%",
        "> 99%",
        "100%",
    ]);
});

test("the CLV can be repeated from what the table shows", async () => {
    await mountProfile();
    expect(".o_clv_table tbody tr").toHaveCount(2);
    expect(".o_clv_table tbody tr:eq(0)").toHaveText(
        /0\.5000.*100\.00.*0\.9882.*49\.41/s
    );
    expect(".o_clv_table tfoot").toHaveText(/88\.01/);
    expect(".o_clv_table th:eq(2)").toHaveText("× Value of one");
    expect(".o_clv_table").toHaveText(/12 months.*10% a year/);
    expect(".o_clv_table").not.toHaveText(/margin/i);
});

test("those who may know it are told the margin", async () => {
    const clv = {...SCORE.clv, basis: "margin", margin_rate: 0.25};
    await mountProfile({...SCORE, clv});
    expect(".o_clv_table th:eq(2)").toHaveText("× Margin of one");
    expect(".o_clv_table").toHaveText(/25% of its amount/);
});

test("of a margin that is withheld there is the total, and why", async () => {
    const withheld = {basis: "margin", value: null, rows: []};
    await mountProfile({...SCORE, clv: {...SCORE.clv, ...withheld}});
    expect(".o_clv_table thead, .o_clv_table tbody").toHaveCount(0);
    expect(".o_clv_table tfoot").toHaveText(/88\.01/);
    expect(".o_clv_table").toHaveText(/its margin, which is not shown to you/);
    expect(".o_clv_table").toHaveText(/12 months/);
});

test("a total of earlier settings is marked", async () => {
    await mountProfile({...SCORE, clv: {...SCORE.clv, outdated: true}});
    expect(".o_clv_table").toHaveText(/next calculation renews it/);
});
