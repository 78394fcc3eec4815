import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/**
 * One node of a rule with what it came to for one customer: a condition with its
 * actual value, or several nodes of which all, any or none must hold.
 */
export class LadderCondition extends Component {
    static template = "crm_value_chain.LadderCondition";
    static components = {};
    static props = {
        node: Object,
        muted: {type: Boolean, optional: true},
    };

    get isCondition() {
        return this.props.node.type === "condition";
    }

    get iconClass() {
        const {node, muted} = this.props;
        const color = node.holds ? "text-success" : "text-danger";
        return `${node.holds ? "fa-check" : "fa-times"} ${muted ? "text-muted" : color}`;
    }

    /** Where one of several is enough, and under a "not", red and green mislead. */
    get muteChildren() {
        const {node, muted} = this.props;
        return muted || node.type === "not" || (node.type === "any" && node.holds);
    }

    get groupLabel() {
        switch (this.props.node.type) {
            case "any":
                return _t("At least one of");
            case "not":
                return _t("Not the case that");
            default:
                return _t("All of");
        }
    }

    get actual() {
        return _t("(now %s)", this.props.node.actual);
    }

    get outcome() {
        return this.props.node.holds ? _t("Holds") : _t("Does not hold");
    }
}

LadderCondition.components = {LadderCondition};
