"""Addresses of room people: its pages in the desk, and those outside for people without an account yet."""

from django.urls import path

from legation.desk.people.views.audits import AuditView
from legation.desk.people.views.homes import HomeView
from legation.desk.people.views.invitations import WelcomeView
from legation.desk.people.views.preferences import LanguageView, UnitChoiceView
from legation.desk.people.views.profiles import ProfileView
from legation.desk.people.views.units import UnitDeleteView, UnitEditView, UnitListView
from legation.desk.people.views.users import InvitationRevokeView, InviteView, UserListView, UserView
from legation.desk.people.views.wizards import WizardView

app_name = "people"
urlpatterns = [
    path("profile/", ProfileView.as_view(), name="profile"),
    path("profile/unit/", UnitChoiceView.as_view(), name="choose_unit"),
    path("setup/", WizardView.as_view(), name="set_up"),
    path("setup/<slug:name>/", WizardView.as_view(), name="set_up_step"),
    path("people/", UserListView.as_view(), name="users"),
    path("people/invite/", InviteView.as_view(), name="invite"),
    path("people/invitations/<int:pk>/revoke/", InvitationRevokeView.as_view(), name="revoke_invitation"),
    path("people/audit/", AuditView.as_view(), name="audit"),
    path("people/units/", UnitListView.as_view(), name="units"),
    path("people/units/new/", UnitEditView.as_view(), name="unit_new"),
    path("people/units/<int:pk>/", UnitEditView.as_view(), name="unit"),
    path("people/units/<int:pk>/delete/", UnitDeleteView.as_view(), name="unit_delete"),
    path("people/<int:pk>/", UserView.as_view(), name="user"),
]
# Under /desk/ too, but before Wagtail's own page of the same address.
home_patterns = [path("", HomeView.as_view(), name="wagtailadmin_home")]
# Outside the desk, for people who are not signed in.
welcome_patterns = (
    [
        path("language/", LanguageView.as_view(), name="language"),
        path("<str:token>/", WelcomeView.as_view(), name="invitation"),
    ],
    "welcome",
)
