import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {PortfolioReport} from "../portfolio_report/portfolio_report";

const ATTITUDES = ["high", "low", false];
const BEHAVIORS = ["high", "low"];

/** Behavioural against attitudinal loyalty; each cell opens its customers. */
export class LoyaltyMatrix extends PortfolioReport {
    static template = "crm_value_chain.LoyaltyMatrix";

    start() {
        return this.load();
    }

    fetchReport() {
        return this.orm.call("crm.customer.profile", "get_loyalty_matrix", []);
    }

    get rows() {
        return ATTITUDES.map((attitude) => ({
            attitude,
            cells: BEHAVIORS.map((behavior) => this.cell(behavior, attitude)),
        }));
    }

    cell(behavior, attitude) {
        return this.state.report.cells.find(
            (cell) => cell.behavior === behavior && cell.attitude === attitude
        );
    }

    share({customers}) {
        const {total} = this.state.report;
        return total ? this.percent(customers / total) : "";
    }

    open({behavior, attitude, name}) {
        return this.openCustomers(name, [
            ...this.state.report.domain,
            ["loyalty_behavior", "=", behavior],
            ["loyalty_attitude", "=", attitude],
        ]);
    }

    openOthers() {
        return this.openCustomers(_t("Not Customers yet"), [
            ...this.state.report.domain,
            ["loyalty_behavior", "=", false],
        ]);
    }
}

registry.category("actions").add("crm_value_chain.loyalty_matrix", LoyaltyMatrix);
