"""A customer's loyalty in sentences, each with the figures that it follows from."""


class LoyaltyWords:
    """Says why a customer is as loyal as the figures have it.

    :param profile: the customer's profile
    """

    def __init__(self, profile):
        self.profile = profile
        self.env = profile.env

    def sentences(self):
        """What behaviour and attitude come to, and what is special about it.

        :rtype: list[str]
        """
        if not self.profile.loyalty_behavior:
            return [self.env._("No purchase yet: there is no loyalty to speak of.")]
        return [self._type(), *filter(None, [self._supplier_loyalty()])]

    def _type(self):
        words = {"behavior": self._behavior(), "attitude": self._attitude()}
        kind = self.profile.loyalty_type
        if kind == "true":
            return self.env._("True loyalty: %(behavior)s, and %(attitude)s.", **words)
        if kind == "latent":
            return self.env._(
                "Latent loyalty: %(attitude)s, but %(behavior)s.", **words
            )
        if kind == "spurious":
            return self.env._(
                "Spurious loyalty: %(behavior)s, but %(attitude)s.", **words
            )
        if kind == "none":
            return self.env._("No loyalty: %(behavior)s, and %(attitude)s.", **words)
        return self.env._(
            "Behavioural loyalty: %(behavior)s. What the customer thinks is not known: "
            "note an attitude.",
            **words,
        )

    def _behavior(self):
        profile = self.profile
        days = profile.purchase_count
        if profile.loyalty_behavior == "high":
            if days < profile.company_id.sudo().loyalty_purchases:
                return self.env._("we get most of what it spends")
            return self.env._("buys often (%s days with a purchase)", days)
        if profile.churn_risk == "lapsed":
            return self.env._("buys no more")
        if profile.churn_risk == "high":
            return self.env._("hardly buys any more")
        return self.env._("buys little (%s days with a purchase)", days)

    def _attitude(self):
        score = f"{self.profile.attitude_score:.1f}".removesuffix(".0")
        if self.profile.loyalty_attitude == "high":
            return self.env._("thinks well of us (%s of 10)", score)
        return self.env._("thinks little of us (%s of 10)", score)

    def _supplier_loyalty(self):
        profile = self.profile
        kind = profile.supplier_loyalty
        if kind == "hostage":
            return self.env._(
                "Hostage: buys, but is not happy (%(score)s), and it is hard to switch "
                "(%(barrier)s of 10).",
                score=self._lowest(),
                barrier=profile.switching_barrier,
            )
        if kind == "supra_loyal":
            return self.env._(
                "Supra-loyal: recommends us (%s of 10) and stands by us.",
                profile.would_recommend,
            )
        if kind == "de_loyal":
            return self.env._(
                "De-loyal: leaves because we let it down (%s). One mistake is forgiven "
                "if it is put right fast.",
                self._lowest(),
            )
        return None

    def _lowest(self):
        """The attitude that is worst, with its label."""
        profile = self.profile
        names = ("satisfaction", "would_recommend", "commitment")
        known = [name for name in names if profile[name] is not False]
        if not known:
            return self.env._("not known")
        worst = min(known, key=lambda name: profile[name])
        label = profile._fields[worst]._description_string(self.env)
        return f"{label.lower()} {profile[worst]}"
