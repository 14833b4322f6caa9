"""Texts of Wagtail, allauth and Django that stand on our pages and have no Vietnamese of their own."""

from django.utils.translation import gettext_noop, ngettext_lazy

FROM_WAGTAIL = [
    gettext_noop("Account"),
    gettext_noop("Actions"),
    gettext_noop("Add"),
    gettext_noop("Delete"),
    gettext_noop("Edit"),
    gettext_noop("Filter"),
    gettext_noop("Go to the first error"),
    gettext_noop("Log out"),
    gettext_noop("Next"),
    gettext_noop("Pagination"),
    gettext_noop("Previous"),
    gettext_noop("Save"),
    gettext_noop("Search"),
    gettext_noop("Settings"),
    gettext_noop("Sidebar"),
    gettext_noop("Skip to main content"),
    gettext_noop("Sorry, you do not have permission to access this area."),
    gettext_noop("Toggle breadcrumbs"),
    gettext_noop("You do not have permission to access the admin."),
    gettext_noop(
        "JavaScript is required to use Wagtail, but it is currently disabled.<br /> Here are the "
        '<a href="https://www.enable-javascript.com/" target="_blank" rel="noreferrer">instructions how to '
        "enable JavaScript in your web browser</a>."
    ),
]
FROM_ALLAUTH = [
    gettext_noop("Are you sure you want to sign out?"),
    gettext_noop("Bad Token"),
    gettext_noop("Change Password"),
    gettext_noop("Current Password"),
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop(
        "Forgotten your password? Enter your email address below, and we'll send you an email allowing you "
        "to reset it."
    ),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("Password"),
    gettext_noop("Password successfully changed."),
    gettext_noop("Password Reset"),
    gettext_noop("Please contact us if you have any trouble resetting your password."),
    gettext_noop("Please type your current password."),
    gettext_noop("Remember Me"),
    gettext_noop("Reset My Password"),
    gettext_noop("Sign In"),
    gettext_noop("Sign Out"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("This account is currently inactive."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("You have signed out."),
    gettext_noop("Your password is now changed."),
    gettext_noop("Forgot your password?"),
    gettext_noop(
        "We have sent you an email. If you have not received it please check your spam folder. Otherwise "
        "contact us if you do not receive it in a few minutes."
    ),
    gettext_noop(
        "The password reset link was invalid, possibly because it has already been used.  Please request a "
        '<a href="%(passwd_reset_url)s">new password reset</a>.'
    ),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Successfully signed in as %(name)s."),
]
FROM_DJANGO = [
    gettext_noop("Vietnamese"),
    gettext_noop("English"),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    ngettext_lazy(
        "This password is too short. It must contain at least %(min_length)d character.",
        "This password is too short. It must contain at least %(min_length)d characters.",
    ),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a valid date."),
]
