"""What the system and the security administrator keep; nothing else is registered."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin.memberships import MembershipAdmin
from accounts.admin.people import UserAdmin
from accounts.admin.territory import DepartmentAdmin, LocalityAdmin, RegionAdmin
from accounts.models import Department, Locality, Membership, Region, User

# Roles are memberships and an account has one address: these two would be second doors.
admin.site.unregister([EmailAddress, Group])
admin.site.register(User, UserAdmin)
admin.site.register(Region, RegionAdmin)
admin.site.register(Locality, LocalityAdmin)
admin.site.register(Department, DepartmentAdmin)
admin.site.register(Membership, MembershipAdmin)
