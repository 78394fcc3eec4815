"""Leave why a deal was lost to the deal: what came of an episode, people say."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE crm_relationship_episode episode SET outcome_note = NULL
          FROM crm_lost_reason reason
         WHERE episode.lead_id IS NOT NULL
           AND episode.outcome_note = reason.name ->> 'en_US'
        """
    )
