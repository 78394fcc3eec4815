import {useEffect, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {ValueChainBadge} from "./value_chain_badge";

/**
 * The badge of a card, which does not keep the card waiting. A card that is shown again
 * begins with the badge that it had.
 */
export class CardBadge extends ValueChainBadge {
    static template = "crm_value_chain.CardBadge";
    static props = {...standardWidgetProps};

    setup() {
        super.setup();
        this.badges = useService("value_chain_badge");
        const {resModel, resId} = this.props.record;
        const badge = this.badges.getKnown(resModel, resId);
        this.state = useState({badge: badge || false, loading: badge === undefined});
        useEffect(
            (resId) => {
                this.load(resId);
            },
            () => [this.props.record.resId]
        );
    }

    async load(resId) {
        const {model, resModel} = this.props.record;
        const isReal = Boolean(resId) && !model.useSampleModel;
        const badge = isReal && (await this.badges.load(resModel, resId));
        if (resId === this.props.record.resId) {
            Object.assign(this.state, {badge, loading: false});
        }
    }

    get value() {
        return this.state.badge;
    }
}

registry.category("view_widgets").add("value_chain_badge", {component: CardBadge});
