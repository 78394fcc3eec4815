import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";

/** The cut-offs, with what the numbers mean and who sets them. */
export class RfmCutoffListRenderer extends ListRenderer {
    static template = "crm_value_chain.RfmCutoffListRenderer";

    get cutoffs() {
        const {list} = this.props;
        return list.isGrouped ? [] : list.records.map((record) => record.data);
    }

    /** Who sets the limits: companies may differ. */
    get methodHints() {
        const methods = new Set(this.cutoffs.map((cutoff) => cutoff.rfm_method));
        const hints = [];
        if (methods.has("quintile")) {
            hints.push(
                _t(
                    "With quintiles, each scoring computes the limits anew, so nobody can change them. To set limits of your own, choose fixed cut-offs in the settings."
                )
            );
        }
        if (methods.has("fixed")) {
            hints.push(
                _t(
                    "With fixed cut-offs the limits stay as they are until somebody changes them. Then all scores are computed anew."
                )
            );
        }
        return hints;
    }
}

export const rfmCutoffListView = {...listView, Renderer: RfmCutoffListRenderer};

registry.category("views").add("rfm_cutoff_list", rfmCutoffListView);
