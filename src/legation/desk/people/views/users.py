"""People: list, invite, give and take roles, close and open accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from legation.desk.people.forms.members import InvitationForm, MembershipForm, UserFilterForm
from legation.desk.people.models import Invitation, Membership, Role, User
from legation.desk.people.services.abilities import Ability, units_with
from legation.desk.people.services.invitations import create_invitation, revoke_invitation
from legation.desk.people.services.members import (
    deactivate_user,
    give_role,
    may_close_account,
    reactivate_user,
    take_role,
    users_within_reach,
)
from legation.desk.people.services.permissions import AbilityRequired, DeskRequest

PAGE_SIZE = 30  # a screen and a half; 95 missions make a dozen pages


class UserListView(AbilityRequired, TemplateView):
    """The people of the units that a person administers, with the invitations that are still open."""

    ability = Ability.MANAGE_PEOPLE
    template_name = "people/users.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of people, narrowed by the filters in the address."""
        reach = units_with(self.request.user, Ability.MANAGE_PEOPLE)
        form = UserFilterForm(self.request.GET or None, units=reach, roles=Role.choices)
        wanted = form.cleaned_data if form.is_valid() else {}
        shown = Membership.objects.filter(unit__in=reach).select_related("unit").order_by("unit__lineage")
        users = narrow_users(users_within_reach(self.request.user), wanted)
        users = users.prefetch_related(Prefetch("memberships", queryset=shown, to_attr="shown_memberships"))
        page = Paginator(users.order_by("email"), PAGE_SIZE).get_page(self.request.GET.get("page"))
        open_ones = Invitation.objects.filter(unit__in=reach, used_at=None, expires_at__gt=timezone.now())
        invitations = open_ones.select_related("unit", "invited_by")[:50]  # more stay open only by mistake
        return {**super().get_context_data(**kwargs), "page": page, "form": form, "invitations": invitations}


class InviteView(AbilityRequired, View):
    """Makes an invitation and shows its link once."""

    ability = Ability.MANAGE_PEOPLE

    def get(self, request: DeskRequest) -> HttpResponse:
        """Ask whom to invite."""
        return render(request, "people/invite.html", {"form": self._make_form(request, None)})

    def post(self, request: DeskRequest) -> HttpResponse:
        """Make the link; a person who has an account already gets the role at once."""
        form = self._make_form(request, request.POST)
        if not form.is_valid():
            return render(request, "people/invite.html", {"form": form})
        given = form.cleaned_data
        known = User.objects.filter(email__iexact=given["email"]).first() if given["email"] else None
        if known:
            try:
                give_role(user=known, unit=given["unit"], role=given["role"])
            except ValidationError as problem:
                form.add_error(None, problem)
                return render(request, "people/invite.html", {"form": form})
            messages.success(
                request, _("%(person)s has an account and now belongs to the unit.") % {"person": known}
            )
            return redirect("people:user", pk=known.pk)
        invitation, token = create_invitation(by=request.user, **given)
        link = f"{settings.WAGTAILADMIN_BASE_URL}/welcome/{token}/"
        return render(request, "people/invited.html", {"invitation": invitation, "link": link})

    def _make_form(self, request: DeskRequest, data: Any) -> InvitationForm:
        reach = units_with(request.user, Ability.MANAGE_PEOPLE)
        return InvitationForm(data, initial={"unit": request.unit}, units=reach, roles=Role.choices)


class InvitationRevokeView(AbilityRequired, View):
    """Closes a link that was not used yet."""

    ability = Ability.MANAGE_PEOPLE
    http_method_names = ["post"]

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Close it."""
        reach = units_with(request.user, Ability.MANAGE_PEOPLE)
        invitation = get_object_or_404(Invitation.objects.filter(unit__in=reach), pk=pk)
        revoke_invitation(invitation=invitation, at=timezone.now())
        messages.success(request, _("The link no longer works."))
        return redirect("people:users")


class UserView(AbilityRequired, View):
    """One person: their roles within the reader's reach, and the state of the account."""

    ability = Ability.MANAGE_PEOPLE

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Show the person."""
        return self._show(request, self._find_user(request, pk), None)

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Do one of: give a role, take one, close or open the account."""
        user = self._find_user(request, pk)
        form = None
        try:
            action = request.POST.get("action")
            if action == "give":
                form = self._make_form(request, request.POST)
                if not form.is_valid():
                    return self._show(request, user, form)
                give_role(user=user, **form.cleaned_data)
            elif action == "take":
                chosen = request.POST.get("membership", "")
                mine = Membership.objects.filter(
                    unit__in=units_with(request.user, Ability.MANAGE_PEOPLE), user=user
                )
                take_role(membership=get_object_or_404(mine, pk=chosen if chosen.isdecimal() else 0))
            elif action in {"close", "open"}:
                if not may_close_account(request.user, user):
                    raise PermissionDenied
                (deactivate_user if action == "close" else reactivate_user)(user=user)
            messages.success(request, _("The change is kept."))
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        if users_within_reach(request.user).filter(pk=pk).exists():
            return redirect("people:user", pk=pk)
        return redirect("people:users")

    def _find_user(self, request: DeskRequest, pk: int) -> User:
        return get_object_or_404(users_within_reach(request.user), pk=pk)

    def _make_form(self, request: DeskRequest, data: Any) -> MembershipForm:
        reach = units_with(request.user, Ability.MANAGE_PEOPLE)
        return MembershipForm(data, units=reach, roles=Role.choices)

    def _show(self, request: DeskRequest, user: User, form: MembershipForm | None) -> HttpResponse:
        reach = units_with(request.user, Ability.MANAGE_PEOPLE)
        context = {
            "person": user,
            "memberships": user.memberships.filter(unit__in=reach)
            .select_related("unit")
            .order_by("unit__lineage"),
            "hidden_count": user.memberships.exclude(unit__in=reach).count(),
            "form": form or self._make_form(request, None),
            "may_close": may_close_account(request.user, user),
        }
        return render(request, "people/user.html", context)


def narrow_users(users: QuerySet[User], wanted: dict[str, Any]) -> QuerySet[User]:
    """Keep the people who match a name or address, a unit, a role and the state of the account."""
    for word in (wanted.get("search") or "").split():
        users = users.filter(
            Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    memberships = {name: wanted[key] for key, name in (("unit", "unit"), ("role", "role")) if wanted.get(key)}
    if memberships:
        users = users.filter(pk__in=Membership.objects.filter(**memberships).values("user"))
    if wanted.get("state"):
        users = users.filter(is_active=wanted["state"] == "open")
    return users
