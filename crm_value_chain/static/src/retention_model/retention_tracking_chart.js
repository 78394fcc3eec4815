import {RetentionChart} from "./retention_chart";
import {_t} from "@web/core/l10n/translation";
import {formatDate} from "@web/core/l10n/dates";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";

const {DateTime} = luxon;

/** Repeat purchases added up week by week: what came, and what was expected. */
export class RetentionTrackingChart extends RetentionChart {
    static template = "crm_value_chain.RetentionTrackingChart";

    get tracking() {
        return this.value || {};
    }

    get isEmpty() {
        return !(this.tracking.actual || []).length;
    }

    get fitDay() {
        return formatDate(DateTime.fromISO(this.tracking.fit_day));
    }

    /** Last day of a week, by the number of weeks before. */
    getDay(week) {
        const first = DateTime.fromISO(this.tracking.first_day);
        return formatDate(first.plus({days: 7 * week + 6}));
    }

    get chartConfig() {
        const {actual, forecast, label} = this.colors;
        const line = {pointRadius: 0, borderWidth: 2, tension: 0};
        return {
            type: "line",
            data: {
                labels: this.tracking.actual.map((_value, week) => this.getDay(week)),
                datasets: [
                    {
                        ...line,
                        label: _t("Purchases"),
                        data: this.tracking.actual,
                        borderColor: actual,
                        backgroundColor: actual,
                    },
                    {
                        ...line,
                        label: _t("Expected (%s)", this.tracking.method),
                        data: this.tracking.expected,
                        borderColor: forecast,
                        backgroundColor: forecast,
                        borderDash: [6, 4],
                    },
                ],
            },
            options: this.getOptions({
                scales: {
                    x: this.getAxis(_t("Week ending on"), {
                        grid: {display: false},
                        ticks: {autoSkipPadding: 24},
                    }),
                    y: this.getAxis(_t("Repeat purchases so far"), {
                        ticks: {callback: (value) => this.format(value)},
                    }),
                },
                tooltip: {
                    label: ({dataset, raw}) => `${dataset.label}: ${this.format(raw)}`,
                },
            }),
            plugins: [{afterDatasetsDraw: (chart) => this.drawFitDay(chart, label)}],
        };
    }

    format(value) {
        return formatFloat(value, {digits: [16, 0]});
    }

    /** A line where the fit ends and the forecast begins. */
    drawFitDay({ctx, chartArea: {top, bottom}, scales: {x}}, color) {
        const position = x.getPixelForValue(0);
        const week = x.getPixelForValue(1) - position;
        const at = position + week * (this.tracking.fit_week - 1);
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = color;
        ctx.setLineDash([2, 3]);
        ctx.beginPath();
        ctx.moveTo(at, top);
        ctx.lineTo(at, bottom);
        ctx.stroke();
        ctx.textAlign = "right";
        ctx.textBaseline = "top";
        ctx.fillText(_t("Fitted until here"), at - 6, top + 4);
        ctx.restore();
    }
}

export const retentionTrackingChart = {
    component: RetentionTrackingChart,
    displayName: _t("Retention tracking chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("retention_tracking_chart", retentionTrackingChart);
