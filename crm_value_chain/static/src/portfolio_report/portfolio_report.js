import {Component, onWillStart, useState} from "@odoo/owl";
import {formatChance} from "../score_chart/chance";
import {formatCurrency} from "@web/core/currency";
import {formatInteger} from "@web/views/fields/formatters";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** A screen about the classes of one classification, which people choose. */
export class PortfolioReport extends Component {
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.state = useState({dimension: "segment", report: null, error: ""});
        onWillStart(() => this.start());
    }

    async start() {
        const {dimension} = await this.orm.call("crm.customer.movement", "fields_get", [
            ["dimension"],
            ["selection"],
        ]);
        this.dimensions = dimension.selection;
        await this.load();
        if (!this.hasClasses) {
            this.state.dimension = "ladder";
            await this.load();
        }
    }

    async onDimension(ev) {
        this.state.dimension = ev.target.value;
        await this.load();
    }

    get dimensionName() {
        return this.dimensions.find(([key]) => key === this.state.dimension)?.[1];
    }

    /** Reads the report that the state asks for; the last one asked for is shown. */
    async load() {
        this.asked = (this.asked || 0) + 1;
        const mine = this.asked;
        let report = null;
        let message = "";
        try {
            report = await this.fetchReport();
        } catch (error) {
            message = error.data?.message || String(error.message);
        }
        if (mine === this.asked) {
            Object.assign(this.state, {report, error: message});
        }
    }

    get hasClasses() {
        return Boolean(this.state.report?.classes.some(({id}) => id));
    }

    integer(value) {
        return formatInteger(value);
    }

    amount(value) {
        return formatCurrency(value, this.state.report.currency_id, {digits: [16, 0]});
    }

    percent(share) {
        return share === null || share === undefined ? "" : formatChance(share);
    }

    /** Opens the customers that a domain finds. */
    openCustomers(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "crm.customer.profile",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
        });
    }
}
