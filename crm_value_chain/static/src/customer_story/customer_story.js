import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const MODEL = "crm.relationship.interaction";
const ARROWS = {in: "fa-arrow-down", out: "fa-arrow-up", both: "fa-exchange"};
const TONES = {good: "text-success", bad: "text-danger", neutral: "text-muted"};

/** What happened between a customer and us: open episodes, then month by month. */
export class CustomerStory extends Component {
    static template = "crm_value_chain.CustomerStory";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            status: "loading",
            entries: [],
            episodes: [],
            channels: [],
            next: false,
            channel: false,
            direction: false,
        });
        onWillStart(() => this.load());
        onWillUpdateProps((props) => {
            if (this.partnerOf(props) !== this.partnerId) {
                return this.load(this.partnerOf(props));
            }
        });
    }

    partnerOf({record}) {
        return record.data.partner_id?.id || false;
    }

    get partnerId() {
        return this.partnerOf(this.props);
    }

    /** The first page, or the next one where there is one before. */
    async load(partnerId = this.partnerId, before = false) {
        const {channel, direction} = this.state;
        if (!partnerId) {
            this.state.status = "loaded";
            return;
        }
        this.state.status = before ? "more" : "loading";
        try {
            const story = await this.orm.silent.call(MODEL, "get_story", [partnerId], {
                before,
                channel_id: channel,
                direction,
            });
            if (before) {
                this.state.entries.push(...story.entries);
            } else {
                Object.assign(this.state, story);
            }
            this.state.next = story.next;
            this.state.status = "loaded";
        } catch {
            // The rest of the form still works: say so here instead of with a dialog.
            this.state.status = "failed";
        }
    }

    loadMore() {
        return this.load(this.partnerId, this.state.next);
    }

    onChannel(ev) {
        this.state.channel = Number(ev.target.value) || false;
        return this.load();
    }

    onDirection(ev) {
        this.state.direction = ev.target.value || false;
        return this.load();
    }

    get isFiltered() {
        return Boolean(this.state.channel || this.state.direction);
    }

    /** The entries under the months in which they happened. */
    get months() {
        const months = [];
        for (const entry of this.state.entries) {
            const name = deserializeDateTime(entry.date).toFormat("LLLL yyyy");
            if (months.at(-1)?.name !== name) {
                months.push({name, entries: []});
            }
            months.at(-1).entries.push(entry);
        }
        return months;
    }

    day(text) {
        return formatDate(deserializeDateTime(text));
    }

    dayOfMonth(text) {
        return deserializeDateTime(text).toFormat("d LLL");
    }

    people({contact, user}) {
        return [contact, user].filter(Boolean).join(" · ");
    }

    arrow({direction}) {
        return ARROWS[direction];
    }

    directionName({direction}) {
        return {
            in: _t("From the customer"),
            out: _t("To the customer"),
            both: _t("Both"),
        }[direction];
    }

    tone({outcome}) {
        return TONES[outcome] || "";
    }

    period({begin, end, days}) {
        const first = this.day(begin);
        if (!end) {
            return _t("since %(begin)s, %(days)s days", {begin: first, days});
        }
        const last = this.day(end);
        return first === last
            ? first
            : _t("%(begin)s to %(end)s", {begin: first, end: last});
    }

    outcomeName({outcome}) {
        return {good: _t("Good"), neutral: _t("Neutral"), bad: _t("Bad")}[outcome];
    }

    open(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    openEpisode({id}) {
        return this.open("crm.relationship.episode", id);
    }

    openEntry({model, res_id}) {
        return model && this.open(model, res_id);
    }

    noteEpisode() {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Note Episode"),
                res_model: "crm.relationship.episode",
                views: [[false, "form"]],
                target: "new",
                context: {default_partner_id: this.partnerId},
            },
            {onClose: () => this.load()}
        );
    }
}

registry.category("view_widgets").add("customer_story", {
    component: CustomerStory,
    fieldDependencies: [{name: "partner_id", type: "many2one"}],
});
