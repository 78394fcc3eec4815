import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {JsonChart} from "../json_chart/json_chart";

const {DateTime} = luxon;

/** Bars of what a customer bought, month by month, from the Json field. */
export class PurchaseHistoryChart extends JsonChart {
    static template = "crm_value_chain.PurchaseHistoryChart";

    get history() {
        return this.value || {months: []};
    }

    get isEmpty() {
        return !this.history.months.length;
    }

    get chartConfig() {
        const {grid: gridColor, label: labelColor, actual} = this.colors;
        const {months, amounts} = this.history;
        return {
            type: "bar",
            data: {
                labels: months.map((month) =>
                    DateTime.fromFormat(month, "yyyy-MM").toFormat("LLL yyyy")
                ),
                datasets: [
                    {
                        label: _t("Amount"),
                        data: amounts,
                        backgroundColor: actual,
                        borderRadius: 2,
                        maxBarThickness: 40,
                    },
                ],
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        callbacks: {label: ({dataIndex}) => this.getLabels(dataIndex)},
                    },
                },
                scales: {
                    x: {
                        grid: {display: false},
                        border: {color: gridColor},
                        ticks: {color: labelColor, maxRotation: 0, autoSkipPadding: 12},
                    },
                    y: {
                        beginAtZero: true,
                        grid: {color: gridColor},
                        border: {display: false},
                        ticks: {
                            color: labelColor,
                            maxTicksLimit: 5,
                            callback: (value) => this.formatTick(value),
                        },
                    },
                },
            },
        };
    }

    formatTick(value) {
        return formatCurrency(value, this.history.currency_id, {
            humanReadable: true,
            digits: [16, Math.abs(value) < 1000 ? 0 : 1],
        });
    }

    /** The lines of one bar's tooltip. */
    getLabels(index) {
        const {amounts, currency_id: currencyId} = this.history;
        return [formatCurrency(amounts[index], currencyId), this.getCountLabel(index)];
    }

    /** Returns lower the amount, but are no purchases. */
    getCountLabel(index) {
        const {amounts, counts} = this.history;
        const count = counts[index];
        if (!count) {
            return amounts[index] ? _t("Returns only") : _t("No purchase");
        }
        return count === 1 ? _t("1 purchase") : _t("%s purchases", count);
    }
}

export const purchaseHistoryChart = {
    component: PurchaseHistoryChart,
    displayName: _t("Purchase history chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("purchase_history_chart", purchaseHistoryChart);
