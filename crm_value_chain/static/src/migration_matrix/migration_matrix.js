import {_t} from "@web/core/l10n/translation";
import {DateTimeInput} from "@web/core/datetime/datetime_input";
import {PortfolioReport} from "../portfolio_report/portfolio_report";
import {registry} from "@web/core/registry";
import {serializeDate} from "@web/core/l10n/dates";

const {DateTime} = luxon;

/** Who went from which class to which between two days; each cell opens its customers. */
export class MigrationMatrix extends PortfolioReport {
    static template = "crm_value_chain.MigrationMatrix";
    static components = {...PortfolioReport.components, DateTimeInput};

    setup() {
        super.setup();
        const today = DateTime.local().startOf("day");
        Object.assign(this.state, {start: today.minus({months: 3}), end: today});
    }

    fetchReport() {
        const {dimension, start, end} = this.state;
        return this.orm.call("crm.customer.profile", "get_migration_matrix", [
            dimension,
            serializeDate(start),
            serializeDate(end),
        ]);
    }

    async onDay(name, day) {
        if (day) {
            this.state[name] = day;
            await this.load();
        }
    }

    get rows() {
        const {classes, cells} = this.state.report;
        const found = new Map(cells.map((cell) => [`${cell.from},${cell.to}`, cell]));
        return classes.map((from) => ({
            ...from,
            total: this.sum(cells.filter((cell) => cell.from === from.id)),
            cells: classes.map((to) => this.cell(found, from, to)),
        }));
    }

    cell(found, from, to) {
        const cell = found.get(`${from.id},${to.id}`);
        const all = this.sum(
            this.state.report.cells.filter((each) => each.from === from.id)
        );
        return {
            key: `${from.id},${to.id}`,
            ...cell,
            same: from.id === to.id,
            title: cell && `${from.name} → ${to.name}`,
            share: cell ? cell.customers / all : 0,
        };
    }

    sum(cells) {
        return cells.reduce((total, {customers}) => total + customers, 0);
    }

    total(to) {
        return this.sum(this.state.report.cells.filter((cell) => cell.to === to.id));
    }

    get moved() {
        const {cells} = this.state.report;
        const moved = this.sum(cells.filter((cell) => cell.from !== cell.to));
        return _t("%(moved)s of %(all)s customers changed their class.", {
            moved: this.integer(moved),
            all: this.integer(this.sum(cells)),
        });
    }

    open(cell) {
        return this.openCustomers(cell.title, [["migration", "=", cell.migration]]);
    }
}

registry.category("actions").add("crm_value_chain.migration_matrix", MigrationMatrix);
