import {_t} from "@web/core/l10n/translation";
import {RetentionChart} from "./retention_chart";
import {registry} from "@web/core/registry";

const percent = (share) => `${Math.round(100 * share)}%`;

/** Who was forecast to buy, and who did, by tenths of the customers. */
export class RetentionDecileChart extends RetentionChart {
    static template = "crm_value_chain.RetentionDecileChart";

    get deciles() {
        return this.value || [];
    }

    get chartConfig() {
        const {actual, forecast} = this.colors;
        const share = {
            ticks: {callback: percent},
            max: this.deciles.every((decile) => this.highest(decile) < 0.5)
                ? undefined
                : 1,
        };
        return {
            type: "bar",
            data: {
                labels: this.deciles.map((_decile, index) => String(index + 1)),
                datasets: [
                    {
                        type: "line",
                        label: _t("Forecast"),
                        data: this.deciles.map((decile) => decile.forecast),
                        borderColor: forecast,
                        backgroundColor: forecast,
                        pointRadius: 4,
                    },
                    {
                        label: _t("Bought"),
                        data: this.deciles.map((decile) => decile.actual),
                        backgroundColor: actual,
                        borderRadius: 2,
                        maxBarThickness: 40,
                    },
                ],
            },
            options: this.getOptions({
                scales: {
                    x: this.getAxis(_t("Tenths of the customers, by their chance"), {
                        grid: {display: false},
                    }),
                    y: this.getAxis(_t("Share buying"), share),
                },
                tooltip: {
                    title: ([{dataIndex}]) => this.getTitle(dataIndex),
                    label: ({dataset, raw}) => `${dataset.label}: ${percent(raw)}`,
                },
            }),
        };
    }

    highest({forecast, actual}) {
        return Math.max(forecast, actual);
    }

    getTitle(index) {
        return _t("Tenth %(tenth)s: %(count)s forecasts", {
            tenth: index + 1,
            count: this.deciles[index].customers,
        });
    }
}

export const retentionDecileChart = {
    component: RetentionDecileChart,
    displayName: _t("Retention decile chart"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("retention_decile_chart", retentionDecileChart);
