import {RetentionChart} from "../retention_model/retention_chart";
import {_t} from "@web/core/l10n/translation";
import {formatDate} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";

const {DateTime} = luxon;

/** What became of a goal month by month, and the line to its target. */
export class GoalChart extends RetentionChart {
    static template = "crm_value_chain.GoalChart";

    get chartConfig() {
        const {actual, forecast} = this.colors;
        const points = (rows) =>
            rows.map(({date, value}) => ({x: DateTime.fromISO(date).ts, y: value}));
        const line = {borderWidth: 2, pointRadius: 3};
        return {
            type: "line",
            data: {
                datasets: [
                    {
                        ...line,
                        label: _t("Actual"),
                        data: points(this.value.actual),
                        borderColor: actual,
                        backgroundColor: actual,
                    },
                    {
                        ...line,
                        label: _t("Plan"),
                        data: points(this.value.plan),
                        borderColor: forecast,
                        backgroundColor: forecast,
                        borderDash: [6, 4],
                    },
                ],
            },
            options: this.getOptions({
                scales: {
                    x: this.getAxis("", {
                        type: "linear",
                        beginAtZero: false,
                        grid: {display: false},
                        ticks: {callback: (ts) => this.getDay(ts)},
                    }),
                    y: this.getAxis("", {
                        beginAtZero: false,
                        ticks: {callback: (value) => this.getValue(value)},
                    }),
                },
                tooltip: {
                    title: ([{raw}]) => this.getDay(raw.x),
                    label: ({dataset, raw}) =>
                        `${dataset.label}: ${this.getValue(raw.y)}`,
                },
            }),
        };
    }

    getDay(ts) {
        return formatDate(DateTime.fromMillis(ts));
    }

    getValue(value) {
        return this.value.is_rate
            ? `${Math.round(100 * value)}%`
            : value.toLocaleString();
    }
}

export const goalChart = {
    component: GoalChart,
    displayName: _t("Goal chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("goal_chart", goalChart);
