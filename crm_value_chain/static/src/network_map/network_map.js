import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {SHAPES, shapeOf} from "./network_shapes";

const FAR = 0.55; // Below this scale names would only cover each other
const LARGEST = 3;
const SMALLEST = 0.05;
const MARGIN = 90;
const MOST_FOUND = 8;
const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};

/**
 * Who is related to whom around a contact or a proposition. The server says where each
 * one stands; here it is drawn, moved, filtered and searched.
 */
export class NetworkMap extends Component {
    static template = "crm_value_chain.NetworkMap";
    static props = {
        center: {type: Object, optional: true},
        steps: {type: Number, optional: true},
        hidden: {type: Array, optional: true},
        onChange: {type: Function, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.svgRef = useRef("svg");
        this.sceneRef = useRef("scene");
        this.keepLast = new KeepLast();
        this.view = {x: 0, y: 0, k: 1};
        this.state = useState({
            map: null,
            error: "",
            center: this.props.center || null,
            steps: this.props.steps || 2,
            hidden: this.props.hidden || [],
            query: "",
            current: "",
            edge: null,
        });
        onWillStart(() => this.load());
        onWillUpdateProps(({center}) => {
            if (JSON.stringify(center || null) !== JSON.stringify(this.state.center)) {
                return this.showAround(center || null);
            }
        });
        useEffect(
            () => this.fit(),
            () => [this.state.map]
        );
    }

    async load() {
        const {center, steps} = this.state;
        let map = null;
        let message = "";
        try {
            map = await this.keepLast.add(
                this.orm.call("crm.network.member", "get_network_map", [center, steps])
            );
        } catch (error) {
            message = error.data?.message || String(error.message);
        }
        this.nodes = new Map(map?.nodes.map((node) => [node.key, node]));
        Object.assign(this.state, {
            map,
            error: message,
            edge: null,
            current: this.nodes.has(this.state.current)
                ? this.state.current
                : map?.nodes[0]?.key || "",
        });
        this.tell();
    }

    /** Lets the screen around the map know what it shows. */
    tell() {
        const {center, steps, hidden, map} = this.state;
        const middle = center && map?.nodes.find((node) => this.isCenter(node));
        this.props.onChange?.({center, steps, hidden, name: middle?.name});
    }

    // What is drawn

    get isEmpty() {
        return !this.state.map || this.state.map.edges.length === 0;
    }

    isCenter({center: {model, id}, distance}) {
        const center = this.state.center;
        return Boolean(
            center &&
                distance === 0 &&
                (center.model === model ? center.id === id : true)
        );
    }

    isShown(node) {
        return (
            this.isCenter(node) ||
            node.roles.some((role) => !this.state.hidden.includes(role))
        );
    }

    get shownNodes() {
        return this.state.map.nodes.filter((node) => this.isShown(node));
    }

    get shownEdges() {
        const {nodes, edges} = this.state.map;
        return edges
            .map((edge, index) => ({
                index,
                labels: edge.labels,
                from: nodes[edge.source],
                to: nodes[edge.target],
            }))
            .filter(({from, to}) => this.isShown(from) && this.isShown(to));
    }

    /** Roles that are on the map, with how many have them. */
    get legend() {
        const {nodes, roles} = this.state.map;
        return roles
            .map(([key, name]) => ({
                key,
                name,
                shape: SHAPES[key],
                count: nodes.filter((node) => node.roles.includes(key)).length,
                shown: !this.state.hidden.includes(key),
            }))
            .filter(({count}) => count);
    }

    get found() {
        const query = this.state.query.trim().toLowerCase();
        if (!query) {
            return [];
        }
        return this.shownNodes.filter(({name}) => name.toLowerCase().includes(query));
    }

    get firstFound() {
        return this.found.slice(0, MOST_FOUND);
    }

    get howMany() {
        const {nodes, total, is_complete} = this.state.map;
        if (total <= nodes.length) {
            return "";
        }
        const numbers = {shown: nodes.length, total};
        return is_complete
            ? _t("Showing the nearest %(shown)s of %(total)s.", numbers)
            : _t("Showing the nearest %(shown)s of more than %(total)s.", numbers);
    }

    shape(node) {
        return shapeOf(node);
    }

    nodeClass(node) {
        const found = this.state.query.trim() && this.found.includes(node);
        return {
            [`o_network_${node.roles[0]}`]: true,
            o_network_center: this.isCenter(node),
            o_network_current: node.key === this.state.current,
            o_network_found: found,
            o_network_dim: this.state.query.trim() && !found,
        };
    }

    describe(node) {
        return [node.name, node.words].filter(Boolean).join(", ");
    }

    get current() {
        return this.nodes.get(this.state.current);
    }

    /** How the current node is related to others, in words from its own end. */
    get currentRelations() {
        const {key} = this.current;
        return this.shownEdges
            .filter(({from, to}) => from.key === key || to.key === key)
            .map(({index, labels, from, to}) => ({
                index,
                text: labels
                    .map(([there, back]) => (from.key === key ? there : back))
                    .join(", "),
                other: from.key === key ? to : from,
            }));
    }

    edgeText({from, to, labels}) {
        const told = labels.map(([there]) => there).join(", ");
        return `${from.name} ${told} ${to.name}`;
    }

    // What people do

    onSteps(ev) {
        this.state.steps = Number(ev.target.value);
        return this.load();
    }

    toggle(role) {
        const {hidden} = this.state;
        this.state.hidden = hidden.includes(role)
            ? hidden.filter((each) => each !== role)
            : [...hidden, role];
        this.tell();
    }

    showAround(center) {
        Object.assign(this.state, {center, query: ""});
        return this.load();
    }

    open({model, id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    onSearchKey(ev) {
        if (ev.key === "Enter" && this.found.length) {
            this.goTo(this.found[0]);
        }
    }

    /** Moves the map to a node, which then has the focus. */
    goTo(node) {
        this.state.current = node.key;
        const {width, height} = this.size;
        this.view.k = Math.max(this.view.k, 0.8);
        this.view.x = width / 2 - node.x * this.view.k;
        this.view.y = height / 2 - node.y * this.view.k;
        this.applyView();
        this.focus(node);
    }

    focus({key}) {
        this.sceneRef.el
            ?.querySelector(`[data-key="${CSS.escape(key)}"]`)
            ?.focus({preventScroll: true});
    }

    onNodeKey(ev, node) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.open(node);
        } else if (ARROWS[ev.key]) {
            ev.preventDefault();
            const next = this.nearest(node, ARROWS[ev.key]);
            if (next) {
                this.state.current = next.key;
                this.focus(next);
                this.keepInSight(next);
            }
        }
    }

    /** The closest node in a direction; sideways counts double. */
    nearest(node, [right, down]) {
        let best = null;
        let shortest = Infinity;
        for (const other of this.shownNodes) {
            const dx = other.x - node.x;
            const dy = other.y - node.y;
            const ahead = dx * right + dy * down;
            const aside = Math.abs(dx * down) + Math.abs(dy * right);
            if (ahead > 0 && ahead + 2 * aside < shortest) {
                shortest = ahead + 2 * aside;
                best = other;
            }
        }
        return best;
    }

    onKey(ev) {
        const factor = {"+": 1.25, "=": 1.25, "-": 0.8}[ev.key];
        if (factor) {
            ev.preventDefault();
            this.zoom(factor);
        } else if (ev.key === "0") {
            ev.preventDefault();
            this.fit();
        }
    }

    // Where one looks

    get size() {
        const {width, height} = this.svgRef.el.getBoundingClientRect();
        return {width: width || 800, height: height || 500};
    }

    applyView() {
        const {x, y, k} = this.view;
        this.sceneRef.el?.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
        this.svgRef.el?.classList.toggle("o_network_far", k < FAR);
    }

    /** Shows all of the map. */
    fit() {
        const nodes = this.state.map?.nodes || [];
        if (!nodes.length || !this.svgRef.el) {
            return;
        }
        const xs = nodes.map(({x}) => x);
        const ys = nodes.map(({y}) => y);
        const [left, right] = [Math.min(...xs) - MARGIN, Math.max(...xs) + MARGIN];
        const [top, bottom] = [Math.min(...ys) - MARGIN, Math.max(...ys) + MARGIN];
        const {width, height} = this.size;
        const k = Math.min(width / (right - left), height / (bottom - top), 1.2);
        this.view = {
            k,
            x: width / 2 - (k * (left + right)) / 2,
            y: height / 2 - (k * (top + bottom)) / 2,
        };
        this.applyView();
    }

    keepInSight(node) {
        const {x, y, k} = this.view;
        const {width, height} = this.size;
        const [across, down] = [node.x * k + x, node.y * k + y];
        if (across < 0 || down < 0 || across > width || down > height) {
            this.goTo(node);
        }
    }

    /** Zooms by a factor; what is at a point of the screen stays there. */
    zoom(factor, point = null) {
        const {width, height} = this.size;
        const at = point || {x: width / 2, y: height / 2};
        const k = Math.min(Math.max(this.view.k * factor, SMALLEST), LARGEST);
        const change = k / this.view.k;
        this.view = {
            k,
            x: at.x - (at.x - this.view.x) * change,
            y: at.y - (at.y - this.view.y) * change,
        };
        this.applyView();
    }

    onWheel(ev) {
        const box = this.svgRef.el.getBoundingClientRect();
        this.zoom(Math.exp(-ev.deltaY / 400), {
            x: ev.clientX - box.left,
            y: ev.clientY - box.top,
        });
    }

    onDragStart(ev) {
        if (ev.button === 0 && !ev.target.closest(".o_network_node")) {
            this.drag = {x: ev.clientX - this.view.x, y: ev.clientY - this.view.y};
            this.svgRef.el.setPointerCapture?.(ev.pointerId);
        }
    }

    onDrag(ev) {
        if (this.drag) {
            this.view.x = ev.clientX - this.drag.x;
            this.view.y = ev.clientY - this.drag.y;
            this.applyView();
        }
    }

    onDragEnd() {
        this.drag = null;
    }
}
