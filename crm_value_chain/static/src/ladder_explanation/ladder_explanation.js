import {Component} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {ScoreChart} from "../score_chart/score_chart";
import {LadderCondition} from "./ladder_condition";

/**
 * A customer's place on the value ladder: the stages, why the customer is here, what
 * the next stage still asks for, and who overruled the rules if somebody did.
 * `explanation` is what the server's `get_ladder_explanation` returns.
 */
export class LadderExplanation extends Component {
    static template = "crm_value_chain.LadderExplanation";
    static components = {LadderCondition, ScoreChart};
    static props = {
        explanation: Object,
        compact: {type: Boolean, optional: true},
    };

    get currentPosition() {
        return (
            this.props.explanation.stages.find((stage) => stage.current)?.position || 0
        );
    }

    get steps() {
        return this.props.explanation.stages.map((stage) => ({
            ...stage,
            done: stage.position < this.currentPosition,
            lost: stage.reached && stage.position > this.currentPosition,
            tooltip: this.getTooltip(stage),
        }));
    }

    getTooltip(stage) {
        if (stage.current) {
            return _t("%s: the customer stands here", stage.name);
        }
        if (stage.highest) {
            return _t("%s: the highest stage this customer ever reached", stage.name);
        }
        if (stage.reached) {
            return _t("%s: reached", stage.name);
        }
        return _t("%s: not reached yet", stage.name);
    }

    /** Somebody who is no customer yet may have no next stage either. */
    get isAtTop() {
        return this.currentPosition === this.props.explanation.stages.length;
    }

    get missingTitle() {
        const {missing, next_stage: next} = this.props.explanation;
        const isMissing = missing.some((node) => !node.holds);
        return isMissing
            ? _t("For %s", next.name)
            : _t("Everything for %s holds", next.name);
    }

    /** Who did it and why stands in the headline already. */
    get override() {
        const {override} = this.props.explanation;
        if (!override) {
            return "";
        }
        if (override.until) {
            const until = formatDate(deserializeDate(override.until));
            return _t("The rules are overruled by hand until %s.", until);
        }
        return _t("The rules are overruled by hand until somebody ends it.");
    }
}
