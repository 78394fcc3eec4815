from ..common import ValueChainCommon

CLASSES = ("loyal", "may_switch", "would_buy_more", "would_buy_less", "non_user")
RISK_FACTS = {  # chance kept that each band of the churn risk stands for
    "low": 0.9,
    "medium": 0.5,
    "high": 0.2,
    "lapsed": 0.01,
}


class LoyaltyCase(ValueChainCommon):
    """Customers with chosen behaviour and attitude, and where that puts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classes = {
            name: cls.env.ref(f"crm_value_chain.loyalty_class_{name}")
            for name in CLASSES
        }

    @classmethod
    def make_loyal(cls, name, purchases=3, risk="low", figures=None, **scores):
        """A customer who bought on some days, with a risk and attitudes.

        :param dict figures: further columns of the profile, set as if measured
        """
        partner = cls.make_customer(name)
        for number in range(purchases):
            cls.buy(partner, days_ago=10 * (number + 1), amount=100)
        if not purchases:
            cls.env["crm.lead"].create(
                {"name": name, "partner_id": partner.id, "company_id": cls.company.id}
            )
        cls.score()
        if purchases:
            figures = {"chance_kept": RISK_FACTS.get(risk), **(figures or {})}
        # as if new: where a scoring put the customer keeps it nowhere
        cls.set_figures(partner, loyalty_class_id=False, **(figures or {}))
        cls.note(partner, **scores)
        return partner

    @classmethod
    def set_figures(cls, partner, **figures):
        """Set figures as if measured, and place the customer by them."""
        profile = cls.profile(partner)
        profile.sudo().write(figures)
        profile.flush_recordset()
        profile._place_anew()
        profile.invalidate_recordset()

    @classmethod
    def class_name(cls, partner):
        """Key of the loyalty class in which a customer stands."""
        chosen = cls.profile(partner).loyalty_class_id
        return next((key for key, each in cls.classes.items() if each == chosen), None)
