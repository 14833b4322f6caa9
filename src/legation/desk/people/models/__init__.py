"""Records of room people."""

from legation.desk.people.models.installations import Installation
from legation.desk.people.models.invitations import Invitation
from legation.desk.people.models.units import Unit, UnitKind
from legation.desk.people.models.users import Membership, Role, User

__all__ = ["Installation", "Invitation", "Membership", "Role", "Unit", "UnitKind", "User"]
