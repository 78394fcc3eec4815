import {PortfolioReport} from "../portfolio_report/portfolio_report";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const EVERYBODY = "all";

/** How far the four steps of IDIC are with the customers of each segment. */
export class IdicReport extends PortfolioReport {
    static template = "crm_value_chain.IdicReport";

    setup() {
        super.setup();
        this.state.open = "";
    }

    fetchReport() {
        return this.orm.call("crm.customer.profile", "get_idic_report", [
            this.state.dimension,
        ]);
    }

    get steps() {
        return this.state.report?.steps || [];
    }

    get rows() {
        const classes = this.state.report?.classes || [];
        const there = {};
        for (const each of classes) {
            for (const [name, customers] of Object.entries(each.there)) {
                there[name] = (there[name] || 0) + customers;
            }
        }
        const customers = classes.reduce((sum, each) => sum + each.customers, 0);
        const all = {id: EVERYBODY, name: _t("All customers"), customers, there};
        return [...classes, all].map((row) => ({...row, steps: this.stepsOf(row)}));
    }

    /** Each step with the share of its evidence that is there, and what is missing. */
    stepsOf(row) {
        return this.steps.map((step) => {
            const evidence = step.evidence.map((each) => ({
                ...each,
                share: row.there[each.name] / row.customers,
                missing: row.customers - row.there[each.name],
            }));
            const sum = evidence.reduce((total, {share}) => total + share, 0);
            const share = evidence.length ? sum / evidence.length : null;
            return {...step, evidence, share, id: `${row.id}-${step.key}`};
        });
    }

    toggle({id}) {
        this.state.open = this.state.open === id ? "" : id;
    }

    get opened() {
        for (const row of this.rows) {
            const step = row.steps.find(({id}) => id === this.state.open);
            if (step) {
                return {row, step};
            }
        }
        return null;
    }

    openRow(row) {
        return this.openCustomers(row.name, this.domainOf(row));
    }

    openMissing(row, {name, label}) {
        return this.openCustomers(
            _t("%(customers)s without: %(evidence)s", {
                customers: row.name,
                evidence: label,
            }),
            [...this.domainOf(row), ["idic_missing", "=", name]]
        );
    }

    domainOf({id}) {
        const {company_id, field} = this.state.report;
        const here = [["company_id", "=", company_id]];
        return id === EVERYBODY ? here : [...here, [field, "=", id || false]];
    }
}

registry.category("actions").add("crm_value_chain.idic_report", IdicReport);
