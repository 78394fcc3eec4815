import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useSetupAction} from "@web/search/action_hook";
import {NetworkMap} from "./network_map";

/** The map on a screen of its own; who comes back to it finds it as it was. */
export class NetworkMapAction extends Component {
    static template = "crm_value_chain.NetworkMapAction";
    static components = {Layout, NetworkMap};
    static props = {...standardActionServiceProps};

    setup() {
        this.display = {controlPanel: {}};
        this.shown = this.props.state || {
            center: this.props.action.context?.network_center,
        };
        // templates read getters on a copy of the component, which must not be written
        this.onChange = this.onChange.bind(this);
        useSetupAction({getLocalState: () => this.shown});
    }

    get mapProps() {
        const {center, steps, hidden} = this.shown;
        return {
            ...(center && {center}),
            ...(steps && {steps}),
            ...(hidden && {hidden}),
            onChange: this.onChange,
        };
    }

    onChange({name, ...shown}) {
        this.shown = shown;
        this.env.config.setDisplayName(
            name ? _t("Network of %s", name) : _t("Network Map")
        );
    }
}

registry.category("actions").add("crm_value_chain.network_map", NetworkMapAction);
