import {Component, useState} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {LadderExplanation} from "./ladder_explanation";

const PROFILE_MODEL = "crm.customer.profile";

/** What a badge opens: fetches the explanation of one record, and shows it. */
export class LadderPopover extends Component {
    static template = "crm_value_chain.LadderPopover";
    static components = {LadderExplanation};
    static props = {
        resModel: String,
        resId: Number,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({status: "loading", explanation: false});
        this.load();
    }

    async load() {
        const {resModel, resId} = this.props;
        this.state.status = "loading";
        try {
            this.state.explanation = await this.orm.silent.call(
                resModel,
                "get_ladder_explanation",
                [[resId]]
            );
            this.state.status = "loaded";
        } catch {
            // The card behind it still works: say so here instead of with a dialog.
            this.state.status = "failed";
        }
    }

    get canOpenCustomer() {
        return (
            this.state.explanation?.profile_id && this.props.resModel !== PROFILE_MODEL
        );
    }

    openCustomer() {
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: PROFILE_MODEL,
            res_id: this.state.explanation.profile_id,
            views: [[false, "form"]],
        });
    }
}
