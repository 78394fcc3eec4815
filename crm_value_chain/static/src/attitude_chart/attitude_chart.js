import {formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {getColor} from "@web/core/colors/colors";
import {cookie} from "@web/core/browser/cookie";
import {registry} from "@web/core/registry";
import {JsonChart} from "../json_chart/json_chart";

const {DateTime} = luxon;

/** What a customer thought over time, a line for each metric, from the Json field. */
export class AttitudeChart extends JsonChart {
    static template = "crm_value_chain.AttitudeChart";

    get history() {
        return this.value || {days: [], metrics: []};
    }

    /** A single day is no development: the list below says it all. */
    get isEmpty() {
        return this.history.days.length < 2;
    }

    get chartConfig() {
        const {grid: gridColor, label: labelColor} = this.colors;
        const scheme = cookie.get("color_scheme");
        const {days, metrics} = this.history;
        return {
            type: "line",
            data: {
                labels: days.map((day) => formatDate(DateTime.fromISO(day))),
                datasets: metrics.map(({name, scores}, index) => ({
                    label: name,
                    data: scores,
                    borderColor: getColor(index, scheme, "odoo"),
                    backgroundColor: getColor(index, scheme, "odoo"),
                    spanGaps: true,
                    stepped: true,
                    pointRadius: 3,
                    borderWidth: 2,
                })),
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                plugins: {legend: {labels: {color: labelColor, boxWidth: 12}}},
                scales: {
                    x: {
                        grid: {display: false},
                        ticks: {color: labelColor, maxRotation: 0, autoSkipPadding: 12},
                    },
                    y: {
                        min: 0,
                        max: 10,
                        grid: {color: gridColor},
                        border: {display: false},
                        ticks: {color: labelColor, stepSize: 5},
                    },
                },
            },
        };
    }
}

export const attitudeChart = {
    component: AttitudeChart,
    displayName: _t("Attitude chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("attitude_chart", attitudeChart);
