/* global Chart */
import {onWillStart, useEffect, useRef} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {cookie} from "@web/core/browser/cookie";
import {getCustomColor} from "@web/core/colors/colors";
import {loadBundle} from "@web/core/assets";
import {PortfolioReport} from "../portfolio_report/portfolio_report";
import {registry} from "@web/core/registry";

const LARGEST = 44; // Radius of the class with the most customers, in pixels
const SMALLEST = 5;

/** The portfolio as bubbles: value of a customer against retention, size by customers. */
export class PortfolioMap extends PortfolioReport {
    static template = "crm_value_chain.PortfolioMap";

    setup() {
        super.setup();
        Object.assign(this.state, {across: "chance", up: "yearly_amount"});
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas) => {
                if (canvas) {
                    const chart = new Chart(canvas, this.chartConfig);
                    return () => chart.destroy();
                }
            },
            () => [
                this.canvasRef.el,
                this.state.report,
                this.state.across,
                this.state.up,
            ]
        );
    }

    fetchReport() {
        return this.orm.call("crm.customer.profile", "get_portfolio_map", [
            this.state.dimension,
        ]);
    }

    get acrossChoices() {
        return [
            ["chance", _t("Chance of buying")],
            ["retention", _t("Retention rate")],
        ];
    }

    get upChoices() {
        const choices = [
            ["yearly_amount", _t("Value a year")],
            ["clv", _t("Customer lifetime value")],
        ];
        if (this.hasProfit) {
            choices.push(["profit", _t("Profit")]);
        }
        return choices;
    }

    get classes() {
        return this.state.report?.classes || [];
    }

    get hasProfit() {
        return this.classes.some((each) => "profit" in each);
    }

    label(choices, chosen) {
        return choices.find(([key]) => key === chosen)[1];
    }

    /** Classes of which both measures are known. */
    get bubbles() {
        const {across, up} = this.state;
        const most = Math.max(1, ...this.classes.map(({customers}) => customers));
        return this.classes
            .filter((each) => each[across] !== null && each[up] !== null)
            .map((each) => ({
                each,
                x: each[across],
                y: each[up] / each.customers,
                r: Math.max(SMALLEST, LARGEST * Math.sqrt(each.customers / most)),
            }));
    }

    /** Names of the classes of which one of the measures is not known. */
    get missing() {
        const shown = new Set(this.bubbles.map(({each}) => each.id));
        return this.classes
            .filter(({id}) => !shown.has(id))
            .map(({name}) => name)
            .join(", ");
    }

    get chartConfig() {
        const scheme = cookie.get("color_scheme");
        const label = getCustomColor(scheme, "#4B5058", "#E4E4E4");
        const grid = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
        const anyLoss = this.bubbles.some(({y}) => y < 0);
        const axis = (title, callback) => ({
            title: {display: true, text: title, color: label},
            grid: {color: grid},
            border: {color: grid},
            grace: "12%",
            ticks: {color: label, callback},
        });
        return {
            type: "bubble",
            data: {
                datasets: this.bubbles.map((bubble) => {
                    const color = this.colorOf(bubble.each);
                    return {
                        label: bubble.each.name,
                        data: [bubble],
                        backgroundColor: `${color}b0`,
                        borderColor: color,
                    };
                }),
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                layout: {padding: 8},
                scales: {
                    x: axis(this.label(this.acrossChoices, this.state.across), (v) =>
                        v < 0 || v > 1 ? "" : this.percent(v)
                    ),
                    y: axis(
                        _t(
                            "%s per customer",
                            this.label(this.upChoices, this.state.up)
                        ),
                        (v) => (v < 0 && !anyLoss ? "" : this.amount(v))
                    ),
                },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {color: label, boxWidth: 12, usePointStyle: true},
                    },
                    tooltip: {callbacks: {label: ({raw}) => this.describe(raw)}},
                },
                onClick: (_ev, [element]) =>
                    element && this.open(this.bubbles[element.datasetIndex].each),
                onHover: ({native}, elements) => {
                    native.target.style.cursor = elements.length
                        ? "pointer"
                        : "default";
                },
            },
        };
    }

    /** The color that people gave to a class, as the style sheet knows it. */
    colorOf({color}) {
        const sample = document.createElement("i");
        sample.className = `o_value_chain_color_${color}`;
        document.body.append(sample);
        const found = getComputedStyle(sample).getPropertyValue(
            "--o-value-chain-color"
        );
        sample.remove();
        return found.trim() || "#a2a2a2";
    }

    describe({each, x, y}) {
        return [
            each.name,
            _t("%s customers", this.integer(each.customers)),
            `${this.percent(x)} · ${this.amount(y)}`,
        ];
    }

    open({id, name}) {
        return this.openCustomers(name, [[this.state.report.field, "=", id || false]]);
    }
}

registry.category("actions").add("crm_value_chain.portfolio_map", PortfolioMap);
