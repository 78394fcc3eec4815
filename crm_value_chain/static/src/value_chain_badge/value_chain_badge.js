import {Component} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {LadderPopover} from "../ladder_explanation/ladder_popover";
import {formatChance} from "../score_chart/chance";

const RISKS = {
    medium: _t("medium risk"),
    high: _t("high risk"),
    lapsed: _t("lapsed"),
};

/**
 * One line that says who a customer is: the stage on the value ladder, the gap since
 * the last purchase against the usual one, the chance of buying, the value of a year.
 * The server computes all of it in the Json field; the explanation is only fetched when
 * it is opened.
 */
export class ValueChainBadge extends Component {
    static template = "crm_value_chain.ValueChainBadge";
    static props = {...standardFieldProps};

    setup() {
        this.popover = usePopover(LadderPopover, {
            position: "bottom-start",
            popoverClass: "o_ladder_popover_container",
            setActiveElement: true,
            useBottomSheet: this.env.isSmall,
        });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    /** A customer that was not placed on the ladder yet has nothing to show. */
    get badge() {
        return this.value?.stage ? this.value : false;
    }

    /** A record that is not saved yet has nothing to fetch an explanation for. */
    get canExplain() {
        return Boolean(this.props.record.resId);
    }

    get dots() {
        return Array.from(
            {length: this.badge.stages},
            (_, index) => index < this.badge.position
        );
    }

    get hasGap() {
        return Number.isInteger(this.badge.gap);
    }

    get hasChance() {
        return typeof this.badge.chance === "number";
    }

    get chance() {
        return formatChance(this.badge.chance);
    }

    get hasValue() {
        return typeof this.badge.yearly_amount === "number";
    }

    get gap() {
        const {gap, usual} = this.badge;
        if (!Number.isInteger(usual)) {
            return _t("%(gap)s d", {gap});
        }
        return _t("%(gap)s d / %(usual)s d", {gap, usual});
    }

    get yearlyAmount() {
        const {yearly_amount: amount, currency_id: currencyId} = this.badge;
        const decimals = Math.abs(amount) < 1000 ? 0 : 1;
        return formatCurrency(amount, currencyId, {
            humanReadable: true,
            digits: [16, decimals],
        });
    }

    get title() {
        const {stage, gap, usual, overdue, risk, overridden} = this.badge;
        const parts = [stage];
        if (this.badge.class) {
            parts.push(this.badge.class);
        }
        if (overridden) {
            parts.push(_t("set by hand"));
        }
        if (this.hasGap) {
            parts.push(_t("last purchase %s days ago", gap));
            if (Number.isInteger(usual)) {
                parts.push(_t("usually buys every %s days", usual));
            }
        }
        if (overdue) {
            parts.push(_t("overdue"));
        }
        if (this.hasChance) {
            parts.push(_t("%s chance of buying", this.chance));
        }
        if (risk in RISKS) {
            parts.push(RISKS[risk]);
        }
        if (this.hasValue) {
            parts.push(_t("%s in the last 12 months", this.yearlyAmount));
        }
        return parts.join(" · ");
    }

    get ariaLabel() {
        const {position, stages} = this.badge;
        if (!position) {
            return this.title; // a stage that is archived
        }
        return _t("Value ladder, stage %(position)s of %(stages)s: %(title)s", {
            position,
            stages,
            title: this.title,
        });
    }

    toggle(target) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else if (this.canExplain) {
            const {resModel, resId} = this.props.record;
            this.popover.open(target, {resModel, resId});
        }
    }

    onClick(ev) {
        this.toggle(ev.currentTarget);
    }

    /** The views bind Enter and Space to the card or row around the badge. */
    onKeydown(ev) {
        if (["Enter", " "].includes(ev.key)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.toggle(ev.currentTarget);
        }
    }
}

export const valueChainBadge = {
    component: ValueChainBadge,
    displayName: _t("Value chain badge"),
    supportedTypes: ["json"],
};

registry.category("fields").add("value_chain_badge", valueChainBadge);
