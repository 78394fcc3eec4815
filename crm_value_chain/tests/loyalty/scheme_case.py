from datetime import datetime, time, timedelta

from odoo import Command, fields

from ..customer.trade_case import TradeCase

TIERS = (("Bronze", 0, 1), ("Silver", 1000, 1.5), ("Gold", 5000, 2))


class LoyaltyCase(TradeCase):
    """A loyalty program of three tiers, and a salesperson who sells under it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({"invoice_policy": "order", "taxes_id": False})
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.make_program()
        cls.bronze, cls.silver, cls.gold = cls.program.tier_ids
        cls.env.flush_all()

    @classmethod
    def make_program(cls, tiers=TIERS, **values):
        """A program that gives a point for each unit of currency."""
        company = cls.company
        return cls.env["loyalty.program"].create(
            {
                "name": "Club",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "company_id": company.id,
                "tier_user_id": cls.seller.id,
                "rule_ids": [
                    Command.clear(),
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 1}
                    ),
                ],
                "reward_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "discount_mode": "per_order",
                            "discount": 10,
                            "required_points": 500,
                        }
                    ),
                ],
                "tier_ids": [
                    Command.create(
                        {
                            "name": name,
                            "sequence": number,
                            "threshold": threshold,
                            "points_factor": factor,
                        }
                    )
                    for number, (name, threshold, factor) in enumerate(tiers)
                ],
                **values,
            }
        )

    @classmethod
    def quote(cls, partner=None, amount=100.0, **values):
        """A quotation of the salesperson's, with the program applied."""
        order = (
            cls.env["sale.order"]
            .with_user(cls.seller)
            .create(
                {
                    "partner_id": (partner or cls.customer).id,
                    "order_line": [
                        Command.create(
                            {"product_id": cls.product.id, "price_unit": amount}
                        )
                    ],
                    **values,
                }
            )
        )
        order._update_programs_and_rewards()
        return order

    @classmethod
    def sell(cls, partner=None, amount=100.0, days_ago=0, **values):
        """An order of the salesperson's, confirmed; the transaction then ends."""
        order = cls.quote(partner, amount, **values)
        order.action_confirm()
        if days_ago:
            day = cls.today - timedelta(days=days_ago)
            order.sudo().date_order = datetime.combine(day, time(10))
        cls.commit()
        return order.sudo()

    @classmethod
    def commit(cls):
        """Do what happens at the end of a transaction."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    @classmethod
    def night(cls, as_of=None, program=None):
        """Renew the tiers as the night does; returns the broken programs."""
        broken = (program or cls.program)._renew_tiers(as_of or cls.today)
        assert not broken, broken
        return broken

    @classmethod
    def member(cls, partner=None, program=None):
        """Membership of a contact."""
        return cls.env["loyalty.membership"].search(
            [
                ("program_id", "=", (program or cls.program).id),
                ("partner_id", "=", (partner or cls.customer).id),
            ]
        )

    @classmethod
    def card(cls, partner=None, program=None):
        """Loyalty card of a contact: core's own."""
        return cls.env["loyalty.card"].search(
            [
                ("program_id", "=", (program or cls.program).id),
                ("partner_id", "=", (partner or cls.customer).id),
            ]
        )

    def day(self, days):
        """The day so many days from today."""
        return fields.Date.add(self.today, days=days)
