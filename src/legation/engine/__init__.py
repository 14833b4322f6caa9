"""The pure floor: decisions as functions of records, with no Django, network, clock or database."""
