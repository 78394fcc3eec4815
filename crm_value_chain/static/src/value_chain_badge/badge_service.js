import {registry} from "@web/core/registry";
import {groupBy, unique} from "@web/core/utils/arrays";
import {Deferred} from "@web/core/utils/concurrency";
import {batched} from "@web/core/utils/timing";

/**
 * Loads the badges of cards that are shown already, all of a page by one request: a
 * pipeline opens as fast as without them, and whatever may be wrong with a badge, the
 * cards are there.
 */
export const badgeService = {
    dependencies: ["orm"],
    async: ["load"],
    start(env, {orm}) {
        const known = {};
        let waiting = [];

        async function loadAll(resModel, asked) {
            const ids = unique(asked.map(({resId}) => resId));
            let records = [];
            try {
                // a search, so that one card that is no longer seen spoils no other
                records = await orm.silent.searchRead(
                    resModel,
                    [["id", "in", ids]],
                    ["value_chain_badge"],
                    {context: {active_test: false}}
                );
            } catch (error) {
                console.warn("The value chain badges cannot be loaded:", error);
            }
            const badges = Object.fromEntries(
                records.map(({id, value_chain_badge: badge}) => [id, badge])
            );
            for (const {resId, loaded} of asked) {
                known[[resModel, resId]] = badges[resId] || false;
                loaded.resolve(known[[resModel, resId]]);
            }
        }

        const loadWaiting = batched(() => {
            const byModel = groupBy(waiting, ({resModel}) => resModel);
            waiting = [];
            for (const [resModel, asked] of Object.entries(byModel)) {
                loadAll(resModel, asked);
            }
        });

        return {
            /** Returns the badge that a record had when it was loaded last, if ever. */
            getKnown(resModel, resId) {
                return known[[resModel, resId]];
            },

            /** Returns a promise of the badge of a record, false where it has none. */
            load(resModel, resId) {
                const loaded = new Deferred();
                waiting.push({resModel, resId, loaded});
                loadWaiting();
                return loaded;
            },
        };
    },
};

registry.category("services").add("value_chain_badge", badgeService);
