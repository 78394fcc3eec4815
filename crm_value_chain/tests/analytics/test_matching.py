from odoo.tests import BaseCase

from ...analytics import matching
from ...analytics.contact_text import name_tokens, sound, street_key
from ...analytics.matching import Contact, card, compare, keys


def contact(name, **values):
    return card(Contact(0, name, **values))


class TestMatching(BaseCase):
    def level(self, one, other, common=()):
        return matching.name_level(contact(one), contact(other), common)

    def test_names_are_compared_without_accents_titles_and_legal_forms(self):
        self.assertEqual(
            name_tokens("Dr. Jürgen Müller-Weiß"), ("jurgen", "muller", "weiss")
        )
        self.assertEqual(self.level("Azure Interior GmbH", "azure interior"), "same")

    def test_swapped_first_and_last_name_are_the_same_name(self):
        self.assertEqual(self.level("Anna Müller", "Muller, Anna"), "same")

    def test_a_slip_of_the_fingers_is_a_close_name(self):
        for other in ("Katarina Schmidt", "Katharian Schmidt", "Katharina Schmitd"):
            self.assertEqual(self.level("Katharina Schmidt", other), "close", other)

    def test_two_common_names_that_differ_by_a_letter_are_two_names(self):
        common = {"maria", "mario", "rossi"}
        self.assertEqual(self.level("Maria Rossi", "Mario Rossi", common), "variant")
        self.assertEqual(self.level("Maria Rossi", "Marja Rossi", common), "close")

    def test_an_initial_is_short_for_a_name(self):
        self.assertEqual(self.level("J. Smith", "John Smith"), "short")

    def test_another_first_name_is_another_person(self):
        self.assertEqual(self.level("Peter Braun", "Sabine Braun"), "other")
        self.assertEqual(self.level("Deco Store 1", "Deco Store 2"), "other")

    def test_a_family_is_not_one_customer(self):
        home = {"street": "Park Road 5", "zip": "10115", "city": "Berlin"}
        one = contact("Peter Braun", phone="+493012345678", **home)
        other = contact("Sabine Braun", phone="+493012345678", **home)
        self.assertFalse(compare(one, other).is_likely)

    def test_a_name_alone_is_no_reason(self):
        self.assertFalse(
            compare(contact("Anna Weber"), contact("Anna Weber")).is_likely
        )

    def test_a_customer_who_moved_is_known_by_phone(self):
        one = contact(
            "Anna Weber", phone="030 1234567", zip="10115", city="Berlin", street="A 1"
        )
        other = contact(
            "Ana Weber", phone="+49301234567", zip="80331", city="Köln", street="B 2"
        )
        match = compare(one, other)
        self.assertTrue(match.is_likely)
        self.assertEqual(match.levels["phone"], "same")

    def test_comparing_does_not_depend_on_who_comes_first(self):
        one = contact("J. Smith", email="j.smith@example.com", zip="1")
        other = contact("John A. Smith", email="jsmith@example.com", zip="2")
        self.assertEqual(compare(one, other), compare(other, one))

    def test_nothing_known_is_compared_without_error(self):
        for name in ("", "-", "?", "李", "a" * 500, "\u0301"):
            empty = contact(name)
            self.assertIsInstance(keys(empty), set)
            self.assertFalse(compare(empty, contact("Anna Weber")).is_likely)
            matching.order(empty)

    def test_who_shares_anything_telling_shares_a_key(self):
        one = contact("Anna Weber", email="a.weber@example.com", zip="10115")
        other = contact("Anna Wever", email="x@example.org", zip="10115")
        self.assertTrue(keys(one) & keys(other))

    def test_streets_and_sounds(self):
        self.assertEqual(street_key("Hauptstraße 5"), street_key("Haupt Str. 5"))
        self.assertEqual(sound("schmidt"), sound("schmitt"))
