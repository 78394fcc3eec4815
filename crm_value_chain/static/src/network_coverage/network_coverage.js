import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PortfolioReport} from "../portfolio_report/portfolio_report";

const TONES = {empty: "table-danger", weak: "table-warning", single: "table-warning"};

/** Propositions against roles: where nobody stands, just one, or nobody to rely on. */
export class NetworkCoverage extends PortfolioReport {
    static template = "crm_value_chain.NetworkCoverage";

    start() {
        this.state.segment = false;
        return this.load();
    }

    fetchReport() {
        return this.orm.call("crm.value.proposition", "get_network_coverage", [
            this.state.segment,
        ]);
    }

    async onSegment(ev) {
        this.state.segment = Number(ev.target.value) || false;
        await this.load();
    }

    get summary() {
        const {gaps} = this.state.report;
        return gaps
            ? _t("%s places in the network need action.", gaps)
            : _t("No place in the network needs action.");
    }

    tone({state}) {
        return TONES[state] || "";
    }

    label({state, members, reasons}) {
        const why = reasons.join(", ");
        return {
            empty: _t("Nobody"),
            single: _t("Single source"),
            weak:
                members === 1
                    ? _t("Single source, weak: %s", why)
                    : _t("Weak: %s", why),
        }[state];
    }

    describe(row, cell) {
        const [, role] = this.state.report.roles.find(([key]) => key === cell.role);
        const parts = [`${row.name}, ${role}: ${cell.members || 0}`, this.label(cell)];
        if (cell.critical) {
            parts.push(_t("the promise needs what is to be done here"));
        }
        return parts.filter(Boolean).join(" · ");
    }

    isOpen(cell) {
        return cell.members > 0 || this.state.report.may_add;
    }

    async open(row, cell) {
        const method = cell.members ? "action_open_coverage" : "action_add_coverage";
        const action = await this.orm.call("crm.value.proposition", method, [
            row.id,
            cell.role,
            this.state.segment,
        ]);
        return this.action.doAction(action, {
            onClose: () => !cell.members && this.load(),
        });
    }

    openProposition({id}) {
        return this.action.doAction(
            "crm_value_chain.crm_value_proposition_action_needs",
            {
                props: {resId: id},
                onClose: () => this.load(),
            }
        );
    }

    openLines() {
        return this.action.doAction("crm_value_chain.crm_network_contribution_action");
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("crm_value_chain.network_coverage", NetworkCoverage);
