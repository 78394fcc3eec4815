from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from ..common import ValueChainCommon

TEXT = "The secret text"  # which no interaction shows
SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
ACCOUNTANT = "account.group_account_user,crm_value_chain.group_value_chain_user"


class InteractCase(ValueChainCommon):
    """Customers with people, users of each kind, and short ways to get in touch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.seller = cls.make_user("interact_seller", SELLER)
        cls.colleague = cls.make_user("interact_colleague", SELLER)
        cls.seller_all = cls.make_user("interact_all", SELLER_ALL)
        cls.manager = cls.make_user("interact_manager", "sales_team.group_sale_manager")
        cls.accountant = cls.make_user("interact_accountant", ACCOUNTANT)
        cls.firm = cls.make_customer("Firm", is_company=True, user_id=cls.seller.id)
        cls.person = cls.make_customer(
            "Paula", parent_id=cls.firm.id, email="paula@example.com"
        )
        cls.other_person = cls.make_customer(
            "Otto", parent_id=cls.firm.id, email="otto@example.com"
        )
        cls.foreign = cls.make_customer("Foreign", user_id=cls.colleague.id)
        cls.Interaction = cls.env["crm.relationship.interaction"]
        cls.Episode = cls.env["crm.relationship.episode"]
        cls.Consent = cls.env["crm.contact.consent"]
        cls.now = fields.Datetime.now()

    @classmethod
    def channel(cls, code):
        return cls.env.ref(f"crm_value_chain.interaction_channel_{code}")

    @classmethod
    def ago(cls, days):
        return cls.now - timedelta(days=days)

    @classmethod
    def receive(cls, document, author, subject="Question", **values):
        """An e-mail of somebody outside on a document."""
        return document.message_post(
            **{
                "author_id": author.id,
                "email_from": author.email or "somebody@example.com",
                "message_type": "email",
                "subtype_xmlid": "mail.mt_comment",
                "subject": subject,
                "body": TEXT,
                **values,
            }
        )

    @classmethod
    def hear(cls, document, sender, **values):
        """An e-mail of somebody unknown on a document."""
        nobody = cls.env["res.partner"]
        return cls.receive(document, nobody, email_from=sender, **values)

    @classmethod
    def send(cls, document, recipients, subject="Answer", **values):
        """An e-mail of ours on a document."""
        message = document.with_user(cls.seller_all).message_post(
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=recipients.ids,
            subject=subject,
            body=TEXT,
            **values,
        )
        # as if sent: nothing leaves a test
        mails = message.sudo().notification_ids
        mails.filtered(lambda n: n.notification_type == "email").write(
            {"notification_status": "sent"}
        )
        return message.with_env(cls.env)

    @classmethod
    def call(cls, document, done=True, kind="mail.mail_activity_data_call", **values):
        """An activity with a customer, which is done by now."""
        activity = document.activity_schedule(
            kind, user_id=cls.seller.id, summary="Call back", **values
        )
        if done:
            activity._action_done(feedback="Well")
        return activity

    @classmethod
    def meet(cls, people, days_ago=1, **values):
        start = cls.ago(days_ago)
        return cls.env["calendar.event"].create(
            {
                "name": "Round table",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": cls.seller.id,
                "partner_ids": [
                    Command.set((people | cls.seller.partner_id).ids),
                ],
                **values,
            }
        )

    @classmethod
    def invoice(cls, partner, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": cls.today,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": 10})
                ],
                "company_id": cls.company.id,
                "invoice_user_id": cls.seller.id,
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def lead(cls, partner, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": partner.id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def interactions(cls, customer=None, user=None):
        model = cls.Interaction.with_user(user) if user else cls.Interaction
        customer = customer or cls.firm
        return model.search([("commercial_partner_id", "=", customer.id)])

    @classmethod
    def episode(cls, document):
        """The episode of a document."""
        names = {
            "sale.order": "order_id",
            "crm.lead": "lead_id",
            "mail.activity": "activity_id",
        }
        return cls.Episode.search([(names[document._name], "=", document.id)])

    @classmethod
    def consent(cls, partner=None, code="phone", state="refused", days_ago=0, **values):
        return cls.Consent.create(
            {
                "partner_id": (partner or cls.person).id,
                "channel_id": cls.channel(code).id,
                "state": state,
                "date": cls.today - timedelta(days=days_ago),
                "proof": "Said so",
                **values,
            }
        )

    def merge(self, *partners, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([partner.id for partner in (*partners, into)], into)
        self.env.invalidate_all()

    def insert_messages(self, partner, count):
        """So many e-mails of one contact, in SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mail_message (author_id, date, message_type, model, res_id,
                       record_company_id, subject, create_date, write_date)
                SELECT %(partner)s, NOW() AT TIME ZONE 'UTC' - n * INTERVAL '1 minute',
                       'email', 'res.partner', %(partner)s, %(company)s, 'Mail ' || n,
                       NOW(), NOW()
                  FROM GENERATE_SERIES(1, %(count)s) n
                """,
                partner=partner.id,
                company=self.company.id,
                count=count,
            )
        )
        self.env.cr.execute("ANALYZE mail_message")
        self.env.invalidate_all()
