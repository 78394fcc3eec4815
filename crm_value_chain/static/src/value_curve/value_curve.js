import {useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {cookie} from "@web/core/browser/cookie";
import {getColor} from "@web/core/colors/colors";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {JsonChart} from "../json_chart/json_chart";

const POINTS = ["circle", "rect", "triangle", "rectRot", "star", "crossRot"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 2]];
const LONGEST_LABEL = 24;

/**
 * Us against the alternatives, factor by factor; the table below holds the same
 * numbers, and takes new ones while the version is a draft.
 */
export class ValueCurve extends JsonChart {
    static template = "crm_value_chain.ValueCurve";
    static props = {...JsonChart.props, isTable: {type: Boolean, optional: true}};

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({curve: null});
        useRecordObserver((record) => {
            this.state.curve = record.data[this.props.name] || null;
        });
    }

    get value() {
        return this.state.curve;
    }

    get isEditable() {
        return this.value.is_editable && this.props.isTable;
    }

    get groups() {
        const of = (kind) => this.value.rows.filter((row) => row.kind === kind);
        return [
            {key: "benefit", label: _t("What the customer gets"), rows: of("benefit")},
            {
                key: "sacrifice",
                label: _t("What the customer gives up (less is better)"),
                rows: of("sacrifice"),
            },
        ].filter((group) => group.rows.length);
    }

    get rows() {
        return this.groups.flatMap((group) => group.rows);
    }

    /** Nothing to draw before something is scored. */
    get isDrawn() {
        return this.value.rows.some((row) => row.scores.some((s) => s !== null));
    }

    formatNumber(number) {
        return number === null ? "–" : number.toLocaleString();
    }

    formatValue(column) {
        return column.value === null ? "–" : column.value.toFixed(2);
    }

    // ------------------------------------------------------------------
    // Filling in the table
    // ------------------------------------------------------------------

    async onChange(row, column, ev) {
        const text = ev.target.value.trim().replace(",", ".");
        const number = text === "" ? null : Number(text);
        if (Number.isNaN(number)) {
            this.notification.add(_t("A score is a number from 0 to 10."), {
                type: "danger",
            });
            return;
        }
        const {record} = this.props;
        try {
            this.state.curve = await this.orm.call(
                record.resModel,
                "set_value_number",
                [record.resId, row.id, column, number]
            );
        } catch (error) {
            const {curve} = this.state;
            this.state.curve = {...curve}; // Shows what is noted, again
            ev.target.value = this.noted(row, column) ?? "";
            throw error;
        }
        if (!(await record.isDirty())) {
            await record.load(); // The words and the other pages know of it, too
        }
    }

    noted(row, column) {
        if (column === "weight") {
            return row.weight;
        }
        const place = this.value.columns.findIndex(({id}) => id === column);
        return row.scores[place];
    }

    /** Enter and the arrows go up and down, as in a spreadsheet. */
    onKeydown(ev) {
        const step = {Enter: 1, ArrowDown: 1, ArrowUp: -1}[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        const cell = ev.target.closest("td");
        const rows = [...cell.closest("table").querySelectorAll("tr.o_value_row")];
        const next = rows[rows.indexOf(cell.parentElement) + step];
        const input = next && next.cells[cell.cellIndex].querySelector("input");
        if (input) {
            input.focus();
            input.select();
        } else {
            ev.target.blur();
        }
    }

    // ------------------------------------------------------------------
    // The chart
    // ------------------------------------------------------------------

    label({name, kind}) {
        const short =
            name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name;
        return kind === "sacrifice" ? `${short} *` : short;
    }

    get chartConfig() {
        const {grid, label} = this.colors;
        const scheme = cookie.get("color_scheme");
        const {columns} = this.value;
        const rows = this.rows;
        return {
            type: "line",
            data: {
                labels: rows.map((row) => this.label(row)),
                datasets: columns.map(({name}, index) => ({
                    label: name,
                    data: rows.map((row) => row.scores[index]),
                    borderColor: getColor(index, scheme, columns.length),
                    backgroundColor: getColor(index, scheme, columns.length),
                    borderWidth: index ? 2 : 4,
                    borderDash: DASHES[index % DASHES.length],
                    pointStyle: POINTS[index % POINTS.length],
                    pointRadius: index ? 5 : 7,
                })),
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                plugins: {
                    legend: {
                        labels: {
                            color: label,
                            usePointStyle: true,
                            boxHeight: 5,
                            padding: 16,
                        },
                    },
                    tooltip: {
                        callbacks: {title: ([{dataIndex}]) => rows[dataIndex].name},
                    },
                },
                scales: {
                    x: {
                        grid: {color: grid},
                        ticks: {color: label, autoSkip: false, maxRotation: 40},
                    },
                    y: {
                        min: 0,
                        max: 10,
                        grid: {color: grid},
                        border: {display: false},
                        ticks: {color: label, stepSize: 2},
                        title: {display: true, text: _t("Score"), color: label},
                    },
                },
            },
        };
    }
}

export const valueCurve = {
    component: ValueCurve,
    displayName: _t("Value curve"),
    supportedTypes: ["json"],
    isEmpty: () => false,
    // The field is computed: it is the table that takes numbers, one by one
    extractProps: ({options}) => ({isTable: Boolean(options.editable)}),
};

registry.category("fields").add("value_curve", valueCurve);
